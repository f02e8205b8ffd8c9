"""Do frozen layers stay to the bit, is one more let in each time, and are all rates put back?"""

import keras
import numpy as np
import pytest

import keras_halluc as kh

pytestmark = [
    pytest.mark.skipif(
        not hasattr(keras.optimizers, "MultiOptimizer"), reason="this Keras has no MultiOptimizer"
    ),
    pytest.mark.eager,
]


class Snapshots(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.weights = []

    def on_epoch_begin(self, epoch, logs=None):
        self.weights.append(self.model.get_weights())


def stack():
    layers = [keras.layers.Dense(2, use_bias=False, name=f"dense_{i}") for i in range(3)]
    model = keras.Sequential([keras.Input((2,)), *layers])
    adam = keras.optimizers.AdamW(0.1, weight_decay=0.1)
    optimizer = kh.schedules.layerwise_optimizer(adam, model, decay=0.5)
    model.compile(optimizer, "mse")
    return model, optimizer


@pytest.mark.parametrize("epochs_per_layer", [1, 2])
def test_layers_are_let_in_from_the_top(epochs_per_layer):
    model, optimizer = stack()
    rates = {part.name: float(part.learning_rate) for part in optimizer.optimizers}
    freeze = kh.callbacks.GradualUnfreezing(optimizer, epochs_per_layer)
    snapshots = Snapshots()
    epochs = freeze.layers * epochs_per_layer
    x = np.arange(8, dtype="float32").reshape(4, 2)
    history = model.fit(
        x, x, batch_size=2, epochs=epochs, verbose=0, callbacks=[freeze, snapshots]
    ).history
    counts = [1 + epoch // epochs_per_layer for epoch in range(epochs)]
    assert history["unfrozen_layers"] == counts
    states = [*snapshots.weights, model.get_weights()]
    tops = sorted(int(name.removeprefix("layer_")) for name in rates)[::-1]
    for epoch, count in enumerate(counts):
        open_depths = set(tops[:count])
        for i in range(3):  # layer i of the stack lies at depth i + 1
            same = np.array_equal(states[epoch][i], states[epoch + 1][i])
            assert same == (i + 1 not in open_depths), (epoch, i)
    assert {part.name: float(part.learning_rate) for part in optimizer.optimizers} == rates


def test_wrong_arguments():
    model, optimizer = stack()
    with pytest.raises(TypeError, match="`optimizer` must come from `kh.schedules.layerwise"):
        kh.callbacks.GradualUnfreezing(keras.optimizers.Adam())
    with pytest.raises(ValueError, match="`epochs_per_layer` must be an integer >= 1"):
        kh.callbacks.GradualUnfreezing(optimizer, 0)
    scheduled = kh.schedules.layerwise_optimizer(
        keras.optimizers.Adam(kh.schedules.WarmupLinear(0.1, 10)), model
    )
    with pytest.raises(ValueError, match="plain learning rates"):
        kh.callbacks.GradualUnfreezing(scheduled)
    other, _ = stack()
    with pytest.raises(ValueError, match="must be compiled with the `optimizer` given here"):
        other.fit(
            np.ones((2, 2)),
            np.ones((2, 2)),
            verbose=0,
            callbacks=[kh.callbacks.GradualUnfreezing(optimizer)],
        )


def test_rates_of_zero_left_by_an_interrupted_fit_are_not_taken_for_the_users():
    model, optimizer = stack()

    def stop(epoch, logs):
        raise KeyboardInterrupt

    freeze = kh.callbacks.GradualUnfreezing(optimizer)
    x = np.ones((4, 2), "float32")
    interrupt = keras.callbacks.LambdaCallback(on_epoch_end=stop)
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, x, epochs=2, verbose=0, callbacks=[freeze, interrupt])
    with pytest.raises(ValueError, match="must have rates above 0"):
        kh.callbacks.GradualUnfreezing(optimizer)


def test_under_a_loss_scale_the_optimizer_is_known_again():
    model, optimizer = stack()
    model.compile(keras.optimizers.LossScaleOptimizer(optimizer), "mse")
    x = np.ones((4, 2), "float32")
    freeze = kh.callbacks.GradualUnfreezing(optimizer)
    history = model.fit(x, x, epochs=2, verbose=0, callbacks=[freeze]).history
    assert history["unfrozen_layers"] == [1, 2]
