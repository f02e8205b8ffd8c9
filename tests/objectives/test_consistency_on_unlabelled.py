"""Is the term the KL from the sharpened clean prediction, where the model is sure?"""

import dataclasses

import keras
import numpy as np
import oracles
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import ConsistencyOnUnlabelled

pytestmark = pytest.mark.eager

MASK = 3


def corrupted(x):
    if not isinstance(x, dict):
        return np.concatenate([x[:, :1], np.full_like(x[:, 1:], MASK)], 1)
    ids = np.where(x["padding_mask"] == 1, MASK, x["token_ids"])
    ids[:, 0] = x["token_ids"][:, 0]
    return {**x, "token_ids": ids}


def oracle(task, x, weight, confidence, temperature):
    """The value, and the share of positions with weight that are sure."""
    clean, moved = (oracles.log_probs(task, inputs) for inputs in (x, corrupted(x)))
    sure = np.exp(clean).max(-1) >= confidence
    weight = np.broadcast_to(weight if np.ndim(weight) == 2 else weight[:, None], sure.shape)
    divergence = oracles.kl(tiny_models.log_softmax(clean / temperature), moved)
    return oracles.mean(divergence * sure, weight), sure[weight > 0].mean()


def term(task, unlabelled, training=False, **settings):
    settings = {"rate": 1.0, "mask_token_id": MASK, "batch_size": 6, **settings}
    objective = ConsistencyOnUnlabelled(unlabelled=unlabelled, **settings)
    objective.attach(task)
    batch = dataclasses.replace(oracles.passes(None, None, training=training), task=task)
    return float(objective.term(batch))


@pytest.mark.parametrize("kind", oracles.TASKS)
@pytest.mark.parametrize("temperature", [0.4, 1.0])
def test_the_term_is_the_kl_where_the_model_is_sure(kind, temperature):
    make, rows = oracles.TASKS[kind]
    task = make()
    x, y, weight = rows(task)
    confidence = np.median(np.exp(oracles.log_probs(task, x)).max(-1))
    first = {key: array[:6] for key, array in x.items()}
    expected, share = oracle(task, first, weight[:6], confidence, temperature)
    assert 0.1 < share < 0.9 and expected > 1e-3
    settings = {"confidence": float(confidence), "temperature": temperature}
    found = term(task, (x, y, weight), **settings)
    assert found == pytest.approx(expected, rel=1e-4)


def test_inputs_alone_count_everywhere():
    linear = oracles.Linear()
    x = np.array([[1, 2, 3, 4], [5, 6, 0, 1], [2, 2, 6, 3]])
    expected, _ = oracle(linear.model, x, np.ones(3), 0.0, 0.4)
    assert term(linear.model, x, confidence=0.0) == pytest.approx(expected, rel=1e-5)


def test_where_it_is_never_sure_it_is_0():
    linear = oracles.Linear()
    assert term(linear.model, np.ones((2, 4), "int32"), confidence=1.0) == 0.0


def test_no_gradient_flows_into_the_prediction_to_agree_with():
    linear, row = oracles.Linear(seed=1), np.array([[4, 1, 5, 2]])
    settings = {"rate": 1.0, "mask_token_id": MASK, "batch_size": 2, "confidence": 0.0}
    objective = ConsistencyOnUnlabelled(2.0, unlabelled=row, temperature=0.5, **settings)
    tuner = kh.models.FineTuner(linear.model, [objective])
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, reduction="mean_with_sample_weight"
    )
    tuner.compile(keras.optimizers.SGD(1.0), loss)
    clean = tiny_models.log_softmax(linear.log_probs(row) / 0.5)[0, 0]
    moved = linear.log_probs(corrupted(row))[0, 0]
    off = {"sample_weight": np.zeros(2), "batch_size": 2, "verbose": 0}
    history = tuner.fit(np.ones((2, 4)), np.zeros(2), **off).history
    assert history["loss_consistency"] == pytest.approx([oracles.kl(clean, moved)], rel=1e-5)
    expected = linear.bias - 2.0 * (np.exp(moved) - np.exp(clean))
    np.testing.assert_allclose(linear.model.get_weights()[-1], expected, rtol=1e-4, atol=1e-6)


@quick_on_torch
def test_rows_and_noise_change_by_step():
    task = tiny_models.gpt2()
    rows = oracles.token_rows(task)
    objective = ConsistencyOnUnlabelled(unlabelled=rows, rate=0.3, confidence=0.0, batch_size=2)
    tuner = kh.models.FineTuner(task, [objective])
    tuner.compile(keras.optimizers.SGD(0.0))
    arguments = {"sample_weight": rows[2], "batch_size": 8, "verbose": 0}
    history = tuner.fit(*rows[:2], epochs=4, **arguments).history
    assert len(set(history["loss_consistency"])) == 4


def test_wrong_arguments():
    x = np.ones((3, 2))
    for bad, error, match in (
        ({"unlabelled": None}, ValueError, "All parts of `unlabelled` must have"),
        ({"unlabelled": (x, x[:2], x)}, ValueError, "All parts of `unlabelled` must have"),
    ):
        with pytest.raises(error, match=match):
            ConsistencyOnUnlabelled(**{"unlabelled": x, **bad})
    with pytest.raises(ValueError, match="ConsistencyOnUnlabelled needs logits"):
        kh.models.FineTuner(tiny_models.lstm(softmax=True), [ConsistencyOnUnlabelled(unlabelled=x)])
    with pytest.raises(ValueError, match="`mask_token_id` must be one of the .* ids.*=9999"):
        task = oracles.Linear().model
        kh.models.FineTuner(task, [ConsistencyOnUnlabelled(unlabelled=x, mask_token_id=9999)])


def test_evaluation_is_the_same_each_time_and_uses_up_no_draw():
    task = tiny_models.gpt2()
    rows = kh.data.text_inputs(task, tiny_models.TEXTS, 24)
    objective = kh.objectives.ConsistencyOnUnlabelled(unlabelled=rows, rate=0.5, confidence=0.0)
    tuner = kh.models.FineTuner(task, [objective])
    tuner.compile("sgd")
    before = keras.ops.convert_to_numpy(objective.noise.draws.state)
    values = [
        tuner.evaluate(*rows[:2], sample_weight=rows[2], verbose=0, return_dict=True)
        for _ in range(2)
    ]
    assert values[0]["loss_consistency"] == values[1]["loss_consistency"] > 0.0
    after = keras.ops.convert_to_numpy(objective.noise.draws.state)
    np.testing.assert_array_equal(before, after)
