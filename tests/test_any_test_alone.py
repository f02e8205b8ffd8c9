"""Does `pytest PATH::TEST` run any one file or test, beside any other?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_an_example_beside_a_test_of_another_folder():
    paths = [
        "keras_halluc/metrics/brier_score.py",
        "tests/test_floors.py::test_what_is_allowed_passes",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *paths],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "passed" in done.stdout, done.stdout + done.stderr
