"""Replay rows go through the task with the batch: is that what a pass of their own gives?"""

import keras
import numpy as np
import oracles
import pytest
import tiny_models
from kinds import quick
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import SelfDistillation

pytestmark = pytest.mark.eager

BACKEND = keras.backend.backend()
TEXTS = tiny_models.TEXTS
SHORT = [text[:9] for text in TEXTS[:4]]
VOCAB = 256


class Apart(SelfDistillation):
    """Its rows take a pass of their own."""

    def own_rows(self):
        return None


def make(kind=SelfDistillation, length=16, task=None, **settings):
    task = task or tiny_models.gpt2()
    replay = kh.data.text_inputs(task, SHORT, length)
    settings = {"weight": 5.0, "batch_size": 3, "seed": 2, **settings}
    return kh.models.FineTuner(task, [kind(replay=replay, **settings)])


def fit(tuner, optimizer=None, **kwargs):
    keras.utils.set_random_seed(3)
    tuner.compile(optimizer or keras.optimizers.Adam(0.01))
    arguments = {"batch_size": 4, "epochs": 3, "verbose": 0, **kwargs}
    return tuner.fit(TEXTS, validation_data=TEXTS[:4], **arguments).history


def assert_same(one, two, rtol=1e-4):
    assert set(one) == set(two)
    for key, values in one.items():
        np.testing.assert_allclose(two[key], values, rtol=rtol, atol=1e-5, err_msg=key)
    assert one["loss_self_distillation"][-1] > 1e-3


# Shorter replay is padded to the rows of training, longer replay the other way round.
@pytest.mark.parametrize("length", quick([16, 12, 24], [12]))
def test_it_is_what_a_pass_of_their_own_gives(length):
    apart, together = make(Apart, length), make(length=length)
    assert_same(*(fit(tuner, keras.optimizers.SGD(0.01)) for tuner in (apart, together)))
    for a, b in zip(apart.task.get_weights(), together.task.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


@quick_on_torch
@pytest.mark.parametrize("length", [16, 12])
def test_a_record_of_all_tokens_is_the_live_teacher(length):
    live, cached = make(length=length), make(length=length, teacher="cached", top_k=VOCAB - 1)
    assert_same(fit(live), fit(cached))


@quick_on_torch
@pytest.mark.parametrize("top_k", quick([2, 16], [16]))
def test_a_small_record_is_never_above_the_live_teacher(top_k):
    def term(**settings):  # of the same draws, while the plain loss moves the model
        return fit(make(weight=0.0, **settings))["loss_self_distillation"]

    live, cached = term(), term(teacher="cached", top_k=top_k)
    for small, large in zip(cached, live):
        assert 0.01 * large < small <= large * (1 + 1e-4)


@pytest.mark.skipif(BACKEND == "jax", reason="a step is traced, not called")
def test_the_task_is_called_once_a_step_and_no_second_one_is_kept(monkeypatch):
    tuner = make(teacher="cached", top_k=4)
    calls = []
    own = type(tuner.task).call

    def counted(self, *args, **kwargs):
        calls.append(1)
        return own(self, *args, **kwargs)

    monkeypatch.setattr(type(tuner.task), "call", counted)
    tuner.compile("sgd", run_eagerly=True)
    tuner.fit(TEXTS, batch_size=4, verbose=0)  # the first time Keras looks at all terms
    calls.clear()
    tuner.fit(TEXTS, batch_size=4, epochs=3, verbose=0)
    assert len(calls) == 6
    kept = sum(int(np.prod(weight.shape)) for weight in tuner.objectives[0].weights)
    positions = 4 * 16
    rows = positions * 4  # token ids, padding mask, targets, weights
    assert kept == rows + positions * 2 * 4


@quick_on_torch
@pytest.mark.parametrize(
    "optimizer, dtype",
    [
        ({"gradient_accumulation_steps": 2}, None),
        ({"use_ema": True, "ema_momentum": 0.5}, None),
        ({}, "mixed_bfloat16"),
    ],
    ids=["accumulation", "averages", "bfloat16"],
)
def test_however_it_is_trained(optimizer, dtype):
    histories = []
    for settings in ({"kind": Apart}, {}):
        tuner = make(task=tiny_models.gpt2(dtype=dtype), teacher="cached", **settings)
        histories.append(fit(tuner, keras.optimizers.Adam(0.01, **optimizer)))
    assert_same(*histories, rtol=0.05 if dtype else 1e-4)


@quick_on_torch
def test_the_record_is_of_the_model_as_it_was_and_is_saved(tmp_path):
    tuner = make(teacher="cached", top_k=4)
    rows = {key: keras.ops.convert_to_numpy(v) for key, v in tuner.objectives[0].pool.rows.items()}
    inputs = {key[2:]: value for key, value in rows.items() if key.startswith("x/")}
    expected = oracles.log_probs(tuner.task, inputs)
    np.testing.assert_allclose(
        np.take_along_axis(expected, rows["ids"], -1), rows["log_probs"], atol=1e-5
    )
    fit(tuner, epochs=1)
    tuner.save(tmp_path / "tuner.keras")
    loaded = keras.saving.load_model(tmp_path / "tuner.keras")
    for key, value in loaded.objectives[0].pool.rows.items():
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(value), rows[key], err_msg=key)
    held = {"x": TEXTS, "batch_size": 8, "verbose": 0, "return_dict": True}
    assert loaded.evaluate(**held) == pytest.approx(tuner.evaluate(**held), rel=1e-5)


