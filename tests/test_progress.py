"""Is a long check seen, and a short one not?"""

import keras
import pytest

import keras_halluc as kh
from keras_halluc import _progress
from keras_halluc._progress import Progress


@pytest.mark.parametrize(
    "patience, verbose, seen", [(60, True, False), (-1, True, True), (-1, False, False)]
)
def test_only_after_some_time_and_only_if_wanted(monkeypatch, capsys, patience, verbose, seen):
    monkeypatch.setattr(_progress, "PATIENCE_SECONDS", patience)
    bar = Progress("reading cases", 4, verbose)
    bar.update(2)
    bar.update(6)  # filler at the end of the last batch
    out = capsys.readouterr().out
    assert ("reading cases" in out) == seen
    assert ("4/4" in out) == seen
    assert "6/4" not in out
    assert out.count("reading cases") == seen


def test_a_stream_whose_length_is_not_known(monkeypatch, capsys):
    monkeypatch.setattr(_progress, "PATIENCE_SECONDS", -1)
    bar = Progress("reading a stream", None, True)
    bar.update(2)
    bar.finish(5)
    out = capsys.readouterr().out
    assert "5/Unknown" in out or "5/5" in out
    assert out.endswith("\n")


CASES = [kh.data.Case("1 + 1 =", references=("2",))] * 3
LONG_WORK = {
    "check": lambda **kw: kh.grounding.check(CASES, ["2"] * 3, kh.grounding.AnswerChecker(), **kw),
    "record_answers": lambda **kw: kh.reports.record_answers(say_two, CASES, **kw),
    "audit": lambda **kw: kh.audit(["2"] * 3, ["3"] * 3, CASES, resamples=1, **kw),
    "knowledge": lambda **kw: kh.data.categorize_knowledge(say_two, CASES, num_samples=0, **kw),
}


def say_two(prompts):
    return ["2"] * len(prompts)


@pytest.mark.parametrize("name", LONG_WORK)
def test_verbose_is_that_of_keras(monkeypatch, capsys, name):
    work = LONG_WORK[name]
    monkeypatch.setattr(_progress, "PATIENCE_SECONDS", -1)
    for verbose, seen in (("auto", True), (1, True), (2, True), (True, True), (0, False)):
        work(verbose=verbose)
        assert bool(capsys.readouterr().out) == seen, verbose
    with pytest.raises(ValueError, match=r"`verbose` must be one of \('auto', 0, 1, 2\)"):
        work(verbose="loud")
    keras.config.disable_interactive_logging()
    try:
        work()
    finally:
        keras.config.enable_interactive_logging()
    assert capsys.readouterr().out == ""
