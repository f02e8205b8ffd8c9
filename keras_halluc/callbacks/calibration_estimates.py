"""Which numbers say whether confidence can be trusted, and how sure are they?"""

from collections.abc import Callable
from collections.abc import Sequence

import numpy as np
from keras import ops

from keras_halluc.ops import abstention_score
from keras_halluc.ops import aurc
from keras_halluc.ops import brier_score
from keras_halluc.ops import brier_sums
from keras_halluc.ops import calibration_error
from keras_halluc.ops import calibration_sums
from keras_halluc.ops import paired_bootstrap
from keras_halluc.ops.estimates import CONFIDENCE
from keras_halluc.ops.estimates import Estimate
from keras_halluc.ops.estimates import rate_estimate

NUM_BINS = 15
MIN_ANSWERS = 30  # with fewer, the calibration error is mostly that of chance
THRESHOLDS = {
    "abstention_score_t50": 0.5,
    "abstention_score_t75": 0.75,
    "abstention_score_t90": 0.9,
}
KEYS = ("expected_calibration_error", "brier_score", "aurc", *THRESHOLDS)


def reliability(confidence: np.ndarray, correct: np.ndarray) -> np.ndarray:
    """`calibration_sums` of `(row,)` confidences and whether each was right, on the host."""
    sums = calibration_sums(confidence, correct, np.ones_like(confidence), NUM_BINS)
    return np.asarray(ops.convert_to_numpy(sums))


def confidence_estimates(
    confidence: np.ndarray, correct: np.ndarray, resamples: int
) -> dict[str, Estimate]:
    """Calibration error, Brier score and AURC with bootstrap intervals over rows.

    Args:
        confidence: float32 `(row,)` in [0, 1].
        correct: float32 `(row,)`, 0 or 1.
        resamples: int >= 1.

    Returns:
        dict by key; empty where there are fewer than `MIN_ANSWERS` rows.
    """
    if len(confidence) < MIN_ANSWERS:
        return {}
    perfect = np.ones_like(confidence), np.ones_like(correct)  # of which each statistic is 0
    found = {}
    for key, statistic in STATISTICS.items():
        values = paired_bootstrap(
            statistic, perfect, (confidence, correct), resamples, CONFIDENCE, seed=0
        )
        value, low, high = values
        found[key] = Estimate(value, min(low, value), max(high, value), len(confidence))
    return found


def abstention_estimates(sums: Sequence[float]) -> dict[str, Estimate]:
    """Abstention scores out of `verdict_sums`; empty where nothing was measured."""
    total = int(sum(sums[:-1]))
    if not total:
        return {}
    found = {}
    for key, threshold in THRESHOLDS.items():
        cost = threshold / (1.0 - threshold)
        score = float(ops.convert_to_numpy(abstention_score(np.asarray(sums), threshold)))
        # A score in [-cost, 1] is a mean in [0, 1] once moved and scaled.
        mean = min(max((score + cost) / (1.0 + cost), 0.0), 1.0)
        inner = rate_estimate(mean * total, total)
        low, high = (end * (1.0 + cost) - cost for end in (inner.low, inner.high))
        found[key] = Estimate(score, min(low, score), max(high, score), total)
    return found


def _calibration_error(confidence: np.ndarray, correct: np.ndarray) -> float:
    return float(ops.convert_to_numpy(calibration_error(reliability(confidence, correct))))


def _brier_score(confidence: np.ndarray, correct: np.ndarray) -> float:
    sums = brier_sums(confidence, correct, np.ones_like(correct))
    return float(ops.convert_to_numpy(brier_score(sums)))


STATISTICS: dict[str, Callable[..., float]] = {
    "expected_calibration_error": _calibration_error,
    "brier_score": _brier_score,
    "aurc": aurc,
}
