"""Is the term DPO on whole answers, against what the model said when it was attached?"""

import math

import keras
import numpy as np
import oracles
import pytest
import scripted
import tiny_models
from kinds import quick
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import PreferenceFactuality
from keras_halluc.objectives import preference_factuality

pytestmark = pytest.mark.eager

PROMPTS = tiny_models.TEXTS[:5]
BETTER = [" a", " the", " is", " mat", " end"]
WORSE = [" rome", " b", " on it", " a", " x"]


def pairs(kind):
    """A task with chosen and rejected rows; weights are uneven, and some are 0."""
    if kind == "gpt2":
        task = tiny_models.gpt2()
        chosen, rejected = (kh.data.answer_inputs(task, PROMPTS, a) for a in (BETTER, WORSE))
        chosen[2][:] *= np.float32([1, 0.5, 2, 1, 1])[:, None]
        return task, chosen, rejected
    task = oracles.classifier()
    x, y, weight = oracles.class_rows(task)
    return task, (x, y, weight), (x, 1 - y, np.ones_like(weight))


def answer_log_probs(task, rows):
    """Log-probability of each whole answer."""
    x, y, weight = rows
    found = oracles.at_targets(oracles.log_probs(task, x), y)
    return (found * (weight if weight.ndim == 2 else weight[:, None])).sum(-1)


def term(objective, task, training=False):
    return float(objective.term(scripted.batch(task, *some_rows(task), training)))


def some_rows(task):
    x = np.zeros((2, 12), "int32")
    inputs = {name: x for name in task.input}
    return inputs, x[:, 0], None


@pytest.mark.parametrize("kind", ["gpt2", "bert_classifier"])
@pytest.mark.parametrize("beta", quick([0.1, 2.0], [2.0]))
def test_the_term_is_dpo_against_the_model_when_attached(kind, beta, monkeypatch):
    monkeypatch.setattr(preference_factuality, "ROWS", 4)  # several batches, the last one smaller
    task, chosen, rejected = pairs(kind)
    objective = PreferenceFactuality(chosen=chosen, rejected=rejected, beta=beta, batch_size=4)
    objective.attach(task)
    assert term(objective, task) == pytest.approx(math.log(2), rel=1e-5)
    before = [answer_log_probs(task, rows) for rows in (chosen, rejected)]
    oracles.moved(task, 0.1)
    gains = [answer_log_probs(task, r) - b for r, b in zip((chosen, rejected), before)]
    margin = beta * (gains[0] - gains[1])
    expected = np.log1p(np.exp(-margin))[:4].mean()  # the first pairs, in evaluation
    assert abs(expected - math.log(2)) > 1e-3
    assert term(objective, task) == pytest.approx(expected, rel=1e-4)


@quick_on_torch
def test_what_has_no_weight_does_not_count():
    found = []
    for junk in (0, 5):
        task, *both = pairs("gpt2")
        both = [(x, np.where(weight == 0, junk, y), weight) for x, y, weight in both]
        objective = PreferenceFactuality(chosen=both[0], rejected=both[1])
        objective.attach(task)
        found.append(term(objective, oracles.moved(task, 0.1)))
    assert found[0] == pytest.approx(found[1], rel=1e-6) != pytest.approx(math.log(2), rel=1e-3)


@quick_on_torch
def test_training_prefers_the_chosen_answers():
    task, chosen, rejected = pairs("gpt2")
    objective = PreferenceFactuality(
        chosen=chosen, rejected=rejected, beta=1.0, batch_size=4, seed=1
    )
    tuner = kh.models.FineTuner(task, [objective])
    tuner.compile(keras.optimizers.Adam(0.01))
    before = answer_log_probs(task, chosen) - answer_log_probs(task, rejected)
    x, y, weight = chosen
    off = {"sample_weight": 0.0 * weight, "batch_size": 5, "verbose": 0}
    history = tuner.fit(x, y, epochs=6, **off).history["loss_preference"]
    assert history[0] == pytest.approx(math.log(2), rel=1e-5)
    assert history[-1] < 0.8 * history[0]
    after = answer_log_probs(task, chosen) - answer_log_probs(task, rejected)
    assert (after > before).all()


@quick_on_torch
def test_other_pairs_are_drawn_at_each_step():
    task, chosen, rejected = pairs("gpt2")
    objective = PreferenceFactuality(chosen=chosen, rejected=rejected, batch_size=2)
    objective.attach(task)
    oracles.moved(task, 0.1)
    assert len({term(objective, task, training=True) for _ in range(6)}) > 2
    assert len({term(objective, task) for _ in range(3)}) == 1


def test_wrong_arguments():
    _, chosen, rejected = pairs("gpt2")
    fewer = tuple(
        {k: v[:2] for k, v in part.items()} if isinstance(part, dict) else part[:2]
        for part in rejected
    )
    for bad, error, match in (
        ({"chosen": None}, ValueError, r"`chosen` must be \(x, y, sample_weight\)"),
        ({"rejected": rejected[:2]}, ValueError, r"`rejected` must be \(x, y, sample_weight\)"),
        ({"rejected": fewer}, ValueError, "one row each a pair.*'chosen': 5, 'rejected': 2"),
    ):
        with pytest.raises(error, match=match):
            PreferenceFactuality(**{"chosen": chosen, "rejected": rejected, **bad})
    with pytest.raises(ValueError, match="PreferenceFactuality needs logits"):
        task = tiny_models.lstm(softmax=True)
        kh.models.FineTuner(task, [PreferenceFactuality(chosen=chosen, rejected=rejected)])


@pytest.mark.skipif(
    keras.backend.backend() == "torch", reason="torch refuses targets outside the vocabulary"
)
def test_targets_that_do_not_count_may_be_no_tokens():
    task, chosen, rejected = pairs("gpt2")
    ignored = [(x, np.where(weight > 0, y, -100), weight) for x, y, weight in (chosen, rejected)]
    values = []
    for sides in ((chosen, rejected), ignored):
        objective = PreferenceFactuality(chosen=sides[0], rejected=sides[1], batch_size=4)
        objective.attach(task)
        values.append(term(objective, task))
    assert values[0] == values[1] == pytest.approx(math.log(2), rel=1e-5)
