"""Columns and empty outputs of finished text: alike in every file, table and list."""

import json

import numpy as np
import pandas as pd
import pytest

from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding import CheckBatch
from keras_halluc.grounding import Verdict
from keras_halluc.grounding import check
from keras_halluc.grounding.__main__ import main

ROWS = [
    {"question": "Capital?", "answer": "Paris", "response": "Paris", "topic": "geo", "qid": "x"},
    {"question": "Capital?", "answer": "Rome", "response": "Lyon", "topic": "geo", "qid": "y"},
    {"question": "Capital?", "answer": "Rome", "response": "", "topic": "b", "qid": "z"},
]
NAMED = {"prompt": "question", "references": "answer", "group": "topic", "id": "qid"}
NAMED["output"] = "response"
LABELS = ["supported", "unsupported", "abstained"]


def run(cases, to=None, **kwargs):
    kwargs = {**NAMED, **kwargs}
    return check(cases, checker=AnswerChecker(), to=to, verbose=0, **kwargs)


def write(folder, kind, rows=ROWS):
    path = folder / f"rows.{kind}"
    frame = pd.DataFrame(rows)
    if kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    elif kind == "json":
        path.write_text(json.dumps(rows), encoding="utf-8")
    elif kind == "parquet":
        pytest.importorskip("pyarrow")
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False, sep="\t" if "tsv" in kind else ",")
    return path


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "tsv", "csv.gz", "parquet"])
def test_files_and_what_pandas_reads_of_them(tmp_path, kind):
    run(ROWS, tmp_path / "expected.jsonl")
    path = write(tmp_path, kind)
    made = {"file": path, "frame": pd.DataFrame(ROWS)}
    if kind == "csv":
        made["read"] = pd.read_csv(path)
        assert made["read"]["response"].isna()[2]
        made["read as str"] = pd.read_csv(path, dtype=str, keep_default_na=False)
        made["records"] = made["read"].to_dict("records")
    if kind == "parquet":  # with a null for the empty cell
        pd.read_csv(write(tmp_path, "csv")).to_parquet(tmp_path / "nulls.parquet")
        made["nulls"] = tmp_path / "nulls.parquet"
    for name, cases in made.items():
        to = tmp_path / f"{name}.jsonl"
        assert run(cases, to).labels["abstained"] == 1
        assert to.read_bytes() == (tmp_path / "expected.jsonl").read_bytes()


@pytest.mark.parametrize("empty", [np.nan, pd.NA, None])
def test_an_empty_cell_of_a_table_is_an_empty_output(empty):
    frame = pd.DataFrame(ROWS)
    frame["response"] = pd.Series(["Paris", empty, empty], dtype=object)
    assert run(frame).labels["abstained"] == 2
    frame["response"] = np.nan  # no output at all
    assert run(frame).labels["abstained"] == 3
    result = CheckBatch(AnswerChecker(), **NAMED)(frame)
    assert list(result["verdict_label"]) == ["abstained"] * 3


def test_null_in_json_is_no_output(tmp_path):
    path = write(tmp_path, "jsonl", [{**ROWS[0], "response": None}])
    with pytest.raises(TypeError, match="`output` must be a str at line 1.*an empty output is ''"):
        run(path)
    with pytest.raises(TypeError, match="`output` must be a str at item 0.*output=3"):
        run([{**ROWS[0], "response": 3}])


def test_references_in_the_column_called_output():
    rows = [{"prompt": "a", "output": "Paris", "response": "Paris"}]
    named = {"prompt": None, "references": "output", "group": None, "id": None}
    assert run(rows, **named).labels["supported"] == 1
    with pytest.raises(ValueError, match='must have an `output`.*as in output="response"'):
        run(rows, output=None, **named)


class KeepsFields:
    """A checker that looks at another column."""

    def check(self, cases, outputs):
        self.seen = [dict(case.fields) for case in cases]
        return [Verdict("supported", 1.0)] * len(cases)


def test_other_columns_reach_the_checker():
    checker = KeepsFields()
    expected = [{"topic": row["topic"], "qid": row["qid"]} for row in ROWS]
    named = {"prompt": "question", "references": "answer", "output": "response"}
    check(ROWS, checker=checker, verbose=0, **named)
    assert checker.seen == expected
    columns = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    for batch in (columns, pd.DataFrame(ROWS)):
        CheckBatch(checker, **named)(batch)
        assert checker.seen == expected


def test_outputs_beside_cases_that_have_a_column_of_outputs():
    with pytest.raises(ValueError, match="in `response` and another one in `outputs`.*leave out"):
        run(ROWS, outputs=["a"] * 3)
    rows = [{k: v for k, v in row.items() if k != "response"} for row in ROWS]
    assert run(rows, outputs=["Paris", "Lyon", ""], output=None).labels["abstained"] == 1


BAD_NAMES = [
    ({"group": "colour"}, "`group` must be the name of a column; none is called `colour`"),
    ({"references": "answr"}, "Did you mean references='answer'"),
    ({"output": "respnse"}, "Did you mean output='response'"),
    ({"output": None}, r'must have an `output`.*as in output="response".*Received columns'),
    ({"output": "answer"}, "`output` must be another column than `references`"),
]


@pytest.mark.parametrize("named, match", BAD_NAMES)
def test_names_that_do_not_fit(tmp_path, named, match):
    with pytest.raises(ValueError, match=match):
        run(ROWS, **named)


def test_a_name_in_no_row_is_an_error_when_rows_are_skipped_too(tmp_path):
    for cases in (ROWS, write(tmp_path, "csv"), write(tmp_path, "jsonl"), pd.DataFrame(ROWS)):
        with pytest.raises(ValueError, match="none is called `colour`"):
            run(cases, on_error="skip", group="colour")
    columns = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    with pytest.raises(ValueError, match="none is called `colour`"):
        CheckBatch(AnswerChecker(), **{**NAMED, "group": "colour"})(columns)
    with pytest.raises(ValueError, match=r'have a column `output`.*as in output="response"'):
        CheckBatch(AnswerChecker(), **{**NAMED, "output": None})(columns)


def test_a_run_that_was_cut_goes_on_with_the_same_names(tmp_path):
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    expected = run(ROWS, whole)
    lines = whole.read_bytes().splitlines(keepends=True)
    for count in range(len(lines) + 1):
        cut.write_bytes(b"".join(lines[:count]))
        assert run(ROWS, cut, resume=True) == expected
        assert cut.read_bytes() == whole.read_bytes()


def test_command_line(tmp_path, capsys):
    source, to = str(write(tmp_path, "csv")), tmp_path / "verdicts.jsonl"
    named = [part for field, name in NAMED.items() for part in (f"--{field}", name)]
    main([source, str(to), "--checker", "answer", *named])
    assert capsys.readouterr().out == f"{run(ROWS)}\n"
    records = [json.loads(line) for line in to.read_bytes().splitlines()]
    assert [record["label"] for record in records] == LABELS
    assert [record["id"] for record in records] == ["x", "y", "z"]
    with pytest.raises(SystemExit):
        main([source, str(tmp_path / "b.jsonl"), "--checker", "answer", "--prompt", "qestion"])
    assert "Did you mean prompt='question'" in capsys.readouterr().err
    assert not (tmp_path / "b.jsonl").exists()
