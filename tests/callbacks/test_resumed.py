"""Does an interrupted fit, once resumed, measure, stop and end as one that was not interrupted?"""

import shutil

import keras
import numpy as np
import pytest
from kinds import quick
from kinds import quick_on_torch
from scripted import LabelChecker
from scripted import case_list
from scripted import regression

from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks import KnowledgeMonitor
from keras_halluc.callbacks import StopOnHallucination

pytestmark = pytest.mark.eager

CASES, EPOCHS, STEPS = 40, 8, 2
WRONG = (30, 20, 4, 9, 16, 17, 3, 2)  # of the cases, when so many epochs are done


class Learner:
    """Answers by how far the model has come, which an interruption must not change."""

    def __init__(self, model):
        self.model = model
        self.asked = []

    def __call__(self, prompts):
        done = int(self.model.optimizer.iterations) // STEPS
        self.asked.append((done, len(prompts)))
        wrong = WRONG[min(done, len(WRONG) - 1)]
        return ["contradicted" if int(p) * 7 % CASES < wrong else "supported" for p in prompts]


def power_cut():
    raise InterruptedError("power cut")


class PowerCut(keras.callbacks.Callback):
    """Ends `fit` with an error at a moment of an epoch."""

    def __init__(self, epoch, moment):
        super().__init__()
        self.at = epoch, moment

    def _now(self, epoch, moment):
        if (epoch, moment) == self.at:
            power_cut()

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        self._now(self.epoch, f"step {batch}")

    def on_epoch_end(self, epoch, logs=None):
        self._now(epoch, "before backup")


class AfterBackup(PowerCut):
    def on_epoch_end(self, epoch, logs=None):
        self._now(epoch, "after backup")


class Run:
    """One process: a model and callbacks made anew, over a folder that outlives it."""

    def __init__(self, folder, cut=(-1, ""), **kwargs):
        self.model, self.x, self.y = regression()
        self.model.set_weights([np.array([[3.0]]), np.array([-1.0])])
        self.learner = Learner(self.model)
        self.monitor = HallucinationMonitor(
            case_list(CASES),
            LabelChecker(),
            self.learner,
            log_dir=folder / "run",
            budget=1e-9,  # 32 cases, the least number
            verbose=0,
        )
        self.stop = StopOnHallucination(self.monitor, log_dir=folder / "run", verbose=0)
        backup = keras.callbacks.BackupAndRestore(folder / "backup", **kwargs)
        self.callbacks = [self.monitor, self.stop, PowerCut(*cut), backup, AfterBackup(*cut)]

    def fit(self, epochs=EPOCHS, **kwargs):
        self.history = self.model.fit(
            self.x,
            self.y,
            batch_size=2,
            epochs=epochs,
            shuffle=False,
            callbacks=self.callbacks,
            verbose=0,
            **kwargs,
        )
        return self


def cut_off(run):
    with pytest.raises(InterruptedError, match="power cut"):
        run.fit()
    return run


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    folder = tmp_path_factory.mktemp("straight")
    run = Run(folder).fit()
    run.folder = folder
    assert (run.stop.stopped_epoch, run.stop.best_epoch) == (4, 1)
    return run


def assert_same_end(run, straight):
    """All that is left of the run is what is left of one from beginning to end."""
    for one, other in zip(run.model.get_weights(), straight.model.get_weights()):
        np.testing.assert_array_equal(one, other)
    assert run.stop.reason == straight.stop.reason
    assert (run.stop.best_epoch, run.stop.stopped_epoch) == (1, 4)
    assert run.monitor.baseline == straight.monitor.baseline
    assert run.monitor.history.equals(straight.monitor.history)
    for key in ("val_hallucination_rate", "rise_p_value"):
        for epoch, value in zip(run.history.epoch, run.history.history.get(key, ())):
            assert value == straight.history.history[key][epoch], (key, epoch)


MOMENTS = [
    [(0, "step 1")],
    [(1, "before backup")],
    [(1, "after backup")],
    [(2, "step 0"), (3, "before backup"), (4, "step 1")],
    [(4, "before backup")],
    [(4, "after backup")],  # it had stopped, and was to end
]


@pytest.mark.parametrize(
    "cuts", quick(MOMENTS, MOMENTS[-1:]), ids=lambda cuts: "; ".join(f"{e} {m}" for e, m in cuts)
)
def test_resumed_runs_end_as_the_uninterrupted_one(straight, tmp_path, cuts, read_events):
    for cut in cuts:
        cut_off(Run(tmp_path, cut))
    run = Run(tmp_path).fit()
    assert_same_end(run, straight)
    epochs = run.history.epoch
    whole = max([epoch + (moment == "after backup") for epoch, moment in cuts])
    assert epochs == list(range(whole, 5))
    assert not (tmp_path / "backup").exists()
    for part in ("hallucination", "stopping"):
        ours, theirs = (read_events(f / "run" / part) for f in (tmp_path, straight.folder))
        assert set(ours) == set(theirs)
        for tag in theirs:
            steps = [[step for step, _ in events[tag]] for events in (ours, theirs)]
            assert steps[0] == steps[1], tag
            if not tag.startswith(("keras_halluc", "custom")):
                for (_, one), (_, other) in zip(ours[tag], theirs[tag]):
                    np.testing.assert_array_equal(one, other)


@quick_on_torch
def test_an_earlier_backup_brings_its_own_state(straight, tmp_path):
    """The latest weights cannot be read, so Keras takes those of the epoch before."""
    cut_off(Run(tmp_path, (3, "before backup"), double_checkpoint=True))
    cut_off(Run(tmp_path, (3, "after backup"), double_checkpoint=True))
    (tmp_path / "backup" / "latest.weights.h5").write_bytes(b"cut by a crash")
    run = Run(tmp_path, double_checkpoint=True).fit()
    assert run.history.epoch == [3, 4]
    assert_same_end(run, straight)


