"""Which numbers say whether confidence can be trusted, and how sure are they?"""

from collections.abc import Sequence

import numpy as np
from keras import ops

from keras_halluc.ops import abstention_score
from keras_halluc.ops import aurc
from keras_halluc.ops import brier_score
from keras_halluc.ops import calibration_error
from keras_halluc.ops.calibration import calibration_sums
from keras_halluc.ops.calibration import in_bins
from keras_halluc.statistics import auroc
from keras_halluc.statistics.calibration_chance import CELLS
from keras_halluc.statistics.estimates import CONFIDENCE
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import estimate_around
from keras_halluc.statistics.estimates import rate_estimate

NUM_BINS = 15
MIN_ANSWERS = 30  # with fewer, the calibration error is mostly that of chance
THRESHOLDS = {
    "abstention_score_t50": 0.5,
    "abstention_score_t75": 0.75,
    "abstention_score_t90": 0.9,
}
DISTANCES = ("expected_calibration_error", "brier_score")  # of a probability
RANKING = ("aurc", "auroc")  # of any confidence: only its order counts
KEYS = (*DISTANCES, *RANKING, *THRESHOLDS)
WITHOUT_AUROC = (*DISTANCES, "aurc")


def reliability(confidence: np.ndarray, correct: np.ndarray) -> np.ndarray:
    """`calibration_sums` of `(row,)` confidences and whether each was right, on the host."""
    sums = calibration_sums(confidence, correct, np.ones_like(confidence), NUM_BINS)
    return np.asarray(ops.convert_to_numpy(sums))


def confidence_estimates(
    confidence: np.ndarray, correct: np.ndarray, resamples: int, keys: Sequence[str] = WITHOUT_AUROC
) -> dict[str, Estimate]:
    """Calibration error, Brier score, AURC and AUROC with bootstrap intervals over rows.

    Args:
        confidence: float `(row,)`, in [0, 1] unless `keys` are those of `RANKING`.
        correct: float32 `(row,)`, 0 or 1.
        resamples: int >= 1.
        keys: list of str, which of them to take; others are passed over.

    Returns:
        dict by key; empty where there are fewer than `MIN_ANSWERS` rows, and without `"auroc"`
        where all rows are right or all wrong.
    """
    if len(confidence) < MIN_ANSWERS:
        return {}
    drawn = bootstrap_statistics(confidence, correct, resamples, 0, keys)
    found = {}
    for key, values in drawn.items():
        if not np.isnan(values[0]):
            # Where no draw has a value, all that is known is that it lies in [0, 1].
            anywhere = Estimate(float(values[0]), 0.0, 1.0, len(confidence))
            found[key] = interval_of(values, len(confidence)) or anywhere
    return found


def bootstrap_statistics(
    confidence: np.ndarray,
    correct: np.ndarray,
    resamples: int,
    seed: int,
    keys: Sequence[str] = WITHOUT_AUROC,
) -> dict[str, np.ndarray]:
    """Calibration error, Brier score and areas of the rows, and of rows drawn with replacement.

    Args:
        confidence: float `(row,)`, in [0, 1] unless `keys` are those of `RANKING`.
        correct: float32 `(row,)`, 0 or 1.
        resamples: int >= 1.
        seed: int; two measurements of the same rows are drawn alike, so that they can be paired.
        keys: list of str, which of them to take.

    Returns:
        dict of float `(1 + resamples,)`: first the value of the rows as they are. `"auroc"` is NaN
        where all that was drawn is right, or all wrong.
    """
    count, rng = len(confidence), np.random.default_rng(seed)
    found = [_statistics(confidence, correct, np.arange(count)[None], keys)]
    at_once = max(1, CELLS // count)
    for start in range(0, resamples, at_once):
        rows = rng.integers(0, count, (min(at_once, resamples - start), count))
        found.append(_statistics(confidence, correct, rows, keys))
    return {key: np.concatenate([part[key] for part in found]) for key in found[0]}


def interval_of(values: np.ndarray, count: int) -> Estimate | None:
    """The first of `(1 + resamples,)` values, and the percentiles of the others around it.

    Draws that are NaN are left out; None where the first is, or all draws are.
    """
    value, drawn = float(values[0]), values[1:][~np.isnan(values[1:])]
    if np.isnan(value) or not len(drawn):
        return None
    low, high = np.percentile(drawn, [50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)])
    return estimate_around(value, float(low), float(high), count)


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
        found[key] = estimate_around(score, low, high, total)
    return found


def _statistics(
    confidence: np.ndarray, correct: np.ndarray, drawn: np.ndarray, keys: Sequence[str]
) -> dict[str, np.ndarray]:
    """Those of `keys`, `(draw,)` each, for `(draw, row)` positions."""
    areas = {"aurc": aurc, "auroc": _auroc_or_nan}
    found = {
        key: np.array([area(confidence[rows], correct[rows]) for rows in drawn])
        for key, area in areas.items()
        if key in keys
    }
    probable = any(key in keys for key in DISTANCES)
    return _distances(confidence, correct, drawn) | found if probable else found


def _auroc_or_nan(confidence: np.ndarray, correct: np.ndarray) -> float:
    return auroc(confidence, correct) if 0.0 < correct.mean() < 1.0 else float("nan")


def _distances(
    confidence: np.ndarray, correct: np.ndarray, drawn: np.ndarray
) -> dict[str, np.ndarray]:
    """Calibration error and Brier score, of all draws at once, since their sums add over rows."""
    times = np.stack([np.bincount(rows, minlength=len(confidence)) for rows in drawn])
    inside = np.asarray(ops.convert_to_numpy(in_bins(confidence, NUM_BINS)), "float64")
    parts = (np.ones_like(confidence), confidence, correct)
    bins = np.stack([times @ (inside * part[:, None]) for part in parts], axis=1)
    errors = np.square(confidence.astype("float64") - correct)
    brier = np.stack([times.sum(axis=1), times @ errors], axis=1)
    return {
        "expected_calibration_error": np.asarray(ops.convert_to_numpy(calibration_error(bins))),
        "brier_score": np.asarray(ops.convert_to_numpy(brier_score(brier))),
    }
