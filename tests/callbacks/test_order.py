"""Do Keras' own callbacks get our keys, and is a wrong order an error before the first step?"""

import csv
import types

import keras
import numpy as np
import pytest
from scripted import LabelChecker
from scripted import NextRound
from scripted import Script
from scripted import StepCounter
from scripted import case_list
from scripted import fit_regression
from scripted import regression

from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks import KnowledgeMonitor
from keras_halluc.callbacks.session.callback_order import require_order
from keras_halluc.callbacks.session.callback_order import running_list

pytestmark = pytest.mark.eager

KEY = "val_hallucination_rate"
RIGHT, WRONG = "supported 1.0", "unsupported 0.0"


def rates(*wrong):
    """A script in which `wrong[i]` of 4 cases are hallucinated in round `i`."""
    return Script(*([WRONG] * count + [RIGHT] * (4 - count) for count in wrong))


def monitor(script, **kwargs):
    return HallucinationMonitor(case_list(4), LabelChecker(), script, verbose=0, **kwargs)


def test_keras_callbacks_receive_our_keys(tmp_path):
    script = rates(4, 2, 1, 3, 4, 0)  # epochs 0 to 4: 0.5, 0.25, 0.75, 1.0, never reached
    stop = keras.callbacks.EarlyStopping(KEY, mode="min", patience=2, restore_best_weights=True)
    path = tmp_path / ("{epoch}-{" + KEY + ":.2f}.weights.h5")
    best = {"monitor": KEY, "mode": "min", "save_best_only": True, "save_weights_only": True}
    own = keras.callbacks.History()
    model = fit_regression(
        [
            NextRound(script),
            monitor(script),
            keras.callbacks.ReduceLROnPlateau(KEY, mode="min", factor=0.5, patience=1),
            keras.callbacks.ModelCheckpoint(path, **best),
            keras.callbacks.CSVLogger(tmp_path / "log.csv"),
            own,
            stop,
        ],
        epochs=9,
    )
    assert float(model.optimizer.learning_rate) == pytest.approx(0.1 / 4)  # after epochs 2 and 3
    assert own.history[KEY] == [0.5, 0.25, 0.75, 1.0]
    assert own.history["val_check_coverage"] == [1.0] * 4
    assert stop.stopped_epoch == 3 and stop.best_epoch == 1
    saved = sorted(path.name for path in tmp_path.glob("*.h5"))
    assert saved == ["1-0.50.weights.h5", "2-0.25.weights.h5"]
    restored = model.get_weights()
    model.load_weights(tmp_path / "2-0.25.weights.h5")
    for one, other in zip(restored, model.get_weights()):
        np.testing.assert_array_equal(one, other)
    with open(tmp_path / "log.csv") as file:
        assert [float(row[KEY]) for row in csv.DictReader(file)] == [0.5, 0.25, 0.75, 1.0]


WATCHERS = {
    "EarlyStopping": lambda folder: keras.callbacks.EarlyStopping(KEY, mode="min"),
    "ModelCheckpoint": lambda folder: keras.callbacks.ModelCheckpoint(
        folder / "a.weights.h5", monitor=KEY, mode="min", save_weights_only=True
    ),
    "file name": lambda folder: keras.callbacks.ModelCheckpoint(
        str(folder / ("{epoch}-{" + KEY + ":.2f}.weights.h5")), save_weights_only=True
    ),
    "ReduceLROnPlateau": lambda folder: keras.callbacks.ReduceLROnPlateau(KEY, mode="min"),
    "CSVLogger": lambda folder: keras.callbacks.CSVLogger(folder / "log.csv"),
    "History": lambda folder: keras.callbacks.History(),
}


@pytest.mark.parametrize("name", WATCHERS)
def test_a_wrong_order_raises_before_any_step(tmp_path, name):
    other, steps, script = WATCHERS[name](tmp_path), StepCounter(), rates(0)
    ours, theirs = "HallucinationMonitor", type(other).__name__
    fix = rf"{ours} must come before {theirs}.*callbacks=\[{ours}\(...\), {theirs}\(...\)\]"
    with pytest.raises(ValueError, match=fix):
        fit_regression([steps, other, monitor(script)])
    assert steps.steps == 0
    assert script.asked == []  # nor any check


def test_the_prefix_is_part_of_the_key(tmp_path):
    script = rates(1)
    stop = keras.callbacks.EarlyStopping("zh_" + KEY, mode="min")
    with pytest.raises(ValueError, match="'zh_val_hallucination_rate'"):
        fit_regression([stop, monitor(script, prefix="zh_")])
    model = fit_regression([stop, monitor(script)])  # watches another key: none of our business
    assert model.history.history[KEY] == [0.25, 0.25]


