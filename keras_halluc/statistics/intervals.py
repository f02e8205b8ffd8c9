"""Within which bounds does a rate lie, given how few cases it was measured on?"""

import math
import statistics

from keras_halluc._require import received
from keras_halluc._require import require_number


def wilson_interval(successes: float, total: float, confidence: float) -> tuple[float, float]:
    """Wilson score interval of a rate.

    Unlike rate ± 1.96 standard errors it stays in [0, 1], and it is honest near 0 and 1 and for
    few cases.

    Args:
        successes: float in `[0, total]`.
        total: float > 0.
        confidence: float in (0, 1), such as 0.95.

    Returns:
        `(low, high)`, floats in [0, 1] with the rate between them.

    References:
        Wilson 1927, "Probable inference, the law of succession, and statistical inference",
        https://doi.org/10.1080/01621459.1927.10502953
    """
    total = require_number("total", total)
    if total <= 0:
        raise ValueError(
            "`total` must be > 0: a rate measured on no case has no interval. "
            f"{received('total', total)}"
        )
    successes = require_number("successes", successes, minimum=0.0, maximum=total)
    if require_number("confidence", confidence, above=0.0) >= 1.0:
        raise ValueError(f"`confidence` must be < 1. {received('confidence', confidence)}")
    z = statistics.NormalDist().inv_cdf(0.5 + confidence / 2)
    rate = successes / total
    spread = z * z / total
    middle = (rate + spread / 2) / (1 + spread)
    half = math.sqrt(rate * (1 - rate) * spread + spread * spread / 4) / (1 + spread)
    return min(max(middle - half, 0.0), rate), max(min(middle + half, 1.0), rate)


def newcombe_interval(
    successes: float, total: float, others: float, others_total: float, confidence: float
) -> tuple[float, float, float]:
    """How much a rate differs from that of other cases, with Newcombe's hybrid score interval.

    Args:
        successes: float in `[0, total]`.
        total: float > 0.
        others: float in `[0, others_total]`, successes among the other cases.
        others_total: float > 0.
        confidence: float in (0, 1), such as 0.95.

    Returns:
        `(difference, low, high)`, floats in [-1, 1]: the rate minus that of the others, between its
        bounds.

    References:
        Newcombe 1998, "Interval estimation for the difference between independent proportions:
        comparison of eleven methods" (method 10),
        https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I
    """
    low, high = wilson_interval(successes, total, confidence)
    others_low, others_high = wilson_interval(others, others_total, confidence)
    rate, others_rate = successes / total, others / others_total
    difference = rate - others_rate
    below = math.hypot(rate - low, others_high - others_rate)
    above = math.hypot(high - rate, others_rate - others_low)
    return difference, max(difference - below, -1.0), min(difference + above, 1.0)
