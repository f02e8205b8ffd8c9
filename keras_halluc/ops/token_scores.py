"""How likely is each token, and how undecided is the model there?"""

from keras import ops

from keras_halluc._types import Tensor
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape


def token_log_probs(logits: Tensor, targets: Tensor) -> Tensor:
    """Log-probability of each target token.

    A target outside `[0, vocab)`, such as a padding id of -100, gives NaN on every backend; a mask
    of 0 in `masked_mean` takes it out. A target whose logit is `-inf` gives `-inf`.

    Args:
        logits: float `(batch, seq, vocab)`. `-inf` marks a forbidden token; at least one token a
            position must be allowed.
        targets: int `(batch, seq)`, ids in `[0, vocab)`.

    Returns:
        float32 `(batch, seq)`, nats, at most 0; higher is likelier.
    """
    logits = ops.convert_to_tensor(logits)
    require_rank("logits", logits, ("batch", "seq", "vocab"))
    targets = ops.convert_to_tensor(targets)
    require_shape("targets", targets, "logits", logits.shape[:-1])
    targets = ops.cast(targets, "int32")
    vocab = ops.shape(logits)[-1]
    shifted, log_total = shift_logits(logits)
    known = ops.logical_and(targets >= 0, targets < vocab)
    index = ops.expand_dims(ops.where(known, targets, ops.zeros_like(targets)), -1)
    chosen = ops.squeeze(ops.take_along_axis(shifted, index, axis=-1), -1)
    scores = chosen - log_total
    return ops.where(known, scores, ops.full_like(scores, float("nan")))


def token_entropies(logits: Tensor) -> Tensor:
    """Entropy of each next-token distribution.

    Args:
        logits: float `(batch, seq, vocab)`. `-inf` marks a forbidden token; at least one token a
            position must be allowed.

    Returns:
        float32 `(batch, seq)`, nats, in `[0, log(vocab)]`; lower is more decided.
    """
    logits = ops.convert_to_tensor(logits)
    require_rank("logits", logits, ("batch", "seq", "vocab"))
    shifted, log_total = shift_logits(logits)
    probs = ops.exp(shifted - ops.expand_dims(log_total, -1))
    # 0 * log(0) is 0: a forbidden token adds nothing.
    finite = ops.where(ops.isfinite(shifted), shifted, ops.zeros_like(shifted))
    return ops.maximum(log_total - ops.sum(probs * finite, axis=-1), 0.0)


def shift_logits(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Float32 logits with their maximum at 0, and the log of the sum of their exponentials."""
    logits = ops.cast(logits, "float32")
    shifted = logits - ops.stop_gradient(ops.max(logits, axis=-1, keepdims=True))
    return shifted, ops.log(ops.sum(ops.exp(shifted), axis=-1))
