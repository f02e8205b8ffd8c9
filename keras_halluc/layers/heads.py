"""What do all heads share? Dropout, one projection, and an output in float32."""

from typing import Any

import keras
from keras import ops

from keras_halluc._require import require_number
from keras_halluc._types import Tensor


class Float32Output(keras.layers.Layer):
    """A layer of which every output is float32, whatever its dtype policy."""

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        spec = super().compute_output_spec(*args, **kwargs)
        return keras.tree.map_structure(
            lambda one: keras.KerasTensor(one.shape, dtype="float32"), spec
        )


class ProjectionHead(Float32Output):
    """Base of the heads: dropout and a dense layer on the last axis.

    Args:
        units: int, outputs of the dense layer.
        dropout: float in [0, 1], of the features while training.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, units: int, dropout: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.dropout = require_number("dropout", dropout, minimum=0.0, maximum=1.0)
        self.drop = keras.layers.Dropout(self.dropout, dtype=self.dtype_policy)
        self.dense = keras.layers.Dense(units, dtype=self.dtype_policy, name="projection")

    def build(self, features_shape: Any) -> None:
        self.dense.build(tuple(features_shape))

    def project(self, features: Tensor, training: bool | None) -> Tensor:
        """Float32 of shape `(..., units)` from features `(..., hidden)`."""
        return ops.cast(self.dense(self.drop(features, training=training)), "float32")

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(dropout=self.dropout)
        return config
