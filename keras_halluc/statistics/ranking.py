"""Does a score rank what is right above what is wrong, and better than another score does?"""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._types import Tensor
from keras_halluc.ops._arrays import host_array
from keras_halluc.ops._arrays import host_columns

# Draws for each resample wanted before giving up: so few rows of one class say nothing.
MOST_DRAWS = 20


def auroc(scores: Tensor, positive: Tensor) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties half.

    This is the Mann-Whitney statistic, exact and on the host. Within `compile` use
    `keras.metrics.AUC`, which counts scores between two of its thresholds as tied.

    Args:
        scores: float `(row,)`; only their order counts, infinities may be among them.
        positive: bool `(row,)`, or 0 and 1, both present.

    Returns:
        float in [0, 1]; 0.5 is chance, higher is better.

    References:
        Hanley and McNeil 1982, "The meaning and use of the area under a receiver operating
        characteristic (ROC) curve", https://doi.org/10.1148/radiology.143.1.7063747
    """
    scores, positive = host_columns(scores=scores, positive=positive)
    if set(positive.tolist()) != {0.0, 1.0}:
        raise ValueError(
            "`positive` must be 0 and 1, with both present: a ranking of one class has no area. "
            f"{received('positive', sorted(set(positive.tolist()))[:10])}"
        )
    chosen = positive == 1.0
    others = np.sort(scores[~chosen])
    below = np.searchsorted(others, scores[chosen], side="left")
    not_above = np.searchsorted(others, scores[chosen], side="right")
    return float((below + not_above).mean() / 2 / len(others))


def paired_bootstrap(
    statistic: Callable[..., float],
    first: Sequence[Any],
    second: Sequence[Any],
    resamples: int,
    confidence: float,
    seed: int,
) -> tuple[float, float, float]:
    """How much larger a statistic is for the second of two measurements of the same rows.

    Rows are drawn anew with replacement, the same for both, so that what makes a row hard for both
    cancels. A draw for which `statistic` raises ValueError, such as one without both classes, is
    drawn again.

    Args:
        statistic: callable from the arrays of one measurement to a number, such as `auroc`.
        first: tuple of arrays, the arguments of `statistic`, each with as many rows.
        second: tuple of arrays, the same rows measured otherwise.
        resamples: int >= 1; 1000 give two digits of the ends.
        confidence: float in (0, 1), such as 0.95.
        seed: int >= 0; the same one gives the same interval.

    Returns:
        `(difference, low, high)`, floats: `statistic(*second) - statistic(*first)`, and the
        percentiles between which it lies in `confidence` of the resamples.

    References:
        Efron and Tibshirani 1993, "An introduction to the bootstrap"; Koehn 2004, "Statistical
        significance tests for machine translation evaluation", https://aclanthology.org/W04-3250
    """
    resamples = require_int("resamples", resamples, minimum=1)
    if require_number("confidence", confidence, above=0.0) >= 1.0:
        raise ValueError(f"`confidence` must be < 1. {received('confidence', confidence)}")
    rng = np.random.default_rng(require_int("seed", seed, minimum=0))
    before, after = ([host_array(column) for column in columns] for columns in (first, second))
    named = {f"first[{i}]": column for i, column in enumerate(before)}
    named |= {f"second[{i}]": column for i, column in enumerate(after)}
    require_same_length(**named)
    rows = len(before[0])

    def difference(at: Any) -> float:
        return float(statistic(*(c[at] for c in after)) - statistic(*(c[at] for c in before)))

    whole = difference(slice(None))  # an error that is none of chance shows here
    found: list[float] = []
    for _ in range(resamples * MOST_DRAWS):
        if len(found) == resamples:
            break
        try:
            found.append(difference(rng.integers(0, rows, rows)))
        except ValueError:
            continue
    if len(found) < resamples:
        raise ValueError(
            f"`statistic` could be taken of only {len(found)} of {resamples * MOST_DRAWS} "
            f"resamples of {rows} rows: measure more rows of each class."
        )
    low, high = np.percentile(found, [50 * (1 - confidence), 50 * (1 + confidence)])
    return whole, float(low), float(high)


def per_token(total: np.ndarray, tokens: np.ndarray) -> float:
    """Mean over all tokens of rows that were drawn, for `paired_bootstrap`.

    Args:
        total: float `(row,)`, the sum over each row's tokens.
        tokens: float `(row,)`, how many there are.
    """
    if not tokens.sum():
        raise ValueError("no token counts")  # of this resample: it is drawn again
    return float(total.sum() / tokens.sum())
