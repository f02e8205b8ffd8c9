"""Fingerprint of a callback's arguments, by which a state of another run is told."""

import dataclasses
import hashlib
import inspect
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

# What may be another in a resumed run: where and how loudly results are shown, and patience.
FREE = ("log_dir", "strict", "verbose", "timeout", "examples", "pictures", "every")


def arguments_of(callback: Any) -> dict[str, Any]:
    """What the constructor was given, as far as the callback keeps it, by name.

    Values are such that JSON can hold them: short ones as they are, long ones as a digest, and
    objects by the name of their class.
    """
    names = [name for name in inspect.signature(type(callback)).parameters if name not in FREE]
    held = {name: getattr(callback, name) for name in names if hasattr(callback, name)}
    return {name: fingerprint(value) for name, value in held.items()}


def fingerprint(value: Any) -> Any:
    """A number, str or None as it is; else what tells the value from another, as a str."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple, set, dict, np.ndarray)) or keras.ops.is_tensor(value):
        digest = hashlib.sha256()
        for piece in _pieces(value):
            digest.update(piece)
        return f"{len(value)} of digest {digest.hexdigest()[:16]}"
    return getattr(value, "__qualname__", type(value).__qualname__)


def _pieces(value: Any) -> Iterator[bytes]:
    """Bytes that differ where values differ."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        compared = (field for field in dataclasses.fields(value) if field.compare)
        value = {field.name: getattr(value, field.name) for field in compared}
    if keras.ops.is_tensor(value):
        value = keras.ops.convert_to_numpy(value)
    if isinstance(value, dict):
        yield b"{%d" % len(value)
        for key, item in value.items():
            yield from _pieces(key)
            yield from _pieces(item)
    elif isinstance(value, (list, tuple)):
        yield b"[%d" % len(value)
        for item in value:
            yield from _pieces(item)
    elif isinstance(value, np.ndarray) and value.dtype != object:
        yield f"{value.dtype}{value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    else:
        text = value if isinstance(value, str) else str(fingerprint(value))
        encoded = text.encode("utf-8", "surrogatepass")
        yield b"%s%d:" % (type(value).__name__.encode(), len(encoded))
        yield encoded
