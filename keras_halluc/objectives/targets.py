"""What do predictions and targets look like to a term, whether tokens or classes are predicted?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._distribution import replica_share
from keras_halluc._types import Tensor
from keras_halluc.ops import masked_mean
from keras_halluc.ops import token_log_probs


def as_tokens(logits: Tensor) -> Tensor:
    """Float32 logits `(batch, seq, vocab)`; a classifier's `(batch, class)` become one position."""
    logits = ops.cast(logits, "float32")
    return logits[:, None] if len(logits.shape) == 2 else logits


def token_targets(y: Tensor, like: Tensor) -> Tensor:
    """Targets `(batch, seq)` for the positions of `like`, `(batch, seq, vocab)`."""
    return ops.reshape(y, (-1, 1)) if like.shape[1] == 1 else y


def token_mask(sample_weight: Tensor | None, values: Tensor) -> Tensor:
    """Float32 weights of the shape of `values`, `(batch, seq)`; ones where there are none."""
    ones = ops.ones_like(values)
    if sample_weight is None:
        return ones
    mask = ops.cast(sample_weight, "float32")
    return (mask if len(mask.shape) == 2 else mask[:, None]) * ones


def weighted_mean(values: Tensor, sample_weight: Tensor | None) -> Tensor:
    """Mean of `(batch, seq)` over the targets that count, on all replicas."""
    mask = token_mask(sample_weight, values)
    return masked_mean(values, mask) * replica_share(ops.sum(mask))


def default_weight(x: Any, sample_weight: Tensor | None, values: Tensor) -> Tensor | None:
    """`sample_weight`, or where there is none the padding mask if it fits `values`."""
    mask = x.get("padding_mask") if isinstance(x, dict) else None
    if sample_weight is not None or mask is None or mask.shape[1] != values.shape[1]:
        return sample_weight
    return mask


def cross_entropy(y: Tensor, y_pred: Tensor) -> Tensor:
    """Negative log-probability of each target, float32 `(batch, seq)`."""
    logits = as_tokens(y_pred)
    return -token_log_probs(logits, token_targets(y, logits))


def require_logits(task: keras.Model, who: str) -> None:
    """Raises if the task returns what a softmax would make nonsense of, unnoticed."""
    last: Any = task.layers[-1] if getattr(task, "layers", None) else None
    activation = getattr(last, "activation", None)
    squashed = (keras.activations.softmax, keras.activations.sigmoid)
    if activation in squashed or isinstance(last, keras.layers.Softmax):
        raise ValueError(
            f"{who} needs logits, but the task ends in probabilities. Make its last layer with "
            f"`activation=None` and its loss with `from_logits=True`. Received: {last.name}"
        )
    shape = getattr(task, "output_shape", None)
    if isinstance(shape, tuple) and shape and shape[-1] == 1:
        raise ValueError(
            f"{who} compares distributions over tokens or classes, but the task has one output. "
            f"Give a classifier one logit a class. Received: output shape {shape}"
        )


def has_dropout(task: keras.Model) -> bool:
    """Whether two training passes over the same input can differ: some layer drops units."""
    # The walk over all layers that Keras itself takes; it has no public one.
    rates = [
        getattr(layer, name, 0.0)
        for layer in task._flatten_layers()
        for name in ("rate", "dropout", "recurrent_dropout")
    ]
    return any(isinstance(rate, (int, float)) and rate > 0.0 for rate in rates)
