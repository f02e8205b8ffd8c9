"""Does progress take the place of a bar, at the width there is, and is it gone afterwards?"""

import io
import os
import shutil
import sys

import keras
import pytest

from keras_halluc.callbacks.session import progress_line
from keras_halluc.callbacks.session.progress_line import ProgressLine
from keras_halluc.testing.watched_fit import as_shown

BAR = "4/4 " + "━" * 20 + " 1s 17ms/step - loss: 0.9180"


class Output:
    """What is printed in a test; pytest gives `sys.stdout` anew after a fixture was made."""

    def __init__(self, monkeypatch):
        self.monkeypatch, self.file = monkeypatch, io.StringIO()

    def opened(self, before=""):
        self.monkeypatch.setattr(sys, "stdout", self.file)
        self.file.write(before)

    def lines(self):
        return as_shown(self.file.getvalue())


@pytest.fixture
def output(monkeypatch):
    monkeypatch.setattr(progress_line, "INTERVAL", 0.0)
    return Output(monkeypatch)


def test_it_takes_the_place_of_the_bar_and_leaves_it_blank(output):
    output.opened(BAR)
    with ProgressLine("Monitor, epoch 1", 4, "cases", 1) as line:
        assert output.lines() == ["Monitor, epoch 1: 0 of 4 cases"]
        line.update(2)
        assert output.lines()[0].startswith("Monitor, epoch 1: 2 of 4 cases")
        line.update(9)  # filler at the end of the last batch
        assert output.lines() == ["Monitor, epoch 1: 4 of 4 cases"]
    assert output.lines() == [""]
    bar = keras.utils.Progbar(4)  # draws where the line was
    bar.update(4)
    first, *rest = output.lines()
    assert first.startswith("4/4") and rest == [""]


def test_a_terminal_is_not_wrapped(output, monkeypatch):
    output.opened()
    monkeypatch.setattr(output.file, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((20, 9)))
    with ProgressLine("Monitor, epoch 1", 4, "cases", 1):
        assert output.lines() == ["Monitor, epoch 1: 0"]


def test_a_notebook_may_have_a_long_bar(output, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    output.opened("x" * 200)
    with ProgressLine("Monitor", 4, "cases", 1):
        assert output.lines() == ["Monitor: 0 of 4 cases"]


@pytest.mark.parametrize("verbose, total", [(0, 4), (2, 4), (1, 0)])
def test_nothing_is_shown(output, verbose, total):
    output.opened()
    with ProgressLine("Monitor", total, "cases", verbose) as line:
        line.update(1)
    assert output.file.getvalue() == ""


def test_nor_where_keras_shows_nothing(output):
    output.opened()
    keras.config.disable_interactive_logging()
    try:
        with ProgressLine("Monitor", 4, "cases", 1) as line:
            line.update(1)
    finally:
        keras.config.enable_interactive_logging()
    assert output.file.getvalue() == ""
