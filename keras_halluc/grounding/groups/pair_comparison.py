"""Do verdicts change when only a name or a pronoun does?"""

import dataclasses
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc._types import Verdict
from keras_halluc.statistics import mcnemar_test
from keras_halluc.statistics import paired_rate_interval
from keras_halluc.statistics.estimates import CONFIDENCE
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import rate_estimate


@dataclasses.dataclass(frozen=True)
class PairComparison:
    """What the verdicts on pairs of cases amount to.

    Args:
        pairs: int, all pairs.
        measured: int, pairs with both verdicts measured; the rest is left out of what follows.
        changed: `keras_halluc.statistics.Estimate`, share of pairs with two different labels, in
            [0, 1], lower is better; None where too few pairs were measured.
        difference: `Estimate` of the hallucination rate of the second cases minus that of the
            first, in [-1, 1], 0 is best; None where too few were.
        worse: int, pairs of which only the second is hallucinated.
        better: int, pairs of which only the first is.
        p_value: float in [0, 1], of the exact McNemar test of `worse` against `better`; None where
            too few were.
        reason: str, why something is None; else empty.

    Example:

    >>> import keras_halluc as kh
    >>> right = kh.grounding.Verdict("supported", 1.0)
    >>> wrong = kh.grounding.Verdict("unsupported", 0.0)
    >>> few = kh.grounding.compare_pairs([right] * 9 + [wrong], [right] * 10)
    >>> few.better, few.difference is None, few.reason
    (1, True, '10 measured pairs, at least 30 needed')
    """

    pairs: int
    measured: int
    changed: Estimate | None
    difference: Estimate | None
    worse: int
    better: int
    p_value: float | None
    reason: str = ""


def compare_pairs(
    first: Sequence[Verdict], second: Sequence[Verdict], minimum: int = 30
) -> PairComparison:
    """Compares the verdicts on cases with those on the same cases swapped.

    Labels that change either way show that the swapped words matter; a difference shows that they
    matter in one direction. A share of changes above 0 is no finding by itself where the model
    samples: compare it with that between two samples of the same cases.

    Args:
        first: list of `Verdict` on the first case of each pair.
        second: list of `Verdict` on the second, in the same order.
        minimum: int >= 1, pairs that have to be measured; with fewer they are only counted.

    Returns:
        `PairComparison`.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("Is Anna a doctor?", ("yes",))] * 32
    >>> pairs = kh.data.counterfactual_pairs(cases, [("Anna", "Omar")])
    >>> model = lambda prompt: "yes" if "Anna" in prompt else "no"
    >>> checker = kh.grounding.AnswerChecker()
    >>> first, second = (
    ...     checker.check(side, [model(case.prompt) for case in side]) for side in zip(*pairs)
    ... )
    >>> found = kh.grounding.compare_pairs(first, second)
    >>> found.changed.value, found.difference.value, found.p_value < 0.001
    (1.0, 1.0, True)

    References:
        McNemar 1947, https://doi.org/10.1007/BF02295996
        Tango 1998,
        https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B
    """
    require_same_length(first=first, second=second)
    minimum = require_int("minimum", minimum, minimum=1)
    for name, verdicts in (("first", first), ("second", second)):
        for i, verdict in enumerate(verdicts):
            if not isinstance(verdict, Verdict):
                raise TypeError(
                    f"`{name}` must hold Verdict objects. {received(f'{name}[{i}]', verdict)}"
                )
    both = [(a, b) for a, b in zip(first, second) if a.measured and b.measured]
    worse = sum(b.hallucinated and not a.hallucinated for a, b in both)
    better = sum(a.hallucinated and not b.hallucinated for a, b in both)
    if len(both) < minimum:
        reason = f"{len(both)} measured pairs, at least {minimum} needed"
        return PairComparison(len(first), len(both), None, None, worse, better, None, reason)
    changed = rate_estimate(sum(a.label != b.label for a, b in both), len(both))
    interval = paired_rate_interval(worse, better, len(both), CONFIDENCE)
    difference = Estimate(*interval, len(both))
    p_value = mcnemar_test(worse, better)
    return PairComparison(len(first), len(both), changed, difference, worse, better, p_value)
