"""How far is one next-token distribution from another?"""

from keras import ops

from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape
from keras_halluc.ops.token_scores import shift_logits

# Nats below any logit a model gives, and still finite after division by a small temperature.
FORBIDDEN = -1e9
# Mass that float32 cannot tell from 0 in 1 - sum(p).
SMALLEST = 1e-7


def kl_divergence(teacher_logits: Tensor, student_logits: Tensor, temperature: float) -> Tensor:
    r"""KL(teacher || student) of each position.

    Both sides are softened by the same temperature. The result is not multiplied by
    :math:`T^2`, so gradients shrink as :math:`1 / T^2`; a loss that mixes temperatures must do
    that itself. No gradient is stopped: pass a constant teacher.

    Args:
        teacher_logits: float `(batch, seq, vocab)`.
        student_logits: float `(batch, seq, vocab)`.
        temperature: float > 0.

    Returns:
        float32 `(batch, seq)`, nats, at least 0 (up to 1e-6); lower is closer. A token that the
        teacher gives no probability adds nothing, so `-inf` and `forbid` are safe.
    """
    teacher_logits = ops.convert_to_tensor(teacher_logits)
    student_logits = ops.convert_to_tensor(student_logits)
    require_rank("teacher_logits", teacher_logits, ("batch", "seq", "vocab"))
    require_shape("student_logits", student_logits, "teacher_logits", teacher_logits.shape)
    scale = 1.0 / require_number("temperature", temperature, above=0.0)
    teacher, teacher_total = shift_logits(ops.cast(teacher_logits, "float32") * scale)
    student, student_total = shift_logits(ops.cast(student_logits, "float32") * scale)
    probs = ops.exp(teacher - ops.expand_dims(teacher_total, -1))
    # 0 * (log(0) - log(q)) is 0, also where q is 0.
    gap = ops.where(probs > 0.0, teacher - student, 0.0)
    return ops.sum(probs * gap, axis=-1) + student_total - teacher_total


def top_k_kl_divergence(ids: Tensor, log_probs: Tensor, student_logits: Tensor) -> Tensor:
    r"""KL(teacher || student) of each position, from the teacher's likeliest tokens alone.

    All other tokens are taken together as one outcome. That never overstates the divergence
    (merging outcomes cannot raise it); what is missed is the teacher's mass on the other tokens
    times their divergence given that one of them comes.

    Args:
        ids: int `(batch, seq, k)`, distinct tokens.
        log_probs: float `(batch, seq, k)`, the teacher's log-probabilities of them.
        student_logits: float `(batch, seq, vocab)`, k < vocab.

    Returns:
        float32 `(batch, seq)`, nats, at least 0 (up to 1e-6); lower is closer.
    """
    log_probs = ops.cast(ops.convert_to_tensor(log_probs), "float32")
    shifted, total = shift_logits(ops.cast(ops.convert_to_tensor(student_logits), "float32"))
    student = ops.take_along_axis(
        shifted - ops.expand_dims(total, -1), ops.cast(ids, "int32"), axis=-1
    )
    probs = ops.exp(log_probs)
    chosen = ops.sum(ops.where(probs > 0.0, probs * (log_probs - student), 0.0), axis=-1)
    rest = ops.maximum(1.0 - ops.sum(probs, axis=-1), SMALLEST)
    student_rest = ops.maximum(1.0 - ops.sum(ops.exp(student), axis=-1), SMALLEST)
    return chosen + rest * (ops.log(rest) - ops.log(student_rest))


def forbid(logits: Tensor, token_ids: Tensor) -> Tensor:
    """Logits with one token of each position taken out of the distribution.

    Forbidding the target token for teacher and student before `kl_divergence` compares only what
    they think of all other tokens.

    Args:
        logits: float `(batch, seq, vocab)`.
        token_ids: int `(batch, seq)`. An id outside `[0, vocab)` takes nothing out.

    Returns:
        float32 `(batch, seq, vocab)`, with -1e9 at `token_ids`; no gradient flows there.
    """
    logits = ops.convert_to_tensor(logits)
    require_rank("logits", logits, ("batch", "seq", "vocab"))
    token_ids = ops.convert_to_tensor(token_ids)
    require_shape("token_ids", token_ids, "logits", logits.shape[:-1])
    logits = ops.cast(logits, "float32")
    token_ids = ops.expand_dims(ops.cast(token_ids, "int32"), -1)
    hit = ops.equal(ops.arange(ops.shape(logits)[-1], dtype="int32"), token_ids)
    return ops.where(hit, ops.full_like(logits, FORBIDDEN), logits)