@quick_on_torch
def test_a_backup_within_an_epoch(tmp_path, straight):
    """Keras begins the epoch again from the weights within it: a run of its own."""
    cut_off(Run(tmp_path, (0, "step 1"), save_freq=1))
    again = Run(tmp_path, (2, "step 1"), save_freq=1)
    cut_off(again)
    assert again.monitor.baseline == straight.monitor.baseline
    assert [done for done, _ in again.learner.asked] == [1, 2]  # the base model is not asked again
    run = Run(tmp_path, save_freq=1).fit()
    assert (run.history.epoch, run.stop.stopped_epoch) == ([2, 3], 3)
    assert run.monitor.baseline == straight.monitor.baseline
    best = run.stop.best_epoch
    assert best is not None and f"those of epoch {best + 1}" in run.stop.reason


def test_a_second_fit_of_the_same_objects_goes_on(straight, tmp_path, read_events):
    run = Run(tmp_path)
    run.callbacks = run.callbacks[:2]
    run.fit(epochs=3)
    run.model.set_weights([np.array(w) for w in run.model.get_weights()])
    asked = len(run.learner.asked)
    assert run.stop.best_epoch == 1
    run.fit(initial_epoch=3)
    assert run.stop.best_epoch == 1 and run.stop.stopped_epoch == 4
    assert run.monitor.baseline == straight.monitor.baseline
    assert [count for _, count in run.learner.asked[asked:]] == [32, 32]  # no base, same cases
    for one, other in zip(run.model.get_weights(), straight.model.get_weights()):
        np.testing.assert_array_equal(one, other)
    events = read_events(tmp_path / "run" / "hallucination")
    assert [step for step, _ in events["val_hallucination_rate"]] == [0, 1, 2, 3, 4, 5]
    assert len(events["custom_scalars__config__"]) == 1


@quick_on_torch
def test_new_objects_at_a_later_epoch_begin_there(tmp_path, read_events):
    first = Run(tmp_path)
    first.callbacks = first.callbacks[:2]
    first.fit(epochs=2)
    other = Run(tmp_path)
    other.callbacks = other.callbacks[:2]
    other.fit(epochs=3, initial_epoch=2)
    events = read_events(tmp_path / "run" / "hallucination")
    assert [step for step, _ in events["val_hallucination_rate"]] == [0, 1, 2, 3]
    with pytest.warns(UserWarning, match="begins anew at epoch 2.*ended after epoch 3.*=3"):
        other.fit(epochs=3, initial_epoch=1)
    other.fit(epochs=2)
    assert other.stop.best_epoch == 0 or other.stop.best_epoch == 1


def test_the_state_of_another_run_is_an_error(tmp_path):
    cut_off(Run(tmp_path, (1, "after backup")))
    run = Run(tmp_path)
    run.monitor.cases = run.monitor.cases[:35]
    with pytest.raises(ValueError, match=r"had another `cases`.*35 of digest .* it was '40 of dig"):
        run.fit()
    run = Run(tmp_path)
    run.stop.alpha = 0.01
    with pytest.raises(ValueError, match="had another `alpha`.*alpha=0.01, and it was 0.05"):
        run.fit()
    shutil.rmtree(tmp_path / "backup")  # the way out
    assert run.fit().history.epoch[0] == 0


@quick_on_torch
def test_a_monitor_that_comes_later_measures_the_model_as_it_is_made(tmp_path, read_events):
    cut_off(Run(tmp_path, (1, "after backup")))
    run = Run(tmp_path)
    later = HallucinationMonitor(
        case_list(3), LabelChecker(), run.learner, prefix="b_", log_dir=tmp_path / "run", verbose=0
    )
    run.callbacks.insert(0, later)
    run.fit()
    assert later.baseline["b_val_hallucination_rate"].count == 3
    events = read_events(tmp_path / "run" / "b_hallucination")
    assert [step for step, _ in events["b_val_hallucination_rate"]] == [0, 3, 4, 5]


@quick_on_torch
def test_a_state_that_cannot_be_read_is_said(tmp_path):
    cut_off(Run(tmp_path, (1, "after backup")))
    for record in (tmp_path / "backup" / "keras_halluc").glob("Stop*/00000002.json"):
        record.write_text("{")
    with pytest.warns(UserWarning, match="no saved state of epochs 2 to 2, and goes on"):
        run = Run(tmp_path).fit()
    assert run.stop.best_epoch == 2  # epoch 1, which was better, is not known any more
    assert run.monitor.baseline["val_hallucination_rate"].value == 24 / 32  # of its own record


@quick_on_torch
def test_categories_of_the_base_model_stay(tmp_path):
    """A base model that knew fact 0 alone; what is asked after it was resumed knows all."""
    cases = case_list(4)

    def fit(knows, *callbacks):
        def answer(prompts):
            return ["yes" if prompt in knows else "no" for prompt in prompts]

        monitor = KnowledgeMonitor(cases[:2], heldout=cases[2:], generator=answer, verbose=0)
        model, x, y = regression()
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        model.fit(x, y, epochs=2, callbacks=[monitor, backup, *callbacks], verbose=0)
        return monitor

    with pytest.raises(InterruptedError):
        fit({"0", "2"}, AfterBackup(0, "after backup"))
    found = fit({"0", "1", "2", "3"})
    assert (found._categories[0], found._categories[1]) == ("highly_known", "unknown")
    assert found.latest["heldout_known_accuracy"].count == 1
    assert found.baseline["unknown_fit"].value == 0.0 and found.latest["unknown_fit"].value == 1.0
