"""Is a file that is not a file of verdicts left as it is, and does only one process write one?"""

import contextlib
import json
import os
import subprocess
import sys
import threading

import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding import Verdict
from keras_halluc.grounding import check
from keras_halluc.grounding.__main__ import main
from keras_halluc.grounding.files import locked_file
from keras_halluc.grounding.files.locked_file import LockedFile
from keras_halluc.grounding.files.verdict_file import MARK

ROWS = [(Case("a", ("b",), id=str(i)), "b") for i in range(6)]
LINE = b'{"prompt": "Capital?", "reference": "Paris", "output": "Paris"}'
NOT_OURS = {
    "one line without an end": b"all my results, in one line",
    "rows to check": LINE + b"\n" + LINE,
    "a row without an end": LINE,
    "verdicts of another": b'{"id": "0", "label": "supported", "score": 1.0}\n',
    "a torn verdict": b'{"id": "0", "label": "supp',
    "one byte": b"x",
    "a line end": b"\n",
    "no text": bytes(range(256)),
    "the mark in another line": b"\n" + MARK,
    "nearly the mark": MARK[:-1] + b"\t",
}


def run(to, cases=ROWS, **kwargs):
    return check(cases, checker=AnswerChecker(), to=to, batch_size=2, verbose=0, **kwargs)


@pytest.mark.parametrize("content", NOT_OURS.values(), ids=NOT_OURS)
def test_another_file_is_never_written(tmp_path, content):
    to = tmp_path / "mine.jsonl"
    to.write_bytes(content)
    before = os.stat(to)
    with pytest.raises(ValueError, match="`to` must be a file that `check` wrote.*left as it is"):
        run(to, resume=True)
    with pytest.raises(ValueError, match="`to` must be the path of a new file"):
        run(to)
    assert to.read_bytes() == content and os.stat(to).st_mtime_ns == before.st_mtime_ns


def same_file(folder, kind):
    """The path of a file of rows, and another way to say it."""
    path = folder / "rows.jsonl"
    path.write_bytes(LINE)
    other = folder / "other.jsonl"
    if kind == "symbolic link":
        other.symlink_to(path)
    elif kind == "hard link":
        os.link(path, other)
    elif kind == "linked folder":
        (folder / "linked").symlink_to(folder)
        other = folder / "linked" / "rows.jsonl"
    elif kind == "relative":
        other = os.path.relpath(path)
    elif kind == "roundabout":
        (folder / "sub").mkdir()
        other = f"{folder}/sub/..//rows.jsonl"
    else:
        other = path
    return path, other


@pytest.mark.parametrize(
    "kind",
    ["same", "symbolic link", "hard link", "linked folder", "relative", "roundabout"],
)
def test_the_input_is_never_the_output(tmp_path, capsys, kind):
    path, other = same_file(tmp_path, kind)
    for pair in ((path, other), (other, path)):
        for kwargs in ({}, {"resume": True}, {"resume": True, "on_error": "skip"}):
            with pytest.raises(ValueError, match="`to` must be another file than `cases`"):
                run(pair[1], pair[0], **kwargs)
        for more in ([], ["--resume"], ["--resume", "--on-error", "skip"]):
            with pytest.raises(SystemExit):
                main([str(pair[0]), str(pair[1]), "--checker", "answer", *more])
            assert "`to` must be another file than `cases`" in capsys.readouterr().err
    assert path.read_bytes() == LINE


def test_verdicts_given_as_cases_are_left_too(tmp_path):
    to = tmp_path / "verdicts.jsonl"
    run(to)
    content = to.read_bytes()
    with pytest.raises(ValueError, match="`to` must be another file"):
        run(to, to, resume=True, on_error="skip")
    assert to.read_bytes() == content


def test_arguments_swapped_on_the_command_line(tmp_path, capsys):
    rows, verdicts = tmp_path / "rows.jsonl", tmp_path / "verdicts.jsonl"
    rows.write_bytes(LINE)
    main([str(rows), str(verdicts), "--checker", "answer"])
    written = verdicts.read_bytes()
    capsys.readouterr()
    for more in ([], ["--resume"], ["--resume", "--on-error", "skip"]):
        with pytest.raises(SystemExit):
            main([str(verdicts), str(rows), "--checker", "answer", *more])
        assert "`to` must be" in capsys.readouterr().err
    assert rows.read_bytes() == LINE and verdicts.read_bytes() == written


