"""Which modalities are there, in which row?"""

from typing import Any

from keras import ops

from keras_halluc._types import Tensor
from keras_halluc.layers.masks import keep
from keras_halluc.ops._shapes import require_shape


def require_modalities(inputs_shape: Any) -> list[tuple[int | None, ...]]:
    """Shapes of a list of at least two tensors."""
    if len(inputs_shape) < 2 or not isinstance(inputs_shape[0], (tuple, list)):
        raise ValueError(
            "`inputs` must be a list of at least two tensors, one a modality. "
            f"Received: shapes {inputs_shape}"
        )
    return [tuple(shape) for shape in inputs_shape]


def as_present(present: Tensor, inputs: list[Tensor]) -> Tensor:
    """Bool `(batch, modalities)`; all true where `present` is None."""
    if present is None:
        return ops.ones((ops.shape(inputs[0])[0], len(inputs)), dtype="bool")
    present = ops.convert_to_tensor(present)
    require_shape("present", present, "inputs", (inputs[0].shape[0], len(inputs)))
    return ops.cast(present, "bool")


def keep_present(inputs: list[Tensor], present: Tensor) -> list[Tensor]:
    """Each `(batch, hidden)` with 0 in the rows where it is missing."""
    return [keep(one, present[:, i]) for i, one in enumerate(inputs)]
