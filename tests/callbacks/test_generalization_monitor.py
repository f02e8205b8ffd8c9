"""Is the gap that of `evaluate` on the same rows, and an error early where it cannot be?"""

import re
import warnings

import keras
import numpy as np
import pytest
from kinds import quick
from kinds import quick_on_torch

from keras_halluc.callbacks import GeneralizationMonitor
from keras_halluc.callbacks.observed.fixed_rows import FixedRows

pytestmark = pytest.mark.eager

BACKEND = keras.backend.backend()


def data(rows=16, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 3)).astype("float32")
    return x, x.sum(axis=1, keepdims=True) + rng.normal(size=(rows, 1)).astype("float32")


def network(optimizer="sgd", eager=True):
    """Eager where nothing is compared with training that is compiled: that takes most time."""
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(1, kernel_regularizer="l2"),
        ]
    )
    model.compile(optimizer, "mse", metrics=["mae"], run_eagerly=eager)
    return model


def monitor_of(training_data, **kwargs):
    return GeneralizationMonitor(training_data, **{"strict": True, "budget": None, **kwargs})


def fit(model, callbacks, validation_data=None, **kwargs):
    x, y = data()
    validation_data = data(8, 1) if validation_data is None else validation_data
    kwargs = {"epochs": 2, "verbose": 0, "batch_size": 8, **kwargs}
    return model.fit(x, y, validation_data=validation_data, callbacks=callbacks, **kwargs).history


class Values(keras.callbacks.Callback):
    """Notes what `look` sees after each epoch."""

    def __init__(self, look):
        super().__init__()
        self.look, self.seen = look, []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.look(self.model, logs))


def test_gap_is_validation_minus_training_loss_without_dropout():
    model, (x, y) = network(), data()
    weights = Values(lambda model, logs: [np.asarray(w) for w in model.get_weights()])
    history = fit(model, [monitor_of((x, y)), weights])
    for gap, val_loss, (a, b, c, d) in zip(
        history["generalization_gap"], history["val_loss"], weights.seen
    ):
        predicted = np.maximum(x.astype("float64") @ a + b, 0.0) @ c + d
        loss = np.mean((predicted - y) ** 2) + 0.01 * np.sum(c.astype("float64") ** 2)
        assert gap == pytest.approx(val_loss - loss, rel=1e-4, abs=1e-5)
    assert all(type(gap) is float for gap in history["generalization_gap"])


def test_the_same_rows_and_batches_as_validation_give_exactly_0():
    x, y = data()
    history = fit(network(), [monitor_of((x, y), batch_size=8)], validation_data=(x, y))
    assert history["generalization_gap"] == [0.0, 0.0]
    assert history["loss"][0] > history["val_loss"][0]  # dropout is in one alone


@quick_on_torch
def test_sample_weights_count_as_in_validation():
    x, y = data()
    weighted = (x, y, np.arange(16, dtype="float32"))
    history = fit(network(), [monitor_of(weighted, batch_size=8)], validation_data=weighted)
    assert history["generalization_gap"] == [0.0, 0.0]
    other = fit(network(), [monitor_of((x, y), batch_size=8)], validation_data=weighted)
    assert 0.0 not in other["generalization_gap"]


@quick_on_torch
def test_rows_are_spread_and_fixed():
    x, y = data()
    few = monitor_of((x, y), max_rows=4, batch_size=8)
    history = fit(network(), [few], validation_data=(x[::4], y[::4]), shuffle=True)
    assert history["generalization_gap"] == [0.0, 0.0]


def test_what_fit_takes_is_taken():
    x, y = np.arange(12).reshape(6, 2), np.arange(6)
    tensor = keras.ops.convert_to_tensor(x)
    texts = ["a", "b", "c", "d", "e", "f"]
    for given, expected in (
        (x, x[::2]),
        (tensor, x[::2]),
        (texts, ["a", "c", "e"]),
        ({"one": x, "two": texts}, {"one": x[::2], "two": ["a", "c", "e"]}),
        (((x, y),), (x[::2], y[::2])),
        ([x, y], [x[::2], y[::2]]),
    ):
        taken, label, weight = FixedRows("rows", given).take(3)
        assert label is None and weight is None
        keras.tree.map_structure(np.testing.assert_array_equal, taken, expected)
        assert type(taken) is type(expected)
    taken = FixedRows("rows", (texts, y.tolist(), y)).take(2)
    assert taken[:2] == (["a", "d"], [0, 3]) and taken[2].tolist() == [0, 3]
    assert FixedRows("rows", (x, y)).take(6)[0] is x


