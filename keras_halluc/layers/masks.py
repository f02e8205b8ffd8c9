"""Which positions count, and how is nothing else let through?"""

from keras import ops

from keras_halluc._types import Tensor
from keras_halluc.ops._shapes import require_shape


def as_mask(name: str, mask: Tensor, given_by: str, sequence: Tensor) -> Tensor:
    """Bool `(batch, seq)` for a sequence `(batch, seq, ...)`; all true where `mask` is None."""
    if mask is None:
        return ops.ones(ops.shape(sequence)[:2], dtype="bool")
    mask = ops.convert_to_tensor(mask)
    require_shape(name, mask, given_by, tuple(sequence.shape)[:2])
    return ops.cast(mask, "bool")


def keep(values: Tensor, mask: Tensor) -> Tensor:
    """Values `(..., hidden)` where the bool mask `(...)` is true, else 0.

    NaN and infinity leak neither forward nor into gradients.
    """
    return ops.where(ops.expand_dims(mask, -1), values, ops.zeros_like(values))
