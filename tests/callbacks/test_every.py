"""Does a monitor measure within an epoch when it is asked to, and change nothing else by it?"""

import keras
import numpy as np
import pytest
from scripted import LabelChecker
from scripted import Script
from scripted import case_list
from scripted import regression

import keras_halluc as kh
from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks.monitors.step_clock import StepClock
from keras_halluc.testing.watched_fit import PowerCut
from keras_halluc.testing.watched_fit import read_scalars

pytestmark = pytest.mark.eager


class Weight:
    """Says whether the model's weight is above a threshold that differs from case to case."""

    def __init__(self, model):
        self.model = model

    def __call__(self, prompts):
        weight = float(np.sum(np.abs(self.model.get_weights()[0])))
        return ["supported" if weight > float(p) / 20 else "unsupported" for p in prompts]


def fit(every, tmp_path=None, epochs=2, callbacks=(), set_up=None, **kwargs):
    """16 rows in batches of 2; returns the monitor and the history."""
    keras.utils.set_random_seed(3)
    model, _, _ = regression()
    (set_up or id)(model)
    x = np.arange(16, dtype="float32")[:, None] / 16
    arguments = {"budget": None, "verbose": 0, "log_dir": tmp_path, "every": every, **kwargs}
    monitor = HallucinationMonitor(case_list(40), LabelChecker(), Weight(model), **arguments)
    given = {"batch_size": 2, "epochs": epochs, "shuffle": False, "verbose": 0}
    fitted = model.fit(x, 2 * x, callbacks=[monitor, *callbacks], **given)
    return monitor, fitted.history


def rates(values):
    return {step: one["val_hallucination_rate"].value for step, one in values.items()}


def test_the_steps_that_were_asked_for_and_the_end_of_each_epoch(tmp_path):
    monitor, history = fit(3, tmp_path)
    assert list(monitor.by_step) == [3, 6, 8, 9, 12, 15, 16]
    found = rates(monitor.by_step)
    assert len(set(found.values())) > 3  # the model learns within an epoch
    assert history["val_hallucination_rate"] == [found[8], found[16]]
    _, plain = fit(None)
    assert history == plain  # `logs` has what it has without
    assert monitor.history.epoch.tolist()[-1] == 2
    events = read_scalars(f"{tmp_path}/hallucination_by_step")
    assert events["val_hallucination_rate/by_step"] == pytest.approx(found)
    lows = {step: one["val_hallucination_rate"].low for step, one in monitor.by_step.items()}
    assert events["~intervals/val_hallucination_rate/by_step/low"] == pytest.approx(lows)
    epochs = read_scalars(f"{tmp_path}/hallucination")
    assert list(epochs["val_hallucination_rate"]) == [0, 1, 2]


def test_one_epoch_has_a_curve(tmp_path):
    monitor, _ = fit(1, epochs=1)
    assert list(monitor.by_step) == list(range(1, 9))
    values = list(rates(monitor.by_step).values())
    assert values[-1] < values[0]


def test_without_it_keras_calls_nothing_after_a_step():
    """A callback with this hook makes Keras wait for each step."""
    plain, each = (
        HallucinationMonitor(case_list(1), generator=lambda p: p, every=e) for e in (None, 1)
    )
    default = keras.callbacks.Callback().on_train_batch_end
    assert plain.on_train_batch_end.__func__ is default.__func__
    assert each.on_train_batch_end.__func__ is not default.__func__


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="Keras has it on no PyTorch")
def test_several_steps_at_once():
    def three_at_once(model):
        model.compile("sgd", "mse", steps_per_execution=3)

    monitor, _ = fit(2, set_up=three_at_once)
    assert list(monitor.by_step) == [3, 6, 8, 11, 14, 16]


def clock_of(every, steps, batches, done=0):
    clock = StepClock(every)
    clock.begin(done)
    due = []
    for epoch in batches:
        clock.epoch_begins()
        due += [clock.done for batch in epoch if clock.step_ends(batch, {"steps": steps})]
    return due, clock


