"""Do the live, the cached and the adapter-less teacher say the same, and when do they say it?"""

import keras
import numpy as np
import oracles
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import SelfDistillation
from keras_halluc.objectives import teachers

pytestmark = pytest.mark.eager

TEXTS = tiny_models.TEXTS
VOCAB = 256


def fit(tuner, rows, optimizer=None, validation=True, **kwargs):
    """History of a `fit` without shuffling, on all rows at once."""
    x, y, weight = rows
    tuner.compile(optimizer or keras.optimizers.Adam(0.01))
    arguments = {"batch_size": 8, "epochs": 3, "shuffle": False, "verbose": 0, **kwargs}
    if validation:
        arguments["validation_data"] = (x, y, weight)
    return tuner.fit(x, y, sample_weight=weight, **arguments).history


def make(task=None, **settings):
    """A tuner with one teacher, and rows with uneven weights and padding."""
    task = task or tiny_models.gpt2()
    tuner = kh.models.FineTuner(task, [SelfDistillation(**settings)])
    return tuner, oracles.token_rows(task)


@pytest.fixture(scope="module")
def live():
    """Histories with a live teacher, without and with the target masked."""
    return {masked: fit(*make(weight=5.0, mask_gold=masked)) for masked in (False, True)}


@quick_on_torch
@pytest.mark.parametrize("mask_gold", [False, True])
def test_a_record_of_all_tokens_is_the_live_teacher(live, mask_gold, monkeypatch):
    monkeypatch.setattr(teachers, "ROWS", 3)  # several batches, the last one smaller
    tuner, rows = make(weight=5.0, mask_gold=mask_gold, teacher="cached", top_k=VOCAB - 1)
    history = fit(tuner, rows)
    assert set(history) == set(live[mask_gold])
    for key, values in live[mask_gold].items():
        np.testing.assert_allclose(history[key], values, rtol=1e-4, atol=1e-5, err_msg=key)
    for key in ("loss_self_distillation", "val_loss_self_distillation"):
        assert history[key][2] > 1e-2


@quick_on_torch
@pytest.mark.parametrize("top_k", [1, 4, 32])
def test_a_small_record_is_never_above_the_live_teacher(top_k):
    tuner, rows = make(weight=0.0, teacher="cached", top_k=top_k)
    cached = fit(tuner, rows)["loss_self_distillation"]
    full = fit(*make(weight=0.0))["loss_self_distillation"]
    assert cached[0] == pytest.approx(0.0, abs=1e-5)
    for small, large in zip(cached[1:], full[1:]):
        assert 0.01 * large < small < large


def test_the_record_holds_the_likeliest_tokens_as_they_were():
    tuner, (x, y, weight) = make(teacher="cached", top_k=4)
    found = tuner.objectives[0].columns(tuner.task, x, y, weight)
    expected = oracles.log_probs(tuner.task, x)
    assert found["ids"].shape == found["log_probs"].shape == (*y.shape, 4)
    order = np.argsort(-found["log_probs"], axis=-1)
    best = np.sort(expected, axis=-1)[..., :-5:-1]
    for values in (found["log_probs"], np.take_along_axis(expected, found["ids"], -1)):
        np.testing.assert_allclose(np.take_along_axis(values, order, -1), best, atol=1e-5)
    fit(tuner, (x, y, weight), epochs=1)
    assert np.abs(oracles.log_probs(tuner.task, x) - expected).max() > 0.01


@quick_on_torch
def test_rows_keep_their_record_when_they_are_shuffled():
    tuner, (x, y, weight) = make(teacher="cached", top_k=8)
    history = fit(
        tuner, (x, y, weight), keras.optimizers.SGD(0.0), epochs=2, batch_size=3, shuffle=True
    )
    for key in ("loss_self_distillation", "val_loss_self_distillation"):
        assert np.abs(history[key]).max() < 1e-5


@quick_on_torch
def test_evaluation_leaves_out_what_a_record_cannot_tell():
    tuner, rows = make(teacher="cached", top_k=8)
    history = fit(tuner, rows)
    assert {"loss_self_distillation", "val_loss_self_distillation"} <= set(history)
    x, y, weight = rows
    logs = tuner.evaluate(x, y, sample_weight=weight, verbose=0, return_dict=True)
    assert set(logs) == {"loss", "sparse_categorical_accuracy"}
    assert logs["loss"] == pytest.approx(history["val_loss"][-1], rel=1e-5)
    assert "val_loss_self_distillation" in fit(tuner, rows, epochs=1)  # is back
    assert set(fit(tuner, rows, validation=False, epochs=1)) == set(logs) | {
        "loss_self_distillation"
    }


