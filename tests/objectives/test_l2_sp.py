"""Is the term half the squared way the trainable weights have gone, and does it pull them back?"""

import dataclasses

import keras
import numpy as np
import oracles
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import L2SP

pytestmark = pytest.mark.eager


def attached(make, **settings):
    """The objective, its task moved away, and the trainable weights before."""
    objective, task = L2SP(**settings), make()
    objective.attach(task)
    before = {v.path: oracles.numbers(v) for v in task.trainable_variables}
    return objective, oracles.moved(task), before


def term(objective, task):
    return float(objective.term(dataclasses.replace(oracles.passes(None, None), task=task)))


@pytest.mark.parametrize("make", [tiny_models.gpt2, tiny_models.bert_classifier, tiny_models.lstm])
@pytest.mark.parametrize("pattern", ["", "kernel"])
def test_the_term_is_half_the_squared_distance(make, pattern):
    objective, task, before = attached(make, variables=pattern)
    gaps = {
        v.path: oracles.numbers(v) - before[v.path]
        for v in task.trainable_variables
        if pattern in v.path
    }
    expected = 0.5 * sum((gap**2).sum() for gap in gaps.values())
    assert term(objective, task) == pytest.approx(expected, rel=1e-5)
    assert 0 < len(gaps) and (len(gaps) < len(before)) == bool(pattern)
    task.set_weights(
        [w if "kernel" in v.path else 0 * w for v, w in zip(task.weights, task.get_weights())]
    )
    assert (term(objective, task) == pytest.approx(expected, rel=1e-5)) == bool(pattern)


def test_frozen_weights_are_not_held():
    objective, task, _ = attached(tiny_models.lstm)  # its word vectors are frozen
    assert len(objective.starts) == len(task.trainable_variables) < len(task.weights)
    expected = term(objective, task)
    vectors = task.get_layer("word_vectors")
    vectors.set_weights([w + 1.0 for w in vectors.get_weights()])
    assert term(objective, task) == expected


def test_it_is_0_at_the_start_and_a_step_goes_straight_back():
    task = tiny_models.gpt2()
    held = L2SP(0.5, variables="transformer_layer")
    tuner = kh.models.FineTuner(task, [held])
    start = task.get_weights()
    x, y, weight = oracles.token_rows(task)
    tuner.compile(keras.optimizers.SGD(0.4))
    arguments = {"sample_weight": 0.0 * weight, "batch_size": 8, "verbose": 0}
    assert tuner.evaluate(x, y, return_dict=True, **arguments)["loss_l2_sp"] == 0.0
    far = oracles.moved(task).get_weights()
    tuner.fit(x, y, **arguments)  # nothing counts but the term
    for variable, w0, w1, w2 in zip(task.weights, start, far, task.get_weights()):
        share = 1 - 0.4 * 0.5 if "transformer_layer" in variable.path else 1.0
        np.testing.assert_allclose(w2 - w0, share * (w1 - w0), rtol=1e-4, atol=1e-6)
    assert not held.trainable_variables


@quick_on_torch
def test_weights_of_one_path_are_each_held_to_their_own_beginning(tmp_path):
    backbone = tiny_models.t5(num_layers=1)
    tables = [w for w in backbone.weights if "attention/embeddings" in w.path]
    assert len(tables) == 2 and tables[0].path == tables[1].path
    pooled = keras.ops.mean(backbone.output["decoder_sequence_output"], axis=1)
    task = keras.Model(backbone.input, keras.layers.Dense(2)(pooled))
    ids = np.random.default_rng(0).integers(1, 20, (4, 6))
    x = {name: ids if "ids" in name else np.ones_like(ids) for name in backbone.input}
    tuner = kh.models.FineTuner(task, [L2SP(0.1)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    tuner.compile(keras.optimizers.SGD(0.0), loss)

    def measured(model):
        logs = model.evaluate(x, np.zeros(4), verbose=0, return_dict=True)
        return logs["loss_l2_sp"]

    assert measured(tuner) == 0.0
    for i, table in enumerate(tables, start=1):
        table.assign(table + 0.5)
        assert measured(tuner) == pytest.approx(i * 0.5 * 0.25 * 32 * 2, rel=1e-4)
    tuner.save(tmp_path / "tuner.keras")
    loaded = keras.saving.load_model(tmp_path / "tuner.keras")
    assert measured(loaded) == pytest.approx(measured(tuner), rel=1e-5)


def test_adapters_between_the_weights_change_nothing():
    task = tiny_models.gpt2()
    held = L2SP(variables="kernel")
    held.attach(task)
    kh.models.enable_lora(task, rank=2)
    assert term(held, task) == 0.0


def test_an_objective_that_holds_one_task_is_not_taken_for_another():
    held = L2SP()
    kh.models.FineTuner(tiny_models.lstm(seed=0), [held])
    with pytest.raises(ValueError, match="weights of one task.*Received: l2_sp, which holds"):
        kh.models.FineTuner(tiny_models.lstm(seed=1), [held])


def test_wrong_arguments():
    with pytest.raises(ValueError, match="`variables` must match the path of some.*'lora'"):
        kh.models.FineTuner(tiny_models.lstm(), [L2SP(variables="lora")])
