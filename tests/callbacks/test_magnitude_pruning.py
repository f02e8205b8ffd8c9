"""Are exactly the smallest weights 0, from the step they are pruned on, and nothing else?"""

import re
import warnings

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

from keras_halluc.callbacks import MagnitudePruning

pytestmark = pytest.mark.eager


def network(optimizer=None):
    model = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(7, name="first"),
            keras.layers.LayerNormalization(),
            keras.layers.Dense(3, name="second"),
        ]
    )
    model.compile(optimizer or keras.optimizers.Adam(0.05), "mse")
    return model


def fit(model, pruning, steps=8, extra=()):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2 * steps, 5)), rng.normal(size=(2 * steps, 3))
    return model.fit(
        x, y, batch_size=2, shuffle=False, verbose=0, callbacks=[pruning, *extra]
    ).history


class Steps(keras.callbacks.Callback):
    """Notes the zeros of both kernels after each step."""

    def on_train_begin(self, logs=None):
        self.seen = [self.zeros()]

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(self.zeros())

    def zeros(self):
        layers = [self.model.get_layer(name) for name in ("first", "second")]
        return [np.asarray(layer.get_weights()[0]) == 0 for layer in layers]


def test_schedule_is_that_of_the_paper():
    pruning = MagnitudePruning(0.8, end_step=110, begin_step=10, initial_sparsity=0.3, frequency=20)
    for step, expected in (
        (9, None),
        (10, 0.3),
        (29, 0.3),
        (30, 0.8 - 0.5 * 0.8**3),
        (109, 0.8 - 0.5 * 0.2**3),
        (110, 0.8),
        (999, 0.8),
    ):
        assert pruning.sparsity_at(step) == pytest.approx(expected)
    odd = MagnitudePruning(0.5, end_step=5, frequency=3)
    assert [odd.sparsity_at(s) for s in (4, 5)] == [pytest.approx(0.5 * (1 - 0.4**3)), 0.5]


def test_zeros_are_exact_grow_and_stay_after_every_step():
    model, steps = network(), Steps()
    pruning = MagnitudePruning(0.6, end_step=6, begin_step=2, frequency=2)
    history = fit(model, pruning, extra=[steps])
    before = None
    for step, zeros in enumerate(steps.seen):
        wanted = pruning.sparsity_at(step) or 0.0
        assert [int(z.sum()) for z in zeros] == [round(wanted * 35), round(wanted * 21)]
        if before is not None:
            assert all((now | ~then).all() for then, now in zip(before, zeros))
        before = zeros
    assert history["sparsity"] == [(21 + 13) / 56]  # round(0.6 * 35), round(0.6 * 21)
    others = [w for w in model.weights if w.name != "kernel"]
    assert all((np.asarray(keras.ops.convert_to_numpy(w)) != 0).all() for w in others)


def test_the_smallest_are_pruned():
    model = network()
    kernels = [w for w in model.trainable_variables if w.name == "kernel"]
    values = [np.array(keras.ops.convert_to_numpy(w)) for w in kernels]
    pruning = MagnitudePruning(0.5, end_step=1, initial_sparsity=0.4)
    pruning.set_model(model)
    pruning.on_train_begin()
    for kernel, before in zip(kernels, values):
        now = np.asarray(keras.ops.convert_to_numpy(kernel))
        assert np.abs(before[now == 0]).max() < np.abs(before[now != 0]).min()
        np.testing.assert_array_equal(now[now != 0], before[now != 0])


def test_ties_are_broken_so_that_the_count_is_exact():
    model = network()
    model.set_weights([np.ones_like(w) for w in model.get_weights()])
    pruning = MagnitudePruning(0.5, end_step=1, initial_sparsity=0.2)
    pruning.set_model(model)
    pruning.on_train_begin()
    assert (np.asarray(model.get_layer("first").get_weights()[0]) == 0).sum() == 7


@quick_on_torch
def test_a_resumed_fit_goes_on_and_training_before_begin_step_is_untouched():
    model = network()
    late = MagnitudePruning(0.5, end_step=20, begin_step=8, frequency=4)
    with pytest.warns(UserWarning, match="did not reach final_sparsity=0.5: `fit` ended after 7"):
        assert fit(model, late, steps=7)["sparsity"] == [0.0]
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="MagnitudePruning did not reach")
        assert fit(model, late, steps=13)["sparsity"] == [(18 + 10) / 56]


@quick_on_torch
def test_what_a_backup_puts_back_is_pruned_and_not_what_was_there(tmp_path):
    def run(*extra):
        keras.utils.set_random_seed(0)
        model = network()
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup", save_freq=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit(model, MagnitudePruning(0.5, end_step=4, frequency=1), 6, [backup, *extra])
        return model.get_weights()

    def cut(batch, logs):
        if batch == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        run(keras.callbacks.LambdaCallback(on_train_batch_end=cut))
    seen = Steps()
    run(seen)
    before, after = seen.seen[0], seen.seen[1]  # the weights put back, with their own zeros
    for one, other in zip(before, after):
        np.testing.assert_array_equal(one, other)


def test_kernels_of_a_language_model_and_not_its_embeddings():
    task = tiny_models.gpt2()
    task.compile(keras.optimizers.SGD(0.0))
    pruning = MagnitudePruning(0.5, end_step=1, initial_sparsity=0.4)
    pruning.set_model(task)
    pruning.on_train_begin()
    pruned = [v.path for v in pruning._variables]
    assert len(pruned) == 6 and all(path.endswith("kernel") for path in pruned)
    for weight in task.weights:
        zeros = (keras.ops.convert_to_numpy(weight) == 0).mean()
        if weight.path in pruned:
            assert zeros == pytest.approx(0.4, abs=0.01)
        elif "embedding" in weight.path:
            assert zeros == 0.0


def test_own_choice_of_variables():
    model = network()
    pruning = MagnitudePruning(0.5, end_step=2, frequency=1, prunable=lambda v: "second" in v.path)
    fit(model, pruning, steps=2)
    assert [len(v.shape) for v in pruning._variables] == [2, 1]
    assert (np.asarray(model.get_layer("first").get_weights()[0]) != 0).all()


@pytest.mark.parametrize(
    "kwargs, error, message",
    [
        ({"final_sparsity": 1.0}, ValueError, "`final_sparsity` must be above"),
        ({"final_sparsity": 0.2, "initial_sparsity": 0.3}, ValueError, "initial_sparsity=0.3"),
        ({"end_step": 3, "begin_step": 3}, ValueError, "`end_step` must be an integer >= 4"),
        ({"frequency": 0}, ValueError, "`frequency`"),
        ({"prunable": "kernel"}, TypeError, "`prunable` must be a callable"),
    ],
)
def test_wrong_arguments(kwargs, error, message):
    with pytest.raises(error, match=re.escape(message)):
        MagnitudePruning(**{"final_sparsity": 0.5, "end_step": 10, **kwargs})


def test_nothing_to_prune():
    pruning = MagnitudePruning(0.5, end_step=2, prunable=lambda v: False)
    with pytest.raises(ValueError, match="has no prunable weights"):
        fit(network(), pruning)


@quick_on_torch
def test_averages_of_the_weights_are_pruned_too():
    model = network(keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.5))
    fit(model, MagnitudePruning(0.5, end_step=4, frequency=1))
    kernels = [model.get_layer(name).get_weights()[0] for name in ("first", "second")]
    assert [int((kernel == 0).sum()) for kernel in kernels] == [18, 10]  # of 35 and 21
