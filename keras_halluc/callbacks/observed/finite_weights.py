"""Weights that are no numbers any more: what such a model says means nothing."""

from typing import Any

import numpy as np
from keras import ops


def require_finite_weights(model: Any) -> None:
    """Raises if a trainable weight holds NaN or infinity.

    Args:
        model: keras.Model being fitted, or None, which passes.

    Raises:
        FloatingPointError: with how many of the weights are broken, and what to do.
    """
    weights = [w for w in getattr(model, "trainable_variables", ()) if "float" in str(w.dtype)]
    if not weights:
        return
    whole = [ops.all(ops.isfinite(weight)) for weight in weights]
    broken = [w for w, one in zip(weights, whole) if not np.asarray(ops.convert_to_numpy(one))]
    if broken:
        raise FloatingPointError(
            f"{len(broken)} of the model's {len(weights)} trainable weights hold NaN or infinity "
            f"({broken[0].path!r} first), so what it says means nothing and nothing is measured. "
            "Lower the learning rate, clip gradients (`clipnorm`), or stop at the first NaN with "
            "keras.callbacks.TerminateOnNaN()."
        )
