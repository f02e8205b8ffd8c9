"""What do sequences of several modalities say, each read in the light of the others?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.layers.masks import as_mask
from keras_halluc.layers.masks import keep
from keras_halluc.layers.modalities import as_present
from keras_halluc.layers.modalities import require_modalities


@register("CrossModalFusion")
class CrossModalFusion(keras.layers.Layer):
    """Each sequence attends to those of the other modalities, and is pooled to one vector.

    Sequences are projected to `dim`; then, for each modality, `keras.layers.MultiHeadAttention`
    over the positions of all others, a residual connection, layer normalisation, and the mean
    over the positions that are not padding.

    What stands in padding or in a missing modality, NaN too, has no influence on output or
    gradients. A modality that is missing gives 0, and one that has no other to attend to is read
    alone. A row without any modality gives 0.

    Args:
        dim: int, a multiple of `num_heads`.
        num_heads: int.
        dropout: float in [0, 1], of the attention weights while training. Defaults to `0.0`.
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        inputs: list of float tensors `(batch, seq, hidden)`, one a modality; seq and hidden may
            differ.
        present: bool or int `(batch, modalities)`, 0 where one is missing. None: all are there.
        training: bool.
        mask: list of bool or int `(batch, seq)` or None, 0 for padding. None: the Keras masks of
            `inputs`, if they have any.
        inputs_mask: filled in by Keras beside `present`; a position counts where both masks say
            so.

    Returns:
        float `(batch, modalities * dim)`.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> fusion = kh.layers.CrossModalFusion(dim=8, num_heads=2)
    >>> text, image = np.ones((2, 5, 16)), np.full((2, 9, 4), np.nan)
    >>> out = fusion([text, image], present=np.array([[1, 0], [0, 0]]))
    >>> out = keras.ops.convert_to_numpy(out)  # in halves: text, image
    >>> out.shape, bool(np.isfinite(out).all()), float(abs(out[0, 8:]).max())
    ((2, 16), True, 0.0)

    References:
        Lu et al. 2019, "ViLBERT: pretraining task-agnostic visiolinguistic representations for
        vision-and-language tasks", https://arxiv.org/abs/1908.02265
        Tsai et al. 2019, "Multimodal transformer for unaligned multimodal language sequences",
        https://arxiv.org/abs/1906.00295
    """

    def __init__(self, dim: int, num_heads: int, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.num_heads = require_int("num_heads", num_heads, minimum=1)
        self.dim = require_int("dim", dim, minimum=1)
        if self.dim % self.num_heads:
            raise ValueError(
                f"`dim` must be a multiple of `num_heads`, {num_heads}. {received('dim', dim)}"
            )
        self.dropout = require_number("dropout", dropout, minimum=0.0, maximum=1.0)
        self.projections: list[Any] = []
        self.attentions: list[Any] = []
        self.norms: list[Any] = []

    def build(self, inputs_shape: Any, present_shape: Any = None) -> None:
        for i, shape in enumerate(require_modalities(inputs_shape)):
            common = (*shape[:-1], self.dim)
            dense = keras.layers.Dense(self.dim, dtype=self.dtype_policy, name=f"projection_{i}")
            attention = keras.layers.MultiHeadAttention(
                self.num_heads,
                self.dim // self.num_heads,
                dropout=self.dropout,
                dtype=self.dtype_policy,
                name=f"attention_{i}",
            )
            norm = keras.layers.LayerNormalization(dtype=self.dtype_policy, name=f"norm_{i}")
            dense.build(shape)
            attention.build(common, (shape[0], None, self.dim))
            norm.build(common)
            self.projections.append(dense)
            self.attentions.append(attention)
            self.norms.append(norm)

    def call(
        self,
        inputs: list[Tensor],
        present: Tensor = None,
        training: bool | None = None,
        mask: Any = None,
        inputs_mask: Any = None,
    ) -> Tensor:
        there = as_present(present, inputs)
        counts = []
        for i, x in enumerate(inputs):
            count = ops.expand_dims(there[:, i], 1)
            for given in (mask, inputs_mask):
                one = None if given is None else given[i]
                count = ops.logical_and(count, as_mask(f"mask[{i}]", one, f"inputs[{i}]", x))
            counts.append(count)
        # Cleaned twice, before the kernel and after the bias.
        read = [dense(keep(x, c)) for dense, x, c in zip(self.projections, inputs, counts)]
        read = [keep(x, c) for x, c in zip(read, counts)]
        pooled = []
        for i in range(len(inputs)):
            others = ops.concatenate(read[:i] + read[i + 1 :], axis=1)
            allowed = ops.concatenate(counts[:i] + counts[i + 1 :], axis=1)
            seen = self._attend(i, read[i], others, allowed, training)
            pooled.append(_pool(self.norms[i](read[i] + seen), counts[i]))
        return ops.cast(ops.concatenate(pooled, axis=-1), self.compute_dtype)

    def _attend(
        self, i: int, own: Tensor, others: Tensor, allowed: Tensor, training: bool | None
    ) -> Tensor:
        """What modality `i` sees of the others; 0 where there is nothing to see."""
        some = ops.any(allowed, axis=1, keepdims=True)
        rows = ops.expand_dims(ops.logical_or(allowed, ops.logical_not(some)), 1)
        rows = ops.repeat(rows, ops.shape(own)[1], axis=1)
        seen = self.attentions[i](own, others, attention_mask=rows, training=training)
        return keep(seen, some)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """The output has no positions."""

    def compute_output_shape(self, inputs_shape: Any, present_shape: Any = None) -> Any:
        return (inputs_shape[0][0], len(inputs_shape) * self.dim)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(dim=self.dim, num_heads=self.num_heads, dropout=self.dropout)
        return config


def _pool(values: Tensor, count: Tensor) -> Tensor:
    """Float32 `(batch, dim)`: mean over the positions that count, 0 where there is none."""
    total = ops.sum(keep(ops.cast(values, "float32"), count), axis=1)
    return ops.divide_no_nan(total, ops.sum(ops.cast(count, "float32"), axis=1, keepdims=True))
