"""Is it the cost -log(1 - p) of the tokens that should not come, given or said before?"""

import keras
import numpy as np
import oracles
import pytest
import scripted
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import Unlikelihood

pytestmark = pytest.mark.eager

Y = np.array([[1, 2, 1, 1, 3], [0, 0, 4, 2, 0]])
WEIGHT = np.float32([[1, 0, 0.5, 2, 1], [1, 1, 1, 1, 0]])


def draw(scale=2.0, vocab=6):
    return (scale * np.random.default_rng(0).normal(size=(2, 5, vocab))).astype("float32")


def repeated(logits, y, weight):
    """Weighted mean over positions of the costs of tokens that came before, with plain loops."""
    probs = np.exp(tiny_models.log_softmax(logits))
    total = 0.0
    for i, t in np.ndindex(y.shape):
        earlier = {int(y[i, s]) for s in range(t) if weight[i, s]} - {int(y[i, t])}
        total += weight[i, t] * sum(-np.log(1.0 - probs[i, t, token]) for token in earlier)
    return total / weight.sum()


def term(y_pred, y, weight):
    return float(Unlikelihood().term(oracles.passes(y_pred, None, weight, y=y)))


@pytest.mark.parametrize("weight", [WEIGHT, None, np.float32([1.0, 3.0])], ids=str)
def test_without_negatives_it_is_of_the_earlier_targets(weight):
    full = np.ones(Y.shape) if weight is None else weight
    full = np.broadcast_to(full if full.ndim == 2 else full[:, None], Y.shape)
    expected = repeated(draw(), Y, full)
    assert expected > 0.1
    assert term(draw(), Y, weight) == pytest.approx(expected, rel=1e-5)


def test_a_target_that_comes_again_is_not_held_against_itself():
    weight = np.ones((2, 5), "float32")
    assert term(draw(), np.full((2, 5), 3), weight) == 0.0
    assert term(draw(), Y, weight * np.float32([0, 0, 0, 0, 1])) == 0.0  # nothing before counts


def test_a_sure_mistake_costs_much_and_not_everything():
    logits = 200.0 * np.eye(6, dtype="float32")[[[1, 1, 1, 1, 1]] * 2]
    found = term(logits, np.array([[1, 2, 3, 4, 5]] * 2), np.ones((2, 5), "float32"))
    assert found == pytest.approx(4 / 5 * -np.log(1e-6), rel=1e-5)


def test_without_negatives_on_a_task():
    task = tiny_models.gpt2()
    x, y, weight = oracles.token_rows(task)
    objective = Unlikelihood()
    objective.attach(task)
    found = float(objective.term(scripted.batch(task, x, y, weight)))
    expected = repeated(oracles.numbers(task(x)), y, weight.astype("float64"))
    assert found == pytest.approx(expected, rel=1e-5)


def negatives(kind):
    make, rows = oracles.TASKS[kind]
    task = make()
    return task, rows(task)


@pytest.mark.parametrize("kind", oracles.TASKS)
def test_with_negatives_it_is_of_their_weighted_tokens(kind):
    task, (x, y, weight) = negatives(kind)
    objective = Unlikelihood(negatives=(x, y, weight), batch_size=6)
    objective.attach(task)
    log_p = oracles.at_targets(oracles.log_probs(task, x), y)
    costs = -np.log(1.0 - np.exp(log_p))
    expected = oracles.mean(costs[:6], weight[:6])  # the first rows, in evaluation
    assert expected > 1e-3
    found = float(objective.term(scripted.batch(task, x, y, 0.0 * weight)))
    assert found == pytest.approx(expected, rel=1e-4)


@quick_on_torch
def test_training_makes_negatives_unlikely():
    task, (x, y, weight) = negatives("gpt2")
    objective = Unlikelihood(3.0, (x, y, weight), batch_size=4, seed=2)
    tuner = kh.models.FineTuner(task, [objective])
    tuner.compile(keras.optimizers.Adam(0.01))
    before = oracles.at_targets(oracles.log_probs(task, x), y)
    arguments = {"sample_weight": 0.0 * weight, "batch_size": 4, "verbose": 0}
    history = tuner.fit(x, y, epochs=6, **arguments).history
    assert len(set(history["loss_unlikelihood"])) > 1
    after = oracles.at_targets(oracles.log_probs(task, x), y)
    sure = -np.log(1.0 - np.exp([oracles.mean(p, weight) for p in (before, after)]))
    assert sure[1] < 0.8 * sure[0]


def test_wrong_arguments():
    x = np.ones((3, 2))
    for bad, error, match in (
        ({"negatives": (x, x)}, ValueError, r"`negatives` must be \(x, y, sample_weight\)"),
        ({"negatives": (x, x[:2], x)}, ValueError, "All parts of `negatives` must have"),
        ({"negatives": (x[:0], x[:0], x[:0])}, ValueError, "`negatives` must have.*rows, > 0"),
    ):
        with pytest.raises(error, match=match):
            Unlikelihood(**bad)
    with pytest.raises(ValueError, match="Unlikelihood needs logits"):
        kh.models.FineTuner(tiny_models.lstm(softmax=True), [Unlikelihood()])


def test_a_classifier_needs_negatives():
    with pytest.raises(ValueError, match="of a classifier needs `negatives`"):
        kh.models.FineTuner(tiny_models.bert_classifier(), [kh.objectives.Unlikelihood()])
