"""Does the probe find the one best fit, whatever the scale of the features?"""

import keras
import numpy as np
import oracles
import pytest
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.layers import HallucinationProbe

pytestmark = pytest.mark.eager

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 2, 60)
STATES = RNG.normal(size=(60, 5)) + 0.8 * LABELS[:, None] * np.array([1, 0, -1, 0, 0.5])


def adapted(states=STATES, labels=LABELS, **kwargs):
    probe = HallucinationProbe()
    probe.adapt(states, labels, **kwargs)
    return probe


def by_descent(states, labels, l2, steps=40_000):
    """The same minimum by plain gradient descent."""
    rows = (states - states.mean(axis=0)) / states.std(axis=0)
    kernel, bias = np.zeros(rows.shape[1]), 0.0
    for _ in range(steps):
        error = 1.0 / (1.0 + np.exp(-(rows @ kernel + bias))) - labels
        kernel -= 0.02 * (rows.T @ error + l2 * kernel)
        bias -= 0.02 * error.sum()
    return kernel, bias


@pytest.mark.parametrize("l2", [0.3, 1.0, 30.0])
def test_newton_finds_what_descent_finds(l2):
    probe = adapted(l2=l2)
    kernel, bias = by_descent(STATES, LABELS, l2)
    np.testing.assert_allclose(oracles.numbers(probe.kernel), kernel, rtol=1e-4, atol=1e-6)
    assert float(oracles.numbers(probe.bias)) == pytest.approx(bias, rel=1e-4, abs=1e-6)
    rows = (STATES - STATES.mean(axis=0)) / STATES.std(axis=0)
    expected = 1.0 / (1.0 + np.exp(-(rows @ kernel + bias)))
    found = oracles.numbers(probe(STATES))
    assert found.shape == (60, 1)
    found = found[:, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert found[LABELS == 1].mean() > found[LABELS == 0].mean() + 0.1


def test_scale_and_offset_of_the_features_do_not_matter():
    moved = STATES * np.array([1e3, 1e-3, 1, 7, 1]) + np.array([50, 1, -3, 0, 1e3])
    found = [oracles.numbers(adapted(x)(x)) for x in (STATES, moved)]
    np.testing.assert_allclose(found[0], found[1], atol=2e-3)


def test_constant_features_and_separable_rows_are_no_trouble():
    states = np.concatenate([STATES, np.full((60, 1), 0.1), LABELS[:, None]], axis=1)
    probe = adapted(states)
    assert all(np.isfinite(w).all() for w in probe.get_weights())
    assert oracles.numbers(probe.scale)[5] == 1.0
    assert abs(oracles.numbers(probe.kernel)[5]) < 1e-6
    assert ((oracles.numbers(probe(states))[:, 0] > 0.5) == LABELS).all()
    hard = adapted(states, l2=1e-9)
    assert ((oracles.numbers(hard(states))[:, 0] > 0.5) == LABELS).all()


def test_more_features_than_rows():
    states = np.random.default_rng(1).normal(size=(20, 64))
    probe = adapted(states, LABELS[:20])
    assert all(np.isfinite(w).all() for w in probe.get_weights())


def test_adapting_is_the_same_each_time_and_whatever_the_order():
    first, again, back = adapted(), adapted(), adapted(STATES[::-1], LABELS[::-1])
    for one, same, other in zip(*(p.get_weights() for p in (first, again, back))):
        np.testing.assert_array_equal(one, same)
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    first.adapt(STATES * 2 + 1, 1 - LABELS)  # a second time on other rows
    np.testing.assert_allclose(
        oracles.numbers(first.kernel), -oracles.numbers(again.kernel), rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("dtype", ["int32", "bool", "float32"])
def test_labels_of_any_dtype(dtype):
    found = adapted(labels=LABELS.astype(dtype)).get_weights()
    for one, wanted in zip(found, adapted().get_weights()):
        np.testing.assert_array_equal(one, wanted)


def test_features_are_not_rounded_under_mixed_precision():
    probe = HallucinationProbe(dtype="mixed_bfloat16")
    probe.adapt(STATES + 100.0, LABELS)
    states = (STATES + 100.0).astype("float32")
    expected = oracles.numbers(adapted()(STATES))
    np.testing.assert_allclose(oracles.numbers(probe(states)), expected, atol=1e-4)


def test_it_is_saved_with_what_it_has_learnt(tmp_path):
    probe = adapted()
    model = keras.Sequential([keras.Input((5,)), probe])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    found, expected = (oracles.numbers(m(STATES)) for m in (loaded, probe))
    np.testing.assert_allclose(found, expected, atol=1e-6)


@quick_on_torch
def test_it_is_trained_by_fit_too_and_reads_each_token():
    probe = HallucinationProbe()
    model = keras.Sequential([keras.Input((5,)), probe])
    model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    losses = model.fit(STATES, LABELS, epochs=20, verbose=0).history["loss"]
    assert losses[-1] < 0.95 * losses[0]
    tokens = np.stack([STATES[:4], STATES[4:8]])
    found = oracles.numbers(probe(tokens)).reshape(8, 1)
    np.testing.assert_allclose(found, oracles.numbers(probe(STATES[:8])), atol=1e-6)


def test_wrong_rows():
    for bad, error, match in (
        ({"labels": np.zeros(60)}, ValueError, r"`labels` must be 0 and 1, .*\[0.0\]"),
        ({"labels": LABELS + 1}, ValueError, "`labels` must be 0 and 1"),
        ({"labels": LABELS[:9]}, ValueError, "`labels` must have shape"),
        ({"features": STATES[0]}, ValueError, "`features` must have shape"),
        ({"features": STATES * np.nan}, ValueError, "`features` must be finite"),
        ({"l2": 0.0}, ValueError, "`l2` must be > 0.0"),
        ({"l2": "small"}, TypeError, "`l2` must be a number"),
    ):
        with pytest.raises(error, match=match):
            HallucinationProbe().adapt(**{"features": STATES, "labels": LABELS, **bad})


def test_cross_validation_asks_no_probe_about_rows_it_has_seen():
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3 == 0
    noise = rng.normal(size=(60, 200))  # enough features to learn any labels by heart
    probe = HallucinationProbe()
    probe.adapt(noise, labels)
    by_heart = keras.ops.convert_to_numpy(probe(noise))[:, 0]
    held_out = HallucinationProbe.cross_validate(noise, labels)
    assert kh.statistics.auroc(by_heart, labels) == 1.0
    assert 0.3 < kh.statistics.auroc(held_out, labels) < 0.7
    told = noise + 2.0 * labels[:, None]
    assert (
        kh.statistics.auroc(HallucinationProbe.cross_validate(told, labels, folds=3), labels) > 0.95
    )


def test_cross_validation_by_hand():
    rng = np.random.default_rng(1)
    labels = np.array([0, 1] * 5)
    features = rng.normal(size=(10, 3)) + labels[:, None]
    found = HallucinationProbe.cross_validate(features, labels, folds=5, l2=2.0, seed=3)
    assert found.shape == (10,) and found.dtype == "float32"
    draws = np.random.default_rng(3).random(10)  # as it deals the rows out
    fold = np.zeros(10, int)
    for members in (np.arange(0, 10, 2), np.arange(1, 10, 2)):
        fold[members[np.argsort(draws[members])]] = range(5)
    for i in range(5):
        probe = HallucinationProbe()
        probe.adapt(features[fold != i], labels[fold != i], l2=2.0)
        expected = keras.ops.convert_to_numpy(probe(features[fold == i]))[:, 0]
        np.testing.assert_allclose(found[fold == i], expected, rtol=1e-5)
    again = HallucinationProbe.cross_validate(features, labels, folds=5, l2=2.0, seed=3)
    np.testing.assert_array_equal(found, again)


def test_rows_of_one_group_stay_together():
    rng = np.random.default_rng(0)
    names = np.repeat(np.arange(40), 2)
    labels = np.repeat(np.arange(40) % 2, 2)
    features = np.eye(40)[names] + 0.01 * rng.normal(size=(80, 40))  # tells the group, no more
    known = HallucinationProbe.cross_validate(features, labels, l2=0.01)
    held_out = HallucinationProbe.cross_validate(features, labels, groups=names, l2=0.01)
    assert kh.statistics.auroc(known, labels) > 0.9
    assert kh.statistics.auroc(held_out, labels) < 0.7
    as_text = [f"fact {name}" for name in names]
    again = HallucinationProbe.cross_validate(features, labels, groups=as_text, l2=0.01)
    assert kh.statistics.auroc(again, labels) < 0.7


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ((np.ones((9, 2)), [0] * 5 + [1] * 4), "at least 5 rows of each.*4 rows with label 1"),
        ((np.ones((9, 2)), [0] * 9), "at least 5 rows of each class.*0 rows with label 1"),
        ((np.ones((9, 2)), [0, 1]), r"`labels` must have shape \(9,\)"),
        ((np.ones((9, 2)), [0, 1] * 4 + [0], None, 1), "`folds` must be an integer >= 2"),
        ((np.ones((9, 2)), [0, 1] * 4 + [0], ["a"], 2), r"`groups` must have shape \(9,\)"),
    ],
)
def test_cross_validation_of_too_little_raises(arguments, match):
    with pytest.raises(ValueError, match=match):
        HallucinationProbe.cross_validate(*arguments)
