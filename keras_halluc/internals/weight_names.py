"""What is each weight of a model called, where some have the same path?"""

import collections
from collections.abc import Sequence
from typing import Any


def weight_names(weights: Sequence[Any]) -> list[str]:
    """The path of each weight; the second of one path is `"<path> (2)"`, and so on.

    KerasHub's T5 has several: a layer built by another's call is named as if it stood alone.
    """
    seen: collections.Counter[str] = collections.Counter()
    names = []
    for weight in weights:
        seen[weight.path] += 1
        names.append(numbered(weight.path, seen[weight.path]))
    return names


def numbered(path: str, number: int) -> str:
    """The name of the `number`-th weight of one path, counted from 1."""
    return path if number == 1 else f"{path} ({number})"
