"""Does an interrupted fit, once resumed, measure, stop and end as one that was not interrupted?"""

import keras
import numpy as np
import pytest
from scripted import LabelChecker
from scripted import case_list
from scripted import regression

from keras_halluc.callbacks import HallucinationMonitor
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


class PowerCut(keras.callbacks.Callback):
    """Ends `fit` with an error at a moment of an epoch."""

    def __init__(self, epoch, moment):
        super().__init__()
        self.at = epoch, moment

    def _now(self, epoch, moment):
        if (epoch, moment) == self.at:
            raise InterruptedError("power cut")

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


@pytest.mark.parametrize("cuts", MOMENTS, ids=lambda cuts: "; ".join(f"{e} {m}" for e, m in cuts))
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
