"""How large is the calibration error of a model that is calibrated, on so few rows?"""

import numpy as np
from keras import ops

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._types import Tensor
from keras_halluc.ops._arrays import host_rows
from keras_halluc.ops.calibration import in_bins

CELLS = 2_000_000  # rows times draws held at once


def calibration_error_by_chance(
    confidence: Tensor, num_bins: int, draws: int, seed: int
) -> np.ndarray:
    """The calibration errors of answers that are right exactly as often as their confidence says.

    `calibration_error` takes distances, which are never below 0. So it is above 0 even for a model
    that knows how sure to be, the more so the fewer rows a bin has. Whether each row is right is
    drawn here with the probability of its confidence. An error no larger than most of these is no
    sign of bad calibration, and cannot be lowered by a better one.

    Args:
        confidence: float `(row,)` in [0, 1].
        num_bins: int >= 1, as for `calibration_sums`.
        draws: int >= 1; 1000 give two digits of the percentiles.
        seed: int >= 0; the same one gives the same draws.

    Returns:
        float64 `(draws,)` in [0, 1]. Their mean is what chance alone gives; the share that is at
        least as large as a model's own error is the p-value of its being calibrated.

    Raises:
        ValueError: if a confidence is NaN or not in [0, 1].

    Example:

    >>> import numpy as np
    >>> import keras_halluc as kh
    >>> few, many = np.full(50, 0.8), np.full(5000, 0.8)
    >>> by_chance = [kh.statistics.calibration_error_by_chance(p, 15, 1000, 0) for p in (few, many)]
    >>> [round(float(errors.mean()), 3) for errors in by_chance]
    [0.045, 0.005]

    References:
        Bröcker and Smith 2007, "Increasing the reliability of reliability diagrams",
        https://doi.org/10.1175/WAF993.1 (consistency resampling); Vaicenavicius et al. 2019,
        "Evaluating model calibration in classification", https://arxiv.org/abs/1902.06977
    """
    num_bins = require_int("num_bins", num_bins, minimum=1)
    draws = require_int("draws", draws, minimum=1)
    rng = np.random.default_rng(require_int("seed", seed, minimum=0))
    rows = host_rows("confidence", confidence)
    if rows.min() < 0.0 or rows.max() > 1.0:
        raise ValueError(
            "`confidence` must be in [0, 1]: take the softmax of logits. "
            f"{received('confidence', [rows.min(), rows.max()])}"
        )
    inside = ops.convert_to_numpy(in_bins(rows.astype("float32"), num_bins))
    bins = np.argmax(inside, axis=-1)
    order = np.argsort(bins, kind="stable")
    rows, starts = rows[order], np.unique(bins[order], return_index=True)[1]
    expected = np.add.reduceat(rows, starts)
    errors = []
    at_once = max(1, CELLS // len(rows))
    for start in range(0, draws, at_once):
        right = rng.random((min(at_once, draws - start), len(rows))) < rows
        off = np.abs(np.add.reduceat(right, starts, axis=1, dtype="float64") - expected)
        errors.append(off.sum(axis=1) / len(rows))
    return np.concatenate(errors)
