"""What is the mean of the values that count?"""

from keras import ops

from keras_halluc._types import Tensor
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Weighted mean over everything. NaN or infinity where the mask is 0 does not leak.

    Args:
        values: float, any shape.
        mask: float, int or bool, the shape of `values`; 0 for padding.

    Returns:
        float32 scalar; 0 where nothing counts.
    """
    values, mask = _drop(values, mask)
    return ops.divide_no_nan(ops.sum(values * mask), ops.sum(mask))


def sequence_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Weighted mean of each row. NaN or infinity where the mask is 0 does not leak.

    Args:
        values: float `(batch, seq)`.
        mask: float, int or bool `(batch, seq)`; 0 for padding.

    Returns:
        float32 `(batch,)`; 0 for a row in which nothing counts.
    """
    values, mask = _drop(values, mask)
    require_rank("values", values, ("batch", "seq"))
    return ops.divide_no_nan(ops.sum(values * mask, axis=-1), ops.sum(mask, axis=-1))


def _drop(values: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    values = ops.cast(ops.convert_to_tensor(values), "float32")
    mask = ops.cast(ops.convert_to_tensor(mask), "float32")
    require_shape("mask", mask, "values", values.shape)
    return ops.where(mask != 0.0, values, ops.zeros_like(values)), mask
