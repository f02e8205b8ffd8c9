"""What was measured, on how many cases, and how sure is it?"""

import collections
import dataclasses
import math
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._types import Verdict
from keras_halluc.ops.verdicts import VERDICT_RATES
from keras_halluc.statistics.intervals import wilson_interval
from keras_halluc.statistics.ranking import paired_bootstrap

CONFIDENCE = 0.95


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval.

    Args:
        value: float.
        low: float, lower end of the interval.
        high: float, upper end of the interval.
        count: int, cases it was measured on.

    Example:

    >>> import keras_halluc as kh
    >>> rate = kh.statistics.Estimate(value=0.25, low=0.15, high=0.38, count=60)
    >>> rate.low <= rate.value <= rate.high
    True
    """

    value: float
    low: float
    high: float
    count: int


def estimate_around(value: float, low: float, high: float, count: int) -> Estimate:
    """An estimate whose interval holds its value, which percentiles of a skewed one may miss."""
    return Estimate(value, min(low, value), max(high, value), count)


def bootstrap_difference(
    statistic: Callable[..., float],
    first: Sequence[Any],
    second: Sequence[Any],
    resamples: int,
    seed: int,
) -> Estimate:
    """`paired_bootstrap` as an `Estimate`: how much a statistic of the cases changed."""
    value, low, high = paired_bootstrap(statistic, first, second, resamples, CONFIDENCE, seed)
    return estimate_around(value, low, high, len(first[0]))


def rate_estimate(successes: float, total: int) -> Estimate:
    """A share of cases with its Wilson interval.

    Args:
        successes: float in `[0, total]`.
        total: int > 0, cases.
    """
    low, high = wilson_interval(successes, total, CONFIDENCE)
    return Estimate(successes / total, low, high, total)


def mean_estimate(values: Sequence[float]) -> Estimate:
    """Mean of values in [0, 1] with an interval at least as wide as theirs.

    It is the Wilson interval of a rate of that size: no values in [0, 1] vary more around their
    mean than ones that are all 0 or 1. A few equal scores so never look certain.

    Args:
        values: list of float in [0, 1], at least one.
    """
    return rate_estimate(math.fsum(values), len(values))


def count_estimates(
    counts: Mapping[str, int], score_sum: float = 0.0, scored: int = 0
) -> dict[str, Estimate]:
    """The rates over verdicts, out of how often each label came; what has no cases is left out.

    Args:
        counts: mapping from label to how many verdicts have it.
        score_sum: float, sum of the scores of measured verdicts.
        scored: int, how many of these have a score.

    Returns:
        dict from metric name to `Estimate`: those of `VERDICT_RATES`, and `grounding_score`.
    """
    estimates = {}
    for name, (numerator, denominator) in VERDICT_RATES.items():
        total = sum(counts.get(label, 0) for label in denominator)
        if total:
            estimates[name] = rate_estimate(sum(counts.get(n, 0) for n in numerator), total)
    if scored:
        estimates["grounding_score"] = rate_estimate(score_sum, scored)
    return estimates


def verdict_estimates(verdicts: Sequence[Verdict]) -> dict[str, Estimate]:
    """The rates of DESIGN's `val_` keys over verdicts; one that has no cases is left out.

    Args:
        verdicts: list of `Verdict`, at least one.

    Returns:
        dict from metric name (without `val_`) to `Estimate`. `check_coverage` is always there.
    """
    counts = collections.Counter(verdict.label for verdict in verdicts)
    scores = [v.score for v in verdicts if v.measured and v.score is not None]
    return count_estimates(counts, math.fsum(scores), len(scores))
