"""What does a text take from its source, and what from its own words?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.layers.masks import as_mask
from keras_halluc.layers.masks import keep
from keras_halluc.ops._shapes import require_rank


@register("GroundedAttention")
class GroundedAttention(keras.layers.Layer):
    """Multi-head attention of a text to its source and to its own words so far, in one softmax.

    The attention itself is `keras.layers.MultiHeadAttention`, in `attention`. What is masked is
    attended by nobody, whatever stands there. A position that may attend to nothing gets a
    constant.

    The lookback ratio of a head at position t is A / (A + B). A is the mean attention weight over
    the positions of the source, B over the own positions 0 to t; masked positions are in neither.
    A low ratio says that the head looks at its own words rather than at the source.

    Args:
        num_heads: int.
        key_dim: int, size of each head for query and key.
        value_dim: int or None, size of each head for value. None: as `key_dim`.
        dropout: float in [0, 1], of the attention weights while training. Defaults to `0.0`.
        use_bias: bool, of the projections. Defaults to `True`.
        attend_own: bool, whether the text attends to its own words so far too, or to the source
            alone. Defaults to `True`.
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        own: float `(batch, seq, hidden)`.
        source: float `(batch, source_seq, hidden)`; with `attend_own=False` its last axis may
            have another size.
        source_mask: bool or int `(batch, source_seq)`, 0 for padding. None: the Keras mask of
            `source`, if it has one.
        own_mask: bool or int `(batch, seq)`, 0 for padding. None: the Keras mask of `own`.
        training: bool.
        return_attributions: bool, whether to return all three. Defaults to `False`.

    Returns:
        float `(batch, seq, hidden)`; or a tuple of that and, both float32,

        - attributions `(batch, seq, source_seq)` in [0, 1]: attention on each source position,
          mean over heads. A row adds up to the share of attention on the source.
        - lookback ratio `(batch, seq, num_heads)` in [0, 1], higher looks more at the source.

        Both are before dropout, and 0 at padding.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> layer = kh.layers.GroundedAttention(num_heads=2, key_dim=4)
    >>> own, source = np.zeros((1, 3, 8)), np.zeros((1, 5, 8))
    >>> out, attributions, ratio = layer(own, source, return_attributions=True)
    >>> tuple(out.shape), tuple(attributions.shape), tuple(ratio.shape)
    ((1, 3, 8), (1, 3, 5), (1, 3, 2))
    >>> attributions, ratio = map(keras.ops.convert_to_numpy, (attributions, ratio))
    >>> float(attributions[0, 2, 0]), float(ratio[0, 2, 0])  # one of 5 + 3 positions
    (0.125, 0.5)

    References:
        Vaswani et al. 2017, "Attention is all you need", https://arxiv.org/abs/1706.03762
        Chuang et al. 2024, "Lookback Lens: detecting and mitigating contextual hallucinations in
        large language models using only attention maps", https://arxiv.org/abs/2407.07071
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        attend_own: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.num_heads = require_int("num_heads", num_heads, minimum=1)
        self.key_dim = require_int("key_dim", key_dim, minimum=1)
        if value_dim is not None:
            require_int("value_dim", value_dim, minimum=1)
        self.value_dim = value_dim
        self.dropout = require_number("dropout", dropout, minimum=0.0, maximum=1.0)
        self.use_bias = bool(require_choice("use_bias", use_bias, (True, False)))
        self.attend_own = bool(require_choice("attend_own", attend_own, (True, False)))
        self.attention = keras.layers.MultiHeadAttention(
            self.num_heads,
            self.key_dim,
            self.value_dim,
            dropout=self.dropout,
            use_bias=self.use_bias,
            dtype=self.dtype_policy,
            name="attention",
        )

    def build(self, own_shape: Any, source_shape: Any) -> None:
        if self.attend_own and own_shape[-1] != source_shape[-1]:
            raise ValueError(
                "`source` must have the last axis of `own`; project it, or give "
                f"`attend_own=False`. Received: shapes {tuple(own_shape)} and "
                f"{tuple(source_shape)}"
            )
        self.attention.build(tuple(own_shape), (own_shape[0], None, source_shape[-1]))

    def call(
        self,
        own: Tensor,
        source: Tensor,
        source_mask: Tensor = None,
        own_mask: Tensor = None,
        training: bool | None = None,
        return_attributions: bool = False,
    ) -> Tensor:
        require_rank("own", own, ("batch", "seq", "hidden"))
        require_rank("source", source, ("batch", "source_seq", "hidden"))
        own_mask = as_mask("own_mask", own_mask, "own", own)
        source_mask = as_mask("source_mask", source_mask, "source", source)
        # New tensors, also since the attention would take the Keras masks off those of the caller.
        query, memory = keep(own, own_mask), keep(source, source_mask)
        allowed = _rows(source_mask, ops.shape(own)[1])
        if self.attend_own:
            memory = ops.concatenate([memory, query], axis=1)
            allowed = ops.concatenate([allowed, _prefix(own_mask)], axis=2)
        # A softmax over nothing is NaN on some backends; here it is over zeros instead.
        nothing = ops.logical_not(ops.any(allowed, axis=-1, keepdims=True))
        # Without scores Keras takes a fused kernel, and that of JAX wants values as long as keys.
        fused = not return_attributions and self.value_dim in (None, self.key_dim)
        result = self.attention(
            query,
            memory,
            attention_mask=ops.logical_or(allowed, nothing),
            training=training,
            return_attention_scores=not fused,
        )
        if fused:
            return result
        output, weights = result
        if not return_attributions:
            return output
        counted = ops.logical_and(allowed, ops.expand_dims(own_mask, -1))
        weights = ops.cast(weights, "float32") * ops.cast(counted[:, None], "float32")
        return (output, *self._attributions(weights, counted, ops.shape(source)[1]))

    def _attributions(self, weights: Tensor, counted: Tensor, source_seq: int) -> Any:
        """Of `(batch, heads, seq, source_seq + seq)` and the mask `(batch, seq, same)`."""
        on_source, on_own = weights[..., :source_seq], weights[..., source_seq:]
        looks_back = _mean(on_source, counted[..., :source_seq])
        total = looks_back + _mean(on_own, counted[..., source_seq:])
        ratio = ops.divide_no_nan(looks_back, total)
        return ops.mean(on_source, axis=1), ops.transpose(ratio, (0, 2, 1))

    def compute_output_shape(self, own_shape: Any, source_shape: Any = None) -> Any:
        return tuple(own_shape)

    def compute_output_spec(
        self,
        own: Tensor,
        source: Tensor,
        source_mask: Tensor = None,
        own_mask: Tensor = None,
        training: bool | None = None,
        return_attributions: bool = False,
    ) -> Any:
        output = keras.KerasTensor(own.shape, dtype=self.compute_dtype)
        if not return_attributions:
            return output
        batch, seq = own.shape[:2]
        return (
            output,
            keras.KerasTensor((batch, seq, source.shape[1]), dtype="float32"),
            keras.KerasTensor((batch, seq, self.num_heads), dtype="float32"),
        )

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(
            num_heads=self.num_heads,
            key_dim=self.key_dim,
            value_dim=self.value_dim,
            dropout=self.dropout,
            use_bias=self.use_bias,
            attend_own=self.attend_own,
        )
        return config


def _rows(mask: Tensor, rows: int) -> Tensor:
    """`(batch, rows, seq)`: the mask `(batch, seq)` for each of so many rows."""
    return ops.repeat(ops.expand_dims(mask, 1), rows, axis=1)


def _prefix(mask: Tensor) -> Tensor:
    """`(batch, seq, seq)`: for each position itself and those before it, unless masked."""
    positions = ops.arange(ops.shape(mask)[1], dtype="int32")
    so_far = ops.expand_dims(positions, 0) <= ops.expand_dims(positions, 1)
    return ops.logical_and(so_far, ops.expand_dims(mask, 1))


def _mean(weights: Tensor, counted: Tensor) -> Tensor:
    """`(batch, heads, seq)`: mean over the positions that count, 0 where there is none."""
    count = ops.sum(ops.cast(counted, "float32"), axis=-1)
    return ops.divide_no_nan(ops.sum(weights, axis=-1), ops.expand_dims(count, 1))
