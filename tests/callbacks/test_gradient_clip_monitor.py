"""Are clipped steps counted exactly, without changing a step?"""

import json

import keras
import numpy as np
import pytest
from kinds import quick_on_torch

import keras_halluc as kh

pytestmark = pytest.mark.skipif(
    not hasattr(keras.optimizers, "MultiOptimizer"), reason="this Keras has no MultiOptimizer"
)


def fit(optimizer, rows, callbacks=(), epochs=1, **kwargs):
    """Loss is the output, so that the gradient of the one weight is the input."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((1, 1))])
    model.compile(optimizer, loss=lambda y, p: p, **kwargs)
    rows = np.asarray(rows, "float32")[:, None]
    history = model.fit(
        rows, rows, batch_size=1, epochs=epochs, shuffle=False, verbose=0, callbacks=[*callbacks]
    )
    return model, history.history


@pytest.mark.parametrize("clip", ["clipnorm", "global_clipnorm", "clipvalue"])
def test_counts_and_norms_are_of_each_epoch(clip):
    optimizer = kh.schedules.ClipCounter(keras.optimizers.SGD(0.1, **{clip: 2.0}))
    rows = [1.0, -3.0, 2.0, 5.0]
    monitor = kh.callbacks.GradientClipMonitor()
    model, history = fit(optimizer, rows, [monitor], epochs=2)
    assert history["clipped_steps"] == [0.5, 0.5]  # exactly 2 is not clipped
    assert history["gradient_norm"] == pytest.approx([11 / 4, 11 / 4])
    again = model.fit(np.ones((2, 1)), np.ones((2, 1)), verbose=0, callbacks=[monitor]).history
    assert again["clipped_steps"] == [0.0]


@quick_on_torch
def test_steps_are_those_of_the_optimizer_alone():
    rows = [1.0, -3.0, 2.0, 5.0]
    for make in (
        lambda: keras.optimizers.AdamW(0.1, clipnorm=2.0),
        lambda: keras.optimizers.SGD(0.1, momentum=0.9, clipvalue=1.5),
    ):
        plain, _ = fit(make(), rows, epochs=2)
        counted, _ = fit(kh.schedules.ClipCounter(make()), rows, epochs=2)
        np.testing.assert_array_equal(plain.get_weights()[0], counted.get_weights()[0])


def test_one_variable_over_the_norm_is_enough():
    """`clipnorm` is for each variable, `global_clipnorm` for all together."""
    x = np.array([[3.0, 1.0]], "float32")
    for clip, expected in (({"clipnorm": 4.0}, 0.0), ({"global_clipnorm": 4.0}, 1.0)):
        inputs = keras.Input((2,))
        parts = [
            keras.layers.Dense(1, use_bias=False)(inputs),
            keras.layers.Dense(1, use_bias=False)(inputs),
        ]
        model = keras.Model(inputs, keras.layers.add(parts))
        model.compile(kh.schedules.ClipCounter(keras.optimizers.SGD(**clip)), lambda y, p: p)
        history = model.fit(x, x, verbose=0, callbacks=[kh.callbacks.GradientClipMonitor()])
        assert history.history["clipped_steps"] == [expected]
        assert history.history["gradient_norm"][0] == pytest.approx(np.sqrt(20))


def test_config_and_saving(tmp_path):
    optimizer = kh.schedules.ClipCounter(keras.optimizers.Adam(0.1, clipnorm=2.0), name="mine")
    again = kh.schedules.ClipCounter.from_config(json.loads(json.dumps(optimizer.get_config())))
    assert again.name == "mine" and again.inner.clipnorm == 2.0
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer, "mse")
    model.fit(np.ones((3, 1)), 100 * np.ones((3, 1)), batch_size=1, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert float(loaded.optimizer.counted_steps) == 3.0
    assert float(loaded.optimizer.clipped_steps) == float(optimizer.clipped_steps)


def test_wrong_arguments():
    with pytest.raises(ValueError, match="`optimizer` must clip"):
        kh.schedules.ClipCounter(keras.optimizers.Adam())
    with pytest.raises(TypeError, match="`optimizer` must be one plain Keras optimizer"):
        kh.schedules.ClipCounter("adam")
    with pytest.raises(TypeError, match="compiled with `kh.schedules.ClipCounter"):
        fit(keras.optimizers.SGD(0.1), [1.0], [kh.callbacks.GradientClipMonitor()])


def test_accumulated_gradients_cannot_be_counted():
    optimizer = keras.optimizers.SGD(0.1, clipnorm=1.0, gradient_accumulation_steps=2)
    with pytest.raises(ValueError, match="must not accumulate gradients"):
        kh.schedules.ClipCounter(optimizer)


class Interrupted(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


@quick_on_torch
@pytest.mark.parametrize("before", [True, False])
def test_a_resumed_fit_counts_its_own_steps(tmp_path, before):
    rows = [1.0, -3.0, 2.0, 5.0]

    def callbacks(*further):
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        both = [kh.callbacks.GradientClipMonitor(), backup]
        return [*(both if before else both[::-1]), *further]

    def optimizer():
        return kh.schedules.ClipCounter(keras.optimizers.SGD(0.1, clipnorm=2.0))

    with pytest.raises(KeyboardInterrupt):
        fit(optimizer(), rows, callbacks(Interrupted()), epochs=2)
    _, history = fit(optimizer(), rows, callbacks(), epochs=2)
    assert history["clipped_steps"] == [0.5]
    assert history["gradient_norm"] == pytest.approx([11 / 4])
