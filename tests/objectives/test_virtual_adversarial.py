"""Does the noise change what the model says more than any other, without any target?"""

import keras
import numpy as np
import oracles
import pytest
import scripted
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import VirtualAdversarial
from keras_halluc.objectives.embedding_noise import embedding_layer
from keras_halluc.objectives.embedding_noise import perturbed

pytestmark = pytest.mark.eager

X = np.array([[1, 2, 3, 4], [5, 6, 0, 1], [2, 2, 6, 3]])
WEIGHT = np.float32([1.0, 0.0, 2.0])


@pytest.fixture(scope="module")
def linear():
    return oracles.Linear()


def term(task, x, weight, training=True, **settings):
    objective = VirtualAdversarial(**settings)
    objective.attach(task)
    value = objective.term(scripted.batch(task, x, None, weight, training))
    assert keras.backend.standardize_dtype(value.dtype) == "float32"
    return float(value)


def worst(linear, x, epsilon, seed):
    """The noise of each row: along the one direction that matters, to the side of the draw."""
    draw = keras.random.normal((len(x), 4, 3), seed=keras.random.SeedGenerator(seed))
    side = np.sign((oracles.numbers(draw) * linear.up).sum((1, 2)))
    return epsilon * side[:, None, None] * linear.up


def divergences(linear, x, noise):
    return oracles.kl(linear.log_probs(x), linear.log_probs(x, noise))


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("settings", [{}, {"epsilon": 0.4, "probe": 0.5}, {"steps": 2}])
def test_on_a_linear_model_the_noise_has_a_closed_form(linear, settings, seed):
    noise = worst(linear, X, settings.get("epsilon", 1.0), seed)
    expected = oracles.mean(divergences(linear, X, noise), WEIGHT)
    assert expected > 0.01
    found = term(linear.model, X, WEIGHT, seed=seed, **settings)
    assert found == pytest.approx(expected, rel=1e-4)


@quick_on_torch
@pytest.mark.parametrize("kind", oracles.TASKS)
def test_it_grows_with_epsilon_and_beats_random_noise(kind):
    make, rows = oracles.TASKS[kind]
    task = make()
    x, y, weight = rows(task)
    found = [term(task, x, weight, epsilon=epsilon, steps=2) for epsilon in (0.025, 0.05, 0.1)]
    assert 0.0 < 2.0 * found[0] < found[1] < 0.5 * found[2]
    clean, layer, rng = oracles.log_probs(task, x), embedding_layer(task), np.random.default_rng(0)
    for _ in range(5):
        noise = rng.normal(size=(*x["token_ids"].shape, 16)) * x["padding_mask"][..., None]
        noise *= 0.05 / np.linalg.norm(noise.reshape(len(y), -1), axis=1)[:, None, None]
        with perturbed(layer, keras.ops.convert_to_tensor(noise.astype("float32"))):
            random = oracles.mean(oracles.kl(clean, oracles.log_probs(task, x)), weight)
        assert random < 0.7 * found[1]


def test_what_has_no_weight_does_not_count():
    task = tiny_models.gpt2()
    x, _, weight = oracles.token_rows(task)
    other = {key: array.copy() for key, array in x.items()}
    other["token_ids"][weight.sum(1) == 0] = 1  # whole rows without weight
    other["token_ids"][x["padding_mask"] == 0] = 2
    assert term(task, other, weight) == pytest.approx(term(task, x, weight), rel=1e-5)


def test_it_is_0_in_evaluation(linear):
    assert term(linear.model, X, WEIGHT, training=False) == 0.0


@pytest.mark.parametrize("whole", [False, True])
def test_unlabelled_rows_take_the_place_of_the_batch(linear, whole):
    row = np.array([[3, 1, 5, 2]])
    unlabelled = (row, np.zeros(1, "int32"), np.float32([0.5])) if whole else row
    noise = worst(linear, np.repeat(row, 2, 0), 1.0, 0)
    expected = oracles.mean(divergences(linear, np.repeat(row, 2, 0), noise), 1.0)
    settings = {"unlabelled": unlabelled, "batch_size": 2}
    assert term(linear.model, X, WEIGHT, **settings) == pytest.approx(expected, rel=1e-4)


def test_the_prediction_to_agree_with_is_without_dropout():
    task = tiny_models.gpt2(dropout=0.5)
    x, _, weight = oracles.token_rows(task)
    assert term(task, x, weight, epsilon=1e-4) < 1e-4


def test_no_gradient_flows_into_the_prediction_to_agree_with():
    linear, row = oracles.Linear(seed=1), np.array([[3, 1, 5, 2]])
    objective = VirtualAdversarial(2.0, unlabelled=row, batch_size=1)
    tuner = kh.models.FineTuner(linear.model, [objective])
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, reduction="mean_with_sample_weight"
    )
    tuner.compile(keras.optimizers.SGD(1.0), loss)
    tuner.fit(X, np.zeros(3), sample_weight=np.zeros(3), batch_size=3, verbose=0)
    clean, moved = (
        np.exp(linear.log_probs(row, noise))[0, 0] for noise in (0.0, worst(linear, row, 1.0, 0))
    )
    expected = linear.bias - 2.0 * (moved - clean)
    np.testing.assert_allclose(linear.model.get_weights()[-1], expected, rtol=1e-4, atol=1e-6)


def test_wrong_arguments():
    for bad, error, match in (
        ({"unlabelled": (X, X[:2], WEIGHT)}, ValueError, "All parts of `unlabelled` must have"),
    ):
        with pytest.raises(error, match=match):
            VirtualAdversarial(**bad)
    with pytest.raises(ValueError, match="VirtualAdversarial needs logits"):
        kh.models.FineTuner(tiny_models.lstm(softmax=True), [VirtualAdversarial()])
