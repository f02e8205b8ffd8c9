"""Is the temperature the likeliest, and does training not see it?"""

import keras
import numpy as np
import oracles
import pytest

from keras_halluc.layers import ClassificationHead

pytestmark = pytest.mark.eager

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(12, 4)).astype("float32")


def built(**kwargs):
    head = ClassificationHead(**{"num_classes": 3, **kwargs})
    head.build(FEATURES.shape)
    return oracles.shaken(head)


def too_sure(rows, factor):
    """Logits, and labels drawn from the softmax of the logits divided by the factor."""
    rng = np.random.default_rng(1)
    logits = 3.0 * rng.normal(size=(rows, 3))
    draws = rng.uniform(size=(rows, 1))
    labels = (oracles.softmax(logits / factor).cumsum(axis=1) < draws).sum(axis=1)
    return logits, labels


def loss_at(temperature, logits, labels):
    return -np.log(oracles.softmax(logits / temperature)[np.arange(len(labels)), labels]).mean()


@pytest.mark.parametrize("factor", [0.4, 1.0, 3.0])
def test_the_temperature_is_the_likeliest_of_a_fine_grid(factor):
    head = built()
    head.temperature.assign(1.0)
    logits, labels = too_sure(300, factor)
    found = head.calibrate(logits, labels)
    grid = np.exp(np.linspace(np.log(0.05), np.log(20), 4001))
    losses = [loss_at(t, logits, labels) for t in grid]
    assert found == pytest.approx(grid[np.argmin(losses)], rel=2e-3)
    assert loss_at(found, logits, labels) <= min(losses) + 1e-12
    assert found == pytest.approx(factor, rel=0.25)
    assert float(oracles.numbers(head.temperature)) == pytest.approx(found, rel=1e-6)


def test_calibrating_again_on_what_the_head_returns_gives_the_same():
    head = built()
    raw = oracles.numbers(head(FEATURES, training=True))
    labels = np.where(np.arange(12) % 3, raw.argmax(axis=1), (raw.argmax(axis=1) + 1) % 3)
    first = head.calibrate(head(FEATURES), labels)
    again = head.calibrate(head(FEATURES), labels)
    assert first != pytest.approx(1.0, rel=0.05)
    assert again == pytest.approx(first, rel=1e-5)
    found = oracles.numbers(head(FEATURES))
    np.testing.assert_allclose(found, raw / first, rtol=1e-4, atol=1e-5)
    wanted = [loss_at(t, raw, labels) for t in (first * 0.99, first, first * 1.01)]
    assert wanted[1] == min(wanted)


def test_training_does_not_see_the_temperature():
    weights = []
    for temperature in (1.0, 5.0):
        keras.utils.set_random_seed(0)
        head = ClassificationHead(3)
        model = keras.Sequential([keras.Input((4,)), head])
        head.temperature.assign(temperature)
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(FEATURES, np.arange(12) % 3, epochs=2, shuffle=False, verbose=0)
        assert float(oracles.numbers(head.temperature)) == temperature
        assert len(head.trainable_weights) == 2
        weights.append(head.dense.get_weights())
    for one, other in zip(*weights):
        np.testing.assert_array_equal(one, other)


def test_logits_are_divided_outside_training_alone():
    head = built()
    head.temperature.assign(2.5)
    kernel, bias = (oracles.numbers(w) for w in head.dense.weights)
    raw = FEATURES.astype("float64") @ kernel + bias
    found = [oracles.numbers(head(FEATURES, training=t)) for t in (None, False, True)]
    for one, wanted in zip(found, (raw / 2.5, raw / 2.5, raw)):
        np.testing.assert_allclose(one, wanted, rtol=1e-4, atol=1e-5)


def test_the_temperature_is_saved(tmp_path):
    head = built()
    model = keras.Sequential([keras.Input((4,)), head])
    head.temperature.assign(3.25)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert float(oracles.numbers(loaded.layers[-1].temperature)) == 3.25


def test_it_decides_or_abstains():
    logits = np.log([[0.7, 0.2, 0.1], [0.1, 0.5, 0.4], [0.2, 0.1, 0.7]])
    for below, expected in ((0.0, [0, 1, 2]), (0.6, [0, -1, 2]), (0.95, [-1, -1, -1])):
        head = ClassificationHead(3, abstain_below=below)
        decided = head.decide(logits)
        assert keras.backend.standardize_dtype(decided.dtype) == "int32"
        assert oracles.numbers(decided).tolist() == expected
    assert oracles.numbers(ClassificationHead(2, abstain_below=0.5).decide([[1, 1]])) == 0


def test_wrong_held_out_rows():
    head = built()
    logits, labels = too_sure(50, 2.0)
    right = logits.argmax(axis=1)
    for bad, error, match in (
        ((logits, labels[:4]), ValueError, "`labels` must have shape"),
        ((logits[:, :2], labels), ValueError, "`logits` must have shape"),
        ((logits[0], labels), ValueError, "`logits` must have shape"),
        ((logits * np.nan, labels), ValueError, "`logits` must be finite"),
        ((logits[:0], labels[:0]), ValueError, "`logits` must be finite, at least one row"),
        ((logits, labels.astype(float)), TypeError, "`labels` must be integers"),
        ((logits, labels + 1), ValueError, r"`labels` must be in \[0, 3\). Received: .*to 3"),
        ((logits, labels - 1), ValueError, r"`labels` must be in \[0, 3\). Received: .*from -1"),
        ((logits, right), ValueError, "`labels` must hold rows that the model gets wrong"),
        ((logits, logits.argmin(axis=1)), ValueError, "better than chance"),
    ):
        before = head.get_weights()
        with pytest.raises(error, match=match):
            head.calibrate(*bad)
        for one, other in zip(head.get_weights(), before):
            np.testing.assert_array_equal(one, other)


def test_one_wrong_row_among_many_is_enough():
    head = built()
    head.temperature.assign(1.0)
    logits = np.tile([[8.0, 0.0, 0.0]], (1000, 1))
    labels = np.zeros(1000, int)
    labels[0] = 1
    found = head.calibrate(logits, labels)  # sure at 0.999
    assert oracles.softmax(logits[0] / found)[0] == pytest.approx(0.999, abs=1e-5)
