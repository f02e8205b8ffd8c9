"""Is the divergence KL(teacher || student), never negative, and safe to differentiate?"""

import math

import keras
import numpy as np
import pytest

from keras_halluc import ops


def draw(seed, vocab=6, scale=2.0):
    rng = np.random.default_rng(seed)
    shape = (2, 2, 3, vocab)
    return (scale * rng.normal(size=shape)).astype("float32")


def log_softmax(x):
    top = max(x)
    total = math.log(sum(math.exp(v - top) for v in x))
    return [v - top - total for v in x]


def oracle(teacher, student, temperature):
    out = np.empty(teacher.shape[:2])
    for i, j in np.ndindex(out.shape):
        t = log_softmax([float(v) / temperature for v in teacher[i, j]])
        s = log_softmax([float(v) / temperature for v in student[i, j]])
        out[i, j] = sum(math.exp(a) * (a - b) for a, b in zip(t, s))
    return out


def kl(teacher, student, temperature=1.0):
    return keras.ops.convert_to_numpy(ops.kl_divergence(teacher, student, temperature))


def gradient(teacher, student):
    """Gradient of the summed divergence by the student, through one step of SGD."""
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((student.size,)), layer])

    def loss(_, y_pred):
        moved = keras.ops.add(student, keras.ops.reshape(layer.kernel, student.shape))
        return keras.ops.sum(ops.kl_divergence(teacher, moved, 1.0)) + 0 * keras.ops.sum(y_pred)

    model.compile(keras.optimizers.SGD(1.0), loss)
    model.fit(np.zeros((1, student.size)), np.zeros((1, 1)), verbose=0)
    return -layer.get_weights()[0].reshape(student.shape)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_equal_to_the_oracle(seed, temperature):
    teacher, student = draw(seed)
    expected = oracle(teacher, student, temperature)
    np.testing.assert_allclose(kl(teacher, student, temperature), expected, rtol=1e-5, atol=1e-6)


def test_closed_form_and_direction():
    half, sure = np.zeros((1, 1, 2), "float32"), np.array([[[50.0, -50.0]]], "float32")
    np.testing.assert_allclose(kl(sure, half), [[math.log(2)]], rtol=1e-6)
    np.testing.assert_allclose(kl(half, sure), [[50 - math.log(2)]], rtol=1e-6)


@pytest.mark.parametrize("shift", [-5.0, 1000.0])
def test_a_shift_of_one_side_changes_nothing(shift):
    teacher, student = np.round(draw(0) * 64) / 64
    moved = kl(teacher, student + np.float32(shift))
    np.testing.assert_allclose(moved, kl(teacher, student), atol=1e-6)


@pytest.mark.parametrize("apart", [0.0, 1e-6, 1e-4])
def test_not_negative_with_a_large_vocabulary(apart):
    teacher, noise = draw(1, vocab=20_000, scale=3.0)
    found = kl(teacher, teacher + np.float32(apart) * noise)
    assert found.min() >= -1e-6
    assert found.max() <= 1e-6


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_finite_in_low_precision(dtype):
    for scale in (1.0, 200.0):
        low = keras.ops.cast(draw(2, scale=scale), dtype)
        found = ops.kl_divergence(low[0], low[1], 0.5)
        assert keras.backend.standardize_dtype(found.dtype) == "float32"
        found = keras.ops.convert_to_numpy(found)
        assert np.isfinite(found).all() and found.min() >= -1e-6


def test_gradient_is_student_minus_teacher():
    teacher, student = draw(3)
    soft = [np.exp(np.apply_along_axis(log_softmax, -1, x)) for x in (teacher, student)]
    np.testing.assert_allclose(gradient(teacher, student), soft[1] - soft[0], atol=1e-5)


@pytest.mark.parametrize("both", [False, True])
def test_what_the_teacher_rules_out_adds_nothing(both):
    teacher, student = draw(8)
    ruled_out = teacher.copy(), student.copy()
    teacher[..., 0] = -1e3
    ruled_out[0][..., 0] = -np.inf
    if both:
        student[..., 0] = -1e3
        ruled_out[1][..., 0] = -np.inf
        assert np.isfinite(gradient(*ruled_out)).all()
    np.testing.assert_allclose(kl(*ruled_out), oracle(teacher, student, 1.0), rtol=1e-5, atol=1e-6)


def test_gradient_is_finite_at_the_edges():
    teacher, student = draw(4, scale=200.0)
    teacher[..., 0] = -np.inf
    assert np.isfinite(gradient(teacher, student)).all()
    gold = np.zeros((2, 3), "int32")
    teacher, student = (keras.ops.convert_to_numpy(ops.divergence.forbid(x, gold)) for x in draw(5))
    assert np.isfinite(gradient(teacher, student)).all()


