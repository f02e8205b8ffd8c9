"""Is a long check seen, and a short one not?"""

import pytest

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