@pytest.mark.parametrize("size", [0, 1, len(MARK) - 1, len(MARK), len(MARK) + 1])
def test_a_file_cut_in_its_mark_is_ours_and_loses_nothing_when_the_run_fails(tmp_path, size):
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    run(whole)
    content = whole.read_bytes()
    assert content.startswith(MARK) and json.loads(content.splitlines()[0])["id"] == "0"
    cut.write_bytes(content[:size])
    with pytest.raises(TypeError, match="item 0"):
        run(cut, [3], resume=True)
    assert cut.read_bytes() == content[:size]  # whatever it was, it is there still
    run(cut, resume=True)
    assert cut.read_bytes() == content


def test_a_run_that_writes_nothing_leaves_no_file(tmp_path):
    to = tmp_path / "verdicts.jsonl"
    with pytest.raises(TypeError, match="item 0"):
        run(to, [3])
    with pytest.raises(ValueError, match="at least one row"):
        run(to, [])
    assert not to.exists()
    (tmp_path / "link.jsonl").symlink_to(to)  # to where nothing is yet
    run(tmp_path / "link.jsonl")
    assert len(to.read_bytes().splitlines()) == 6


class Waits:
    """Says when it is asked, and goes on when it may."""

    def __init__(self):
        self.asked, self.may = threading.Event(), threading.Event()

    def check(self, cases, outputs):
        self.asked.set()
        assert self.may.wait(60)
        return [Verdict("supported", 1.0)] * len(cases)


@pytest.mark.parametrize("resume", [False, True])
def test_a_second_writer_is_told_so(tmp_path, resume):
    to = tmp_path / "verdicts.jsonl"
    first = Waits()
    thread = threading.Thread(target=check, args=(ROWS, None, first), kwargs={"to": to})
    thread.start()
    try:
        assert first.asked.wait(60)
        with pytest.raises(ValueError, match="`to` is being written by another process"):
            run(to, resume=resume)
    finally:
        first.may.set()
        thread.join()
    assert [json.loads(line)["id"] for line in to.read_bytes().splitlines()] == list("012345")


# Another process at the lock that `check` holds: says whether it got it, and waits to be killed.
OTHER = """
import fcntl, sys
file = open(sys.argv[1], "r+b")
try:
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("locked", flush=True)
except BlockingIOError:
    print("busy", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def another_process(path):
    """What another process said when it tried to lock the file; it is killed at the end."""
    command = [sys.executable, "-S", "-c", OTHER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process.stdout.readline()
        finally:
            process.kill()


@pytest.mark.skipif(locked_file.fcntl is None, reason="this system has no flock")
def test_the_lock_holds_between_processes_and_ends_with_a_killed_one(tmp_path):
    to = tmp_path / "verdicts.jsonl"
    said = []

    def ask():
        with another_process(to) as answer:
            said.append(answer)

    check(ROWS[:2], None, Acts(ask), to=to)
    assert said == [b"busy\n"]
    with another_process(to) as answer:
        assert answer == b"locked\n"
        with pytest.raises(ValueError, match="being written by another process"):
            run(to, resume=True)
    assert run(to, resume=True).rows == 6
    assert [json.loads(line)["id"] for line in to.read_bytes().splitlines()] == list("012345")


class Acts:
    def __init__(self, act):
        self.act = act

    def check(self, cases, outputs):
        self.act()
        return [Verdict("supported", 1.0)] * len(cases)


def test_a_file_that_is_taken_away_meanwhile_is_missed(tmp_path):
    to = tmp_path / "verdicts.jsonl"
    with pytest.raises(FileNotFoundError, match="`to` was moved, removed or replaced"):
        check(ROWS, None, Acts(to.unlink), to=to, batch_size=2)
    assert not to.exists()
    other = tmp_path / "other.jsonl"
    other.write_bytes(b"mine\n")
    with pytest.raises(FileNotFoundError, match="`to` was moved, removed or replaced"):
        check(ROWS, None, Acts(lambda: os.replace(other, to)), to=to, batch_size=2)
    assert to.read_bytes() == b"mine\n"


def test_no_ordinary_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="`to` must be an ordinary file"):
        run(tmp_path / "pipe", resume=True)
    with pytest.raises(ValueError, match="`to` must be an ordinary file"):
        run("/dev/null", resume=True)
    with pytest.raises(ValueError, match="`to` must be the path of a new file"):
        run(tmp_path, resume=True)


def test_where_files_cannot_be_locked_it_warns(tmp_path, monkeypatch):
    monkeypatch.setattr(locked_file, "fcntl", None)
    with pytest.warns(UserWarning, match="cannot be locked"):
        with LockedFile("to", tmp_path / "a") as file:
            file.write(b"x", 0)
    assert (tmp_path / "a").read_bytes() == b"x"