@quick_on_torch
def test_texts_and_splits_have_a_record_too_and_plain_arrays():
    tuner, _ = make(teacher="cached", top_k=8)
    tuner.compile(keras.optimizers.Adam(0.01))
    history = tuner.fit(TEXTS, batch_size=4, validation_split=0.25, verbose=0).history
    assert {"loss_self_distillation", "val_loss_self_distillation"} <= set(history)
    lstm = tiny_models.lstm(length=4)
    tuner = kh.models.FineTuner(lstm, [SelfDistillation(teacher="cached", top_k=8)])
    rows = np.arange(30).reshape(6, 5) % 7
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    tuner.compile(keras.optimizers.Adam(0.1), loss)
    data = rows[:, :-1], rows[:, 1:]
    history = tuner.fit(*data, batch_size=3, validation_data=data, epochs=2, verbose=0).history
    assert history["val_loss_self_distillation"][-1] > 1e-3
    assert tuner.predict(data[0], verbose=0).shape == (*data[0].shape, lstm.output_shape[-1])


def test_datasets_have_no_record():
    tuner, (x, y, weight) = make(teacher="cached")
    tuner.compile(keras.optimizers.Adam(0.01))

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 1

        def __getitem__(self, i):
            return x, y, weight

    match = "`self_distillation` needs all rows before training: give arrays or texts"
    with pytest.raises(ValueError, match=match):
        tuner.fit(Batches())
    with pytest.raises(ValueError, match=match):
        tuner.fit(x, y, sample_weight=weight, validation_data=Batches())


def test_a_record_needs_fewer_tokens_than_there_are():
    for top_k in (VOCAB, VOCAB + 1):
        tuner, rows = make(teacher="cached", top_k=top_k)
        with pytest.raises(ValueError, match=f"`top_k` must be < {VOCAB}.*top_k={top_k}"):
            fit(tuner, rows)


