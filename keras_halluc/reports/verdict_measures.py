"""What happened to grounding and to knowledge, by the verdicts on the same cases?"""

from collections.abc import Sequence

import numpy as np

from keras_halluc._types import Verdict
from keras_halluc.ops.verdicts import VERDICT_RATES
from keras_halluc.reports.measure import Measure
from keras_halluc.statistics import mcnemar_test
from keras_halluc.statistics import paired_rate_interval
from keras_halluc.statistics.estimates import CONFIDENCE
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import bootstrap_difference
from keras_halluc.statistics.estimates import mean_estimate
from keras_halluc.statistics.estimates import rate_estimate

Pairs = Sequence[tuple[Verdict, Verdict]]


def rate_measure(
    name: str,
    section: str,
    variant: str,
    checker: str,
    pairs: Pairs,
    group: str | None = None,
    minimum: int = 1,
) -> Measure:
    """A rate of `VERDICT_RATES` before and after, over `pairs` of verdicts on the same cases.

    Over fewer than `minimum` of them nothing is measured.
    """
    counted, over = VERDICT_RATES[name]
    before, after = (_rate([pair[side].label for pair in pairs], counted, over) for side in (0, 1))
    both = [(b.label in counted, a.label in counted) for b, a in pairs if _both(b, a, over)]
    reason = "" if after is not None else _unmeasured([pair[1] for pair in pairs])
    if after is not None and after.count < minimum:
        reason = f"{after.count} cases, at least {minimum} needed"
    before, after = (e if e and e.count >= minimum else None for e in (before, after))
    difference, p_value = _difference(both) if len(both) >= minimum else (None, None)
    return Measure(
        name, section, variant, checker, group, before, after, difference, p_value, reason
    )


def score_measure(variant: str, checker: str, pairs: Pairs, resamples: int, seed: int) -> Measure:
    """Mean score of the verdicts that have one."""
    scores = [[v.score if v.measured else None for v in pair] for pair in pairs]
    before, after = ([x for x in column if x is not None] for column in zip(*scores))
    both = [pair for pair in scores if None not in pair]
    difference = None
    if both:
        first, second = zip(*both)
        difference = bootstrap_difference(np.mean, (first,), (second,), resamples, seed)
    return Measure(
        "grounding_score",
        "grounding",
        variant,
        checker,
        before=mean_estimate(before) if before else None,
        after=mean_estimate(after) if after else None,
        difference=difference,
        reason="" if after else "no verdict has a score",
    )


def kept_measures(variant: str, checker: str, pairs: Pairs) -> list[Measure]:
    """Of what was right before, the share that is not now; and the other way round."""
    right = [
        (b.label == "supported", a.label == "supported")
        for b, a in pairs
        if b.measured and a.measured
    ]
    lost = [not after for before, after in right if before]
    gained = [after for before, after in right if not before]
    return [
        _share("lost", variant, checker, lost, "nothing was right before"),
        _share("gained", variant, checker, gained, "nothing was wrong before"),
    ]


def forgetting_measure(variant: str, checker: str, pairs: Pairs) -> Measure:
    """Base minus current accuracy, over the pairs of cases that the base model knew."""
    both = [
        (b.label != "supported", a.label != "supported")
        for b, a in pairs
        if b.measured and a.measured
    ]
    difference, p_value = _difference(both)
    return Measure(
        "forgetting",
        "knowledge",
        variant,
        checker,
        before=None if difference is None else 0.0,
        after=None if difference is None else difference.value,
        difference=difference,
        p_value=p_value,
        reason="" if both else "no case that the base model knew was measured",
    )


def _rate(labels: list[str], counted: Sequence[str], over: Sequence[str]) -> Estimate | None:
    total = sum(label in over for label in labels)
    return rate_estimate(sum(label in counted for label in labels), total) if total else None


def _both(before: Verdict, after: Verdict, over: Sequence[str]) -> bool:
    return before.label in over and after.label in over


def _difference(both: list[tuple[bool, bool]]) -> tuple[Estimate | None, float | None]:
    if not both:
        return None, None
    gained = sum(after and not before for before, after in both)
    lost = sum(before and not after for before, after in both)
    interval = paired_rate_interval(gained, lost, len(both), CONFIDENCE)
    return Estimate(*interval, len(both)), mcnemar_test(gained, lost)


def _share(name: str, variant: str, checker: str, hits: list[bool], reason: str) -> Measure:
    value = rate_estimate(sum(hits), len(hits)) if hits else None
    return Measure(name, "knowledge", variant, checker, after=value, reason="" if hits else reason)


def _unmeasured(verdicts: list[Verdict]) -> str:
    reasons = [verdict.reason for verdict in verdicts if verdict.reason]
    return f"no case was measured{': ' + reasons[0] if reasons else ''}"
