"""How much is wrong of what a model says when it may keep silent where it is least confident?"""

import numpy as np
from keras import ops

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import LABELS
from keras_halluc._types import Tensor
from keras_halluc.ops._arrays import host_columns
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape

# Float32 cannot tell a probability of more than this log-odds from 1.
LARGEST_LOG_ODDS = 17.0
# From here on the series of `_harmonic` is exact in float32.
SERIES_FROM = 7


def risk_coverage_curve(confidence: Tensor, correct: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """The share of errors among the answers kept, for every number of answers kept.

    The most confident are kept first. Equal confidences are kept in no order: the risk within them
    is its mean over all orders. Computed on the host.

    Args:
        confidence: float `(row,)`, higher is surer; only the order counts, so a log-probability or
            a negative entropy will do.
        correct: bool or float in [0, 1], `(row,)`.

    Returns:
        `(coverage, risk)`, float64 `(row,)` each: coverage is 1/row, 2/row, ..., 1; risk is in
        [0, 1], lower is better, and at coverage 1 the error rate.
    """
    confidence, correct = host_columns(confidence=confidence, correct=correct)
    if correct.min() < 0.0 or correct.max() > 1.0:
        raise ValueError(
            f"`correct` must lie in [0, 1]. Received: values in [{correct.min()}, {correct.max()}]"
        )
    _, group, count = np.unique(-confidence, return_inverse=True, return_counts=True)
    wrong = np.bincount(group, 1.0 - correct) / count
    kept = np.arange(1, len(confidence) + 1)
    return kept / len(kept), np.cumsum(np.repeat(wrong, count)) / kept


def aurc(confidence: Tensor, correct: Tensor) -> float:
    """Area under the risk-coverage curve: the mean risk over all coverages.

    Args:
        confidence: float `(row,)`, higher is surer; only the order counts. Ties as in
            `risk_coverage_curve`, so the order of the rows does not matter.
        correct: bool or float in [0, 1], `(row,)`.

    Returns:
        float in [0, 1], lower is better: 0 if all is right, the error rate if the confidence says
        nothing, and between them about `r + (1 - r) log(1 - r)` at an error rate `r` if all errors
        come last.

    References:
        Geifman et al. 2019, "Bias-reduced uncertainty estimation for deep neural classifiers",
        https://arxiv.org/abs/1805.08206
    """
    _, risk = risk_coverage_curve(confidence, correct)
    return float(risk.mean())


def risk_coverage_sums(
    confidence: Tensor, correct: Tensor, weight: Tensor, num_bins: int
) -> Tensor:
    """Sums for `risk_coverage_area`, by confidence; they add over batches.

    Bins are of equal width in log-odds, since a language model is often all but sure. What is in
    one bin counts as tied.

    Args:
        confidence: float in [0, 1], any shape.
        correct: float or bool in [0, 1], the shape of `confidence`.
        weight: float or bool, the shape of `confidence`; a weight of 0 drops the item.
        num_bins: int >= 1.

    Returns:
        float32 `(3, num_bins)`, surest bin first: number of items, their weight, weight of errors.
    """
    require_int("num_bins", num_bins, minimum=1)
    confidence = ops.cast(ops.convert_to_tensor(confidence), "float32")
    correct = ops.cast(ops.convert_to_tensor(correct), "float32")
    weight = ops.cast(ops.convert_to_tensor(weight), "float32")
    require_shape("correct", correct, "confidence", confidence.shape)
    require_shape("weight", weight, "confidence", confidence.shape)
    confidence, correct, weight = (ops.reshape(x, (-1,)) for x in (confidence, correct, weight))
    keep = weight != 0.0
    zero = ops.zeros_like(weight)
    unknown = ops.logical_and(keep, ops.isnan(confidence))  # to be seen in the result
    weight = ops.where(unknown, ops.full_like(weight, float("nan")), weight)
    confidence = ops.where(ops.logical_and(keep, ops.logical_not(unknown)), confidence, zero)
    confidence = ops.clip(confidence, 0.0, 1.0)  # a softmax may round to above 1
    log_odds = ops.log(confidence) - ops.log1p(-confidence)
    log_odds = ops.clip(log_odds, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)
    scaled = (LARGEST_LOG_ODDS - log_odds) / (2 * LARGEST_LOG_ODDS) * num_bins
    bins = ops.cast(ops.clip(ops.floor(scaled), 0, num_bins - 1), "int32")
    wrong = ops.where(keep, weight * (1.0 - correct), zero)
    values = ops.stack([ops.cast(keep, "float32"), weight, wrong], axis=-1)
    return ops.transpose(ops.segment_sum(values, bins, num_segments=num_bins))


def risk_coverage_area(sums: Tensor) -> Tensor:
    """`aurc` of items of which each bin is tied, by weight; weights count as shares of the whole.

    Args:
        sums: float `(3, num_bins)` of `risk_coverage_sums`.

    Returns:
        float32 scalar in [0, 1], lower is better; 0 where nothing counts.
    """
    sums = ops.cast(ops.convert_to_tensor(sums), "float32")
    require_rank("sums", sums, ("sums", "bin"))
    count, weight, wrong = sums[0], sums[1], sums[2]
    before, wrong_before = ops.cumsum(weight) - weight, ops.cumsum(wrong) - wrong
    items_before = ops.divide_no_nan(before * count, weight)  # of this bin's mean weight
    excess = wrong_before - ops.divide_no_nan(before * wrong, weight)
    area = ops.sum(wrong + excess * _harmonic(items_before, count))
    return ops.divide_no_nan(area, ops.sum(weight))


def abstention_score(sums: Tensor, threshold: float) -> Tensor:
    """Mean score of outputs where a guess pays off only if it is right by more than `threshold`.

    A right output counts 1, an abstention 0, a wrong output `-threshold / (1 - threshold)`.

    Args:
        sums: float `(5,)` of `verdict_sums`; what is unmeasured is left out.
        threshold: float in [0, 1). With 0 a guess costs nothing, 0.5 costs 1, 0.75 costs 3.

    Returns:
        float32 scalar, at most 1, higher is better; 0 for a model that always abstains, and where
        nothing was measured.

    References:
        Kalai et al. 2025, "Why language models hallucinate", https://arxiv.org/abs/2509.04664
    """
    threshold = require_number("threshold", threshold, minimum=0.0)
    if threshold >= 1.0:
        raise ValueError(f"`threshold` must be < 1. {received('threshold', threshold)}")
    sums = ops.cast(ops.convert_to_tensor(sums), "float32")
    require_shape("sums", sums, "verdict_sums", (len(LABELS),))
    right, unsupported, contradicted, abstained, _ = (sums[i] for i in range(len(LABELS)))
    wrong = unsupported + contradicted
    score = right - threshold / (1.0 - threshold) * wrong
    return ops.divide_no_nan(score, right + wrong + abstained)


def _harmonic(start: Tensor, count: Tensor) -> Tensor:
    """Sum of `1 / (start + j)` for j = 1 to count, by the series of the digamma function."""
    first = sum(1.0 / (start + j) - 1.0 / (start + count + j) for j in range(1, SERIES_FROM))
    low, high = 1.0 / (start + SERIES_FROM), 1.0 / (start + count + SERIES_FROM)
    rest = (low - high) / 2 + (low**2 - high**2) / 12 - (low**4 - high**4) / 120
    return first + ops.log1p(count * low) + rest
