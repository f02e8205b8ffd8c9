"""How is a list cut into batches of one fixed size, so that nothing compiles twice?

The one place where rows are added so that several devices share a batch evenly.
"""

from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any
from typing import TypeVar

from keras_halluc._distribution import shared_evenly

T = TypeVar("T")
CHUNK = 32  # prompts at once, where a generator names no batch size


def chunk_size(generator: Any) -> int:
    """How many prompts the generator takes at once."""
    return shared_evenly(int(getattr(generator, "batch_size", None) or CHUNK))


def fixed_batches(items: Sequence[T], size: int) -> Iterator[tuple[list[T], int]]:
    """Yields `(batch, real)`: `size` items, the last repeated as filler, `real` of them ours.

    Where several devices share a batch, `size` is the next that they share evenly.
    """
    size = shared_evenly(size)
    for start in range(0, len(items), size):
        batch = list(items[start : start + size])
        real = len(batch)
        yield batch + [batch[-1]] * (size - real), real
