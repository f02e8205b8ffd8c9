"""Is `FineTuner` without objectives the bare task, to the last bit?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick

import keras_halluc as kh

TEXTS = tiny_models.TEXTS


def adam():
    return keras.optimizers.Adam(0.01)


def scheduled():
    schedule = kh.schedules.WarmupLinear(0.02, 8, warmup_steps=3)
    return keras.optimizers.AdamW(schedule, clipnorm=1.0)


def accumulating():
    return keras.optimizers.SGD(
        0.1, momentum=0.9, gradient_accumulation_steps=2, use_ema=True, ema_momentum=0.5
    )


def train(make, wrapped, make_optimizer, data, shuffle=False):
    task = make()
    model = kh.models.FineTuner(task) if wrapped else task
    model.compile(
        optimizer=make_optimizer(),
        loss=keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        ),
        weighted_metrics=[keras.metrics.SparseCategoricalAccuracy()],
    )
    keras.utils.set_random_seed(1)
    if data == "texts":
        history = model.fit(TEXTS, batch_size=3, epochs=2, verbose=0, shuffle=False)
    else:
        x, y, weight = data(task)
        fit = kh.models.FineTuner.fit if wrapped else keras.Model.fit
        arguments = {"batch_size": 3, "epochs": 2, "verbose": 0, "shuffle": shuffle}
        arguments["validation_data"] = (x, y, weight)
        history = fit(model, x, y, sample_weight=weight, **arguments)
    return history.history, task.get_weights()


def texts(task):
    return kh.data.text_inputs(task, TEXTS)


def letters(task):
    tokenizer = tiny_models.LetterTokenizer()
    rows = np.zeros((len(TEXTS), 13), "int32")
    for row, text in zip(rows, TEXTS):
        ids = tokenizer.encode(text)[:13]
        row[: len(ids)] = ids
    return rows[:, :-1], rows[:, 1:], (rows[:, 1:] > 0).astype("float32")


def gpt2():
    return tiny_models.gpt2(dropout=0.1)


@pytest.mark.parametrize(
    ("make", "optimizer", "data", "shuffle"),
    [
        pytest.param(gpt2, scheduled, texts, True, marks=pytest.mark.eager),
        *quick([(gpt2, accumulating, "texts", False)]),
        *quick([(tiny_models.lstm, adam, letters, False)]),
    ],
)
def test_history_and_weights_are_bit_equal_to_the_bare_task(make, optimizer, data, shuffle):
    if data == "texts":
        pytest.importorskip("tensorflow", reason="the bare task preprocesses texts with TensorFlow")
    bare, bare_weights = train(make, False, optimizer, data, shuffle)
    tuned, weights = train(make, True, optimizer, data, shuffle)
    assert tuned == bare
    assert tuned["loss"][1] < tuned["loss"][0]
    assert ("val_loss" in tuned) == (data != "texts")
    for a, b in zip(weights, bare_weights):
        np.testing.assert_array_equal(a, b)
    fresh = make()  # the word vectors of the LSTM are not trainable and stay
    for variable, before, after in zip(fresh.weights, fresh.get_weights(), weights):
        assert np.array_equal(before, after) != variable.trainable
