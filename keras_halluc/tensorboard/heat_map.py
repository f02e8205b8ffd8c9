"""How does a table of weights become a picture in which the large ones stand out?"""

from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_int

LIGHT = np.array([255.0, 255.0, 255.0])
DARK = np.array([8.0, 48.0, 107.0])
EMPTY = np.array([230.0, 230.0, 230.0])  # where there is no value


def heat_map(values: Any, cell: int) -> np.ndarray:
    """Colours from white at 0 to dark blue at 1; NaN is grey.

    Args:
        values: float in [0, 1] or NaN, `(row, column)`, at least one of each.
        cell: int >= 1, pixels a value is wide and high.

    Returns:
        uint8 `(row * cell, column * cell, 3)`.
    """
    require_int("cell", cell, minimum=1)
    values = np.asarray(values, "float64")
    if values.ndim != 2 or not values.size:
        raise ValueError(f"`values` must have shape (row, column). Received: shape {values.shape}")
    known = ~np.isnan(values)
    if known.any() and not 0.0 <= values[known].min() <= values[known].max() <= 1.0:
        raise ValueError(f"`values` must be in [0, 1] or NaN. {received('values', values)}")
    strength = np.where(known, values, 0.0)[..., None]
    colours = np.where(known[..., None], LIGHT + strength * (DARK - LIGHT), EMPTY)
    pixels = np.rint(colours).astype("uint8")
    return pixels.repeat(cell, axis=0).repeat(cell, axis=1)
