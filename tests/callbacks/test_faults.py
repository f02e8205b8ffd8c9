"""Does training go on when a disk is full, a folder is gone, a check hangs or weights are NaN?"""

import os
import shutil
import threading
import warnings

import keras
import numpy as np
import pytest
from scripted import LabelChecker
from scripted import NextRound
from scripted import Script
from scripted import case_list
from scripted import regression

from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks import StopOnHallucination
from keras_halluc.callbacks.session import state_folder
from keras_halluc.callbacks.session.time_limit import TimeLimit
from keras_halluc.tensorboard import grown_file

pytestmark = pytest.mark.eager

GOOD, BAD = ["supported 1.0"] * 2, ["unsupported 0.0"] * 2
full_disk = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")


class Disk:
    """Puts every file that is opened for writing on a device that is full, from some moment on."""

    def __init__(self, monkeypatch):
        self.is_full = False
        create = grown_file.create_file
        monkeypatch.setattr(grown_file, "create_file", lambda *a: self.device() or create(*a))
        monkeypatch.setattr(state_folder, "open", self.open, raising=False)
        write = grown_file.GrownFile.flush

        def flush(file):
            if self.is_full:
                file._file = self.device()
            write(file)

        monkeypatch.setattr(grown_file.GrownFile, "flush", flush)

    def device(self):
        return open("/dev/full", "wb", buffering=0) if self.is_full else None

    def open(self, path, mode="r", **kwargs):
        return (self.device() if "w" in mode else None) or open(path, mode, **kwargs)


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


class Fills(keras.callbacks.Callback):
    """The disk is full from the end of an epoch on."""

    def __init__(self, disk, epoch):
        super().__init__()
        self.disk, self.epoch = disk, epoch

    def on_epoch_end(self, epoch, logs=None):
        self.disk.is_full = self.disk.is_full or epoch == self.epoch


class Weights(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.model.get_weights())


def watched(folder, *rounds, strict=False):
    """A monitor and a stopper that write, and save their state beside a backup."""
    script = Script(*rounds)
    monitor = HallucinationMonitor(
        case_list(2), LabelChecker(), script, log_dir=folder / "run", strict=strict, verbose=0
    )
    stop = StopOnHallucination(monitor, log_dir=folder / "run", strict=strict, verbose=0)
    return [NextRound(script), monitor, stop]


@full_disk
@pytest.mark.parametrize("epoch", [0, 2])
def test_a_disk_that_stays_full_is_said_once_and_costs_no_training(tmp_path, disk, epoch):
    callbacks = watched(tmp_path, BAD, BAD, GOOD, BAD, BAD)
    weights, backup = Weights(), keras.callbacks.BackupAndRestore(tmp_path / "backup")
    model, x, y = regression()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = model.fit(
            x,
            y,
            epochs=4,
            callbacks=[Fills(disk, epoch), *callbacks, backup, weights],
            verbose=0,
        ).history
    (told,) = [str(w.message) for w in caught if "No space left" in str(w.message)]
    assert told.startswith("HallucinationMonitor could not write to TensorBoard and goes on; said")
    assert history["val_hallucination_rate"] == [1.0, 0.0, 1.0, 1.0] and len(history["loss"]) == 4
    assert callbacks[2].reason.endswith("The weights are those of epoch 2")
    for one, other in zip(model.get_weights(), weights.seen[1]):
        np.testing.assert_array_equal(one, other)


@full_disk
def test_a_disk_that_is_full_from_the_start(tmp_path, disk):
    disk.is_full = True
    model, x, y = regression()
    with pytest.warns(UserWarning, match="No space left") as caught:
        callbacks = watched(tmp_path, BAD, GOOD)
        history = model.fit(x, y, epochs=2, callbacks=callbacks, verbose=0).history
    assert sum("No space left" in str(w.message) for w in caught) == 1
    assert history["val_hallucination_rate"] == [0.0, 0.0]


@full_disk
def test_strict_callbacks_end_fit_and_the_best_weights_are_back_before(tmp_path, disk):
    model, x, y = regression()
    with pytest.raises(OSError, match="No space left"):
        callbacks = watched(tmp_path, BAD, GOOD, strict=True)
        model.fit(x, y, epochs=2, callbacks=[Fills(disk, 0), *callbacks], verbose=0)
    disk.is_full = False
    script = Script(BAD, GOOD, BAD)
    monitor = HallucinationMonitor(case_list(2), LabelChecker(), script, verbose=0)
    stop = StopOnHallucination(monitor, log_dir=tmp_path / "run", strict=True, verbose=0)
    weights = Weights()
    callbacks = [NextRound(script), monitor, stop, weights, Fills(disk, 1)]
    with pytest.raises(OSError, match="No space left"):
        model.fit(x, y, epochs=2, callbacks=callbacks, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], weights.seen[0][0])


@full_disk
def test_what_could_not_be_written_leaves_whole_records(tmp_path, disk, read_events, monkeypatch):
    """Part of a record fits on the disk, the rest does not; later there is space again."""
    file = grown_file.GrownFile(str(tmp_path), "some", ".txt")
    file.add(b"whole")

    class Nearly:
        def __init__(self, real):
            self.real, self.left = real, 3

        def write(self, data):
            if not self.left:
                raise OSError(28, "No space left on device")
            written, self.left = self.real.write(data[: self.left]), 0
            return written

        def __getattr__(self, name):
            return getattr(self.real, name)

    real, file._file = file._file, Nearly(file._file)
    with pytest.raises(OSError, match="No space left"):
        file.add(b"does not fit")
    file._file = real
    file.add(b" again")
    file.close()
    assert open(file.path, "rb").read() == b"whole again"


