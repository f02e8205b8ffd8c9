"""Rows of token ids: segments cut to fit, special tokens around them, padding to one length.

KerasHub's `MultiSegmentPacker` gives the same rows; outside a graph it takes 300 times as long.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class SpecialTokens(NamedTuple):
    """What stands before, between and behind the segments of a row.

    Args:
        start: tuple of int.
        separator: tuple of int.
        end: tuple of int.
    """

    start: tuple[int, ...]
    separator: tuple[int, ...]
    end: tuple[int, ...]

    def count(self, segments: int) -> int:
        """How many there are in a row of so many segments."""
        return len(self.start) + (segments - 1) * len(self.separator) + len(self.end)


def cut_segments(
    segments: Sequence[Sequence[int]], room: int, truncate: str
) -> list[Sequence[int]]:
    """The beginnings of the segments of a row that fit into `room` tokens.

    Args:
        segments: list of lists of int.
        room: int, tokens of all of them together.
        truncate: str. `"round_robin"` gives each segment a token in turn, `"waterfall"` the first
            as many as it wants, then the second.
    """
    kept = [0] * len(segments)
    at_once = room if truncate == "waterfall" else 1
    while room > 0 and any(len(segment) > count for segment, count in zip(segments, kept)):
        for i, segment in enumerate(segments):
            more = min(at_once, len(segment) - kept[i], room)
            kept[i] += more
            room -= more
    return [segment[:count] for segment, count in zip(segments, kept)]


def join_segments(
    segments: Sequence[Sequence[int]], special: SpecialTokens
) -> tuple[list[int], list[int]]:
    """The tokens of a row, and the number of the segment each belongs to.

    A separator and the end belong to the segment before them, the start to the first.
    """
    ids, numbers = list(special.start), [0] * len(special.start)
    for i, segment in enumerate(segments):
        behind = special.end if i == len(segments) - 1 else special.separator
        ids += [*segment, *behind]
        numbers += [i] * (len(segment) + len(behind))
    return ids, numbers


def pad_rows(
    rows: Sequence[Sequence[int]], length: int, pad: int, left: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Packs lists of ids into int32 `(batch, length)` and a mask with 1 on real ids."""
    ids = np.full((len(rows), length), pad, "int32")
    mask = np.zeros((len(rows), length), "int32")
    for i, row in enumerate(rows):
        where = slice(length - len(row), length) if left else slice(0, len(row))
        ids[i, where] = row
        mask[i, where] = 1
    return ids, mask
