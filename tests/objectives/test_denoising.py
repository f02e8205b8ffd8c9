"""Is the term the loss on corrupted inputs and the same targets, and only in training?"""

import keras
import numpy as np
import oracles
import pytest
import scripted
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import Denoising
from keras_halluc.objectives.denoising import corrupted
from keras_halluc.objectives.denoising import token_noise

pytestmark = pytest.mark.eager

TASKS = {**oracles.TASKS, "lstm": (tiny_models.lstm, None)}
MASK = 3


def rows_of(kind, task):
    if kind == "lstm":
        ids = np.random.default_rng(0).integers(4, 20, (6, 13))
        return ids[:, :-1], ids[:, 1:], np.float32([1, 0, 2, 1, 1, 0.5])[:, None] * np.ones((1, 12))
    return TASKS[kind][1](task)


def term(task, x, y, weight, training, **settings):
    objective = Denoising(**settings)
    objective.attach(task)
    batch = scripted.batch(task, x, y, weight, training, oracles.loss_of(y, weight))
    return float(objective.term(batch))


def masked(x):
    """All real tokens but the first of each row exchanged for `MASK`."""
    if not isinstance(x, dict):
        return np.concatenate([x[:, :1], np.full_like(x[:, 1:], MASK)], 1)
    ids = np.where(x["padding_mask"] == 1, MASK, x["token_ids"])
    ids[:, 0] = x["token_ids"][:, 0]
    return {**x, "token_ids": ids}


def oracle(task, x, y, weight):
    return -oracles.mean(oracles.at_targets(oracles.log_probs(task, x), y), weight)


@pytest.mark.parametrize("kind", TASKS)
def test_the_term_is_the_loss_on_spoilt_inputs(kind):
    task = TASKS[kind][0]()
    x, y, weight = rows_of(kind, task)
    clean, all_gone = oracle(task, x, y, weight), oracle(task, masked(x), y, weight)
    assert abs(clean / all_gone - 1.0) > 1e-3
    settings = {"rate": 1.0, "mask_token_id": MASK}
    assert term(task, x, y, weight, True, **settings) == pytest.approx(all_gone, rel=1e-5)
    assert term(task, x, y, weight, False, **settings) == pytest.approx(clean, rel=1e-5)
    assert term(task, x, y, weight, True, rate=0.0) == pytest.approx(clean, rel=1e-5)
    some = {term(task, x, y, weight, True, rate=0.5, seed=seed) for seed in range(3)}
    assert len(some) == 3 and clean not in some


def test_of_a_seq2seq_only_what_the_encoder_reads_is_corrupted():
    task = tiny_models.bart()
    x, _, _ = kh.data.answer_inputs(task, tiny_models.TEXTS[:2], ["a", "b"])
    noise = token_noise(task, 1.0, 4, 0)
    found = corrupted(noise, x, True)
    assert set(found) == set(x)
    for key, array in x.items():
        if key != "encoder_token_ids":
            np.testing.assert_array_equal(oracles.numbers(found[key]), array)
    expected = np.where(x["encoder_padding_mask"] == 1, 4, x["encoder_token_ids"])
    expected[:, 0] = x["encoder_token_ids"][:, 0]
    np.testing.assert_array_equal(oracles.numbers(found["encoder_token_ids"]), expected)
    with pytest.raises(ValueError, match="must have `token_ids` or .*Received: keys="):
        corrupted(noise, {"ids": x["encoder_token_ids"]}, True)


@quick_on_torch
def test_each_step_is_spoilt_another_way_and_evaluation_is_not():
    tuner = kh.models.FineTuner(tiny_models.gpt2(), [Denoising(rate=0.3, seed=1)])
    tuner.compile(keras.optimizers.SGD(0.0))
    x, y, weight = oracles.token_rows(tuner.task)
    arguments = {"sample_weight": weight, "batch_size": 8, "verbose": 0}
    fit = {"epochs": 3, "validation_data": (x, y, weight), **arguments}
    history = tuner.fit(x, y, **fit).history
    assert len(set(history["loss_denoising"])) == 3
    assert history["val_loss_denoising"] == pytest.approx(history["val_loss"], rel=1e-5)
    assert len(set(history["val_loss_denoising"])) == 1


def test_wrong_arguments():
    with pytest.raises(ValueError, match="`mask_token_id` must be one of the .* ids.*=9999"):
        kh.models.FineTuner(tiny_models.lstm(), [Denoising(mask_token_id=9999)])
