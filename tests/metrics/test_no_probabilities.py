"""Do the metrics of calibration refuse what is neither logits nor a probability?"""

import keras
import numpy as np
import pytest

import keras_halluc as kh

METRICS = [kh.metrics.ExpectedCalibrationError, kh.metrics.BrierScore, kh.metrics.AURC]
BAD = [
    [[5.0, -1.0], [2.0, 8.0]],  # logits
    [[75.0, 25.0], [40.0, 60.0]],  # percent
    [[0.5, float("nan")], [0.5, 0.5]],
    [[0.5, float("inf")], [0.5, 0.5]],
    [[0.9, 0.9], [0.8, 0.7]],  # of labels that do not exclude each other
    [[-0.2, 0.2], [0.5, 0.5]],
]


def value(metric, y_true, y_pred, weight=None):
    metric.update_state(y_true, y_pred, weight)
    return float(metric.result())


@pytest.mark.parametrize("make", METRICS)
@pytest.mark.parametrize("bad", BAD)
def test_probabilities_must_be_some(make, bad):
    metric = make(from_logits=False)
    for given in (bad, np.array(bad)):
        with pytest.raises(ValueError, match=r"`y_pred` must hold probabilities in \[0, 1\]"):
            value(metric, [0, 1], given)
    assert np.isnan(value(make(from_logits=False), [0, 1], keras.ops.convert_to_tensor(bad)))
    left_out = value(make(from_logits=False), [0, 1, 0], [*bad, [0.75, 0.25]], [0, 0, 1])
    assert left_out == value(make(from_logits=False), [0], [[0.75, 0.25]])


@pytest.mark.parametrize("make", METRICS)
def test_logits_must_be_finite_and_no_probabilities(make):
    with pytest.raises(ValueError, match="`y_pred` must hold finite logits"):
        value(make(), [0, 1], [[0.5, float("nan")], [0.5, 0.5]])
    with pytest.raises(ValueError, match="softmax give from_logits=False"):
        value(make(), [0, 1], [[0.75, 0.25], [0.1, 0.9]])
    nan = keras.ops.convert_to_tensor([[0.5, float("nan")], [0.5, 0.5]])
    assert np.isnan(value(make(), [0, 1], nan))
    assert value(make(), [0, 1], [[1.0, 0.0], [0.0, 1.0]]) >= 0.0  # may be logits


def test_low_precision_may_miss_the_sum():
    probs = np.full((2, 1000), 0.001, "float16")
    assert 0.0 <= value(kh.metrics.ExpectedCalibrationError(from_logits=False), [0, 1], probs) <= 1