def test_a_wrong_folder_is_an_error_at_the_start(tmp_path, monkeypatch):
    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(grown_file, "create_file", refuse)
    model, x, y = regression()
    with pytest.raises(PermissionError):
        model.fit(x, y, callbacks=watched(tmp_path, GOOD), verbose=0)


class CtrlC(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def test_after_ctrl_c_and_a_deleted_folder_the_next_fit_is_found(tmp_path, read_events):
    callbacks = watched(tmp_path, BAD, GOOD, GOOD)
    model, x, y = regression()
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, y, epochs=3, callbacks=[*callbacks, CtrlC()], verbose=0)
    kept = callbacks[1]._sink.writer  # as a traceback would
    shutil.rmtree(tmp_path / "run")
    again = watched(tmp_path, BAD, GOOD, GOOD)  # the same, or new ones
    for these in (again, callbacks):
        model.fit(x, y, epochs=2, callbacks=these, verbose=0)
        for part, key in (
            ("hallucination", "val_hallucination_rate"),
            ("stopping", "rise_p_value"),
        ):
            steps = [step for step, _ in read_events(tmp_path / "run" / part)[key]]
            assert steps == [0, 1, 2][part == "stopping" :]
    assert kept.log_dir.startswith(str(tmp_path))


def test_a_folder_deleted_in_training_is_made_anew(tmp_path, read_events):
    callbacks = watched(tmp_path, BAD, GOOD)
    gone = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: epoch == 1 and shutil.rmtree(tmp_path / "run")
    )
    model, x, y = regression()
    model.fit(x, y, epochs=2, callbacks=[gone, *callbacks], verbose=0)
    events = read_events(tmp_path / "run" / "hallucination")
    assert [step for step, _ in events["val_hallucination_rate"]] == [2]
    (path,) = (tmp_path / "run" / "hallucination").glob("cases.*")
    assert '"groups"' in path.read_text().splitlines()[0]  # the cases are told again


class Hanging(LabelChecker):
    """Does not come back from the second call on, until it is released."""

    def __init__(self):
        self.released, self.calls = threading.Event(), 0

    def check(self, cases, outputs):
        self.calls += 1
        if self.calls > 1:
            self.released.wait(60.0)
        return super().check(cases, outputs)


def test_a_checker_that_hangs_leaves_epochs_unmeasured_and_this_is_said():
    checker = Hanging()
    monitor = HallucinationMonitor(case_list(2), checker, Script(GOOD), timeout=0.05, verbose=0)
    monitor.on_train_begin()
    logs = [{}, {}, {}]
    with pytest.warns(UserWarning, match="could not measure epoch 1") as caught:
        monitor.on_epoch_end(0, logs[0])
        monitor.on_epoch_end(1, logs[1])
    told = [str(w.message) for w in caught]
    assert len(told) == 1
    assert "TimeoutError: Hanging took more than timeout=0.05 s" in told[0]
    assert "left behind in its thread" in told[0]
    assert checker.calls == 2  # not called while it has not come back
    checker.released.set()
    monitor._limit._left_behind[1].join(60.0)
    monitor.on_epoch_end(2, logs[2])
    assert [bool(one) for one in logs] == [False, False, True]


def test_a_generator_that_hangs_before_training_is_an_error():
    release = threading.Event()

    def answer(prompts):
        release.wait(60.0)
        return ["supported 1.0"] * len(prompts)

    model, x, y = regression()
    monitor = HallucinationMonitor(case_list(2), LabelChecker(), answer, timeout=0.05, verbose=0)
    with pytest.raises(TimeoutError, match="FunctionGenerator took more than timeout=0.05 s"):
        model.fit(x, y, callbacks=[monitor], verbose=0)
    release.set()


def test_errors_and_values_come_through_a_time_limit():
    def fail():
        raise KeyError("inside")

    limit = TimeLimit(60.0)
    limit.begin()
    assert limit.call("sum", sum, [1, 2]) == 3
    with pytest.raises(KeyError, match="inside"):
        limit.call("fail", fail)
    assert TimeLimit(None).call("here", threading.current_thread) is threading.current_thread()
    assert limit.call("there", threading.current_thread) is not threading.current_thread()
    limit = TimeLimit(1e-9)
    limit.begin()
    with pytest.raises(TimeoutError, match="model took more than timeout=1e-09 s for the cases"):
        limit.check("model")


class Breaks(keras.callbacks.Callback):
    """Makes one weight NaN at the end of the second epoch."""

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            kernel, bias = self.model.get_weights()
            self.model.set_weights([kernel, np.full_like(bias, np.nan)])


def test_nan_weights_are_said_and_nothing_is_measured():
    script = Script(GOOD)
    monitor = HallucinationMonitor(case_list(2), LabelChecker(), script, verbose=0)
    stop = StopOnHallucination(monitor, verbose=0)
    model, x, y = regression()
    with pytest.warns(UserWarning, match="could not measure epoch 2") as caught:
        history = model.fit(x, y, epochs=4, callbacks=[Breaks(), monitor, stop], verbose=0).history
    (told,) = [str(w.message) for w in caught if "could not measure" in str(w.message)]
    assert "1 of the model's 2 trainable weights hold NaN or infinity" in told
    assert "TerminateOnNaN" in told
    assert history["val_hallucination_rate"] == [0.0]  # of the first epoch alone
    assert monitor.latest == {}
    assert np.isfinite(model.get_weights()[1]).all() and stop.best_epoch == 0
    model.set_weights([np.full_like(w, np.inf) for w in model.get_weights()])
    with pytest.raises(FloatingPointError, match="2 of the model's 2"):
        model.fit(x, y, callbacks=[monitor], verbose=0)
