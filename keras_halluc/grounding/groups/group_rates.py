"""Does a model hallucinate more for one group of cases than for the others?"""

import collections
import dataclasses
from collections.abc import Mapping
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.ops.verdicts import VERDICT_RATES
from keras_halluc.statistics import newcombe_interval
from keras_halluc.statistics.estimates import CONFIDENCE
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import rate_estimate


@dataclasses.dataclass(frozen=True)
class GroupRate:
    """A rate within one group of cases, beside the rate over all other groups.

    Args:
        group: str, the `group` of its cases.
        count: int, cases that the rate is taken over.
        total: int, cases of the group.
        rate: `keras_halluc.statistics.Estimate` or None where there are too few cases.
        difference: `Estimate` of this rate minus that over all other groups, in [-1, 1]; its
            `count` is that of both together. None where either has too few cases.
        reason: str, why something is None; else empty.

    Example:

    >>> import keras_halluc as kh
    >>> few = kh.grounding.GroupRate("fr", 3, 4, None, None, "3 cases, at least 30 needed")
    >>> few.rate is None, few.reason
    (True, '3 cases, at least 30 needed')
    """

    group: str
    count: int
    total: int
    rate: Estimate | None
    difference: Estimate | None
    reason: str = ""


def rates_by_group(
    cases: Sequence[Case],
    verdicts: Sequence[Verdict],
    rate: str = "hallucination_rate",
    minimum: int = 30,
) -> dict[str, GroupRate]:
    """A rate over verdicts within each group of cases, and how it differs from the others'.

    Rates have Wilson intervals, differences Newcombe's, both of 95 %. Each is right by itself: of
    twenty groups without any difference, one shows one. Cases without a group belong to none and
    are not among the others either.

    Args:
        cases: list of `Case`.
        verdicts: list of `Verdict`, as many.
        rate: str, `"hallucination_rate"`, `"abstention_rate"`, `"answer_accuracy"` or
            `"check_coverage"`.
        minimum: int >= 1, cases that a rate has to be taken over; with fewer it is left out.

    Returns:
        dict from group to `GroupRate`, sorted by name.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("?", ("yes",), group=name) for name in ["de"] * 50 + ["fr"] * 50]
    >>> outputs = ["yes"] * 45 + ["no"] * 5 + ["yes"] * 30 + ["no"] * 20
    >>> verdicts = kh.grounding.AnswerChecker().check(cases, outputs)
    >>> french = kh.grounding.rates_by_group(cases, verdicts)["fr"]
    >>> french.rate.value, round(french.difference.value, 2), french.difference.low > 0
    (0.4, 0.3, True)

    References:
        Newcombe 1998, "Interval estimation for the difference between independent proportions",
        https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I
    """
    require_same_length(cases=cases, verdicts=verdicts)
    labels: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for i, (case, verdict) in enumerate(zip(cases, verdicts)):
        if not isinstance(case, Case) or not isinstance(verdict, Verdict):
            raise TypeError(
                "`cases` must hold Case objects and `verdicts` Verdict objects. "
                f"{received(f'item {i}', (case, verdict))}"
            )
        if case.group is not None:
            labels[case.group][verdict.label] += 1
    return rates_of_counts(labels, rate, minimum)


def rates_of_counts(
    labels: Mapping[str, Mapping[str, int]], rate: str, minimum: int = 30
) -> dict[str, GroupRate]:
    """`rates_by_group` out of how often each label came in each group.

    Args:
        labels: mapping from group to a mapping from label to how many verdicts have it.
        rate: str, as there.
        minimum: int, as there.
    """
    counted, over = VERDICT_RATES[require_choice("rate", rate, VERDICT_RATES)]
    minimum = require_int("minimum", minimum, minimum=1)
    sums = {
        group: (sum(own.get(n, 0) for n in counted), sum(own.get(n, 0) for n in over))
        for group, own in sorted(labels.items())
    }
    hits, total = (sum(column) for column in zip(*sums.values())) if sums else (0, 0)
    return {
        group: _group_rate(
            group, own, (hits - own[0], total - own[1]), sum(labels[group].values()), minimum
        )
        for group, own in sums.items()
    }


def _group_rate(
    group: str, own: tuple[int, int], others: tuple[int, int], total: int, minimum: int
) -> GroupRate:
    count = own[1]
    if count < minimum:
        reason = f"{count} cases, at least {minimum} needed"
        return GroupRate(group, count, total, None, None, reason)
    rate = rate_estimate(*own)
    if others[1] < minimum:
        reason = f"{others[1]} cases of other groups, at least {minimum} needed"
        return GroupRate(group, count, total, rate, None, reason)
    interval = newcombe_interval(*own, *others, CONFIDENCE)
    return GroupRate(group, count, total, rate, Estimate(*interval, count + others[1]))
