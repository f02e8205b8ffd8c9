"""Is the adapted task without its adapters exactly the base model?"""

import keras
import numpy as np
import pytest
import tiny_models

import keras_halluc as kh
from keras_halluc.models.lora import PROJECTIONS
from keras_halluc.objectives.teachers import adapters_off

pytestmark = pytest.mark.eager


def says(task, x):
    return keras.ops.convert_to_numpy(task(x))


def test_only_adapters_train_and_without_them_nothing_has_changed():
    task = tiny_models.gpt2()
    x, _, _ = kh.data.text_inputs(task, tiny_models.TEXTS, 24)
    before = says(task, x)
    assert kh.models.enable_lora(task, rank=2) is task
    assert task.trainable_variables
    assert all("lora" in variable.path for variable in task.trainable_variables)
    tuner = kh.models.FineTuner(task)
    tuner.compile("sgd")
    for variable in task.trainable_variables:
        variable.assign(variable + 0.1)
    changed = says(task, x)
    with adapters_off(task):
        off = says(task, x)
    np.testing.assert_allclose(off, before, atol=1e-5)
    assert np.abs(changed - before).max() > 1e-3
    np.testing.assert_array_equal(says(task, x), changed)  # on again


def test_adapters_saved_alone_bring_everything_back(tmp_path):
    task = kh.models.enable_lora(tiny_models.gpt2(), rank=2)
    for variable in task.trainable_variables:
        variable.assign(variable + 0.1)
    x, _, _ = kh.data.text_inputs(task, tiny_models.TEXTS, 24)
    expected = says(task, x)
    task.backbone.save_lora_weights(str(tmp_path / "adapters.lora.h5"))
    again = kh.models.enable_lora(tiny_models.gpt2(), rank=2)
    again.backbone.load_lora_weights(str(tmp_path / "adapters.lora.h5"))
    np.testing.assert_allclose(says(again, x), expected, atol=1e-6)


def test_wrong_arguments():
    with pytest.raises(ValueError, match="`rank` must be an integer >= 1"):
        kh.models.enable_lora(tiny_models.gpt2(), rank=0)
    with pytest.raises(TypeError, match="`task` must be a KerasHub task"):
        kh.models.enable_lora(tiny_models.lstm(), rank=2)
    with pytest.raises(ValueError, match="`target_layer_names` must name layers"):
        kh.models.enable_lora(tiny_models.gpt2(), 2, target_layer_names=["nowhere"])


def rows(task):
    return kh.data.text_inputs(task, tiny_models.TEXTS)


def test_a_run_with_adapters_is_not_resumed_with_adapters_of_zero(tmp_path):
    tuner = kh.models.FineTuner(kh.models.enable_lora(tiny_models.gpt2(), rank=2))
    tuner.compile(keras.optimizers.Adam(0.01))
    tuner.save_weights(tmp_path / "tuner.weights.h5")
    with pytest.raises(ValueError, match="with LoRA adapters cannot be loaded or resumed"):
        tuner.load_weights(tmp_path / "tuner.weights.h5")


def test_a_snapshot_of_a_task_with_adapters_is_refused_before_the_first_step():
    objective = kh.objectives.SelfDistillation(snapshot_epoch=1)
    tuner = kh.models.FineTuner(tiny_models.gpt2(), [objective])
    kh.models.enable_lora(tuner.task, rank=2)
    tuner.compile(keras.optimizers.Adam(0.01))
    before = tuner.task.get_weights()
    x, y, weight = rows(tuner.task)
    with pytest.raises(ValueError, match="`snapshot_epoch` must be None for a task with LoRA"):
        tuner.fit(x, y, sample_weight=weight, epochs=3, verbose=0)
    for a, b in zip(before, tuner.task.get_weights()):
        np.testing.assert_array_equal(a, b)


def test_projections_in_the_words_of_each_backbone():
    for name in ("q_proj", "value_proj", "v_dense_layer", "query_projector", "query_key_value"):
        assert PROJECTIONS.fullmatch(name), name
    for name in ("k_proj", "o_proj", "output_projector", "query_norm", "value", "gate_projector"):
        assert not PROJECTIONS.fullmatch(name), name


def test_the_error_names_the_layers_there_are():
    with pytest.raises(ValueError, match="adapters: .*'attention_output', .*'query'"):
        kh.models.enable_lora(tiny_models.gpt2(), 2, target_layer_names=["nowhere"])
