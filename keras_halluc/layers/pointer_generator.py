"""Is the next token written from the vocabulary, or copied from the source?"""

import math
from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._types import Tensor
from keras_halluc.layers.heads import Float32Output
from keras_halluc.layers.masks import as_mask
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape
from keras_halluc.ops.token_scores import shift_logits

# The probability of a token that is forbidden and not in the source, so that its logarithm is
# finite. Attention below it counts as none: the slope of its logarithm would overflow float32.
SMALLEST = 1e-20
LOG_SMALLEST = math.log(SMALLEST)


@register("PointerGenerator")
class PointerGenerator(Float32Output):
    """Copy head: mixes the model's next-token distribution with the tokens of the source.

    `P(token) = p_gen * P_vocabulary(token) + (1 - p_gen) * P_copy(token)`, where `P_copy` is the
    attention on all source positions at which the token stands, and `p_gen` is a sigmoid of a
    dense layer on `hidden` (and on `context`). All maths is in float32.

    Attention on masked positions and on ids outside the vocabulary is dropped, and the rest adds
    up to 1. Where no source is left, `p_gen` is 1. Memory is that of the output: no one-hot
    matrix of the source is made.

    Args:
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        hidden: float `(batch, seq, hidden)`.
        vocabulary_logits: float `(batch, seq, vocab)`. `-inf` marks a forbidden token; it can
            still be copied.
        attention: float `(batch, seq, source_seq)`, at least 0, such as the attributions of
            `GroundedAttention`.
        source_ids: int `(batch, source_seq)`.
        source_mask: bool or int `(batch, source_seq)`, 0 for padding. None: there is none.
        context: float `(batch, seq, context)` or None, such as the output of the attention. What
            the layer is built with it needs in every call.
        return_generation: bool, whether to return `p_gen` too. Defaults to `False`.

    Returns:
        float32 `(batch, seq, vocab)`, log-probabilities, in nats; as logits they fit
        `SparseCategoricalCrossentropy(from_logits=True)`. A token that is forbidden and not in
        the source has log(1e-20), so that losses stay finite. With `return_generation` a tuple of
        that and float32 `p_gen` `(batch, seq)`.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> head = kh.layers.PointerGenerator()
    >>> hidden, logits = np.zeros((1, 1, 4)), np.zeros((1, 1, 10))
    >>> attention, source_ids = np.array([[[0.1, 0.3, 0.6]]]), np.array([[7, 2, 7]])
    >>> log_probs, p_gen = head(hidden, logits, attention, source_ids, return_generation=True)
    >>> probs = np.exp(keras.ops.convert_to_numpy(log_probs))
    >>> round(float(probs[0, 0, 7]), 3)  # p_gen is 0.5: 0.5 / 10 + 0.5 * 0.7
    0.4

    References:
        See et al. 2017, "Get to the point: summarization with pointer-generator networks",
        https://arxiv.org/abs/1704.04368
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)
        self.supports_masking = True
        self.dense = keras.layers.Dense(1, dtype=self.dtype_policy, name="generation")
        self.with_context = False

    def build(self, hidden_shape: Any, context_shape: Any = None) -> None:
        self.with_context = context_shape is not None
        size = hidden_shape[-1] + (context_shape[-1] if context_shape is not None else 0)
        self.dense.build((*hidden_shape[:-1], size))

    def call(
        self,
        hidden: Tensor,
        vocabulary_logits: Tensor,
        attention: Tensor,
        source_ids: Tensor,
        source_mask: Tensor = None,
        context: Tensor = None,
        return_generation: bool = False,
    ) -> Tensor:
        require_rank("vocabulary_logits", vocabulary_logits, ("batch", "seq", "vocab"))
        require_rank("source_ids", source_ids, ("batch", "source_seq"))
        batch, seq = tuple(vocabulary_logits.shape)[:2]
        require_shape("attention", attention, "source_ids", (batch, seq, source_ids.shape[1]))
        if (context is not None) != self.with_context:
            raise ValueError(
                "`context` must be given in every call or in none. The layer was built "
                f"{'with' if self.with_context else 'without'} it."
            )
        if context is not None:
            hidden = ops.concatenate([hidden, ops.cast(context, hidden.dtype)], axis=-1)
        gate = ops.cast(self.dense(hidden), "float32")  # (batch, seq, 1)
        source_mask = as_mask("source_mask", source_mask, "source_ids", source_ids)
        copied = _copied(attention, source_ids, source_mask, ops.shape(vocabulary_logits)[-1])
        some = ops.any(copied > SMALLEST, axis=-1, keepdims=True)
        shifted, log_total = shift_logits(vocabulary_logits)
        written = shifted - ops.expand_dims(log_total, -1)
        written = written + ops.where(some, ops.log_sigmoid(gate), 0.0)
        written = ops.where(ops.isfinite(shifted), written, LOG_SMALLEST)
        is_copied = copied > SMALLEST
        log_copied = ops.log(ops.where(is_copied, copied, 1.0)) + ops.log_sigmoid(-gate)
        log_probs = ops.where(is_copied, _log_add(written, log_copied), written)
        if not return_generation:
            return log_probs
        return log_probs, ops.squeeze(ops.where(some, ops.sigmoid(gate), 1.0), -1)

    def compute_output_shape(self, hidden_shape: Any, vocabulary_logits_shape: Any) -> Any:
        return tuple(vocabulary_logits_shape)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        log_probs = super().compute_output_spec(*args, **kwargs)
        if not kwargs.get("return_generation"):
            return log_probs
        return log_probs, keras.KerasTensor(log_probs.shape[:2], dtype="float32")


def _log_add(a: Tensor, b: Tensor) -> Tensor:
    """log(exp(a) + exp(b)) of finite numbers, with finite gradients."""
    top = ops.stop_gradient(ops.maximum(a, b))
    return top + ops.log(ops.exp(a - top) + ops.exp(b - top))


def _copied(attention: Tensor, source_ids: Tensor, source_mask: Tensor, vocab: int) -> Tensor:
    """Float32 `(batch, seq, vocab)`: attention on each token of the source, adding up to 1."""
    batch, source_seq = ops.shape(source_ids)
    ids = ops.cast(source_ids, "int32")
    known = ops.logical_and(ids >= 0, ids < vocab)
    ids = ops.where(known, ids, 0)
    counts = ops.expand_dims(ops.logical_and(known, source_mask), 1)
    attention = ops.where(counts, ops.cast(attention, "float32"), 0.0)
    total = ops.sum(attention, axis=-1, keepdims=True)
    attention = ops.divide_no_nan(attention, total)
    # One segment for each token of each row; a sum adds up tokens that stand there twice.
    segments = ids + vocab * ops.expand_dims(ops.arange(batch, dtype="int32"), 1)
    by_position = ops.reshape(ops.transpose(attention, (0, 2, 1)), (batch * source_seq, -1))
    summed = ops.segment_sum(by_position, ops.reshape(segments, (-1,)), batch * vocab)
    return ops.transpose(ops.reshape(summed, (batch, vocab, -1)), (0, 2, 1))
