"""Can this optimizer move weights of this dtype at all?"""

from collections.abc import Sequence
from typing import Any

import keras


def require_optimizer(optimizer: Any, variables: Sequence[Any]) -> None:
    """Raises if Adam's `beta_2` rounds to 1 in the dtype of the weights, so that no step is taken.

    In bfloat16 0.999 becomes 1.0 and the bias correction `sqrt(1 - beta_2)` becomes 0.
    """
    for inner in (getattr(optimizer, "inner_optimizer", None), *_parts(optimizer)):
        if inner is not None:
            require_optimizer(inner, variables)
    beta = getattr(optimizer, "beta_2", None)
    if not isinstance(beta, float):
        return
    for variable in variables:
        dtype = keras.backend.standardize_dtype(variable.dtype)
        if dtype not in ("bfloat16", "float16"):
            continue
        rounded = keras.ops.cast(keras.ops.cast(beta, dtype), "float32")
        if float(keras.ops.convert_to_numpy(rounded)) == 1.0:
            raise ValueError(
                f"{type(optimizer).__name__} with beta_2={beta} does not move {dtype} weights: "
                f"beta_2 rounds to 1. Load the model with dtype='mixed_bfloat16', or take "
                f"beta_2 <= 0.99 or Adafactor. Received: {variable.path} of dtype {dtype}"
            )


def _parts(optimizer: Any) -> list[Any]:
    """The optimizers a `MultiOptimizer` is made of."""
    return list(getattr(optimizer, "optimizers", None) or ())