@quick_on_torch
def test_a_dataset_is_measured_whole():
    x, y = data()

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, i):
            return x[8 * i : 8 * i + 8], y[8 * i : 8 * i + 8]

    history = fit(network(), [monitor_of(Batches(), max_rows=1)], validation_data=(x, y))
    assert history["generalization_gap"] == [0.0, 0.0]


@quick_on_torch
@pytest.mark.skipif(BACKEND != "tensorflow", reason="tf.data comes with TensorFlow")
def test_a_tf_dataset_that_shuffles_is_fixed():
    import tensorflow as tf

    x, y = data()
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(16).batch(4).take(2)
    monitor = monitor_of(dataset)
    seen = Values(lambda model, logs: model.evaluate(monitor.rows.parts[0], verbose=0)[0])
    # Weights that do not move, so that only other rows could change the loss.
    history = fit(network(keras.optimizers.SGD(0.0)), [monitor, seen], epochs=3)
    assert len(set(history["generalization_gap"])) == 1 == len(set(seen.seen))
    with pytest.raises(ValueError, match=r"`training_data` must end: write dataset.take"):
        GeneralizationMonitor(dataset.repeat())


@quick_on_torch
@pytest.mark.parametrize("swap_on_epoch", quick([False, True], [True]))
@pytest.mark.parametrize("first", quick([False, True], [True]))
def test_averaged_weights_are_measured_where_validation_saw_them(swap_on_epoch, first):
    x, y = data()
    seen = []
    for monitors in ([monitor_of((x, y), batch_size=8)], []):
        keras.utils.set_random_seed(0)
        model = network(keras.optimizers.SGD(0.05, use_ema=True, ema_momentum=0.9))
        swap = [keras.callbacks.SwapEMAWeights(swap_on_epoch)]
        later = Values(lambda model, logs: [w.tolist() for w in model.get_weights()])
        callbacks = swap + monitors if first else monitors + swap
        history = fit(model, [*callbacks, later], validation_data=(x, y), epochs=3)
        seen.append(later.seen)
        if monitors:
            assert history["generalization_gap"] == [0.0, 0.0, 0.0]
    assert seen[0] == seen[1]  # what a checkpoint would save


@quick_on_torch
def test_metrics_and_weights_are_left_as_they_were():
    def run(callbacks):
        keras.utils.set_random_seed(3)
        model = network("adam", eager=False)
        state = Values(
            lambda model, logs: [
                keras.ops.convert_to_numpy(variable).tolist()
                for group in (model.metrics_variables, model.variables, model.optimizer.variables)
                for variable in group
            ]
        )
        return fit(model, [*callbacks, state], epochs=3), state.seen

    plain, plain_state = run([])
    watched, watched_state = run([monitor_of(data(), max_rows=9)])
    assert len(watched.pop("generalization_gap")) == 3
    assert watched == plain
    assert watched_state == plain_state


def test_an_epoch_without_validation_has_no_gap(tmp_path, read_events):
    seen = Values(lambda model, logs: "generalization_gap" in logs)
    monitor = monitor_of(data(), log_dir=tmp_path)
    fit(network(), [monitor, seen], epochs=3, validation_freq=2)
    assert seen.seen == [False, True, False]
    events = read_events(tmp_path / "generalization")
    assert [step for step, _ in events["training_subset_loss"]] == [2]


def test_without_validation_data_fit_does_not_begin():
    model = network()
    before = model.get_weights()
    x, y = data()
    with pytest.raises(ValueError, match="needs `val_loss`: give `validation_data` to `fit`"):
        model.fit(x, y, callbacks=[monitor_of((x, y))], verbose=0)
    for one, other in zip(before, model.get_weights()):
        np.testing.assert_array_equal(one, other)


def test_a_split_is_validation_data():
    x, y = data()
    callbacks = [monitor_of((x, y))]
    history = network().fit(x, y, validation_split=0.5, callbacks=callbacks, verbose=0)
    assert len(history.history["generalization_gap"]) == 1


def test_never_validated_is_said():
    with pytest.warns(UserWarning, match="never measured anything: no epoch had a finite"):
        fit(network(), [monitor_of(data())], epochs=1, validation_freq=5)


