"""Is the term the symmetric KL of two passes with dropout, and is dropout asked for?"""

import dataclasses

import keras
import numpy as np
import oracles
import pytest
import scripted
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import RDrop

pytestmark = pytest.mark.eager

RNG = np.random.default_rng(0)
TOKENS = (2.0 * RNG.normal(size=(2, 3, 4, 6))).astype("float32")  # two passes of (3, 4, 6)
CLASSES = (2.0 * RNG.normal(size=(2, 3, 6))).astype("float32")
WEIGHT = np.float32([[1, 0, 2, 0.5], [0, 0, 0, 0], [1, 1, 0, 3]])


def term(first, second, weight=None, training=True):
    return float(RDrop().term(oracles.passes(first, second, weight, training)))


def oracle(first, second, weight):
    p, q = (tiny_models.log_softmax(oracles.as_positions(x)) for x in (first, second))
    return 0.5 * oracles.mean(oracles.kl(p, q) + oracles.kl(q, p), weight)


@pytest.mark.parametrize(
    ("logits", "weight"),
    [(TOKENS, WEIGHT), (TOKENS, None), (TOKENS, WEIGHT[0, :3]), (CLASSES, WEIGHT[0, :3])],
)
def test_the_term_is_the_masked_symmetric_kl(logits, weight):
    expected = oracle(*logits, 1.0 if weight is None else weight)
    assert expected > 0.1
    assert term(*logits, weight) == pytest.approx(expected, rel=1e-5)
    assert term(*logits[::-1], weight) == pytest.approx(expected, rel=1e-5)
    assert term(logits[0], logits[0], weight) == pytest.approx(0.0, abs=1e-6)
    assert term(*logits, weight, training=False) == 0.0


@pytest.mark.parametrize("side", [0, 1])
def test_gradients_flow_into_both_passes(side):
    def value(logits):
        pair = [TOKENS[0], TOKENS[1]]
        pair[side] = logits
        return RDrop().term(oracles.passes(*pair))

    found = oracles.numbers(kh.ops.gradient_at(value, TOKENS[side], []))
    log_p, log_q = tiny_models.log_softmax(TOKENS[side]), tiny_models.log_softmax(TOKENS[1 - side])
    p, gap = np.exp(log_p), log_p - log_q
    toward = p * (gap - (p * gap).sum(-1, keepdims=True)) + p - np.exp(log_q)
    np.testing.assert_allclose(found, 0.5 * toward / 12, rtol=1e-4, atol=1e-6)


@quick_on_torch
@pytest.mark.parametrize("kind", oracles.TASKS)
def test_the_second_pass_has_another_dropout_mask(kind):
    make, rows = oracles.TASKS[kind]
    tuner = kh.models.FineTuner(make(dropout=0.3), [RDrop()])
    x, y, weight = rows(tuner.task)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    tuner.compile(keras.optimizers.SGD(0.0), loss)
    arguments = {"sample_weight": weight, "batch_size": 8, "verbose": 0}
    history = tuner.fit(x, y, epochs=2, validation_data=(x, y, weight), **arguments).history
    assert min(history["loss_r_drop"]) > 1e-3
    assert history["loss_r_drop"][0] != history["loss_r_drop"][1]
    assert history["val_loss_r_drop"] == [0.0, 0.0]


def test_the_second_pass_is_one_of_training():
    asked = []

    def task(x, training):
        asked.append(training)
        return keras.ops.convert_to_tensor(TOKENS[1])

    RDrop().term(dataclasses.replace(oracles.passes(TOKENS[0], None), task=task))
    assert asked == [True]


def test_without_dropout_both_passes_are_equal():
    task = tiny_models.gpt2()
    batch = scripted.batch(task, *oracles.token_rows(task), training=True)
    assert float(RDrop().term(batch)) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("make", [tiny_models.gpt2, tiny_models.bert_classifier])
def test_a_task_without_dropout_is_refused(make):
    with pytest.raises(ValueError, match="RDrop needs a task with dropout > 0.*without dropout"):
        kh.models.FineTuner(make(), [RDrop()])


def test_wrong_arguments():
    with pytest.raises(ValueError, match="RDrop needs logits"):
        kh.models.FineTuner(tiny_models.lstm(softmax=True), [RDrop()])


def test_an_lstm_without_dropout_is_refused_though_it_has_a_seed():
    with pytest.raises(ValueError, match="RDrop needs a task with dropout > 0"):
        kh.models.FineTuner(tiny_models.lstm(), [kh.objectives.RDrop()])
