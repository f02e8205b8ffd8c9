"""Which threshold do new scores stay under as often as wanted, whatever their distribution?"""

import math

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.ops._arrays import host_rows


def conformal_threshold(scores: Tensor, coverage: float) -> float:
    """Split-conformal quantile: the `ceil((row + 1) * coverage)`-th smallest of the scores.

    A new score must be exchangeable with these: all drawn in the same way, and none of them used to
    make the score. Then it is at most the threshold with probability `coverage` or more, and
    without ties with at most `1 / (row + 1)` more. That is an average over draws of these scores
    too, and over all new ones: in any one group of them the share may be different.

    Args:
        scores: float `(row,)`; `inf` is allowed.
        coverage: float in (0, 1).

    Returns:
        float, one of the scores.

    Raises:
        ValueError: if there are fewer than `coverage / (1 - coverage)` scores, from which nothing
            so sure follows.

    References:
        Vovk et al. 2005, "Algorithmic learning in a random world"; Angelopoulos and Bates 2023,
        "Conformal prediction: a gentle introduction", https://arxiv.org/abs/2107.07511
    """
    rows = np.sort(host_rows("scores", scores))
    if require_number("coverage", coverage, above=0.0) >= 1.0:
        raise ValueError(f"`coverage` must be < 1. {received('coverage', coverage)}")
    # 10 * 0.9 is 9.000000000000002 in some orders of the factors: not the tenth.
    rank = math.ceil(round((len(rows) + 1) * coverage, 9))
    if rank > len(rows):
        raise ValueError(
            f"`scores` must hold at least {math.ceil(round(coverage / (1 - coverage), 9))} rows "
            f"for a coverage of {coverage}. Received: {len(rows)} rows"
        )
    return float(rows[rank - 1])
