"""How much did a statistic of the cases change, and how sure is that?"""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

from keras_halluc.statistics import paired_bootstrap
from keras_halluc.statistics.estimates import CONFIDENCE
from keras_halluc.statistics.estimates import Estimate


def bootstrap_difference(
    statistic: Callable[..., float],
    first: Sequence[Any],
    second: Sequence[Any],
    resamples: int,
    seed: int,
) -> Estimate:
    """`paired_bootstrap` as an `Estimate`; the percentiles of a skewed one may miss the value."""
    value, low, high = paired_bootstrap(statistic, first, second, resamples, CONFIDENCE, seed)
    return Estimate(value, min(low, value), max(high, value), len(first[0]))
