"""Which rows of a data set are measured, the same ones every time?"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_halluc._preprocessing import is_dataset
from keras_halluc._require import received
from keras_halluc.callbacks.session.time_budget import spread


class FixedRows:
    """Data as `fit` takes them, of which some rows, evenly spread, can be taken.

    Args:
        name: str, of the argument, for errors.
        data: `x`, `(x, y)` or `(x, y, sample_weight)` of arrays, lists or dicts of them; or a
            dataset that yields the same batches each time, of which all are taken.
    """

    def __init__(self, name: str, data: Any) -> None:
        parts = data if isinstance(data, tuple) else (data,)
        if not 1 <= len(parts) <= 3:
            raise ValueError(
                f"`{name}` must be x, (x, y) or (x, y, sample_weight). "
                + received(f"len({name})", len(parts))
            )
        self.is_dataset = is_dataset(parts[0])
        if self.is_dataset and len(parts) > 1:
            raise ValueError(
                f"`{name}` must be a dataset alone, which yields the labels too. "
                + received(name, data)
            )
        self.parts = (_fixed(name, parts[0]),) if self.is_dataset else parts
        self.count = 1 if self.is_dataset else _count(name, parts)

    def take(self, wanted: int) -> tuple[Any, Any, Any]:
        """`(x, y, sample_weight)` of `wanted` rows, evenly spread; a dataset is taken whole."""
        parts = self.parts
        if wanted < self.count:
            positions = spread(self.count, wanted)
            parts = tuple(_rows(part, positions) for part in parts)
        x, y, sample_weight = (*parts, None, None)[:3]
        return x, y, sample_weight


def _fixed(name: str, dataset: Any) -> Any:
    """`dataset`, such that each pass yields the same batches; raises if that cannot be."""
    if hasattr(dataset, "__next__"):
        raise TypeError(
            f"`{name}` must not be an iterator, which can be read only once. Give arrays, or a "
            f"dataset. {received(name, dataset)}"
        )
    if isinstance(dataset, keras.utils.PyDataset):
        return _Unturned(dataset)
    if not hasattr(dataset, "element_spec"):
        return dataset
    if int(dataset.cardinality()) == -1:  # tf.data.INFINITE_CARDINALITY
        raise ValueError(
            f"`{name}` must end: write dataset.take(batches). {received(name, dataset)}"
        )
    return dataset.cache()  # or `shuffle` before `take` would take others each time


class _Unturned(keras.utils.PyDataset):
    """The same batches; that an epoch of `fit` ends is for `fit` to tell, and some shuffle then."""

    def __init__(self, dataset: keras.utils.PyDataset) -> None:
        super().__init__(dataset.workers, dataset.use_multiprocessing, dataset.max_queue_size)
        self.dataset = dataset

    @property
    def num_batches(self) -> Any:
        return self.dataset.num_batches

    def __getitem__(self, index: int) -> Any:
        return self.dataset[index]


def _leaves(data: Any) -> list[Any]:
    """Arrays or lists of rows; only a list of arrays is a structure of several inputs."""
    if isinstance(data, dict):
        return [leaf for value in data.values() for leaf in _leaves(value)]
    if isinstance(data, tuple) or _is_inputs(data):
        return [leaf for value in data for leaf in _leaves(value)]
    return [] if data is None else [data]


def _rows(data: Any, positions: Sequence[int]) -> Any:
    if data is None:
        return None
    if isinstance(data, dict):
        return {key: _rows(value, positions) for key, value in data.items()}
    if isinstance(data, tuple) or _is_inputs(data):
        return type(data)(_rows(value, positions) for value in data)
    if isinstance(data, list):
        return [data[i] for i in positions]
    if keras.ops.is_tensor(data):
        data = keras.ops.convert_to_numpy(data)
    return np.asarray(data)[list(positions)]


def _is_inputs(data: Any) -> bool:
    return isinstance(data, list) and bool(data) and bool(getattr(data[0], "shape", ()))


def _count(name: str, parts: tuple[Any, ...]) -> int:
    leaves = _leaves(parts)
    if (
        parts[0] is None
        or isinstance(parts[0], str)
        or not all(hasattr(leaf, "__len__") for leaf in leaves)
    ):
        raise TypeError(
            f"`{name}` must be arrays, lists of texts or a dataset. {received(name, parts[0])}"
        )
    counts = {len(leaf) for leaf in leaves}
    if len(counts) > 1 or 0 in counts:
        raise ValueError(
            f"`{name}` must have as many rows in each part, at least one. "
            + received("rows", sorted(counts))
        )
    return counts.pop()
