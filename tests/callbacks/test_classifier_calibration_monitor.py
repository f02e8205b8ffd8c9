"""Are a classifier's probabilities compared with its labels as in plain numpy?"""

import re

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

from keras_halluc.callbacks import ClassifierCalibrationMonitor

pytestmark = pytest.mark.eager

ROWS = 60


def data(seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, 3)).astype("float32")
    return x, (x[:, 0] + rng.normal(size=ROWS) > 0).astype("int64")


def network(units=2, activation=None):
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(units, activation=activation, name="head")]
    )
    kernel = np.random.default_rng(1).normal(size=(3, units))
    model.get_layer("head").set_weights([2 * kernel, np.zeros(units)])
    return model


def measured(model, given, **kwargs):
    monitor = ClassifierCalibrationMonitor(given, resamples=5, strict=True, **kwargs)
    monitor.set_model(model)
    monitor.on_train_begin()
    logs = {}
    monitor.on_epoch_end(0, logs)
    return logs, monitor


def oracle(probs, y):
    confidence, right = probs.max(axis=1), (probs.argmax(axis=1) == y).astype("float64")
    bins = np.minimum((confidence * 15).astype(int), 14)
    error = sum(abs((right - confidence)[bins == i].sum()) for i in range(15)) / len(y)
    order = np.argsort(-confidence)
    risk = np.cumsum(1 - right[order]) / np.arange(1, len(y) + 1)
    found = {
        "expected_calibration_error": error,
        "brier_score": np.mean((confidence - right) ** 2),
        "aurc": risk.mean(),
        "auroc": np.mean(np.subtract.outer(confidence[right == 1], confidence[right == 0]) > 0),
    }
    for name, t in (("t50", 0.5), ("t75", 0.75), ("t90", 0.9)):
        points = np.where(right == 1, 1.0, -t / (1 - t))
        found[f"abstention_score_{name}"] = np.where(confidence < t, 0.0, points).mean()
    return found


def softmax(logits):
    return np.exp(tiny_models.log_softmax(logits))


@pytest.mark.parametrize("kind", ["logits", "probabilities", "one logit", "one probability"])
def test_values_are_the_oracles(kind):
    x, y = data()
    one = kind.startswith("one")
    activation = None if "logit" in kind else ("sigmoid" if one else "softmax")
    model = network(1 if one else 3, activation)
    kernel = np.asarray(model.get_layer("head").get_weights()[0], "float64")
    logits = x.astype("float64") @ kernel
    probs = softmax(np.concatenate([0 * logits, logits], axis=1) if one else logits)
    logs, monitor = measured(model, (x, y), from_logits="logit" in kind)
    for key, value in oracle(probs, y).items():
        assert logs[key] == pytest.approx(value, abs=1e-4), key
        estimate = monitor.latest[key]
        assert estimate.low <= estimate.value <= estimate.high and estimate.count == ROWS


def test_where_all_is_right_there_is_no_auroc():
    model, (x, _) = network(), data()
    right = np.asarray(model.predict(x, verbose=0)).argmax(axis=1)
    for y in (right, 1 - right):
        logs, monitor = measured(model, (x, y))
        assert set(monitor.log_keys) - set(logs) == {"auroc"}
    right[0] = 1 - right[0]
    assert 0.0 <= measured(model, (x, right))[0]["auroc"] <= 1.0


@quick_on_torch
def test_in_fit_with_fewer_rows_and_the_same_history():
    x, y = data()
    histories = []
    for monitors in ([], [ClassifierCalibrationMonitor((x, y), max_rows=29, resamples=5)]):
        keras.utils.set_random_seed(0)
        model = network()
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("sgd", loss, metrics=["accuracy"])
        histories.append(model.fit(x, y, epochs=2, verbose=0, callbacks=monitors).history)
    plain, watched = histories
    assert {key: watched[key] for key in plain} == plain
    # Below 30 rows a calibration error is mostly chance.
    assert set(watched) - set(plain) == {f"abstention_score_t{t}" for t in (50, 75, 90)}


@quick_on_torch
def test_texts_of_a_kerashub_classifier():
    task = tiny_models.bert_classifier()
    texts = tiny_models.TEXTS[:4] * 8
    logs, monitor = measured(task, (texts, [0, 1] * 16))
    probs = softmax(np.asarray(task.predict(texts, verbose=0), "float64"))
    assert logs["brier_score"] == pytest.approx(
        oracle(probs, np.array([0, 1] * 16))["brier_score"], abs=1e-4
    )


def test_tensorboard(tmp_path, read_events):
    _, monitor = measured(network(), data(), log_dir=tmp_path, prefix="val_")
    monitor.on_train_end()
    events = read_events(tmp_path / "val_calibration")
    assert [step for step, _ in events["val_aurc"]] == [0, 1]
    assert [step for step, _ in events["val_reliability"]] == [0, 1]


@pytest.mark.parametrize(
    "given, kwargs, error, message",
    [
        (data()[0], {}, TypeError, "`validation_data` must be (x, y)"),
        ((np.ones((4, 3)), np.ones(4)), {}, ValueError, "must have int class ids"),
        ((np.ones((4, 3)), np.ones((4, 2), int)), {}, ValueError, "Received: dtype int64"),
    ],
)
def test_wrong_arguments(given, kwargs, error, message):
    with pytest.raises(error, match=re.escape(message)):
        ClassifierCalibrationMonitor(given, **kwargs)


def test_what_the_model_must_return():
    x, y = data()
    with pytest.raises(ValueError, match=re.escape("class ids in [0, 2)")):
        measured(network(), (x, y + 1))
    with pytest.raises(ValueError, match="with from_logits=False probabilities"):
        measured(network(), (x, y), from_logits=False)
    model = network()
    model.set_weights([np.full_like(w, 3e38) for w in model.get_weights()])
    with pytest.raises(ValueError, match="must return finite logits"):
        measured(model, (x, y))
