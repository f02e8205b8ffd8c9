"""Is perplexity exp of the mean negative log-likelihood of the tokens that count?"""

import math

import keras
import numpy as np
import pytest

import keras_halluc as kh


def draw(seed):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 6, (8, 5)), (2 * rng.normal(size=(8, 5, 6))).astype("float32")


def oracle(y_true, logits, weight):
    loss = total = 0.0
    for at in np.ndindex(y_true.shape):
        x = logits[at].astype("float64")
        log_total = x.max() + math.log(np.exp(x - x.max()).sum())
        loss += weight[at] * (log_total - x[y_true[at]])
        total += weight[at]
    return math.exp(loss / total)


def value(y_true, y_pred, weight=None, **kwargs):
    metric = kh.metrics.Perplexity(**kwargs)
    metric.update_state(y_true, y_pred, weight)
    return float(metric.result())


@pytest.mark.parametrize("seed", range(4))
def test_equal_to_the_oracle(seed):
    y_true, logits = draw(seed)
    weight = np.random.default_rng(seed).choice([0.0, 0.5, 1.0], y_true.shape)
    assert value(y_true, logits, weight) == pytest.approx(oracle(y_true, logits, weight), rel=1e-5)
    rows = np.resize([1.0, 0.0, 2.0, 0.5], 8)
    expected = oracle(y_true, logits, np.repeat(rows[:, None], 5, 1))
    assert value(y_true, logits, rows) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32", None])
def test_a_low_precision_dtype_does_no_harm(dtype):
    flat = np.zeros((1, 40, 300), "float32")
    ids = np.arange(260, 300)[None]  # bfloat16 knows every other one of them
    flat[0, np.arange(40), ids[0]] = 50.0
    assert value(ids, flat, dtype=dtype) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("tensors", [False, True])
def test_padding_is_left_out_by_id_or_by_weight(tensors):
    y_true, logits = draw(1)
    convert = keras.ops.convert_to_tensor if tensors else np.asarray
    short = oracle(y_true, logits, np.broadcast_to(np.arange(5) < 2, (8, 5)))
    y_true[:, 2:] = -100
    given = convert(y_true), convert(logits)
    assert value(*given, ignore_class=-100) == pytest.approx(short, rel=1e-5)
    weight = convert((y_true != -100).astype("float32"))
    assert value(*given, weight) == pytest.approx(short, rel=1e-5)


def test_a_label_out_of_range_raises_or_shows():
    y_pred = np.zeros((1, 2, 3), "float32")
    with pytest.raises(ValueError, match=r"`y_true` must be in \[0, 3\).*y_true=\[3\]"):
        value([[0, 3]], y_pred)
    assert np.isnan(value(keras.ops.convert_to_tensor([[0, 3]]), y_pred))


def test_wrong_input_raises():
    with pytest.raises(ValueError, match=r"`y_pred` must have shape \(batch, seq, vocab\)"):
        value([0], np.zeros((1, 3)))
    with pytest.raises(ValueError, match=r"`sample_weight` must have shape \(1, 2\) or \(1,\)"):
        value([[0, 1]], np.zeros((1, 2, 3)), np.ones((1, 3)))


def test_unknown_names_raise():
    with pytest.raises(AttributeError, match="no attribute 'Perplexed'"):
        _ = kh.metrics.Perplexed
