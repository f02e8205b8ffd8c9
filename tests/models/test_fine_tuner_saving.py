"""Does training go on after saving, loading or an interruption as if nothing had happened?"""

import keras
import keras_hub
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh

pytestmark = pytest.mark.eager

TEXTS = tiny_models.TEXTS


def make():
    task = tiny_models.gpt2()
    replay = kh.data.text_inputs(task, TEXTS)
    objectives = [
        kh.objectives.SelfDistillation(0.5, temperature=2.0, mask_gold=True),
        kh.objectives.SelfDistillation(3.0, replay=replay, batch_size=2, seed=7, name="replay"),
    ]
    tuner = kh.models.FineTuner(task, objectives)
    schedule = kh.schedules.WarmupLinear(0.02, 12, warmup_steps=3)
    tuner.compile(optimizer=keras.optimizers.AdamW(schedule, clipnorm=0.5))
    return tuner


def fit(tuner, epochs, callbacks=()):
    keras.utils.set_random_seed(1)
    return tuner.fit(
        TEXTS,
        batch_size=4,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        callbacks=list(callbacks),
    ).history


def evaluate(tuner):
    return tuner.evaluate(TEXTS, batch_size=4, verbose=0, return_dict=True)


def last(history):
    return {key: values[-1] for key, values in history.items()}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A tuner after two epochs, and the same loaded from its file."""
    tuner = make()
    fit(tuner, epochs=2)
    path = tmp_path_factory.mktemp("saved") / "tuner.keras"
    tuner.save(path)
    return tuner, keras.saving.load_model(path)


def test_everything_comes_back(saved):
    tuner, loaded = saved
    assert type(loaded) is kh.models.FineTuner
    assert type(loaded.task) is keras_hub.models.GPT2CausalLM
    for before, after in zip(tuner.objectives, loaded.objectives):
        assert after.get_config() == before.get_config()
    first, second = loaded.objectives
    assert (first.weight, first.temperature, first.mask_gold) == (0.5, 2.0, True)
    assert (second.weight, second.seed, second.name) == (3.0, 7, "replay")
    for key, value in tuner.objectives[1].pool.rows.items():
        again = keras.ops.convert_to_numpy(second.pool.rows[key])
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(value), again)
        assert again.any()
    optimizer = loaded.optimizer
    assert type(optimizer).__name__ == "AdamW"  # torch has a class of its own
    assert int(optimizer.iterations) == int(tuner.optimizer.iterations) >= 4
    assert optimizer.clipnorm == 0.5
    assert float(optimizer.learning_rate) == pytest.approx(float(tuner.optimizer.learning_rate))
    assert len(optimizer.variables) == len(tuner.optimizer.variables)
    for a, b in zip(tuner.optimizer.variables, optimizer.variables):
        np.testing.assert_array_equal(
            keras.ops.convert_to_numpy(a), keras.ops.convert_to_numpy(b), err_msg=a.path
        )


def test_the_base_model_comes_back_as_it_was_before_training(saved):
    tuner, loaded = saved
    fresh = tiny_models.gpt2().get_weights()
    for objective in loaded.objectives:
        for a, b in zip(fresh, objective.base_model.get_weights()):
            np.testing.assert_array_equal(a, b)
        assert not objective.base_model.trainable_variables
    assert any(not np.array_equal(a, b) for a, b in zip(fresh, loaded.task.get_weights()))
    assert len(loaded.trainable_variables) == len(tuner.task.trainable_variables)


@quick_on_torch
def test_evaluation_and_further_training_are_equal(saved):
    tuner, loaded = saved
    assert evaluate(loaded) == pytest.approx(evaluate(tuner), rel=1e-6)
    assert last(fit(loaded, 1)) == pytest.approx(last(fit(tuner, 1)), rel=1e-6)
    for a, b in zip(tuner.task.get_weights(), loaded.task.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_the_task_alone_is_saved_as_a_preset(tmp_path):
    tuner = kh.models.FineTuner(tiny_models.gpt2(bpe=True), [kh.objectives.SelfDistillation()])
    tuner.task.save_to_preset(tmp_path / "preset")
    again = keras_hub.models.CausalLM.from_preset(str(tmp_path / "preset"))
    ids = tiny_models.prompt_ids(tuner.task, TEXTS)
    np.testing.assert_array_equal(
        tiny_models.causal_logits(again, ids), tiny_models.causal_logits(tuner.task, ids)
    )
    assert again.preprocessor.tokenizer(TEXTS[:1]) == tuner.task.preprocessor.tokenizer(TEXTS[:1])


class Interrupt(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise InterruptedError("power cut")


@quick_on_torch
def test_an_interrupted_fit_goes_on_where_it_was(tmp_path):
    straight = make()
    expected = fit(straight, 2)
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup", delete_checkpoint=False)
    with pytest.raises(InterruptedError, match="power cut"):
        fit(make(), 2, [backup, Interrupt()])
    resumed = make()
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    history = fit(resumed, 2, [backup])
    assert last(history) == pytest.approx(last(expected), rel=1e-6)
    assert len(history["loss"]) == 1
    for a, b in zip(straight.task.get_weights(), resumed.task.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@quick_on_torch
@pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")
def test_weights_are_loaded_before_any_fit(saved, tmp_path):
    tuner, _ = saved
    path = tmp_path / "tuner.weights.h5"
    tuner.save_weights(path)
    fresh = make()
    fresh.load_weights(path)
    assert fresh.built
    for a, b in zip(tuner.get_weights(), fresh.get_weights()):
        np.testing.assert_array_equal(a, b)