def test_the_clock_counts_over_epochs():
    assert clock_of(3, 8, [range(8), range(8)])[0] == [3, 6, 9, 12, 15]
    assert clock_of(3, None, [range(8), range(8)])[0] == [3, 6, 9, 12, 15]
    assert clock_of(8, 8, [range(8)] * 2)[0] == []  # the end of an epoch is measured anyway
    assert clock_of(3, 4, [[2, 5]] * 2)[0] == [3, 7]  # three at once, beyond the last of four
    assert clock_of(3, 8, [range(8)], done=16)[0] == [18, 21]
    assert clock_of(None, 8, [range(8)])[0] == []
    clock = clock_of(3, 8, [range(8)])[1]
    assert clock.measurements(5, {"steps": 8}) == 5 * 3  # after 3, 6 and 8
    assert clock.measurements(5, {"steps": 3}) == clock.measurements(5, None) == 5


def test_the_budget_is_chosen_at_the_first_of_them():
    monitor, _ = fit(2, budget=1e-9)
    assert {one["val_hallucination_rate"].count for one in monitor.by_step.values()} == {32}
    assert monitor.baseline["val_hallucination_rate"].count == 32
    assert monitor._budget.chosen == 32


def test_the_same_cases_within_an_epoch_and_at_its_end():
    seen = []

    class Look(HallucinationMonitor):
        def look(self, moment):
            answers = super().look(moment)
            seen.append((moment.when, [answer.index for answer in answers], self.answers_step))
            return answers

    keras.utils.set_random_seed(3)
    model, x, y = regression()
    script = Script(["supported"] * 40)
    monitor = Look(case_list(40), LabelChecker(), script, budget=1e-9, every=1, verbose=0)
    model.fit(x, y, batch_size=2, epochs=2, callbacks=[monitor], verbose=0)
    assert [when for when, *_ in seen] == [(0, 0), (0, 1), (1, 0), (1, 3), (2, 0)]
    assert len(seen[0][1]) == 40 and len({tuple(asked) for _, asked, _ in seen[1:]}) == 1
    assert [step for *_, step in seen] == [0, -1, 1, -1, 2]


def test_an_error_within_an_epoch_is_warned_of_and_changes_nothing():
    class Fails(Weight):
        calls = 0

        def __call__(self, prompts):
            Fails.calls += 1
            if Fails.calls == 4:
                raise RuntimeError("the server hung up")
            return super().__call__(prompts)

    keras.utils.set_random_seed(3)
    model, x, y = regression()
    monitor = HallucinationMonitor(
        case_list(3), LabelChecker(), Fails(model), budget=None, every=1, verbose=0
    )
    with pytest.warns(UserWarning, match="could not measure training step 3.*the server hung up"):
        history = model.fit(x, y, batch_size=1, epochs=1, callbacks=[monitor], verbose=0).history
    assert list(monitor.by_step) == [1, 2, 4] and len(history["val_hallucination_rate"]) == 1


def test_a_resumed_fit_goes_on_counting(tmp_path):
    whole, _ = fit(3, tmp_path / "whole")
    backup = tmp_path / "backup"

    def cut():
        return keras.callbacks.BackupAndRestore(backup)

    with pytest.raises(InterruptedError):
        fit(3, tmp_path / "cut", callbacks=[cut(), PowerCut()])
    resumed, history = fit(3, tmp_path / "cut", callbacks=[cut()])
    assert len(history["loss"]) == 1  # of the second epoch
    assert resumed.by_step == whole.by_step
    parts = (read_scalars(f"{tmp_path}/{run}/hallucination_by_step") for run in ("cut", "whole"))
    assert next(parts) == next(parts)


def test_stopping_rules_read_the_end_of_an_epoch():
    keras.utils.set_random_seed(3)
    model, x, y = regression()
    script = Script(["supported"] * 40)
    monitor = HallucinationMonitor(
        case_list(40), LabelChecker(), script, budget=None, every=1, verbose=0
    )
    stop = kh.callbacks.StopOnHallucination(monitor, patience=1, verbose=0)
    model.fit(x, y, batch_size=2, epochs=9, callbacks=[monitor, stop], verbose=0)
    assert stop.best_epoch == 0 and stop.stopped_epoch == 1


@pytest.mark.parametrize("every", [0, 1.5, "1", True])
def test_bad_every(every):
    with pytest.raises((TypeError, ValueError), match="`every` must be an integer"):
        HallucinationMonitor(case_list(1), generator=lambda p: p, every=every)
