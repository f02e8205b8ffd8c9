"""How is a list cut into batches of one fixed size, so that nothing compiles twice?"""

from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any
from typing import TypeVar

import numpy as np

T = TypeVar("T")
CHUNK = 32  # prompts at once, where a generator names no batch size


def chunk_size(generator: Any) -> int:
    """How many prompts the generator takes at once."""
    return int(getattr(generator, "batch_size", None) or CHUNK)


def fixed_batches(items: Sequence[T], size: int) -> Iterator[tuple[list[T], int]]:
    """Yields `(batch, real)`: `size` items, the last repeated as filler, `real` of them ours."""
    for start in range(0, len(items), size):
        batch = list(items[start : start + size])
        real = len(batch)
        yield batch + [batch[-1]] * (size - real), real


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
