"""Does every tracker get the cases of each epoch as one table?"""

import os
import types

import pytest
from scripted import LabelChecker
from scripted import NextRound
from scripted import Script
from scripted import case_list
from scripted import regression

from keras_halluc.callbacks import CaseTableLogger
from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks.trackers.case_table import COLUMNS

ROUNDS = (["supported 0.5", "contradicted"], ["supported", "supported"], ["contradicted"] * 2)


def fit(*loggers, **kwargs):
    script = Script(*ROUNDS)
    cases = case_list(2, group="a\ud800")
    monitor = HallucinationMonitor(
        cases, LabelChecker(), script, verbose=0, budget=None, prefix="my_", **kwargs
    )
    model, x, y = regression()
    callbacks = [NextRound(script), monitor, *loggers]
    model.fit(x, y, epochs=2, callbacks=callbacks, verbose=0)
    return monitor


def test_a_function_gets_the_rows_of_the_case_history():
    tables = []
    monitor = fit(CaseTableLogger(lambda *table: tables.append(table), strict=True))
    assert [(name, epoch) for name, _, epoch in tables] == [
        ("my_hallucination_cases", i) for i in range(3)
    ]
    frame = monitor.case_history
    for _, columns, epoch in tables:
        rows = frame[frame.epoch == epoch]
        assert list(columns) == list(COLUMNS) == list(frame.columns)
        for name in ("case", "prompt", "output", "label", "flip"):
            assert columns[name] == list(rows[name])
        assert columns["group"] == ["a\ufffd"] * 2  # which every file holds
    assert tables[0][1]["score"] == [0.5, None]


def test_an_object_with_the_interface_of_wandb_gets_tables():
    logged = []
    made = types.SimpleNamespace(
        Table=lambda columns, data: (tuple(columns), data), log=logged.append
    )
    fit(CaseTableLogger(made, strict=True))
    assert [list(one) for one in logged] == [["my_hallucination_cases"]] * 3
    columns, rows = logged[1]["my_hallucination_cases"]
    assert columns == COLUMNS and [row[3] for row in rows] == ["supported"] * 2


@pytest.mark.slow
@pytest.mark.loopback  # it writes in a process of its own
def test_wandb_itself(tmp_path, monkeypatch):
    wandb = pytest.importorskip("wandb", reason="Weights & Biases is not installed")
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")
    with wandb.init(dir=str(tmp_path), project="facts") as run:
        fit(CaseTableLogger(wandb, strict=True))
        assert run.summary["my_hallucination_cases"]["ncols"] == len(COLUMNS)
    names = [name for _, _, files in os.walk(tmp_path) for name in files]
    assert sum("my_hallucination_cases" in name for name in names) == 3


def test_a_tracker_that_fails_does_not_end_fit():
    def broken(*table):
        raise OSError("no connection")

    with pytest.warns(UserWarning, match="CaseTableLogger could not log cases and goes on"):
        fit(CaseTableLogger(broken))
    with pytest.raises(OSError, match="no connection"):
        fit(CaseTableLogger(broken, strict=True))


def test_it_comes_after_the_monitors():
    logger = CaseTableLogger(print)
    monitor = HallucinationMonitor(case_list(2), LabelChecker(), Script(*ROUNDS), verbose=0)
    model, x, y = regression()
    with pytest.raises(ValueError, match="must come before CaseTableLogger"):
        model.fit(x, y, callbacks=[logger, monitor], verbose=0)


def test_wrong_arguments():
    with pytest.raises(TypeError, match="`log` must be a callable.*Received: log=3"):
        CaseTableLogger(3)
    with pytest.raises(ValueError, match="`strict`"):
        CaseTableLogger(print, strict=2)
