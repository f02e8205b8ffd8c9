"""Is the noise as long as it may be, as harmful as it can be, and on real tokens alone?"""

import keras
import numpy as np
import oracles
import pytest
import scripted
import tiny_models

import keras_halluc as kh
from keras_halluc.objectives import AdversarialPerturbation
from keras_halluc.objectives import adversarial_perturbation
from keras_halluc.objectives.embedding_noise import embedding_layer
from keras_halluc.objectives.embedding_noise import perturbed

pytestmark = pytest.mark.eager

X = np.array([[1, 2, 3, 4], [5, 6, 0, 1], [2, 2, 6, 3]])
Y = np.array([0, 1, 1])
WEIGHT = np.float32([1.0, 0.5, 2.0])
SIGN = np.array([1.0, -1.0, -1.0])[:, None, None]  # toward the other class


@pytest.fixture(scope="module")
def linear():
    return oracles.Linear()


def term(task, x, y, weight, training=True, **settings):
    objective = AdversarialPerturbation(**settings)
    objective.attach(task)
    loss = oracles.loss_of(y, weight)
    value = objective.term(scripted.batch(task, x, y, weight, training, loss))
    assert keras.backend.standardize_dtype(value.dtype) == "float32"
    return float(value)


def oracle(linear, noise):
    return -oracles.mean(oracles.at_targets(linear.log_probs(X, noise), Y), WEIGHT)


@pytest.mark.parametrize(
    ("settings", "length"),
    [
        ({"method": "fgm"}, 1.0),
        ({"method": "fgm", "epsilon": 0.3}, 0.3),
        ({"method": "pgd", "epsilon": 0.8}, 0.8),  # three steps of 0.4
        ({"method": "pgd", "epsilon": 0.8, "steps": 1}, 0.8),
        ({"method": "pgd", "steps": 3, "step_size": 0.2}, 0.6),
        ({"method": "pgd", "steps": 3, "step_size": 0.5}, 1.0),
    ],
)
def test_on_a_linear_model_the_noise_has_a_closed_form(linear, settings, length):
    expected = oracle(linear, length * SIGN * linear.up)
    assert abs(expected - oracle(linear, 0.0)) > 0.05
    assert term(linear.model, X, Y, WEIGHT, **settings) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("steps", "step_size"), [(1, None), (2, None), (3, 0.2)])
def test_freelb_averages_the_losses_of_its_steps_from_a_random_beginning(linear, steps, step_size):
    epsilon = 0.8
    seed = keras.random.SeedGenerator(5)
    noise = oracles.numbers(keras.random.uniform((3, 4, 3), -1.0, 1.0, seed=seed))
    noise *= epsilon / np.linalg.norm(noise.reshape(3, -1), axis=1)[:, None, None]
    length = step_size or (epsilon if steps == 1 else 1.5 * epsilon / steps)
    losses = []
    for _ in range(steps):
        noise = noise + length * SIGN * linear.up
        norm = np.linalg.norm(noise.reshape(3, -1), axis=1)[:, None, None]
        noise = noise * np.minimum(1.0, epsilon / norm)
        losses.append(oracle(linear, noise))
    settings = {"method": "freelb", "epsilon": epsilon, "steps": steps, "step_size": step_size}
    found = term(linear.model, X, Y, WEIGHT, seed=5, **settings)
    assert found == pytest.approx(np.mean(losses), rel=1e-5)


@pytest.fixture
def noises(monkeypatch):
    """What was put on the embeddings, pass by pass; the last one is the noise itself."""
    found = []

    def spy(layer, noise):
        found.append(noise)
        return perturbed(layer, noise)

    monkeypatch.setattr(adversarial_perturbation, "perturbed", spy)
    return found


@pytest.mark.parametrize("method", ["fgm", "pgd", "freelb"])
@pytest.mark.parametrize("kind", oracles.TASKS)
def test_the_noise_of_each_example_is_epsilon_long_and_raises_the_loss(noises, kind, method):
    make, rows = oracles.TASKS[kind]
    task = make()
    x, y, weight = rows(task)
    plain = float(oracles.loss_of(y, weight)(task(x)))
    found = term(task, x, y, weight, method=method, epsilon=0.2, steps=2)
    noise = oracles.numbers(noises[-1])
    norms = np.linalg.norm(noise.reshape(len(noise), -1), axis=1)
    counts = weight.reshape(len(weight), -1).sum(1) > 0.0
    assert 0 < counts.sum() < len(counts) and np.isfinite(noise).all()
    if method == "freelb":  # begins at the surface of the ball and stays within
        assert norms.max() < 0.2 * (1 + 1e-5) and norms.min() > 0.05
    else:
        np.testing.assert_allclose(norms, 0.2 * counts, rtol=1e-5, atol=1e-6)
    assert np.abs(noise).sum(-1)[x["padding_mask"] == 0].max() == 0.0
    assert (np.abs(noise).sum(-1)[x["padding_mask"] == 1] > 0.0).mean() > 0.3
    assert found > plain * 1.001