def test_wrong_training_data_are_an_error_before_training():
    x, y = data()
    steps = Values(lambda model, logs: None)
    with pytest.raises(ValueError):
        fit(network(), [monitor_of((x[:, :2], y)), steps])
    assert steps.seen == []


def test_a_loss_that_is_not_finite_gives_no_value():
    x, y = data(8, 1)
    broken = (x, np.full_like(y, np.nan))
    with pytest.raises(ValueError, match="must be finite. Received: val_loss=nan"):
        fit(network(), [monitor_of(data())], validation_data=broken)
    with pytest.warns(UserWarning, match="could not measure epoch 1 and goes on"):
        history = fit(network(), [monitor_of(data(), strict=False)], validation_data=broken)
    assert "generalization_gap" not in history


@quick_on_torch
def test_rows_are_thinned_before_the_first_value(capsys):
    x, y = data(200)
    # The rows that are left are the validation data.
    few = [array[[i * 200 // 32 for i in range(32)]] for array in (x, y)]
    for kwargs, said in (({"verbose": 1}, 1), ({}, 0)):  # "auto" is as quiet as this `fit`
        monitor = GeneralizationMonitor((x, y), budget=1e-9, strict=True, **kwargs)
        history = fit(network(), [monitor], validation_data=tuple(few), validation_batch_size=32)
        assert history["generalization_gap"] == [0.0, 0.0]
        assert capsys.readouterr().out.count("measures 32 of 200 training rows") == said
    assert monitor.seconds > 0.0


def test_tensorboard(tmp_path, read_events):
    monitor = monitor_of(data(), log_dir=tmp_path, prefix="mine_")
    history = fit(network(), [monitor])
    events = read_events(tmp_path / "mine_generalization")
    for tag, values in (
        ("mine_generalization_gap", history["mine_generalization_gap"]),
        (
            "mine_training_subset_loss",
            np.subtract(history["val_loss"], history["mine_generalization_gap"]),
        ),
    ):
        steps, found = zip(*events[tag])
        assert steps == (1, 2)
        np.testing.assert_allclose(found, values, rtol=1e-5)


def test_order_is_checked():
    stopping = keras.callbacks.EarlyStopping("generalization_gap", mode="min")
    with pytest.raises(ValueError, match="must come before EarlyStopping"):
        fit(network(), [stopping, monitor_of(data())])


@pytest.mark.parametrize(
    "given, error, message",
    [
        ("text", TypeError, "must be arrays, lists of texts or a dataset"),
        ([], ValueError, "as many rows in each part, at least one. Received: rows=[0]"),
        (None, TypeError, "must be arrays"),
        ((), ValueError, "must be x, (x, y) or (x, y, sample_weight)"),
        ((np.ones((3, 1)), np.ones(2)), ValueError, "rows=[2, 3]"),
        ((i for i in range(3)), TypeError, "must not be an iterator"),
    ],
)
def test_wrong_training_data(given, error, message):
    with pytest.raises(error, match=re.escape(message)):
        GeneralizationMonitor(given)


def test_wrong_arguments():
    _, y = data()

    class Batches(keras.utils.PyDataset):
        pass

    with pytest.raises(ValueError, match="`batch_size` must be None where"):
        GeneralizationMonitor(Batches(), batch_size=4)
    with pytest.raises(ValueError, match="must be a dataset alone"):
        GeneralizationMonitor((Batches(), y))


def test_hooks_by_hand_need_no_fit():
    model = network()
    monitor = monitor_of(data())
    monitor.set_model(model)
    monitor.on_train_begin()
    logs = {"val_loss": 2.0}
    monitor.on_epoch_end(0, logs)
    loss = model.evaluate(*data(), verbose=0)[0]
    assert logs["generalization_gap"] == 2.0 - loss
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        monitor.on_train_end()


@quick_on_torch
def test_a_dataset_that_fit_reads_too_is_turned_by_fit_alone():
    x, y = data()

    class Batches(keras.utils.PyDataset):
        turns = 0

        def __len__(self):
            return 2

        def __getitem__(self, i):
            return x[8 * i : 8 * i + 8], y[8 * i : 8 * i + 8]

        def on_epoch_end(self):
            self.turns += 1

    counts = []
    for monitors in ([], [monitor_of]):
        batches, model = Batches(), network()
        callbacks = [make(batches) for make in monitors]
        model.fit(batches, validation_data=(x, y), epochs=2, callbacks=callbacks, verbose=0)
        counts.append(batches.turns)
    assert counts[0] == counts[1]
