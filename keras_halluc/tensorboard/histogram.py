"""How are many values summed up as a few buckets?"""

from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_int


def histogram_buckets(values: Any, buckets: int) -> np.ndarray:
    """Counts values in buckets of equal width between their smallest and their largest.

    Takes memory for the values and the buckets, not for their product.

    Args:
        values: array-like of finite numbers, any shape, at least one.
        buckets: int >= 1.

    Returns:
        float64 `(buckets, 3)`: left edge, right edge, count. One bucket, whatever was asked for,
        where all values are equal (then of width 1 where float64 can show it) or too close, or too
        far apart, for finite buckets.

    Raises:
        TypeError: `values` are not numbers.
        ValueError: `values` is empty or holds NaN or infinity, or `buckets` is below 1.

    Example:

    >>> from keras_halluc.tensorboard.histogram import histogram_buckets
    >>> histogram_buckets([0.0, 1.0, 1.0, 4.0], buckets=2).tolist()
    [[0.0, 2.0, 3.0], [2.0, 4.0, 1.0]]
    """
    buckets = require_int("buckets", buckets, minimum=1)
    numbers = require_values(values)
    low, high = float(numbers.min()), float(numbers.max())
    if low == high:
        return np.array([[low - 0.5, high + 0.5, numbers.size]])
    with np.errstate(over="ignore", invalid="ignore"):
        edges = np.linspace(low, high, buckets + 1)
        growing = bool((np.diff(edges) > 0).all() and np.isfinite(edges).all())
    if not growing:
        return np.array([[low, high, numbers.size]])
    counts, edges = np.histogram(numbers, bins=buckets, range=(low, high))
    return np.stack([edges[:-1], edges[1:], counts.astype(np.float64)], axis=1)


def require_values(values: Any) -> np.ndarray:
    """`values` must be finite numbers, at least one; returns them flat, in float64."""
    try:
        numbers = np.asarray(values, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        raise TypeError(
            f"`values` must be an array of numbers. {received('values', values)}"
        ) from None
    if not numbers.size:
        raise ValueError(f"`values` must not be empty. {received('values', values)}")
    bad = int(np.count_nonzero(~np.isfinite(numbers)))
    if bad:
        raise ValueError(
            f"`values` must be finite. {bad} of {numbers.size} are NaN or infinite; leave them "
            f"out, for example with values[np.isfinite(values)]. {received('values', values)}"
        )
    return numbers
