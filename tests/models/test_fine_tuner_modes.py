"""Does fine-tuning with objectives give the same in every mode, and work in every precision?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc._preprocessing import preprocess

pytestmark = pytest.mark.eager

HELD_OUT = tiny_models.TEXTS[:4]
BACKEND = keras.backend.backend()
MODES = {
    "tensorflow": [
        pytest.param({"run_eagerly": True}, marks=pytest.mark.slow),
        pytest.param({"jit_compile": False, "steps_per_execution": 2}, marks=pytest.mark.slow),
    ],
    "jax": [{"jit_compile": False}, {"steps_per_execution": 2}],
    "torch": [{"run_eagerly": True}],  # compilation takes minutes, several steps are not there
}[BACKEND]


def make(dtype=None, optimizer=None, weight=2.0, **kwargs):
    task = tiny_models.gpt2(dtype=dtype)
    tuner = kh.models.FineTuner(task, [kh.objectives.SelfDistillation(weight)])
    tuner.compile(optimizer=optimizer or keras.optimizers.Adam(0.01), **kwargs)
    return tuner


def fit(tuner, **kwargs):
    keras.utils.set_random_seed(1)
    arguments = {"batch_size": 4, "epochs": 2, "verbose": 0, "shuffle": False, **kwargs}
    return tuner.fit(tiny_models.TEXTS, **arguments).history


@pytest.fixture(scope="module")
def default():
    tuner = make()
    return tuner, fit(tuner, validation_data=HELD_OUT)


@quick_on_torch
def test_keys_of_the_history(default):
    names = {"loss", "loss_self_distillation", "sparse_categorical_accuracy"}
    assert set(default[1]) == names | {"val_" + name for name in names}
    assert default[1]["loss_self_distillation"][1] > 1e-4
    assert default[1]["val_loss_self_distillation"][1] > 1e-4


@quick_on_torch
def test_the_metrics_are_ours_and_not_those_of_the_base_model(default):
    assert [m.name for m in default[0].metrics] == [
        "loss",
        "compile_metrics",
        "loss_self_distillation",
    ]


@pytest.mark.traced
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: "-".join(mode))
def test_every_mode_gives_the_same_history(default, mode):
    history = fit(make(**mode), validation_data=HELD_OUT)
    for key, values in default[1].items():
        np.testing.assert_allclose(history[key], values, rtol=1e-4, atol=1e-5, err_msg=key)


@pytest.mark.slow
@pytest.mark.traced
def test_a_dataset_gives_the_same_history(default):
    tf = pytest.importorskip("tensorflow", reason="tf.data needs TensorFlow")
    tuner = make()
    keras.utils.set_random_seed(1)
    data = tf.data.Dataset.from_tensor_slices(tiny_models.TEXTS).batch(4)
    held = tf.data.Dataset.from_tensor_slices(preprocess(tuner.task, HELD_OUT)).batch(4)
    history = tuner.fit(data, validation_data=held, epochs=2, verbose=0, shuffle=False).history
    assert set(history) == set(default[1])  # `held` is tokens already, and left as it is
    for key, values in default[1].items():
        np.testing.assert_allclose(history[key], values, rtol=1e-5, atol=1e-6, err_msg=key)


@pytest.mark.parametrize("dtype", quick(["mixed_bfloat16", "mixed_float16"], ["mixed_float16"]))
def test_mixed_precision(default, dtype):
    if (BACKEND, dtype) == ("jax", "mixed_float16"):
        pytest.skip("JAX has no float16 matrix product on CPU")
    tuner = make(dtype)
    scaled = isinstance(tuner.optimizer, keras.optimizers.LossScaleOptimizer)
    assert scaled == (dtype == "mixed_float16")
    history = fit(tuner)
    assert np.isfinite(history["loss"] + history["loss_self_distillation"]).all()
    assert history["loss"][1] < history["loss"][0]
    np.testing.assert_allclose(history["loss"], default[1]["loss"], rtol=0.05)
    for variable in tuner.trainable_variables:
        assert keras.backend.standardize_dtype(variable.dtype) == "float32"


def test_accumulation_and_moving_averages_with_an_objective():
    accumulation = {"gradient_accumulation_steps": 2, "use_ema": True, "ema_momentum": 0.5}
    tuner = make(optimizer=keras.optimizers.Adam(0.01, **accumulation))
    base = tuner.task.get_weights()
    history = fit(tuner, epochs=1)
    # One update after two batches, so that no term could be seen to rise before it.
    assert abs(history["loss_self_distillation"][0]) < 1e-6
    assert all(not np.array_equal(a, b) for a, b in zip(base, tuner.task.get_weights()))
    for a, b in zip(base, tuner.objectives[0].base_model.get_weights()):
        np.testing.assert_array_equal(a, b)
