"""How do the features of several modalities become one vector, when some are missing?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.layers.modalities import as_present
from keras_halluc.layers.modalities import keep_present
from keras_halluc.layers.modalities import require_modalities
from keras_halluc.ops.divergence import FORBIDDEN

COMBINE = ("gated", "mean", "concat")


@register("FeatureFusion")
class FeatureFusion(keras.layers.Layer):
    """Early fusion: each modality is projected to one size, then those there are combined.

    - `"gated"`: weighted mean, with weights from a softmax of one score a modality and row.
    - `"mean"`: plain mean.
    - `"concat"`: one after the other, with 0 for what is missing.

    What stands in a missing modality, NaN too, has no influence on output or gradients. A row
    without any modality gives 0.

    Args:
        dim: int, size of each projection, which is a tanh layer.
        combine: str, `"gated"`, `"mean"` or `"concat"`. Defaults to `"gated"`.
        dropout: float in [0, 1], of the output while training. Defaults to `0.0`.
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        inputs: list of float tensors `(batch, hidden)`, one a modality; hidden may differ.
        present: bool or int `(batch, modalities)`, 0 where one is missing. None: all are there.
        training: bool.

    Returns:
        float `(batch, dim)`, or `(batch, modalities * dim)` for `"concat"`.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> fusion = kh.layers.FeatureFusion(dim=4)
    >>> text, image = np.ones((2, 8)), np.full((2, 3), np.nan)
    >>> out = fusion([text, image], present=np.array([[1, 0], [0, 0]]))
    >>> out = keras.ops.convert_to_numpy(out)
    >>> out.shape, bool(np.isfinite(out).all()), float(abs(out[1]).max())
    ((2, 4), True, 0.0)

    References:
        Arevalo et al. 2017, "Gated multimodal units for information fusion",
        https://arxiv.org/abs/1702.01992
    """

    def __init__(
        self, dim: int, combine: str = "gated", dropout: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.dim = require_int("dim", dim, minimum=1)
        self.combine = require_choice("combine", combine, COMBINE)
        self.dropout = require_number("dropout", dropout, minimum=0.0, maximum=1.0)
        self.drop = keras.layers.Dropout(self.dropout, dtype=self.dtype_policy)
        self.projections: list[Any] = []
        self.gates: list[Any] = []

    def build(self, inputs_shape: Any, present_shape: Any = None) -> None:
        for i, shape in enumerate(require_modalities(inputs_shape)):
            dense = keras.layers.Dense(
                self.dim, activation="tanh", dtype=self.dtype_policy, name=f"projection_{i}"
            )
            dense.build(shape)
            self.projections.append(dense)
            if self.combine == "gated":
                gate = keras.layers.Dense(1, dtype=self.dtype_policy, name=f"gate_{i}")
                gate.build((*shape[:-1], self.dim))
                self.gates.append(gate)

    def call(
        self, inputs: list[Tensor], present: Tensor = None, training: bool | None = None
    ) -> Tensor:
        there = as_present(present, inputs)
        clean = keep_present(inputs, there)
        # The bias of a projection would stand for what is missing.
        parts = keep_present([dense(x) for dense, x in zip(self.projections, clean)], there)
        if self.combine == "concat":
            return self.drop(ops.concatenate(parts, axis=-1), training=training)
        weights = self._weights(parts, there)
        mixed = ops.sum(ops.stack(parts, axis=1) * ops.expand_dims(weights, -1), axis=1)
        return self.drop(mixed, training=training)

    def _weights(self, parts: list[Tensor], there: Tensor) -> Tensor:
        """`(batch, modalities)`, adding up to 1 over those that are there."""
        if self.combine == "mean":
            count = ops.cast(there, "float32")
            weights = ops.divide_no_nan(count, ops.sum(count, axis=-1, keepdims=True))
        else:
            scores = ops.concatenate([gate(x) for gate, x in zip(self.gates, parts)], axis=-1)
            scores = ops.where(there, ops.cast(scores, "float32"), FORBIDDEN)
            weights = ops.softmax(scores, axis=-1)
        return ops.cast(weights, self.compute_dtype)

    def compute_output_shape(self, inputs_shape: Any, present_shape: Any = None) -> Any:
        size = self.dim * (len(inputs_shape) if self.combine == "concat" else 1)
        return (inputs_shape[0][0], size)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(dim=self.dim, combine=self.combine, dropout=self.dropout)
        return config
