"""Do the examples run as they stand?"""

import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.slow
def test_lstm_language_model(tmp_path, monkeypatch, capsys):
    arguments = ["lstm_language_model.py", "--fast", "--log-dir", str(tmp_path / "runs")]
    monkeypatch.setattr(sys, "argv", arguments)
    runpy.run_path(str(EXAMPLES / arguments[0]), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    table = [line.split() for line in lines if line.endswith("%")]
    header = next(line.split() for line in lines if line.startswith("epoch"))
    assert header == [
        "epoch",
        "known_fit",
        "unknown_fit",
        "heldout_known_accuracy",
        "val_hallucination_rate",
    ]
    assert float(table[0][1]) > 50.0  # the first training taught the facts
    assert list((tmp_path / "runs").rglob("*tfevents*"))
