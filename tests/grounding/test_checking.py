"""Is finished text of any length checked row by row, and does a stopped run end the same?"""

import collections
import json
import tracemalloc

import numpy as np
import pandas as pd
import pytest

import keras_halluc as kh
from keras_halluc import _progress
from keras_halluc.data import Case
from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding import OverlapChecker
from keras_halluc.grounding import Verdict
from keras_halluc.grounding import check
from keras_halluc.grounding.__main__ import main
from keras_halluc.grounding.files.case_rows import case_rows
from keras_halluc.grounding.files.verdict_file import verdict_line

ROWS = [
    {"prompt": "Hauptstadt?", "references": ["Paris", "巴黎"], "output": "巴黎。", "id": "q1"},
    {"prompt": "Capital?", "reference": "Paris", "output": "It is Lyon.", "group": "geo"},
    {"prompt": "Capital?", "reference": "Paris", "output": "I don't know."},
    {"prompt": "Sum up.", "source": "It rained.", "output": "It rained."},
    {"prompt": "Capital?", "reference": "Paris", "output": ""},
    {"prompt": "Capital?", "reference": "Paris", "output": "\ud800Paris\u2028", "id": "\ud800"},
]
LABELS = ["supported", "unsupported", "abstained", "unmeasured", "abstained", "supported"]
IDS = ["q1", "1", "2", "3", "4", "\ud800"]
BAD_LINES = {
    b"{": "must be one JSON object: .*at column 2",
    b'{"prompt": "a", "reference": "b"}': "must have an `output`",
    b'{"prompt": "a", "reference": "b", "outptu": "c"}': "`output` where it says `outptu`",
    b'{"prompt": "a", "refrences": ["b"], "output": "c"}': "Did you mean `references`",
    b'{"prompt": "a", "reference": "b", "output": null}': "`output` must be a str",
    b'{"prompt": "a", "reference": "b", "output": 3}': "`output` must be a str",
    b'{"prompt": 5, "reference": "b", "output": "c"}': "`prompt` must be a str",
    b'["a", "b"]': "must be a dict with an `output`",
    b'"text"': "must be a dict with an `output`",
    b"NaN": "must be a dict with an `output`",
    b'{"prompt": "\xff"}': "must be in UTF-8.*at position 12",
    b"\x00": "must be one JSON object",
    b"[" * 100_000: "must be one JSON object",
    b"[" * 200 + b"]" * 200: "must be one JSON object: lists and objects may lie at most 100 deep",
    b'{"output": ' + b"9" * 5000 + b"}": "must be one JSON object: a whole number has at most 300",
    b'{"id": ' + b"9" * 400 + b', "prompt": "a"}': "at most 300 digits, not 400; put it in quotes",
}


def write(path, rows=ROWS):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def labels(path):
    return [record["label"] for record in read(path)]


def run(cases, to, **kwargs):
    kwargs = {"checker": AnswerChecker(), "batch_size": 2, "verbose": False, **kwargs}
    return check(cases, to=to, **kwargs)


def test_a_line_for_each_row(tmp_path):
    to = tmp_path / "new" / "verdicts.jsonl"
    run(write(tmp_path / "in.jsonl"), to)
    records = read(to)
    cases = kh.data.read_cases([{k: v for k, v in r.items() if k != "output"} for r in ROWS])
    verdicts = AnswerChecker().check(cases, [row["output"] for row in ROWS])
    assert [record["id"] for record in records] == IDS
    assert [record["label"] for record in records] == LABELS
    assert records[0].pop("written_by") == "keras_halluc.grounding.check"
    for record, verdict in zip(records, verdicts, strict=True):
        group = ["group"] if record["id"] == "1" else []
        assert list(record) == ["id", *group, "label", "score", "spans", "reason"]
        assert record["score"] == verdict.score and record["reason"] == verdict.reason
        assert [tuple(span) for span in record["spans"]] == list(verdict.spans)
    assert records[1]["group"] == "geo"
    assert "巴黎" in to.read_text(encoding="utf-8")


