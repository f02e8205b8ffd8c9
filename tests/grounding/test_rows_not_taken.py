"""Does a row that a checker cannot take cost that row alone?"""

import json

import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding import CheckBatch
from keras_halluc.grounding import Verdict
from keras_halluc.grounding import check

OUTPUTS = ["Paris", "a\ud800b", "Lyon", "I don't know.", "\udfff", "Paris", "c\ud800", "Rome"]
BAD = [1, 4, 6]
CASES = [Case("Capital?", ("Paris",), group="ab"[i % 2], id=f"q{i}") for i in range(len(OUTPUTS))]


class Strict:
    """As a tokenizer in another language: one text of a batch that it cannot take ends all."""

    def __init__(self, error=RuntimeError):
        self.error = error

    def check(self, cases, outputs):
        try:
            "".join(outputs).encode()
        except UnicodeEncodeError:
            raise self.error("not UTF-8:\n" + "".join(outputs) + "x" * 1000) from None
        return AnswerChecker().check(cases, outputs)


def run(to, checker=None, **kwargs):
    kwargs = {"on_error": "skip", "verbose": False, **kwargs}
    return check(CASES, OUTPUTS, checker or Strict(), to=to, **kwargs)


@pytest.mark.parametrize("batch_size", [1, 3, 256])
def test_only_those_rows_are_skipped_whatever_the_batch(tmp_path, batch_size):
    summary = run(tmp_path / "a.jsonl", batch_size=batch_size)
    records = [json.loads(line) for line in (tmp_path / "a.jsonl").read_bytes().splitlines()]
    for i, (record, verdict) in enumerate(
        zip(records, AnswerChecker().check(CASES, OUTPUTS), strict=True)
    ):
        if i in BAD:
            assert (record["id"], record["label"], record["score"]) == (None, "unmeasured", None)
            reason = record["reason"]
            assert reason.startswith(f"Strict cannot take item {i}: RuntimeError('not UTF-8:")
            assert reason.isprintable() and len(reason) < 300
        else:
            assert (record["id"], record["label"]) == (f"q{i}", verdict.label)
    assert (summary.rows, summary.skipped) == (len(OUTPUTS), len(BAD))
    assert summary.estimates["check_coverage"].value == pytest.approx(5 / 8)
    assert "(3 could not be read or checked)" in str(summary)


def test_a_run_cut_after_such_a_row_goes_on_and_ends_the_same(tmp_path):
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    expected = run(whole)
    lines = whole.read_bytes().splitlines(keepends=True)
    for count in range(len(lines) + 1):
        cut.write_bytes(b"".join(lines[:count]))
        assert run(cut, resume=True) == expected
        assert cut.read_bytes() == whole.read_bytes()


def test_a_function_of_columns():
    batch = {"prompt": ["?"] * 3, "reference": ["Paris"] * 3, "output": ["Paris", "\ud800", "a"]}
    result = CheckBatch(Strict(), on_error="skip")(batch)
    assert list(result["verdict_label"]) == ["supported", "unmeasured", "unsupported"]
    assert result["verdict_reason"][1].startswith("Strict cannot take row 1 of the batch: ")


def test_what_is_no_fault_of_a_row_still_raises(tmp_path):
    with pytest.raises(RuntimeError, match="not UTF-8"):
        run(None, on_error="raise")
    for error in (ConnectionError, MemoryError, ImportError, KeyboardInterrupt):
        with pytest.raises(error):
            run(None, Strict(error))

    class Short(Strict):
        def check(self, cases, outputs):
            return super().check(cases, outputs)[1:]

    class Wrong(Strict):
        def check(self, cases, outputs):
            return [Verdict("good", 1.0) for _ in super().check(cases, outputs)]

    with pytest.raises(ValueError, match="must have the same length"):
        run(None, Short())
    with pytest.raises(ValueError, match="`verdict.label` must be one of"):
        run(None, Wrong())
