"""Pictures of cases beside the log of cases: what a line says of one, and the PNG files."""

import hashlib
import os
from typing import Any

import numpy as np

from keras_halluc.tensorboard.image import encode_png

FOLDER = "images"  # within the run's folder


class CaseImages:
    """Keeps the pictures of cases, each once.

    A line of the log has no pixels. Its entry `image` is one of

    - `{"path": "photos/1.jpg"}`: the path that the case has; the file is not read,
    - `{"file": "images/0123456789abcdef.png"}`: an array, written into the run's folder,
    - `{"text": "..."}`: why it is not kept.

    Args:
        folder: str, the run's folder.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        # By identity, with the picture itself, so that no other takes its place in memory.
        self._entries: dict[int, tuple[Any, dict[str, str]]] = {}

    def entry(self, image: Any) -> dict[str, str]:
        """What the log says of a picture; an array is written where it was not yet."""
        if isinstance(image, (str, os.PathLike)):
            return {"path": os.fsdecode(image)}
        if id(image) not in self._entries:
            self._entries[id(image)] = (image, self._written(image))
        return self._entries[id(image)][1]

    def _written(self, image: Any) -> dict[str, str]:
        try:
            pixels = _squeezed(image)
            png, _, _ = encode_png(pixels)
        except (ImportError, TypeError, ValueError) as error:
            return {"text": f"a {type(image).__name__} that is not kept: {error}"}
        name = f"{FOLDER}/{hashlib.sha256(png).hexdigest()[:16]}.png"
        path = os.path.join(self._folder, name)
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(f"{path}.{os.getpid()}", "wb") as file:
                file.write(png)
            os.replace(file.name, path)  # whole or not there
        return {"file": name}


def _squeezed(image: Any) -> Any:
    """Grey pictures of shape `(height, width, 1)` as `(height, width)`."""
    array = np.asarray(image)
    return array[..., 0] if array.ndim == 3 and array.shape[2] == 1 else array