def test_summary_by_hand(tmp_path):
    summary = run(write(tmp_path / "in.jsonl"), None)
    assert (summary.rows, summary.skipped) == (6, 0)
    assert summary.labels == {
        "supported": 2,
        "unsupported": 1,
        "contradicted": 0,
        "abstained": 2,
        "unmeasured": 1,
    }
    found = {name: (e.value, e.count) for name, e in summary.estimates.items()}
    f1 = 0.0  # no word in common
    assert found == {
        "hallucination_rate": (1 / 5, 5),
        "abstention_rate": (2 / 5, 5),
        "answer_accuracy": (2 / 5, 5),
        "check_coverage": (5 / 6, 6),
        "grounding_score": (pytest.approx((1 + 1 + f1) / 3), 3),
    }
    for estimate in summary.estimates.values():
        low, high = kh.statistics.wilson_interval(
            estimate.value * estimate.count, estimate.count, 0.95
        )
        assert (estimate.low, estimate.high) == pytest.approx((low, high))
    assert str(summary).startswith("6 rows: 2 supported, 1 unsupported, 2 abstained, 1 unmeasured")


def test_sources_of_every_kind_give_the_same(tmp_path):
    rows = ROWS[:5]
    expected = run(write(tmp_path / "in.jsonl", rows), tmp_path / "a.jsonl")
    bare = [{k: v for k, v in row.items() if k != "output"} for row in rows]
    outputs = [row["output"] for row in rows]
    cases = kh.data.read_cases(bare)
    (tmp_path / "in.json").write_text(json.dumps(rows), encoding="utf-8")
    sources = [
        (rows, None),
        (iter(rows), None),
        (zip(cases, outputs), None),
        (cases, outputs),
        (bare, iter(outputs)),
        (write(tmp_path / "cases.jsonl", bare), outputs),
        (tmp_path / "in.json", None),
        (str(tmp_path / "in.json"), None),
        (pd.DataFrame(rows), None),
    ]
    for number, (source, texts) in enumerate(sources):
        to = tmp_path / f"{number}.jsonl"
        assert run(source, to, outputs=texts) == expected
        assert to.read_bytes() == (tmp_path / "a.jsonl").read_bytes()
    pairs = [("Capital?", "Paris"), ["Capital?", ["Paris", "Lyon"]]]
    assert check(pairs, ["Lyon", "Lyon"], AnswerChecker()).labels["supported"] == 1


