"""How does an array become a picture that a browser can show?"""

import io
from typing import Any

import numpy as np

from keras_halluc._require import received


def encode_png(array: Any) -> tuple[bytes, int, int]:
    """Encodes a picture as PNG.

    Args:
        array: uint8, or float in [0, 1]; `(height, width)` for grey, `(height, width, 3)` for
            red, green, blue, `(height, width, 4)` with opacity.

    Returns:
        The PNG file as bytes, the height, the width.

    Raises:
        TypeError: another dtype.
        ValueError: another shape, or a float outside [0, 1].
        ImportError: Pillow is missing.
    """
    pixels = require_pixels(array)
    try:
        from PIL import Image
    except ImportError as error:  # a dependency of tensorboard from 2.20 on, not before
        raise ImportError(
            "Writing images needs Pillow. Install it with: pip install pillow"
        ) from error
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue(), pixels.shape[0], pixels.shape[1]


def require_pixels(array: Any) -> np.ndarray:
    """`array` must be a picture as `encode_png` takes it; returns it as uint8."""
    pixels = np.asarray(array)
    named = f"Received: array of shape {pixels.shape} and dtype {pixels.dtype}"
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (3, 4)):
        raise ValueError(
            f"`array` must be (height, width), (height, width, 3) or (height, width, 4). {named}"
        )
    if not pixels.size:
        raise ValueError(f"`array` must have a pixel at least. {named}")
    if pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels)
    if not np.issubdtype(pixels.dtype, np.floating):
        raise TypeError(f"`array` must be uint8, or float in [0, 1]. {named}")
    low, high = float(pixels.min()), float(pixels.max())  # NaN where a pixel is
    if not (low >= 0.0 and high <= 1.0):
        raise ValueError(
            f"`array` must lie in [0, 1] where it is float. {received('min', low)}, max={high!r}"
        )
    return np.rint(np.ascontiguousarray(pixels, dtype=np.float64) * 255.0).astype(np.uint8)
