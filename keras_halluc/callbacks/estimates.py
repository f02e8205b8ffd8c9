"""What was measured, on how many cases, and how sure is it?"""

import dataclasses
import math
from collections.abc import Sequence

from keras_halluc._types import LABELS
from keras_halluc._types import Verdict
from keras_halluc.metrics import AbstentionRate
from keras_halluc.metrics import AnswerAccuracy
from keras_halluc.metrics import CheckCoverage
from keras_halluc.metrics import HallucinationRate
from keras_halluc.ops import wilson_interval

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
    >>> rate = kh.callbacks.Estimate(value=0.25, low=0.15, high=0.38, count=60)
    >>> rate.low <= rate.value <= rate.high
    True
    """

    value: float
    low: float
    high: float
    count: int


def rate_estimate(successes: float, total: int) -> Estimate:
    """A share of cases with its Wilson interval; `total` must be > 0."""
    low, high = wilson_interval(successes, total, CONFIDENCE)
    return Estimate(successes / total, low, high, total)


def mean_estimate(values: Sequence[float]) -> Estimate:
    """Mean of values in [0, 1] with an interval at least as wide as theirs.

    It is the Wilson interval of a rate of that size: no values in [0, 1] vary more around their
    mean than ones that are all 0 or 1. A few equal scores so never look certain.
    """
    return rate_estimate(math.fsum(values), len(values))


def verdict_estimates(verdicts: Sequence[Verdict]) -> dict[str, Estimate]:
    """The rates of DESIGN's `val_` keys over verdicts; one that has no cases is left out.

    Args:
        verdicts: list of `Verdict`, at least one.

    Returns:
        dict from metric name (without `val_`) to `Estimate`. `check_coverage` is always there.
    """
    labels = [LABELS.index(verdict.label) for verdict in verdicts]
    estimates = {}
    for metric in (HallucinationRate(), AbstentionRate(), AnswerAccuracy(), CheckCoverage()):
        metric.update_state(labels)
        total = round(float(metric.counted()))
        if total:
            successes = round(float(metric.result()) * total)
            estimates[metric.name] = rate_estimate(successes, total)
    scores = [v.score for v in verdicts if v.measured and v.score is not None]
    if scores:
        estimates["grounding_score"] = mean_estimate(scores)
    return estimates
