"""Is a long check seen, and a short one not?"""

import pytest

from keras_halluc.callbacks import progress
from keras_halluc.callbacks.progress import Progress


@pytest.mark.parametrize(
    "patience, verbose, seen", [(60, True, False), (-1, True, True), (-1, False, False)]
)
def test_only_after_some_time_and_only_if_wanted(monkeypatch, capsys, patience, verbose, seen):
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", patience)
    bar = Progress("reading cases", 4, verbose)
    bar.update(2)
    bar.update(6)  # filler at the end of the last batch
    out = capsys.readouterr().out
    assert ("reading cases" in out) == seen
    assert ("4/4" in out) == seen
    assert "6/4" not in out
    assert out.count("reading cases") == seen