def test_forbidding_a_token_is_leaving_it_out():
    teacher, student = draw(6)
    gold = np.full((2, 3), 4)
    found = kl(ops.divergence.forbid(teacher, gold), ops.divergence.forbid(student, gold), 2.0)
    expected = oracle(np.delete(teacher, 4, -1), np.delete(student, 4, -1), 2.0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_forbid_touches_only_the_given_tokens():
    logits = draw(7)[0]
    ids = np.random.default_rng(7).integers(0, 6, (2, 3))
    ids[0, 0] = -1  # nothing to take out
    out = keras.ops.convert_to_numpy(ops.divergence.forbid(keras.ops.cast(logits, "float16"), ids))
    hit = np.arange(6) == ids[..., None]
    assert (out[hit] == -1e9).all()
    np.testing.assert_array_equal(out[~hit], logits.astype("float16").astype("float32")[~hit])


def record(teacher, k):
    """The `k` likeliest tokens and their log-probabilities, in no order."""
    log_probs = np.apply_along_axis(log_softmax, -1, teacher.astype("float64"))
    ids = np.argsort(-log_probs, axis=-1)[..., :k][..., ::-1]
    return ids.astype("int32"), np.take_along_axis(log_probs, ids, -1).astype("float32")


def merged_oracle(teacher, student, k):
    """KL of the distributions in which all but the teacher's `k` likeliest tokens are one."""
    out = np.empty(teacher.shape[:2])
    for i, j in np.ndindex(out.shape):
        t, s = (np.exp(log_softmax([float(v) for v in x[i, j]])) for x in (teacher, student))
        top = np.argsort(-t)[:k]
        t, s = ([*x[top], 1.0 - x[top].sum()] for x in (t, s))
        out[i, j] = sum(a * (math.log(a) - math.log(b)) for a, b in zip(t, s))
    return out


def top_k_kl(teacher, student, k):
    return keras.ops.convert_to_numpy(ops.top_k_kl_divergence(*record(teacher, k), student))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("k", [1, 3, 8])
def test_of_the_top_k_equal_to_the_oracle_and_never_above_the_whole(seed, k):
    teacher, student = draw(seed, vocab=9)
    found, whole = top_k_kl(teacher, student, k), kl(teacher, student)
    expected = merged_oracle(teacher, student, k)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    assert (found <= whole + 1e-5).all() and found.min() >= -1e-6
    if k == 8:
        np.testing.assert_allclose(found, whole, rtol=1e-4, atol=1e-5)
    else:
        assert (found < 0.99 * whole).any()


def test_of_the_top_k_in_a_large_vocabulary_it_is_0_for_equals_and_finite():
    teacher, other = draw(1, vocab=20_000, scale=3.0)
    assert np.abs(top_k_kl(teacher, teacher, 16)).max() < 1e-5
    for scale in (1.0, 100.0):  # far out the student rules out what the teacher says
        found = top_k_kl(scale * teacher, scale * other, 16)
        assert np.isfinite(found).all() and found.min() >= -1e-6


def test_of_the_top_k_the_gradient_is_that_of_the_merged_tokens():
    teacher, student = draw(3)
    ids, log_probs = record(teacher, 3)

    def total(logits):
        return keras.ops.sum(ops.top_k_kl_divergence(ids, log_probs, logits))

    found = keras.ops.convert_to_numpy(ops.gradient_at(total, student, []))
    q = np.exp(np.apply_along_axis(log_softmax, -1, student.astype("float64")))
    target = np.zeros_like(q)
    np.put_along_axis(target, ids, np.exp(log_probs.astype("float64")), -1)
    rest, left = 1.0 - target.sum(-1, keepdims=True), target == 0
    spread = np.where(left, q, 0.0)  # the rest goes to the others as the student has them
    target += rest * spread / spread.sum(-1, keepdims=True)
    np.testing.assert_allclose(found, q - target, atol=1e-5)


def test_of_the_top_k_what_is_forbidden_adds_nothing():
    teacher, student = draw(6)
    gold = np.full((2, 3), 4)
    ids, log_probs = record(keras.ops.convert_to_numpy(ops.divergence.forbid(teacher, gold)), 5)
    found = ops.top_k_kl_divergence(ids, log_probs, ops.divergence.forbid(student, gold))
    expected = oracle(np.delete(teacher, 4, -1), np.delete(student, 4, -1), 1.0)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(found), expected, rtol=1e-4, atol=1e-5)

    def total(logits):
        return keras.ops.sum(
            ops.top_k_kl_divergence(ids, log_probs, ops.divergence.forbid(logits, gold))
        )

    slope = keras.ops.convert_to_numpy(ops.gradient_at(total, student, []))
    assert np.isfinite(slope).all() and not slope[..., 4].any()
    never = np.where(np.arange(5) == 0, -np.inf, log_probs)  # the least likely of the record
    assert np.isfinite(
        keras.ops.convert_to_numpy(ops.top_k_kl_divergence(ids, never, student))
    ).all()


def test_bad_arguments_raise():
    logits = np.zeros((2, 3, 5))
    with pytest.raises(ValueError, match=r"`temperature` must be > 0.*Received: temperature=0"):
        ops.kl_divergence(logits, logits, 0)
    with pytest.raises(ValueError, match=r"`student_logits` must have shape \(2, 3, 5\)"):
        ops.kl_divergence(logits, logits[:, :1], 1.0)
    with pytest.raises(ValueError, match=r"`token_ids` must have shape \(2, 3\)"):
        ops.divergence.forbid(logits, np.zeros(2, "int32"))