@quick_on_torch
def test_a_classifier_has_a_record_too():
    task = oracles.classifier()
    x, y, weight = oracles.class_rows(task)
    found = []
    for settings in ({}, {"teacher": "cached", "top_k": 1}):
        task = oracles.classifier()
        tuner = kh.models.FineTuner(task, [SelfDistillation(**settings)])
        tuner.compile(
            keras.optimizers.Adam(0.01),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        arguments = {"batch_size": 8, "epochs": 2, "shuffle": False, "verbose": 0}
        history = tuner.fit(x, y, sample_weight=weight, **arguments).history
        found.append(history["loss_self_distillation"])
    assert found[0][1] > 1e-4
    assert found[1] == pytest.approx(found[0], rel=1e-3, abs=1e-6)  # of two classes one says all


def with_adapters(task):
    """LoRA on queries and values, of which the biases are frozen too."""
    task.backbone.enable_lora(4)
    for layer in teachers.lora_layers(task):
        layer.bias.trainable = False
    return task


@quick_on_torch
def test_the_task_without_adapters_is_the_live_teacher_and_no_copy():
    live, rows = make(weight=5.0)
    with_adapters(live.task)
    bare, _ = make(weight=5.0, teacher="lora_off")
    with_adapters(bare.task)
    start = live.task.get_weights()
    bare.task.set_weights(start)  # the adapters begin at random
    expected = fit(live, rows, keras.optimizers.Adam(0.1))
    history = fit(bare, rows, keras.optimizers.Adam(0.1))
    assert set(history) == set(expected) and expected["loss_self_distillation"][2] > 1e-3
    for key, values in expected.items():
        np.testing.assert_allclose(history[key], values, rtol=1e-5, atol=1e-6, err_msg=key)
    assert bare.objectives[0].base_model is None
    assert len(bare.weights) == len(bare.task.weights)
    assert bare.count_params() == bare.task.count_params() < live.count_params()
    assert all(layer.lora_enabled for layer in teachers.lora_layers(bare.task))
    assert any(not np.array_equal(a, b) for a, b in zip(start, bare.task.get_weights()))


def test_adapters_are_on_again_after_an_error_and_asked_for():
    tuner, rows = make(teacher="lora_off")
    with pytest.raises(ValueError, match="`teacher='lora_off'` needs LoRA adapters"):
        fit(tuner, rows, epochs=1)
    with_adapters(tuner.task)
    with pytest.raises(InterruptedError):
        with teachers.adapters_off(tuner.task):
            assert not teachers.lora_layers(tuner.task)
            raise InterruptedError
    assert len(teachers.lora_layers(tuner.task)) == 2


class Weights(keras.callbacks.Callback):
    """The weights of the task as each epoch begins."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_begin(self, epoch, logs=None):
        self.seen.append(self.model.task.get_weights())


@quick_on_torch
@pytest.mark.parametrize("replay", [False, True])
def test_a_snapshot_is_taken_as_its_epoch_begins(replay):
    task = tiny_models.gpt2()
    rows = oracles.token_rows(task)
    settings = {"replay": rows, "batch_size": 8} if replay else {}
    tuner, _ = make(task, weight=5.0, snapshot_epoch=2, **settings)
    weights = Weights()
    history = fit(tuner, rows, epochs=4, callbacks=[weights])
    for a, b in zip(weights.seen[2], tuner.objectives[0].base_model.get_weights()):
        np.testing.assert_array_equal(a, b)
    term, held_out = history["loss_self_distillation"], history["val_loss_self_distillation"]
    assert term[:2] == [0.0, 0.0] and held_out[:2] == [0.0, 0.0]
    assert abs(term[2]) < 1e-6 < 1e-4 < held_out[2]
    assert min(term[3], held_out[3]) > 1e-4
    task.set_weights(weights.seen[2])
    x, y, weight = rows
    logs = tuner.evaluate(x, y, sample_weight=weight, batch_size=8, verbose=0, return_dict=True)
    assert abs(logs["loss_self_distillation"]) < 1e-6


@quick_on_torch
def test_before_the_snapshot_it_is_plain_fine_tuning():
    plain = kh.models.FineTuner(tiny_models.gpt2())
    rows = oracles.token_rows(plain.task)
    expected = fit(plain, rows)["loss"]
    tuner, _ = make(weight=5.0, snapshot_epoch=1)
    found = fit(tuner, rows)["loss"]
    assert found[0] == pytest.approx(expected[0], rel=1e-6)
    assert found[2] != pytest.approx(expected[2], rel=1e-4)


@quick_on_torch
def test_a_snapshot_in_a_list_of_callbacks_of_your_own():
    tuner, rows = make(snapshot_epoch=1)
    callbacks = keras.callbacks.CallbackList([Weights()], model=tuner, add_history=True)
    x, y, weight = rows
    tuner.compile(keras.optimizers.Adam(0.01))
    tuner.fit(x, y, sample_weight=weight, batch_size=4, epochs=3, callbacks=callbacks, verbose=0)
    assert float(keras.ops.convert_to_numpy(tuner.objectives[0].switch)) == 1.0


def test_a_compiled_model_is_copied_without_its_metrics():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = tiny_models.lstm(length=4)
    model.compile("sgd", loss, metrics=["accuracy"])
    tuner = kh.models.FineTuner(model, [SelfDistillation()])
    assert model.compiled
    tuner.compile(keras.optimizers.Adam(0.01))
    assert [m.name for m in tuner.metrics] == ["loss", "compile_metrics", "loss_self_distillation"]
    rows = np.arange(30).reshape(6, 5) % 7
    history = tuner.fit(rows[:, :-1], rows[:, 1:], verbose=0).history
    assert history["loss"][0] > 0.1


def test_wrong_combinations():
    rows = oracles.token_rows(tiny_models.gpt2())
    for bad, match in (
        ({"teacher": "cached", "temperature": 2.0}, "1 with a cached teacher.*temperature=2.0"),
        ({"mask_gold": True, "replay": rows}, "`mask_gold` must be False"),
        ({"teacher": "cached", "snapshot_epoch": 1}, "`snapshot_epoch` must be None unless"),
        ({"teacher": "lora_off", "snapshot_epoch": 1}, "`snapshot_epoch`.*teacher='lora_off'"),
    ):
        with pytest.raises(ValueError, match=match):
            SelfDistillation(**bad)


@pytest.mark.parametrize(
    "settings", [{"teacher": "cached", "top_k": 3}, {"teacher": "lora_off"}, {"snapshot_epoch": 2}]
)
def test_the_config_comes_back(settings):
    objective = SelfDistillation(**settings)
    again = SelfDistillation.from_config(objective.get_config())
    assert {name: getattr(again, name) for name in settings} == settings
    assert again.get_config() == objective.get_config()


@quick_on_torch
def test_a_fit_that_begins_after_the_snapshot_epoch_takes_the_model_as_it_is_then():
    task = tiny_models.gpt2()
    tuner = kh.models.FineTuner(task, [kh.objectives.SelfDistillation(snapshot_epoch=1)])
    tuner.compile(keras.optimizers.Adam(0.01))
    task.set_weights([weight * 1.1 for weight in task.get_weights()])
    history = tuner.fit(tiny_models.TEXTS, batch_size=4, initial_epoch=3, epochs=5, verbose=0)
    assert history.history["loss_self_distillation"][-1] > 0.0
    for a, b in zip(tuner.objectives[0].base_model.get_weights(), task.get_weights()):
        assert a.shape == b.shape
    assert float(tuner.objectives[0].switch) == 1.0