@pytest.mark.parametrize("batch_size", [1, 4, 100])
def test_batches_do_not_matter(tmp_path, batch_size):
    expected = run(ROWS, tmp_path / "a.jsonl")
    assert run(ROWS, tmp_path / "b.jsonl", batch_size=batch_size) == expected
    assert (tmp_path / "b.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()


def test_a_run_cut_anywhere_goes_on_and_ends_the_same(tmp_path):
    source = write(tmp_path / "in.jsonl", [*ROWS, {"output": 3}, *ROWS[1:5]])
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    expected = run(source, whole, on_error="skip")
    assert expected.skipped == 1
    content = whole.read_bytes()
    ends = [i for i, byte in enumerate(content) if byte == ord("\n")]
    for size in sorted(
        {0, len(content), *range(1, len(content), 41), *ends, *(e + 1 for e in ends)}
    ):
        cut.write_bytes(content[:size])
        assert run(source, cut, on_error="skip", resume=True) == expected
        assert cut.read_bytes() == content


class StopsAt:
    """Stops as a person would, at the batch of this number."""

    def __init__(self, number):
        self.left = number

    def check(self, cases, outputs):
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return AnswerChecker().check(cases, outputs)


def test_a_stopped_run_keeps_its_batches_and_checks_only_the_rest(tmp_path):
    to = tmp_path / "verdicts.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(ROWS, to, checker=StopsAt(2))
    assert labels(to) == LABELS[:4]
    summary = run(ROWS, to, checker=StopsAt(1), resume=True)
    assert labels(to) == LABELS and summary == run(ROWS, None)
    assert run(ROWS, to, checker=StopsAt(0), resume=True) == summary  # nothing is left
    assert run(ROWS, tmp_path / "fresh.jsonl", resume=True) == summary


def test_rows_are_taken_a_batch_at_a_time():
    taken, seen = [], []

    def rows():
        for number in range(1000):
            taken.append(number)
            yield Case(f"{number}?", ("x",)), "x"

    class Counts:
        def check(self, cases, outputs):
            seen.extend(cases)
            assert len(taken) <= len(seen) and len(cases) <= 8
            return [Verdict("supported", 1.0)] * len(cases)

    assert run(rows(), None, checker=Counts(), batch_size=8).rows == 1000
    assert len(seen) == 1000


def test_a_jsonl_file_is_never_held_whole(tmp_path):
    path = tmp_path / "in.jsonl"
    line = {"prompt": "a", "source": "b" * 1000, "output": "b"}
    write(path, [line] * 4000)
    tracemalloc.start()
    kept = collections.deque(case_rows(path), maxlen=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept[0][0] == "line 4000 of in.jsonl" and peak < path.stat().st_size / 10


@pytest.mark.parametrize("line, message", BAD_LINES.items(), ids=lambda value: str(value)[:30])
def test_a_malformed_line_raises_or_is_counted(tmp_path, line, message):
    good = json.dumps(ROWS[0]).encode()
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\n".join([good, b"", line, good]) + b"\n")
    with pytest.raises((ValueError, TypeError), match=message) as info:
        run(source, tmp_path / "a.jsonl")
    assert "line 3 of in.jsonl" in str(info.value)
    to = tmp_path / "b.jsonl"
    summary = run(source, to, on_error="skip")
    first, second, third = read(to)
    assert first["label"] == third["label"] == "supported"
    assert (second["id"], second["label"], second["score"]) == (None, "unmeasured", None)
    assert second["reason"] == str(info.value) and len(second["reason"]) < 600
    assert (summary.rows, summary.skipped) == (3, 1)
    assert summary.estimates["check_coverage"].value == pytest.approx(2 / 3)
    assert summary.estimates["answer_accuracy"].value == 1.0
    assert "1 could not be read" in str(summary)


class Returns:
    def __init__(self, *verdicts):
        self.verdicts = verdicts

    def check(self, cases, outputs):
        return list(self.verdicts)


ONE = [(Case("a", ("b",)), "b")]
BAD_CALLS = [
    ({"cases": []}, ValueError, "`cases` must hold at least one row"),
    ({"cases": None}, TypeError, "must be a path, a DataFrame"),
    ({"cases": ["a"]}, TypeError, r"item 0 must be a dict with an `output` or a \(Case, output\)"),
    ({"cases": [("a", "b")]}, TypeError, "give `outputs` beside the cases"),
    ({"cases": [Case("a", ("b",))]}, TypeError, "give `outputs` beside the cases"),
    ({"cases": [Case("a", ("b",))], "outputs": "b"}, TypeError, "`outputs` must be a list of str"),
    ({"cases": [Case("a", ("b",))], "outputs": []}, ValueError, "there is none for item 0"),
    ({"cases": [Case("a", ("b",))], "outputs": ["b"] * 2}, ValueError, "there are more"),
    (
        {"cases": [Case("a", ("b",))], "outputs": [None]},
        TypeError,
        "`output` must be a str at item",
    ),
    ({"cases": ROWS, "outputs": ["b"] * 6}, ValueError, "remove `output`"),
    ({"cases": "missing.jsonl"}, FileNotFoundError, "must be an existing file"),
    ({"checker": "overlap"}, TypeError, "`checker` must have a method `check`"),
    ({"checker": AnswerChecker}, TypeError, r"`checker` must .*OverlapChecker\(\) has"),
    ({"checker": Returns("supported")}, TypeError, "must return Verdict objects"),
    ({"checker": Returns()}, ValueError, "must have the same length.*'verdicts': 0"),
    ({"checker": Returns(Verdict("supported", 2.0))}, ValueError, "`verdict.score` must be <= 1"),
    ({"checker": Returns(Verdict("supported", float("nan")))}, ValueError, "must be finite"),
    ({"checker": Returns(Verdict("good", 1.0))}, ValueError, "`verdict.label` must be one of"),
    ({"on_error": "ignore"}, ValueError, "`on_error` must be one of"),
    ({"batch_size": 0}, ValueError, "`batch_size` must be an integer >= 1"),
    ({"resume": True}, ValueError, "`resume` needs `to`"),
]


@pytest.mark.parametrize("kwargs, error, message", BAD_CALLS)
def test_bad_calls(kwargs, error, message):
    kwargs = {"cases": ONE, "to": None, **kwargs}
    with pytest.raises(error, match=message):
        run(**kwargs)


def test_files_that_cannot_be_gone_on_with(tmp_path):
    to = tmp_path / "verdicts.jsonl"
    run(ROWS, to)
    content = to.read_bytes()
    with pytest.raises(ValueError, match="`to` must be the path of a new file; `resume=True`"):
        run(ROWS, to)
    with pytest.raises(ValueError, match="`to` must be the path of a new file"):
        run(ROWS, tmp_path, resume=True)
    with pytest.raises(ValueError, match="in the same order.*'q1', it has the id '0'"):
        run(ROWS[1:], to, resume=True)
    with pytest.raises(ValueError, match="the id '4', there is none"):
        run(ROWS[:4], to, resume=True)
    assert to.read_bytes() == content
    for line in (b"3\n", b"{}\n", b"\xff\n", b'{"id": "0", "label": [], "score": 1}\n'):
        to.write_bytes(content + line)
        with pytest.raises(ValueError, match="line 7 of verdicts.jsonl holds no verdict"):
            run([*ROWS, ROWS[0]], to, resume=True)


def test_what_a_row_lacks_is_for_the_checker_to_say(tmp_path):
    run([{"prompt": "a", "output": "c"}], tmp_path / "a.jsonl")
    (record,) = read(tmp_path / "a.jsonl")
    assert (record["id"], record["reason"]) == ("0", "the case has no references")


def test_a_verdict_of_numpy_numbers_is_written():
    verdict = Verdict("unsupported", np.float32(0.5), ((np.int64(0), np.int64(2), "unsupported"),))
    record = json.loads(verdict_line("a", verdict))
    assert (record["score"], record["spans"]) == (0.5, [[0, 2, "unsupported"]])


@pytest.mark.parametrize("patience, verbose, seen", [(-1, True, True), (-1, False, False)])
def test_progress(monkeypatch, capsys, patience, verbose, seen):
    monkeypatch.setattr(_progress, "PATIENCE_SECONDS", patience)
    run(ROWS, None, verbose=verbose)
    run(iter(ROWS), None, verbose=verbose)
    out = capsys.readouterr().out
    assert ("AnswerChecker: checking" in out) == seen
    assert ("6/6" in out) == seen


def test_command_line(tmp_path, capsys):
    source, to = str(write(tmp_path / "in.jsonl")), str(tmp_path / "verdicts.jsonl")
    main([source, to, "--checker", "answer", "--batch-size", "4"])
    assert capsys.readouterr().out == f"{run(ROWS, None)}\n"
    assert labels(tmp_path / "verdicts.jsonl") == LABELS
    with pytest.raises(SystemExit):
        main([source, to, "--checker", "answer"])
    assert "`resume=True` goes on" in capsys.readouterr().err
    main([source, to, "--checker", "answer", "--resume"])
    main([source, str(tmp_path / "overlap.jsonl"), "--checker", "overlap"])
    expected = run(ROWS, None, checker=OverlapChecker())
    assert capsys.readouterr().out.endswith(f"{expected}\n")
