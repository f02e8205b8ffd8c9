"""The picture of a case, as a line of the file of cases names it."""

import os
import re
from typing import Any

from tensorboard.errors import NotFoundError

from keras_halluc.tensorboard.case_images import FOLDER
from keras_halluc.tensorboard_plugin.texts import text_of

# What `CaseImages` writes. No other file of the folder, and none outside of it, is ever read.
_OURS = re.compile(rf"{FOLDER}/[0-9a-f]{{16}}\.png")
LARGEST = 2**25  # bytes
KINDS = ("file", "path", "text")


def image_of(case: dict[str, Any]) -> dict[str, str] | None:
    """What a line says of its picture: one of `file`, `path` and `text`, or None.

    Args:
        case: dict, the line of a case.
    """
    entry = case.get("image")
    if not isinstance(entry, dict):
        return None
    found = {kind: text_of(entry, kind) for kind in KINDS if text_of(entry, kind)}
    if "file" in found and not _OURS.fullmatch(found["file"]):
        del found["file"]
    return found or None


def read_image(folder: str, case: dict[str, Any]) -> bytes:
    """The PNG file of a case.

    Args:
        folder: str, the run's folder.
        case: dict, the line of a case.

    Raises:
        NotFoundError: the case has none in the run's folder.
    """
    name = (image_of(case) or {}).get("file")
    if name is None:
        raise NotFoundError("the case has no picture in the folder of its run")
    path = os.path.join(folder, name)
    try:
        if os.path.islink(path) or os.path.getsize(path) > LARGEST:
            raise NotFoundError(f"{name} is a link, or larger than {LARGEST} bytes")
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise NotFoundError(f"{name} cannot be read: {error.strerror}") from error
