"""Copies of weights as they are now, kept as untrainable weights of a layer."""

from collections.abc import Iterable
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops


def keep_weights(layer: keras.layers.Layer, variables: Sequence[Any], name: str) -> list[Any]:
    """Untrainable weights `<name>_<i>` of a layer, with the values the variables have now."""
    kept = [
        layer.add_weight(
            shape=variable.shape,
            dtype=variable.dtype,
            initializer="zeros",
            trainable=False,
            autocast=False,
            name=f"{name}_{i}",
        )
        for i, variable in enumerate(variables)
    ]
    renew_weights(kept, variables)
    return kept


def renew_weights(kept: Iterable[Any], variables: Iterable[Any]) -> None:
    """Gives kept weights the values the variables have now."""
    for mine, theirs in zip(kept, variables):
        # By way of numpy: on JAX both would share a buffer that only one may give away.
        mine.assign(np.array(ops.convert_to_numpy(theirs)))
