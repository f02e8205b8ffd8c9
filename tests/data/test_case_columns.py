"""Columns of cases: named by arguments, kept as fields, and never lost to a slip in a name."""

import copy
import dataclasses
import json
import pickle
import re
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from keras_halluc._types import Case
from keras_halluc.data.cases import read_cases
from keras_halluc.grounding.files.did_you_mean import is_nearly

ROWS = [
    {"question": "Capital?", "answer": "Paris", "topic": "geo", "qid": 7, "year": 2024},
    {"question": "Sum up.", "context": "It rained.", "prompt": "kept", "year": None},
]
NAMED = {"prompt": "question", "references": "answer", "source": "context", "group": "topic"}
CASES = [
    Case("Capital?", ("Paris",), None, "geo", "7"),
    Case("Sum up.", (), "It rained.", None, "1"),
]
FIELDS = [{"year": 2024}, {"prompt": "kept"}]


def test_columns_that_are_named(tmp_path):
    pd.DataFrame(ROWS).to_csv(tmp_path / "c.csv", index=False)
    (tmp_path / "c.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    for rows in (ROWS, pd.DataFrame(ROWS), tmp_path / "c.jsonl"):
        cases = read_cases(rows, id="qid", **NAMED)
        assert cases == CASES
        assert [dict(case.fields) for case in cases] == FIELDS
    (first, second) = read_cases(tmp_path / "c.csv", id="qid", **NAMED)
    assert first.id == "7.0" and first.prompt == "Capital?"  # what stands in the file is text
    assert first.fields == {"year": "2024.0"} and second.fields == {"prompt": "kept"}


def test_several_references_in_a_named_column_of_a_file(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("prompt,answer,reference\na,x|y,z|w\n", encoding="utf-8")
    (case,) = read_cases(path, references="answer")
    assert case.references == ("x", "y") and case.fields == {"reference": "z|w"}
    (case,) = read_cases(path, references="reference")
    assert case.references == ("z|w",) and case.fields == {"answer": "x|y"}


def test_a_column_that_is_named_holds_no_other_field():
    rows = [{"source": "Guten Tag.", "target": "Good day.", "id": "x"}]
    (case,) = read_cases(rows, prompt="source", references="target", group="id")
    assert case == Case("Guten Tag.", ("Good day.",), None, "x", "0") and case.fields == {}
    with pytest.raises(ValueError, match="item 0 must have a `prompt`"):
        read_cases([{"prompt": "a", "x": "b"}], references="prompt")


def test_the_first_argument_has_no_name():
    with pytest.raises(TypeError, match="positional"):
        read_cases(cases=ROWS)
    with pytest.raises(TypeError, match="positional"):
        read_cases(ROWS, "question")


TABLE = pd.DataFrame(ROWS)
BAD_NAMES = [
    (ROWS, {**NAMED, "source": "contxet"}, "Did you mean source='context'"),
    (
        ROWS,
        {**NAMED, "group": "colour"},
        r"`group` must be the name of a column; none is.*`colour`",
    ),
    (TABLE, {**NAMED, "group": "tpoic"}, "none is called `tpoic`. Did you mean group='topic'"),
    (ROWS[:1], {**NAMED, "source": "x"}, r"called `x`. Received columns: \['question', 'answer'"),
    (CASES, {"prompt": "question"}, r"none is called `question`. Received columns: \[\]"),
    ([("a", "x")], {"group": "topic"}, "none is called `topic`"),
    (ROWS, {"prompt": "question", "references": "question"}, "another column than `prompt`"),
    (TABLE, {"prompt": "Question"}, "Did you mean prompt='question'"),
    ([{"prompt": "a", "references": "b", "reference": "c"}], {}, 'say which.* references="refer'),
    (
        [{"question": "a", "answer": "b"}],
        {},
        r'have a `prompt`; say which.* prompt="question".*wer',
    ),
    ([{"input": "a", "target": "b"}], {}, 'prompt="input"'),
    ([{"prompt": "a", "target": "b", "article": "c"}], {}, '"target" or source="article".*article'),
    ([{"prompt": None, "references": "b"}], {}, "must have a `prompt`; `prompt` is empty"),
]


@pytest.mark.parametrize("rows, named, match", BAD_NAMES)
def test_names_that_do_not_fit(rows, named, match):
    with pytest.raises(ValueError, match=match):
        read_cases(rows, **named)


@pytest.mark.parametrize("name", [3, b"question", ["question"]])
def test_a_name_is_text(name):
    with pytest.raises(TypeError, match="`prompt` must be the name of a column, a str"):
        read_cases(ROWS, prompt=name)


def test_a_column_that_only_some_rows_have():
    rows = [{"prompt": "a", "reference": "x"}, {"prompt": "b", "reference": "y", "topic": "t"}]
    assert [case.group for case in read_cases(rows, group="topic")] == [None, "t"]


SLIPS = {
    "references": ["refrences", "References", " references", "refernces", "referense", "Reference"],
    "source": ["Source", "sources", "sorce", "souce", "soruce", "SOURCE ", "source_"],
    "group": ["groups", "Group", "grup", "gropu"],
    "id": ["ID", "Id", "id "],
}
NO_SLIPS = {
    "references": ["preference", "preferences", "difference", "ref", "answer", "inference"],
    "source": ["score", "course", "resource", "sourced_by", "force", "text"],
    "group": ["grade", "topic", "grouping_key", "up"],
    "id": ["idx", "qid", "uid", "i"],
}


@pytest.mark.parametrize(
    "field, name", [(field, name) for field, names in SLIPS.items() for name in names]
)
def test_a_slip_is_no_field(field, name):
    kept = "source" if field == "references" else "reference"
    with pytest.raises(ValueError, match=rf"Did you mean `{field[:6]}\w*` where it says `{name}`"):
        read_cases([{"prompt": "a", kept: "b", name: "c"}])


@pytest.mark.parametrize(
    "field, name", [(field, name) for field, names in NO_SLIPS.items() for name in names]
)
def test_another_word_is_a_field(field, name):
    kept = "source" if field == "references" else "reference"
    (case,) = read_cases([{"prompt": "a", kept: "b", name: "c"}])
    assert case.fields == {name: "c"}


def test_a_slip_of_a_field_that_is_there_is_kept():
    row = {"prompt": "a", "reference": "b", "source": None, "Source": "web", "group": "g"}
    assert read_cases([row])[0].fields == {"Source": "web"}
    assert not is_nearly("reference", "reference") and is_nearly("refrence", "reference")


def test_fields_are_of_any_type_and_missing_ones_are_left_out():
    array, thing = np.arange(3), threading.Lock()
    row = {"prompt": "a", "reference": "b", "array": array, "thing": thing, 5: "x"}
    (case,) = read_cases([{**row, "none": None, "nan": float("nan"), "na": pd.NA}])
    assert list(case.fields) == ["array", "thing", "5"]
    assert case.fields["array"] is array and case.fields["thing"] is thing
    assert case == Case("a", ("b",), id="0") and hash(case) == hash(Case("a", ("b",), id="0"))
    repr(case)


def test_a_case_with_fields_is_still_a_value():
    case = Case("a", ("b",), fields={"year": 3})
    assert pickle.loads(pickle.dumps(case)).fields == copy.deepcopy(case).fields == {"year": 3}
    assert dataclasses.replace(case, id="1").fields == {"year": 3}
    assert case == Case("a", ("b",)) and case != Case("a", ("c",), fields={"year": 3})
    with pytest.raises(dataclasses.FrozenInstanceError):
        case.fields = {}
    with pytest.raises(TypeError, match="`fields` must be a dict at item 0"):
        read_cases([Case("a", ("b",), fields=3)])
    assert Case("a").fields == {} and Case("a").fields is not Case("a").fields


def test_cases_written_as_dicts_are_read_as_they_were():
    cases = read_cases(ROWS, id="qid", **NAMED)
    for _ in range(2):
        again = read_cases(json.loads(json.dumps([dataclasses.asdict(case) for case in cases])))
        assert again == cases
        assert [case.fields for case in again] == [case.fields for case in cases]
        cases = again
    assert read_cases([{"prompt": "a", "reference": "b", "fields": 3}])[0].fields == {"fields": 3}


def test_the_page_on_cases_says_what_is_read(capsys):
    page = (Path(__file__).parents[2] / "docs/concepts.md").read_text(encoding="utf-8")
    program = re.search(r"### Reading cases.*?```python\n(.*?)```", page, re.DOTALL)[1]
    exec(compile(program, "docs/concepts.md", "exec"), {})
    said = capsys.readouterr().out.strip()
    assert said and f"# {said}\n" in program
