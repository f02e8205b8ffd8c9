"""Is a confidence of 0.8 right 80 % of the time, and how far off is it?"""

from keras import ops

from keras_halluc._require import require_int
from keras_halluc._types import Tensor
from keras_halluc.ops._shapes import require_shape


def calibration_sums(confidence: Tensor, correct: Tensor, weight: Tensor, num_bins: int) -> Tensor:
    """Sums for `calibration_error`, by confidence in bins of equal width; they add over batches.

    Args:
        confidence: float in [0, 1], any shape. 1.0 goes into the last bin.
        correct: float or bool in [0, 1], the shape of `confidence`.
        weight: float or bool, the shape of `confidence`; a weight of 0 drops the item.
        num_bins: int >= 1.

    Returns:
        float32 `(3, num_bins)`: sums of weight, weight * confidence, weight * correct.
    """
    require_int("num_bins", num_bins, minimum=1)
    confidence = ops.cast(ops.convert_to_tensor(confidence), "float32")
    correct = ops.cast(ops.convert_to_tensor(correct), "float32")
    weight = ops.cast(ops.convert_to_tensor(weight), "float32")
    require_shape("correct", correct, "confidence", confidence.shape)
    require_shape("weight", weight, "confidence", confidence.shape)
    weight = ops.reshape(weight, (-1,))
    keep = weight != 0.0
    zero = ops.zeros_like(weight)
    confidence = ops.where(keep, ops.reshape(confidence, (-1,)), zero)
    correct = ops.where(keep, ops.reshape(correct, (-1,)), zero)
    inside = in_bins(confidence, num_bins)
    # A masked sum, not a matrix product: TF32 on a GPU would round the confidences.
    values = ops.stack([weight, weight * confidence, weight * correct])
    values = ops.expand_dims(values, -1)
    return ops.sum(ops.where(inside, values, ops.zeros_like(values)), axis=1)


def in_bins(confidence: Tensor, num_bins: int) -> Tensor:
    """Which of the bins of equal width each confidence falls into: bool `(..., num_bins)`.

    1.0 goes into the last bin. NaN goes into the first, there to be seen: as an integer it would be
    any number.
    """
    scaled = ops.floor(confidence * num_bins)
    scaled = ops.where(ops.isnan(confidence), ops.zeros_like(scaled), scaled)
    bins = ops.cast(ops.clip(scaled, 0, num_bins - 1), "int32")
    return ops.equal(ops.expand_dims(bins, -1), ops.arange(num_bins, dtype="int32"))


def calibration_error(sums: Tensor) -> Tensor:
    """Expected calibration error: the mean over bins, by weight, of |accuracy - confidence|.

    Args:
        sums: float `(..., 3, num_bins)` of `calibration_sums`.

    Returns:
        float32 `(...)` in [0, 1], lower is better; 0 where nothing counts.
    """
    sums = ops.cast(ops.convert_to_tensor(sums), "float32")
    weight, confidence, correct = sums[..., 0, :], sums[..., 1, :], sums[..., 2, :]
    off = ops.sum(ops.abs(correct - confidence), axis=-1)
    return ops.divide_no_nan(off, ops.sum(weight, axis=-1))


def brier_sums(confidence: Tensor, correct: Tensor, weight: Tensor) -> Tensor:
    """Sums for `brier_score`; they add over batches.

    Args:
        confidence: float in [0, 1], any shape.
        correct: float or bool in [0, 1], the shape of `confidence`.
        weight: float or bool, the shape of `confidence`; a weight of 0 drops the item.

    Returns:
        float32 `(2,)`: sums of weight, weight * (confidence - correct) ** 2.
    """
    confidence = ops.cast(ops.convert_to_tensor(confidence), "float32")
    correct = ops.cast(ops.convert_to_tensor(correct), "float32")
    weight = ops.cast(ops.convert_to_tensor(weight), "float32")
    require_shape("correct", correct, "confidence", confidence.shape)
    require_shape("weight", weight, "confidence", confidence.shape)
    errors = ops.where(weight != 0.0, confidence - correct, ops.zeros_like(weight))
    return ops.stack([ops.sum(weight), ops.sum(weight * ops.square(errors))])


def brier_score(sums: Tensor) -> Tensor:
    """Mean squared distance of the confidence from what came: 1 if right, 0 if wrong.

    Args:
        sums: float `(..., 2)` of `brier_sums`.

    Returns:
        float32 `(...)` in [0, 1], lower is better; 0 where nothing counts.

    References:
        Brier 1950, "Verification of forecasts expressed in terms of probability", Monthly
        Weather Review 78
    """
    sums = ops.cast(ops.convert_to_tensor(sums), "float32")
    return ops.divide_no_nan(sums[..., 1], sums[..., 0])
