"""Are token log-probabilities and entropies those of the definition, however extreme the logits?"""

import math

import keras
import numpy as np
import pytest

from keras_halluc import ops

SEEDS = range(5)


def oracle(logits):
    """Log-probabilities in float64, one position at a time."""
    out = np.empty(logits.shape)
    for i, row in enumerate(np.asarray(logits, "float64")):
        for j, x in enumerate(row):
            top = max(x)
            out[i, j] = x - top - math.log(sum(math.exp(v - top) for v in x))
    return out


def draw(seed, scale=2.0):
    rng = np.random.default_rng(seed)
    logits = (scale * rng.normal(size=(2, 3, 5))).astype("float32")
    return logits, rng.integers(0, 5, (2, 3))


def log_probs(logits, targets):
    return keras.ops.convert_to_numpy(ops.token_log_probs(logits, targets))


def entropies(logits):
    return keras.ops.convert_to_numpy(ops.token_entropies(logits))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scale", [1.0, 50.0])
def test_equal_to_the_oracle(seed, scale):
    logits, targets = draw(seed, scale)
    expected = oracle(logits)
    chosen = np.take_along_axis(expected, targets[..., None], -1)[..., 0]
    np.testing.assert_allclose(log_probs(logits, targets), chosen, rtol=1e-5, atol=1e-6)
    entropy = -(np.exp(expected) * expected).sum(-1)
    np.testing.assert_allclose(entropies(logits), entropy, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("shift", [-5.0, 200.0, -1000.0, 1000.0])
def test_a_shift_of_all_logits_changes_nothing(shift):
    logits, targets = draw(0)
    logits = np.round(logits * 64) / 64  # exact in float32 after the shift too
    np.testing.assert_allclose(
        log_probs(logits + np.float32(shift), targets), log_probs(logits, targets), atol=1e-6
    )
    np.testing.assert_allclose(entropies(logits + np.float32(shift)), entropies(logits), atol=1e-6)


def test_closed_forms():
    flat = np.zeros((1, 1, 8), "float32")
    np.testing.assert_allclose(log_probs(flat, [[3]]), [[-math.log(8)]], rtol=1e-6)
    np.testing.assert_allclose(entropies(flat), [[math.log(8)]], rtol=1e-6)
    sure = np.array([[[200.0, -200.0]]], "float32")
    assert log_probs(sure, [[0]]).item() == 0.0
    assert log_probs(sure, [[1]]).item() == -400.0
    assert entropies(sure).item() == 0.0


def test_forbidden_tokens_are_as_if_they_were_not_there():
    logits, _ = draw(1)
    logits[..., 2] = -np.inf
    np.testing.assert_allclose(entropies(logits), entropies(np.delete(logits, 2, -1)), atol=1e-6)
    assert (log_probs(logits, np.full((2, 3), 2)) == -np.inf).all()


@pytest.mark.parametrize("outside", [-100, -1, 5, 10**6])
def test_a_target_outside_the_vocabulary_is_nan_and_only_there(outside):
    logits, targets = draw(2)
    scores = log_probs(logits, targets)
    targets[0, 1] = outside
    found = log_probs(logits, targets)
    assert np.isnan(found[0, 1])
    found[0, 1] = scores[0, 1]
    np.testing.assert_array_equal(found, scores)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_float32_comes_out(dtype):
    logits, targets = draw(3)
    given = logits.astype("float64"), targets.astype("int64")
    np.testing.assert_array_equal(log_probs(*given), log_probs(logits, targets))
    low = keras.ops.cast(logits, dtype)
    again = keras.ops.convert_to_numpy(keras.ops.cast(low, "float32"))
    assert keras.backend.standardize_dtype(ops.token_log_probs(low, targets).dtype) == "float32"
    assert keras.backend.standardize_dtype(ops.token_entropies(low).dtype) == "float32"
    np.testing.assert_allclose(log_probs(low, targets), log_probs(again, targets), atol=1e-6)


def test_wrong_shapes_raise():
    with pytest.raises(ValueError, match=r"`logits` must have shape \(batch, seq, vocab\)"):
        ops.token_entropies(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"`targets` must have shape \(2, 3\).*Received"):
        ops.token_log_probs(np.zeros((2, 3, 5)), np.zeros((2, 4), "int32"))