def test_freelb_begins_at_the_surface_of_the_ball_of_real_tokens(noises):
    task = tiny_models.gpt2()
    x, y, weight = oracles.token_rows(task)
    term(task, x, y, weight, method="freelb", epsilon=0.2, steps=1, step_size=1e-6)
    noise = oracles.numbers(noises[-1])
    np.testing.assert_allclose(np.linalg.norm(noise.reshape(8, -1), axis=1), 0.2, rtol=1e-4)
    assert np.abs(noise.mean()) < 0.1 * noise.std()


def test_no_random_noise_is_as_bad():
    task = tiny_models.gpt2()
    x, y, weight = oracles.token_rows(task)
    loss, layer = oracles.loss_of(y, weight), embedding_layer(task)
    harmed = [term(task, x, y, weight, epsilon=0.05, method=m) for m in ("fgm", "pgd")]
    rng = np.random.default_rng(0)
    for _ in range(5):
        noise = rng.normal(size=(*y.shape, 16)) * x["padding_mask"][..., None]
        noise *= 0.05 / np.linalg.norm(noise.reshape(len(y), -1), axis=1)[:, None, None]
        with perturbed(layer, keras.ops.convert_to_tensor(noise.astype("float32"))):
            assert float(loss(task(x))) < min(harmed)


def test_the_tied_head_has_no_noise_and_the_layer_is_left_as_it_was():
    task = tiny_models.gpt2()
    layer = embedding_layer(task)
    ids, hidden = np.array([[1, 2]]), np.ones((1, 2, 16), "float32")
    plain = [oracles.numbers(x) for x in (layer(ids), layer(hidden, reverse=True))]
    with pytest.raises(InterruptedError):
        with perturbed(layer, keras.ops.ones((1, 2, 16))):
            noisy = [oracles.numbers(x) for x in (layer(ids), layer(hidden, reverse=True))]
            raise InterruptedError
    np.testing.assert_allclose(noisy[0], plain[0] + 1.0, rtol=1e-6)
    np.testing.assert_array_equal(noisy[1], plain[1])
    np.testing.assert_array_equal(oracles.numbers(layer(ids)), plain[0])
    assert "call" not in vars(layer)


def test_it_is_0_in_evaluation(linear):
    assert term(linear.model, X, Y, WEIGHT, training=False) == 0.0


def test_a_step_learns_from_the_noisy_loss_and_not_through_the_noise():
    linear = oracles.Linear(seed=1)
    tuner = kh.models.FineTuner(linear.model, [AdversarialPerturbation(2.0, epsilon=0.7)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    tuner.compile(keras.optimizers.SGD(1.0), loss)
    tuner.fit(X, Y, batch_size=3, shuffle=False, verbose=0)

    def slope(noise):  # of the loss by the bias: the class probabilities less the targets
        return (np.exp(linear.log_probs(X, noise))[:, 0] - np.eye(2)[Y]).mean(0)

    expected = linear.bias - slope(0.0) - 2.0 * slope(0.7 * SIGN * linear.up)
    np.testing.assert_allclose(linear.model.get_weights()[-1], expected, rtol=1e-4)


def test_wrong_arguments():
    flat = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="must have one `keras.layers.Embedding`.*Received: 0"):
        kh.models.FineTuner(flat, [AdversarialPerturbation()])


@pytest.mark.parametrize("name", ["AdversarialPerturbation", "VirtualAdversarial"])
def test_two_texts_are_refused(name):
    task = tiny_models.bart()
    x, y, weight = kh.data.answer_inputs(task, tiny_models.TEXTS, ["a"] * 8)
    objective = getattr(kh.objectives, name)()
    with pytest.raises(ValueError, match="Noise on embeddings needs inputs with `token_ids`"):
        objective.term(scripted.batch(task, x, y, weight, True, oracles.loss_of(y, weight)))
