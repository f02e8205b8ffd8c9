"""Did a rate change between two measurements of the same cases, or did only chance?"""

import math
import statistics
from collections.abc import Callable

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number

COUNTED = 1000  # changes up to which every way is counted, in whole numbers
SUMMED = 10**10  # up to which terms are summed; beyond, the normal tail is as exact
HALVINGS = 60  # of [-1, 1]: below what float64 can tell apart


def paired_rate_interval(
    gained: int, lost: int, total: int, confidence: float
) -> tuple[float, float, float]:
    """How much a rate changed on the same cases, with Tango's score interval.

    Cases that stayed as they were narrow it; where none changed it is as wide as a Wilson interval
    at 0 on either side, as none of a few cases is not none at all.

    Args:
        gained: int, cases that count in the second measurement only.
        lost: int, cases that count in the first measurement only.
        total: int >= 1, cases in both measurements.
        confidence: float in (0, 1), such as 0.95.

    Returns:
        `(difference, low, high)`, floats in [-1, 1]: `(gained - lost) / total` between its bounds.

    References:
        Tango 1998, "Equivalence test and confidence interval for the difference in proportions for
        the paired-sample design",
        https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B
    """
    require_int("total", total, minimum=1)
    _require_changes(gained, lost)
    if gained + lost > total:
        raise ValueError(
            f"`gained` + `lost` must be <= `total`. Received: gained={gained}, lost={lost}, "
            f"total={total}"
        )
    if require_number("confidence", confidence, above=0.0) >= 1.0:
        raise ValueError(f"`confidence` must be < 1. {received('confidence', confidence)}")
    z = statistics.NormalDist().inv_cdf(0.5 + confidence / 2)
    low = _lower_end(gained, lost, total, z)
    high = -_lower_end(lost, gained, total, z)
    difference = (gained - lost) / total
    return difference, min(low, difference), max(high, difference)


def mcnemar_test(gained: int, lost: int) -> float:
    """Exact McNemar test: the probability of changes at least as one-sided if both ways were even.

    Args:
        gained: int, cases that count in the second measurement only.
        lost: int, cases that count in the first measurement only.

    Returns:
        float in [0, 1], two-sided; 1 where nothing changed. Right to nine digits at least.

    References:
        Loader 2000, "Fast and accurate computation of binomial probabilities"
        McNemar 1947, "Note on the sampling error of the difference between correlated proportions
        or percentages", https://doi.org/10.1007/BF02295996
    """
    _require_changes(gained, lost)
    changed, fewer = gained + lost, min(gained, lost)
    if gained == lost:
        return 1.0
    if changed <= COUNTED:
        tail = ways = 1  # of `changed` throws, with k heads
        for k in range(fewer):
            ways = ways * (changed - k) // (k + 1)
            tail += ways
        p_value: float = 2 * tail / 2**changed
        return min(p_value, 1.0)
    if changed <= SUMMED:
        return min(2 * _few_heads(fewer, changed), 1.0)
    root = math.isqrt(changed)
    return math.erfc(min(abs(gained - lost) - 1, 60 * root) / root / math.sqrt(2))


def _require_changes(gained: int, lost: int) -> None:
    require_int("gained", gained, minimum=0)
    require_int("lost", lost, minimum=0)


def _few_heads(heads: int, throws: int) -> float:
    """The probability of at most so many heads, of which fewer than half are heads.

    The last term by Loader's expansion, the others by their ratios, which fall fast enough that
    some multiples of the root of `throws` are all that count.
    """
    tails = throws - heads
    if not heads:
        return math.ldexp(1.0, -throws) if throws < 1100 else 0.0
    log = _stirling(throws) - _stirling(heads) - _stirling(tails)
    log -= _deviance(heads, throws / 2) + _deviance(tails, throws / 2)
    term = total = math.exp(log) * math.sqrt(throws / (2 * math.pi * heads * tails))
    for k in range(heads, 0, -1):
        term *= k / (throws - k + 1)
        total += term
        if term < 1e-17 * total:
            break
    return total


def _stirling(n: int) -> float:
    """What `n! / (sqrt(2 pi n) (n / e)^n)` is, as a logarithm."""
    if n < 16:
        return math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2 * math.pi)
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / n**2) / n**2) / n**2) / n


def _deviance(x: float, mean: float) -> float:
    """`x log(x / mean) + mean - x`, without cancellation where both are near."""
    apart = (x - mean) / (x + mean)
    if abs(apart) > 0.1:
        return x * math.log(x / mean) + mean - x
    total = (x - mean) * apart
    term, square = 2 * x * apart, apart**2
    for j in range(1, 20):
        term *= square
        total += term / (2 * j + 1)
    return total


def _lower_end(gained: int, lost: int, total: int, z: float) -> float:
    """The change from which what was found is `z` standard errors up."""

    def above(change: float) -> bool:
        spread = z * math.sqrt(max(_variance(change, gained, lost, total), 0.0) / total)
        return (gained - lost) / total - change > spread

    return _last_true(above, -1.0, (gained - lost) / total)


def _variance(change: float, gained: int, lost: int, total: int) -> float:
    """Of one case's change, at the likeliest rates of gain and loss that differ by `change`."""
    middle = gained + lost + (gained - lost) * change - 2 * total * change
    root = math.sqrt(max(middle**2 + 8 * total * lost * change * (1 - change), 0.0))
    loss = (middle + root) / (4 * total)
    return 2 * loss + change * (1 - change)


def _last_true(holds: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