@pytest.mark.parametrize(
    "other",
    [
        keras.callbacks.EarlyStopping("val_loss"),
        keras.callbacks.EarlyStopping(KEY + "_t75", mode="min"),
        keras.callbacks.ModelCheckpoint("{epoch}-{" + KEY + "_t75:.2f}.keras"),
        keras.callbacks.LearningRateScheduler(lambda epoch: 0.1),
        types.SimpleNamespace(monitor=None, filepath=None),
        types.SimpleNamespace(monitor=3, filepath="a}b{"),
    ],
    ids=["other key", "longer key", "longer key in name", "no key", "nothing", "odd"],
)
def test_others_may_stand_anywhere(other):
    ours = monitor(rates(0))
    require_order(
        ours, ours.log_keys, [other, ours, keras.callbacks.EarlyStopping(KEY, mode="min")]
    )


def test_two_monitors_of_the_same_keys_are_told_apart():
    first, second = monitor(rates(0)), monitor(rates(4))
    with pytest.raises(ValueError, match="both write 'val_.*prefix='other_'"):
        fit_regression([first, second])
    second = monitor(rates(4), prefix="other_")
    history = fit_regression([first, second]).history.history
    assert history[KEY] == [0.0, 0.0]
    assert history["other_" + KEY] == [1.0, 1.0]
    facts = KnowledgeMonitor(case_list(4), ["unknown"] * 4, checker=LabelChecker(), generator=len)
    require_order(facts, facts.log_keys, [first, facts])  # no key in common


def test_a_monitor_that_another_callback_calls_is_left_alone():
    script = rates(1)
    ours = monitor(script)
    stop = keras.callbacks.EarlyStopping(KEY, mode="min")
    caller = keras.callbacks.LambdaCallback(on_train_begin=ours.on_train_begin)
    fit_regression([stop, caller])
    assert ours.baseline[KEY].value == 0.25
    assert running_list() is None


class Together(keras.callbacks.Callback):
    """Calls others, as people write it."""

    def __init__(self, callbacks):
        super().__init__()
        self.callbacks = callbacks

    def set_model(self, model):
        super().set_model(model)
        for callback in self.callbacks:
            callback.set_model(model)

    def on_train_begin(self, logs=None):
        for callback in self.callbacks:
            callback.on_train_begin(logs)

    def on_epoch_end(self, epoch, logs=None):
        for callback in self.callbacks:
            callback.on_epoch_end(epoch, logs)

    def on_train_end(self, logs=None):
        for callback in self.callbacks:
            callback.on_train_end(logs)


@pytest.mark.parametrize("wrap", [Together, keras.callbacks.CallbackList])
def test_the_order_is_checked_behind_a_wrapper(wrap):
    fix = "HallucinationMonitor must come before EarlyStopping"
    for callbacks in (
        lambda stop, ours: [wrap([stop]), ours],
        lambda stop, ours: [wrap([stop, ours])],
        lambda stop, ours: [wrap([wrap([stop])]), wrap([ours])],
    ):
        stop, script = keras.callbacks.EarlyStopping(KEY, mode="min"), rates(1)
        with pytest.raises(ValueError, match=fix):
            fit_regression(callbacks(stop, monitor(script)))
        assert script.asked == []


def test_the_right_order_behind_a_wrapper_is_let_through():
    stop = keras.callbacks.EarlyStopping(KEY, mode="min")
    history = fit_regression([Together([monitor(rates(1)), stop])]).history.history
    assert history[KEY] == [0.25, 0.25]
    # A list in the list gets a copy of `logs` from Keras: `History` does not see what is written.
    history = fit_regression([keras.callbacks.CallbackList([monitor(rates(1)), stop])]).history
    assert KEY not in history.history and stop.best == 0.25


def test_monitors_behind_wrappers_share_one_session():
    first, second = monitor(rates(1)), monitor(rates(1), prefix="other_")
    fit_regression([Together([first]), second, keras.callbacks.CallbackList([])])
    assert first.session is second.session
    assert [c for c in first.session.callbacks if c in (first, second)] == [first, second]
    before = first.session
    fit_regression([first])
    assert first.session is not before


def test_a_compiled_metric_of_the_same_name_is_not_silently_written_over():
    class Constant(keras.metrics.Mean):
        def update_state(self, y_true, y_pred, sample_weight=None):
            super().update_state(3.0)

    model, x, y = regression()
    model.compile("sgd", "mse", metrics=[Constant(name=KEY)])
    with pytest.warns(UserWarning, match=f"writes '{KEY}' over a value.*prefix=") as warned:
        history = model.fit(x, y, epochs=3, callbacks=[monitor(rates(0))], verbose=0).history
    assert sum("over a value" in str(w.message) for w in warned) == 1
    assert history[KEY] == [0.0] * 3
    ours = monitor(rates(0), prefix="monitored_")
    history = model.fit(x, y, callbacks=[ours], verbose=0).history
    assert (history[KEY], history["monitored_" + KEY]) == ([3.0], [0.0])


def test_what_has_no_prefix_is_not_told_to_take_one():
    first, second = types.SimpleNamespace(log_keys=("same",)), keras.callbacks.Callback()
    with pytest.raises(ValueError, match="both write 'same'.*Leave one of them out"):
        require_order(second, ["same"], [first, second])
