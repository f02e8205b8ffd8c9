"""What do the verdicts of one look at the model amount to?"""

import collections
import math
from collections.abc import Sequence

from keras_halluc._types import Verdict
from keras_halluc.ops.estimates import Estimate
from keras_halluc.ops.estimates import count_estimates
from keras_halluc.ops.estimates import mean_estimate
from keras_halluc.ops.estimates import rate_estimate

__all__ = ["Estimate", "mean_estimate", "rate_estimate", "verdict_estimates"]


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
