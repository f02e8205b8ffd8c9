"""Do the metrics of confidence and of abstention say what their definitions do?"""

import keras
import numpy as np
import pytest

import keras_halluc as kh
from keras_halluc._types import LABELS


def draw(seed, shape=(8, 5), vocab=6):
    rng = np.random.default_rng(seed)
    logits = (3 * rng.normal(size=(*shape, vocab))).astype("float32")
    return rng.integers(0, vocab, shape), logits


def confidences(y_true, logits):
    """In float64, and whether the most likely class is the right one."""
    probs = np.exp(logits.astype("float64"))
    probs /= probs.sum(-1, keepdims=True)
    return probs.max(-1), probs.argmax(-1) == y_true


def value(metric, y_true, y_pred, weight=None):
    metric.update_state(y_true, y_pred, weight)
    return float(metric.result())


@pytest.mark.parametrize("seed", range(4))
def test_aurc_is_that_of_the_definition(seed):
    y_true, logits = draw(seed)
    confidence, correct = confidences(y_true, logits)
    order = np.argsort(-confidence.ravel())
    wrong = ~correct.ravel()[order]
    expected = np.mean([wrong[:k].mean() for k in range(1, len(wrong) + 1)])
    assert value(kh.metrics.AURC(), y_true, logits) == pytest.approx(expected, abs=5e-3)


def test_aurc_of_a_model_that_is_always_as_sure_is_its_error_rate():
    logits = np.tile(np.float32([[3, 0, 0]]), (8, 1))
    metric = kh.metrics.AURC()
    assert value(metric, [0, 0, 0, 0, 0, 1, 2, 1], logits) == pytest.approx(3 / 8, abs=1e-6)


@pytest.mark.parametrize("scale", [0.5, 3.0])
def test_aurc_does_not_change_with_temperature_and_the_others_do(scale):
    logits = np.zeros((8, 2), "float32")  # two classes: no temperature changes their order
    logits[:, 0] = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]
    y_true = [1, 0, 1, 0, 0, 0, 0, 1]
    for metric, same in ((kh.metrics.AURC, True), (kh.metrics.BrierScore, False)):
        found = [value(metric(), y_true, logits), value(metric(), y_true, scale * logits)]
        assert (found[0] == pytest.approx(found[1], abs=1e-6)) is same


@pytest.mark.parametrize("seed", range(4))
def test_brier_score_is_that_of_the_definition(seed):
    y_true, logits = draw(seed)
    weight = np.random.default_rng(seed).choice([0.0, 0.5, 1.0], y_true.shape)
    confidence, correct = confidences(y_true, logits)
    expected = np.average((confidence - correct) ** 2, weights=weight)
    assert value(kh.metrics.BrierScore(), y_true, logits, weight) == pytest.approx(
        expected, abs=1e-6
    )


@pytest.mark.parametrize("metric", [kh.metrics.AURC, kh.metrics.BrierScore])
def test_laws(metric):
    y_true, logits = draw(0)
    logits = np.round(logits * 64) / 64
    expected = value(metric(), y_true, logits)
    for shift in (-5.0, 1000.0):
        moved = logits + np.float32(shift)
        assert value(metric(), y_true, moved) == pytest.approx(expected, abs=1e-5)
    padded = np.where(np.arange(5) < 3, y_true, -100)
    short = value(metric(), y_true, logits, padded >= 0)
    assert short != pytest.approx(expected, abs=1e-3)
    assert value(metric(ignore_class=-100), padded, logits) == pytest.approx(short, abs=1e-6)
    sure = 200 * np.eye(8, dtype="float32") - 100
    assert value(metric(), np.arange(8), sure) == pytest.approx(0.0, abs=1e-6)
    assert value(metric(), (np.arange(8) + 1) % 8, sure) == pytest.approx(1.0, abs=1e-6)
    assert np.isnan(value(metric(), keras.ops.convert_to_tensor([9] * 8), sure))


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.75])
def test_abstention_score(threshold):
    labels = np.random.default_rng(0).integers(0, 5, 8)
    worth = {"supported": 1.0, "abstained": 0.0}
    wrong = -threshold / (1 - threshold)
    scores = [worth.get(LABELS[i], wrong) for i in labels if LABELS[i] != "unmeasured"]
    metric = kh.metrics.AbstentionScore(threshold)
    metric.update_state(labels)
    assert float(metric.result()) == pytest.approx(np.mean(scores), abs=1e-6)
    assert float(metric.counted()) == len(scores)


def test_threshold_0_is_accuracy():
    scores = []
    for metric in (kh.metrics.AbstentionScore(0.0), kh.metrics.AnswerAccuracy()):
        metric.update_state([0, 0, 1, 3, 4])
        scores.append(float(metric.result()))
    assert scores == [0.5, 0.5]
