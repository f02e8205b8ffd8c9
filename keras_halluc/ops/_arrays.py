"""Are these the results of some runs, one number a row? On the host, in float64."""

from typing import Any

import numpy as np
from keras import ops

from keras_halluc._require import received


def host_array(value: Any) -> np.ndarray:
    """A list, array or tensor as a numpy array; float64 stays what it is."""
    if not isinstance(value, (list, tuple, np.ndarray, np.generic)):
        value = ops.convert_to_numpy(value)
    return np.asarray(value)


def host_rows(name: str, value: Any) -> np.ndarray:
    """`value` must be one axis of numbers, at least one, none of them NaN: float64 `(row,)`."""
    try:
        rows = host_array(value).astype("float64")
    except (TypeError, ValueError):
        raise TypeError(f"`{name}` must be a list of numbers. {received(name, value)}") from None
    if rows.ndim != 1 or not rows.size:
        raise ValueError(f"`{name}` must have shape (row,), row >= 1. Received: shape {rows.shape}")
    if np.isnan(rows).any():
        raise ValueError(
            f"`{name}` must not hold NaN; leave out what was not measured. "
            f"Received: NaN in {int(np.isnan(rows).sum())} of {rows.size} rows"
        )
    return rows


def host_columns(**named: Any) -> tuple[np.ndarray, ...]:
    """All must be rows of numbers, as many in each."""
    columns = {name: host_rows(name, value) for name, value in named.items()}
    lengths = {name: len(rows) for name, rows in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"All must have the same length. Received lengths: {lengths}")
    return tuple(columns.values())
