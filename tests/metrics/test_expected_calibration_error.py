"""Is the expected calibration error that of the definition, on what counts and nothing else?"""

import keras
import numpy as np
import pytest

import keras_halluc as kh

SEEDS = range(4)


def draw(seed, shape=(8, 5), vocab=6):
    rng = np.random.default_rng(seed)
    logits = (2 * rng.normal(size=(*shape, vocab))).astype("float32")
    return rng.integers(0, vocab, shape), np.round(logits * 64) / 64


def oracle(y_true, logits, weight, num_bins):
    """Position by position in float64."""
    sums = np.zeros((3, num_bins))
    for at in np.ndindex(y_true.shape):
        x = logits[at].astype("float64")
        probs = np.exp(x - x.max()) / np.exp(x - x.max()).sum()
        found = np.array([1.0, probs.max(), probs.argmax() == y_true[at]])
        sums[:, min(int(probs.max() * num_bins), num_bins - 1)] += weight[at] * found
    return sum(abs(right - sure) for _, sure, right in sums.T) / sums[0].sum()


def value(y_true, y_pred, weight=None, **kwargs):
    metric = kh.metrics.ExpectedCalibrationError(**kwargs)
    metric.update_state(y_true, y_pred, weight)
    return float(metric.result())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("num_bins", [1, 15])
def test_equal_to_the_oracle(seed, num_bins):
    y_true, logits = draw(seed)
    weight = np.random.default_rng(seed).choice([0.0, 0.5, 1.0], y_true.shape)
    found = value(y_true, logits, weight, num_bins=num_bins)
    assert found == pytest.approx(oracle(y_true, logits, weight, num_bins), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("shift", [0.0, -5.0, 1000.0])
def test_a_shift_of_the_logits_changes_nothing(shift):
    y_true, logits = draw(0)
    moved = logits + np.float32(shift)
    assert value(y_true, moved) == pytest.approx(value(y_true, logits), abs=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_sequences_are_their_tokens(seed):
    y_true, logits = draw(seed)
    flat = value(y_true.reshape(-1), logits.reshape(-1, 6))
    assert value(y_true, logits) == pytest.approx(flat, abs=1e-6)


def test_closed_forms():
    sure = 200 * np.eye(4, dtype="float32") - 100
    assert value(np.arange(4), sure) == 0.0  # sure and right
    assert value((np.arange(4) + 1) % 4, sure) == 1.0  # sure and wrong
    assert value(np.zeros(4, "int32"), np.zeros((4, 4), "float32")) == 0.75  # wavering, right
    assert value([0, 1], [[1.0, 0.0], [0.0, 1.0]], from_logits=False) == 0.0


def test_forbidden_tokens_are_fine():
    y_true, logits = draw(1)
    logits[..., 5] = -1e4
    same = value(np.minimum(y_true, 4), logits)
    logits[..., 5] = -np.inf
    assert value(np.minimum(y_true, 4), logits) == pytest.approx(same, abs=1e-6)


@pytest.mark.parametrize("padding", [-100, 3])
@pytest.mark.parametrize("tensors", [False, True])
def test_padding_is_left_out_by_class_or_by_weight(padding, tensors):
    y_true, logits = draw(2)
    y_true = np.where(y_true == 3, 2, y_true)
    y_true[:, 2:] = padding
    convert = keras.ops.convert_to_tensor if tensors else np.asarray
    short = oracle(y_true, logits, y_true != padding, 15)
    logits[:, 3] = np.nan
    given = convert(y_true), convert(logits)
    assert value(*given, ignore_class=padding) == pytest.approx(short, abs=1e-6)
    weight = convert((y_true != padding).astype("float32"))
    assert value(*given, weight) == pytest.approx(short, abs=1e-6)


def test_low_precision_predictions_are_computed_in_float32():
    y_true, logits = draw(4)
    low = keras.ops.cast(logits, "float16")
    again = keras.ops.convert_to_numpy(keras.ops.cast(low, "float32"))
    assert value(y_true, low) == pytest.approx(value(y_true, again), abs=1e-6)


def test_a_label_out_of_range_raises_or_shows():
    y_pred = np.zeros((2, 3), "float32")
    for bad in ([0, 3], np.array([-1, 0])):
        with pytest.raises(ValueError, match=r"`y_true` must be in \[0, 3\).*Received: y_true="):
            value(bad, y_pred)
        assert np.isnan(value(keras.ops.convert_to_tensor(bad), y_pred))


@pytest.mark.parametrize(
    ("y_true", "y_pred", "weight", "error", "match"),
    [
        ([0.0, 1.0], np.zeros((2, 3)), None, TypeError, "`y_true` must be integer class ids"),
        ([[0], [1]], np.zeros((2, 3)), None, ValueError, r"`y_pred` must have shape \(batch, voc"),
        ([0, 1, 1], np.zeros((2, 3)), None, ValueError, r"`y_true` must have shape \(2,\)"),
        ([0, 1], np.zeros((2, 3)), [1.0], ValueError, r"`sample_weight` must have shape \(2,\)"),
        ([0], np.zeros((1, 1, 1, 3)), None, ValueError, r"`y_pred` must have shape"),
    ],
)
def test_wrong_input_raises(y_true, y_pred, weight, error, match):
    with pytest.raises(error, match=match):
        value(y_true, y_pred, weight)
