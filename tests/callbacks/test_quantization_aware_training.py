"""Does a model train with exactly the weights that `quantize` leaves, gradients going through?"""

import itertools
import re

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

from keras_halluc.callbacks import QuantizationAwareTraining

MODES = ("int8", "int4")


def begun(model, mode):
    """The model as the callback leaves it before the first step."""
    aware = QuantizationAwareTraining(mode)
    aware.set_model(model)
    aware.on_train_begin()
    return aware


@quick_on_torch
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("layer", "shape", "x"),
    [
        (lambda: keras.layers.Dense(3), (300,), np.eye(300)),
        (lambda: keras.layers.Dense(5, use_bias=False), (1, 6), np.eye(6)[:, None]),
        (
            lambda: keras.layers.EinsumDense("abc,cde->abde", (None, 2, 3)),
            (1, 40),
            np.eye(40)[:, None],
        ),
        (
            lambda: keras.layers.EinsumDense("abcd,cde->abe", (None, 4)),
            (1, 3, 50),
            np.eye(150).reshape(150, 1, 3, 50),
        ),
        (lambda: keras.layers.Embedding(7, 200), (7,), np.arange(7)[None]),
    ],
    ids=["dense", "dense-one-group", "einsum-in", "einsum-out", "embedding"],
)
def test_quantize_changes_the_weights_no_more(layer, shape, x, mode):
    keras.utils.set_random_seed(1)
    own = layer()
    model = keras.Sequential(
        [keras.Input(shape, dtype="int32" if "Emb" in str(own) else None), own]
    )
    model.compile("sgd", "mse")
    model.set_weights([np.random.default_rng(0).normal(size=w.shape) for w in model.get_weights()])
    before = model.predict(x, verbose=0)
    begun(model, mode)
    rounded = model.predict(x, verbose=0)  # of one-hot rows: the weights themselves
    assert np.abs(rounded - before).max() > 1e-3
    own.quantize(mode)
    np.testing.assert_allclose(model.predict(x, verbose=0), rounded, atol=2e-5)


class Weights(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.seen = [self.model.get_weights()[0]]

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(self.model.get_weights()[0])


@pytest.mark.parametrize("begin_step", [0, 2])
def test_steps_add_up_in_the_weights_before_rounding(begin_step):
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(12, 4)).astype("float32"), rng.normal(size=(12, 2)).astype("float32")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, use_bias=False)])
    model.compile(keras.optimizers.SGD(0.05), "mse")
    whole = model.get_weights()[0]
    steps = Weights()
    aware = QuantizationAwareTraining("int8", begin_step)
    model.fit(x, y, batch_size=2, shuffle=False, verbose=0, callbacks=[aware, steps])
    for step, seen in enumerate(steps.seen):
        scale = 127 / np.abs(whole).max(axis=0)
        held = whole if step < begin_step else np.round(whole * scale) / scale
        np.testing.assert_allclose(seen, held, atol=1e-5)
        rows = slice(2 * step, 2 * step + 2)
        gradient = x[rows].T @ (x[rows] @ held - y[rows]) * 2 / 4
        whole = whole - 0.05 * gradient  # straight through the rounding
    assert step == 6


@quick_on_torch
def test_rounding_costs_less_afterwards():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(256, 12)).astype("float32")
    y = x @ rng.normal(size=(12, 6)) ** 3 @ rng.normal(size=(6, 2))
    y = y / y.std()
    losses = {"plain": [], "aware": []}
    for seed, name in itertools.product((4, 5), losses):
        keras.utils.set_random_seed(seed)
        layers = [keras.layers.Dense(6, use_bias=False), keras.layers.Dense(2, use_bias=False)]
        model = keras.Sequential([keras.Input((12,)), *layers])
        rate = keras.optimizers.schedules.PolynomialDecay(0.03, 300, 0.0)
        model.compile(keras.optimizers.Adam(rate), "mse")
        callbacks = [QuantizationAwareTraining("int4", 100)] if name == "aware" else []
        often = {"x": np.tile(x, (75, 1)), "y": np.tile(y, (75, 1))}  # an epoch costs, too
        model.fit(**often, batch_size=64, verbose=0, callbacks=callbacks)
        begun(model, "int4")  # rounds; what is rounded stays as it is
        losses[name].append(model.evaluate(x, y, verbose=0))
    assert sum(losses["aware"]) < 0.8 * sum(losses["plain"])


def test_a_language_model_and_what_is_left_alone():
    task = tiny_models.gpt2()
    task.compile(keras.optimizers.Adam(0.01))
    task.backbone.token_embedding.trainable = False
    before = {w.path: keras.ops.convert_to_numpy(w) for w in task.weights}
    aware = begun(task, "int4")
    paths = {variable.path for variable, _ in aware._rounding}
    assert len(paths) == 6 and all(path.endswith("kernel") for path in paths)
    for weight in task.weights:
        same = np.array_equal(keras.ops.convert_to_numpy(weight), before[weight.path])
        assert same == (weight.path not in paths), weight.path


def test_nothing_to_round():
    model = keras.Sequential([keras.Input((4,)), keras.layers.LayerNormalization()])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=re.escape("must have trainable weights of Dense")):
        model.fit(np.ones((2, 4)), np.ones((2, 4)), callbacks=[QuantizationAwareTraining()])
    for bad in ({"mode": "int2"}, {"begin_step": -1}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            QuantizationAwareTraining(**bad)


@pytest.mark.parametrize("mode", MODES)
def test_a_coarse_dtype_does_not_move_weights_by_itself(mode):
    own = keras.layers.Dense(4, dtype="bfloat16")
    model = keras.Sequential([keras.Input((64,), dtype="bfloat16"), own])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    start = np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(own.kernel, "float32")))
    aware = begun(model, mode)
    for batch in range(50):
        aware.on_train_batch_end(batch)
    np.testing.assert_array_equal(aware._whole[0], start)
