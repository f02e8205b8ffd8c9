"""The processes that train one model together: which is this, and what have all of them found?"""

import contextlib
import pickle
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any
from typing import TypeVar

import keras
import numpy as np

T = TypeVar("T")


@contextlib.contextmanager
def apart(model: keras.Model) -> Iterator[None]:
    """Within the block this process computes alone, with weights of its own.

    On JAX several processes hold the arrays of a model together, and each computation is one of all
    of them. Elsewhere, and in a single process, each is alone already.

    Raises:
        ValueError: if no process has the whole model.
    """
    if Processes().count == 1 or keras.backend.backend() != "jax":
        yield
        return
    own = []
    for variable in model.variables:
        value = variable.value
        if not value.is_fully_replicated:
            raise ValueError(
                "A model must be whole in each process to be measured: train with `DataParallel`, "
                f"or measure it in a run of one process. Received: {variable.path} in parts"
            )
        own.append((variable, np.asarray(value.addressable_data(0))))
    distribution = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        with keras.StatelessScope(state_mapping=own):
            yield
    finally:
        keras.distribution.set_distribution(distribution)


class Processes:
    """The processes of one training run, as its backend knows them; one where it knows of none.

    On PyTorch those of `torch.distributed`, each with a whole model; on JAX those of
    `keras.distribution.initialize`.

    Attributes:
        index: int, of this process.
        count: int, how many there are.
    """

    def __init__(self) -> None:
        self.index, self.count = _PLACE.get(keras.backend.backend(), lambda: (0, 1))()

    @property
    def is_first(self) -> bool:
        """Whether this is the one that writes files and speaks."""
        return self.index == 0

    def share(self, items: Sequence[T]) -> list[T]:
        """The part of a list that this process takes: every `count`-th item."""
        return list(items[self.index :: self.count])

    def gathered(self, function: Callable[[], T]) -> list[T]:
        """What `function` returns in each process, by index. All of them must call this together.

        An error in one process is an error in all, so that none waits for ever.

        Raises:
            RuntimeError: where another process failed.
        """
        if self.count == 1:
            return [function()]
        error: Exception | None = None
        try:
            mine: tuple[bool, Any] = True, function()
        except Exception as caught:
            error, mine = caught, (False, f"{type(caught).__name__}: {caught}")
        found = _GATHER[keras.backend.backend()](mine, self.count)
        if error is not None:
            raise error
        for index, (worked, value) in enumerate(found):
            if not worked:
                raise RuntimeError(f"Process {index} of {self.count} failed: {value}")
        return [value for _, value in found]


def require_one_process(who: str) -> None:
    """Raises on JAX where several processes hold a model together, and `who` calls `evaluate`."""
    count = Processes().count
    if count > 1 and keras.backend.backend() == "jax":
        raise ValueError(
            f"{who} calls `evaluate` or `predict` of the model, which one of several JAX processes "
            f"cannot do alone: measure in a run of one process. Received: {count} processes"
        )


def _torch_place() -> tuple[int, int]:
    import torch.distributed as together

    if not together.is_available() or not together.is_initialized():
        return 0, 1
    return together.get_rank(), together.get_world_size()


def _torch_gather(value: Any, count: int) -> list[Any]:
    import torch.distributed as together

    found: list[Any] = [None] * count
    together.all_gather_object(found, value)
    return found


def _jax_place() -> tuple[int, int]:
    import jax

    return jax.process_index(), jax.process_count()


def _jax_gather(value: Any, count: int) -> list[Any]:
    from jax.experimental import multihost_utils

    data = np.frombuffer(pickle.dumps(value), "uint8")
    sizes = multihost_utils.process_allgather(np.array([len(data)], "int32")).reshape(-1)
    padded = np.zeros(int(sizes.max()), "uint8")
    padded[: len(data)] = data
    rows = np.asarray(multihost_utils.process_allgather(padded)).reshape(count, -1)
    return [pickle.loads(row[:size].tobytes()) for row, size in zip(rows, sizes)]


_PLACE: dict[str, Callable[[], tuple[int, int]]] = {"torch": _torch_place, "jax": _jax_place}
_GATHER: dict[str, Callable[[Any, int], list[Any]]] = {"torch": _torch_gather, "jax": _jax_gather}
