"""Does a task speak with the weights it had, whatever happened to it since, and on any model?"""

import keras
import numpy as np
import pytest
import tiny_models

import keras_halluc as kh
from keras_halluc.objectives.base_model import BaseModel

pytestmark = pytest.mark.eager

MODELS = [tiny_models.gpt2, tiny_models.lstm, tiny_models.bert_classifier]


def inputs(task):
    if task.name == "lstm" or not hasattr(task, "backbone"):
        return np.random.default_rng(0).integers(1, 9, (3, 6))
    return kh._preprocessing.preprocess(task, ["paris is in", "a cat"], None, None)[0]


def said(model, x):
    return np.asarray(keras.ops.convert_to_numpy(model(x, training=False)))


def move(task):
    task.set_weights([w + 0.1 if w.dtype.kind == "f" else w for w in task.get_weights()])


@pytest.mark.parametrize("make", MODELS)
def test_it_says_what_the_task_said(make):
    task = make()
    x = inputs(task)
    before = said(task, x)
    base = BaseModel(task)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(base(x)), before)
    move(task)
    assert not np.allclose(said(task, x), before)
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(base(x)), before)
    moved = said(task, x)
    base.renew()
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(base(x)), moved)


def test_it_holds_one_set_of_weights_and_trains_none():
    task = tiny_models.gpt2()
    base = BaseModel(task)
    assert [v.shape for v in base.weights] == [v.shape for v in task.weights]
    assert base.trainable_variables == []
    assert not {id(v) for v in base.weights} & {id(v) for v in task.weights}


class Subclass(keras.Model):
    """A model that no config can make again."""

    def __init__(self, table):
        super().__init__()
        self.embed = keras.layers.Embedding(9, 4)
        self.out = keras.layers.Dense(9)
        self.table = table

    def call(self, x, training=False):
        return keras.ops.add(self.out(self.embed(x)), self.table)


def test_a_model_that_cannot_be_made_again_from_a_config():
    task = Subclass(np.ones((9,), "float32"))
    x = inputs(task)
    before = said(task, x)
    tuner = kh.models.FineTuner(task, [kh.objectives.SelfDistillation(5.0)])
    tuner.compile(
        keras.optimizers.SGD(0.5),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    history = tuner.fit(x, np.roll(x, -1, 1), epochs=2, verbose=0).history
    assert history["loss_self_distillation"][1] > 1e-3
    base = tuner.objectives[0].base_model
    np.testing.assert_allclose(keras.ops.convert_to_numpy(base(x)), before, rtol=1e-6)


@pytest.mark.parametrize("first", ["lora", "base"])
def test_adapters_are_not_part_of_it(first):
    task = tiny_models.gpt2()
    x = inputs(task)
    before = said(task, x)
    held = len(task.weights)
    if first == "base":
        base = BaseModel(task)
        kh.models.enable_lora(task, rank=2)
    else:
        kh.models.enable_lora(task, rank=2)
        base = BaseModel(task)
    assert len(base.weights) == held < len(task.weights)
    for layer in task._flatten_layers():
        if getattr(layer, "lora_enabled", False):
            layer.lora_kernel_b.assign(np.ones(layer.lora_kernel_b.shape))
    assert not np.allclose(said(task, x), before)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(base(x)), before, rtol=1e-5, atol=1e-6)


def test_dropout_goes_on_as_if_nobody_had_asked():
    task = tiny_models.gpt2(dropout=0.5)
    held = {id(v) for v in task.weights}
    seeds = [v for v in task.variables if id(v) not in held]
    assert seeds
    before = [keras.ops.convert_to_numpy(v) for v in seeds]
    BaseModel(task)(inputs(task))
    for variable, value in zip(seeds, before):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(variable), value)


def test_a_model_that_is_not_built():
    with pytest.raises(ValueError, match="call it on one batch first"):
        BaseModel(keras.Sequential([keras.layers.Dense(2)]))