@quick_on_torch
def test_two_objectives_each_get_their_own_rows():
    task = tiny_models.gpt2()

    def both(kind):
        pools = [kh.data.text_inputs(task, texts, 16) for texts in (SHORT[:2], SHORT[2:])]
        return [
            kind(weight, replay=rows, batch_size=size, name=name)
            for weight, rows, size, name in zip((2.0, 5.0), pools, (2, 3), "ab")
        ]

    start = task.get_weights()
    histories = []
    for kind in (Apart, SelfDistillation):
        task.set_weights(start)
        histories.append(fit(kh.models.FineTuner(task, both(kind))))
    assert abs(histories[0]["loss_a"][-1] - histories[0]["loss_b"][-1]) > 1e-4
    for key in ("loss", "loss_a", "loss_b"):
        np.testing.assert_allclose(histories[1][key], histories[0][key], rtol=1e-4, atol=1e-5)


@quick_on_torch
def test_a_model_of_plain_arrays():
    def plain(kind):
        keras.utils.set_random_seed(1)
        layers = [keras.layers.Embedding(7, 4), keras.layers.LSTM(4, return_sequences=True)]
        model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(7)])
        rows = np.arange(15).reshape(3, 5) % 7
        replay = (rows[:, :-1], rows[:, 1:], np.ones((3, 4)))
        tuner = kh.models.FineTuner(model, [kind(replay=replay, teacher="cached", top_k=6)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        tuner.compile(keras.optimizers.Adam(0.05), loss)
        other = np.arange(30).reshape(6, 5) % 7
        return tuner.fit(other[:, :-1], other[:, 1:], batch_size=2, epochs=2, verbose=0).history

    one, two = plain(Apart), plain(SelfDistillation)
    for key, values in one.items():
        np.testing.assert_allclose(two[key], values, rtol=1e-4, atol=1e-5, err_msg=key)


def test_rows_of_another_shape_or_structure_are_an_error():
    layers = [keras.layers.Embedding(7, 4), keras.layers.Dense(7)]
    model = keras.Sequential([keras.Input((None,), dtype="int32"), *layers])
    rows = np.arange(18).reshape(3, 6) % 7
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    tuner = kh.models.FineTuner(
        model, [SelfDistillation(replay=(rows[:, :-1], rows[:, 1:], np.ones((3, 5))))]
    )
    tuner.compile("sgd", loss)
    with pytest.raises(ValueError, match=r"same `sequence_length`. Received: \(5,\) and \(3,\)"):
        tuner.fit(rows[:, :3], rows[:, 1:4], verbose=0)
    task = tiny_models.gpt2()
    x, y, weight = kh.data.text_inputs(task, SHORT, 16)
    tuner = kh.models.FineTuner(task, [SelfDistillation(replay=(x["token_ids"], y, weight))])
    tuner.compile("sgd")
    own = "must have the structure of the" if BACKEND == "tensorflow" else "Pass inputs as a dict"
    with pytest.raises(ValueError, match=own):  # the others measure the term alone first
        tuner.fit(TEXTS, verbose=0)
