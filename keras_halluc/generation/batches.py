"""How is a list cut into batches of one fixed size, so that nothing compiles twice?"""

from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any
from typing import TypeVar

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
