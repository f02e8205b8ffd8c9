"""Does a process that was killed with SIGKILL end, once resumed, as one that was not?"""

import os
import pathlib
import signal
import subprocess
import sys

import numpy as np
import pytest
from test_resumed import straight

pytestmark = pytest.mark.eager
__all__ = ["straight"]  # a fixture

SCRIPT = """
import json, os, pathlib, signal, sys
import keras
if keras.backend.backend() == "tensorflow":  # as the tests do that are marked `eager`
    import tensorflow
    tensorflow.config.run_functions_eagerly(True)
import numpy as np
import test_resumed
folder, cut = pathlib.Path(sys.argv[1]), (int(sys.argv[2]), sys.argv[3])
test_resumed.power_cut = lambda: os.kill(os.getpid(), signal.SIGKILL)
run = test_resumed.Run(folder, cut).fit()
np.savez(folder / "weights.npz", *run.model.get_weights())
(folder / "reason").write_text(run.stop.reason)
"""


def process(folder, epoch, moment):
    root = pathlib.Path(__file__).parents[2]
    paths = [str(root), str(root / "tests"), str(root / "tests" / "callbacks")]
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), str(epoch), moment],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_killed_processes_end_as_the_uninterrupted_one(straight, tmp_path):
    for epoch, moment in ((1, "step 1"), (4, "after backup")):
        killed = process(tmp_path, epoch, moment)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert not (tmp_path / "weights.npz").exists()
    resumed = process(tmp_path, -1, "")
    assert resumed.returncode == 0, resumed.stderr
    assert (tmp_path / "reason").read_text() == straight.stop.reason
    with np.load(tmp_path / "weights.npz") as found:
        for i, weight in enumerate(straight.model.get_weights()):
            np.testing.assert_array_equal(found[f"arr_{i}"], weight)
