"""Does a fit that was killed end, once resumed, with the weights of a fit that was not?"""

import os
import pathlib
import signal
import subprocess
import sys

import keras
import numpy as np
import oracles
import pytest
import tiny_models
from kinds import quick

import keras_halluc as kh
from keras_halluc.objectives import Denoising
from keras_halluc.objectives import LossTruncation
from keras_halluc.objectives import SelfDistillation

pytestmark = pytest.mark.eager

EPOCHS, STEPS = 3, 2
TORCH = keras.backend.backend() == "torch"
UNSEEDED = "Keras draws dropout without a seed from the state of the whole process on torch"
KINDS = [
    *quick(["state"]),
    pytest.param("dropout", marks=[pytest.mark.xfail(reason=UNSEEDED)] if TORCH else []),
]


def make(kind):
    """A tuner that draws replay at random, with dropout or with objectives that keep a state."""
    task = tiny_models.gpt2(dropout=0.2 if kind == "dropout" else 0.0)
    rows = oracles.token_rows(task)
    objectives = [SelfDistillation(5.0, replay=rows, batch_size=2, seed=3, name="replay")]
    if kind == "state":
        objectives += [
            SelfDistillation(snapshot_epoch=1, name="snapshot"),
            SelfDistillation(teacher="cached", top_k=4, name="cached"),
            SelfDistillation(2.0, teacher="cached", replay=rows, batch_size=2, name="recorded"),
            Denoising(rate=0.2),
            LossTruncation(0.25, window=8),
        ]
    tuner = kh.models.FineTuner(task, objectives)
    schedule = kh.schedules.WarmupLinear(0.02, EPOCHS * STEPS, warmup_steps=3)
    tuner.compile(keras.optimizers.AdamW(schedule, clipnorm=0.5))
    return tuner


def fit(tuner, *callbacks):
    x, y, weight = oracles.token_rows(tuner.task)
    arguments = {"batch_size": 4, "epochs": EPOCHS, "shuffle": False, "verbose": 0}
    history = tuner.fit(x, y, sample_weight=weight, callbacks=list(callbacks), **arguments)
    assert len(history.epoch) in (EPOCHS, EPOCHS - 1, EPOCHS - 2)
    return tuner.task.get_weights()


class Stop(keras.callbacks.Callback):
    """Calls `how` after a number of steps."""

    def __init__(self, step, how):
        super().__init__()
        self.left = step
        self.how = how

    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if self.left == 0:
            self.how()


def power_cut():
    raise InterruptedError("power cut")


def backup(folder):
    return keras.callbacks.BackupAndRestore(folder / "backup")


@pytest.fixture(scope="module")
def straight():
    """Weights after a fit from beginning to end, of each kind."""
    found = {}
    for kind in ("state", "dropout"):
        keras.utils.set_random_seed(1)
        found[kind] = fit(make(kind))
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "step", [*quick([STEPS + 1]), pytest.param(EPOCHS * STEPS - 1, marks=pytest.mark.slow)]
)
def test_resumed_in_another_tuner_the_weights_are_bit_equal(straight, tmp_path, kind, step):
    keras.utils.set_random_seed(1)
    with pytest.raises(InterruptedError, match="power cut"):
        fit(make(kind), backup(tmp_path), Stop(step, power_cut))
    resumed = make(kind)
    keras.utils.set_random_seed(99)  # another process has another state
    for a, b in zip(straight[kind], fit(resumed, backup(tmp_path))):
        np.testing.assert_array_equal(a, b)


SCRIPT = """
import os, pathlib, signal, sys
import keras
if keras.backend.backend() == "tensorflow":  # as the tests do that are marked `eager`
    import tensorflow
    tensorflow.config.run_functions_eagerly(True)
sys.path.insert(0, "tests/models")
import numpy as np
from test_resume import Stop, backup, fit, make
kind, folder, step = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
stop = Stop(step, lambda: os.kill(os.getpid(), signal.SIGKILL))
np.savez(folder / "weights.npz", *fit(make(kind), backup(folder), stop))
"""


def run(kind, folder, step):
    root = pathlib.Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, kind, str(folder), str(step)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'tests'}"},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_killed_and_resumed_in_another_process_the_weights_are_bit_equal(straight, tmp_path):
    kind = "state" if TORCH else "dropout"
    killed = run(kind, tmp_path, 2 * STEPS + 1)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not (tmp_path / "weights.npz").exists()
    resumed = run(kind, tmp_path, -1)
    assert resumed.returncode == 0, resumed.stderr
    with np.load(tmp_path / "weights.npz") as found:
        assert len(found) == len(straight[kind])
        for i, expected in enumerate(straight[kind]):
            np.testing.assert_array_equal(found[f"arr_{i}"], expected)
