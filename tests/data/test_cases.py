"""Are cases read from every source alike, and is every gap in them reported?"""

import csv
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keras_halluc._types import Case
from keras_halluc.data.cases import read_cases
from keras_halluc.data.cases import require_cases

ROWS = [
    {"prompt": "Hauptstadt?", "references": ["Straße", "北京"], "group": "geo", "id": "a"},
    {"prompt": 'Summarise, "please"', "source": "हिन्दी\nالقاهرة"},
]
CASES = [
    Case("Hauptstadt?", ("Straße", "北京"), None, "geo", "a"),
    Case('Summarise, "please"', (), "हिन्दी\nالقاهرة", None, "1"),
]
FIELDS = ["prompt", "references", "source", "group", "id"]


def write_csv(path, rows=ROWS, encoding="utf-8"):
    with open(path, "w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "references": "|".join(row.get("references", []))})
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_files_of_each_kind(tmp_path, encoding):
    jsonl = "\n\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS) + "\r\n"
    (tmp_path / "c.jsonl").write_text(jsonl, encoding=encoding)
    (tmp_path / "c.json").write_text(json.dumps(ROWS, ensure_ascii=False), encoding=encoding)
    write_csv(tmp_path / "c.CSV", encoding=encoding)
    for name in ("c.jsonl", "c.json", "c.CSV"):
        assert read_cases(tmp_path / name) == CASES
        assert read_cases(str(tmp_path / name)) == CASES


def test_data_frames():
    frame = pd.DataFrame(ROWS)
    assert isinstance(frame["source"][0], float) or frame["source"][0] is None  # missing
    assert read_cases(frame) == CASES
    arrays = pd.DataFrame({"prompt": ["a"], "references": [np.array(["x", "y"], object)]})
    assert read_cases(arrays) == [Case("a", ("x", "y"), id="0")]
    frame = pd.DataFrame({"prompt": ["a", "b"], "reference": ["x", "y"], "source": [pd.NA, "s"]})
    frame["id"] = [7, 8]
    assert read_cases(frame.astype({"source": "string"})) == [
        Case("a", ("x",), id="7"),
        Case("b", ("y",), "s", id="8"),
    ]


def test_lists_of_each_kind():
    assert read_cases(ROWS) == CASES
    assert read_cases(iter(ROWS)) == CASES
    assert read_cases(CASES) == CASES
    pairs = [("a", "x"), ["b", ["y", "z"]], Case("c", ("w",)), {"prompt": "d", "reference": "v"}]
    assert read_cases(pairs) == [
        Case("a", ("x",), id="0"),
        Case("b", ("y", "z"), id="1"),
        Case("c", ("w",), id="2"),
        Case("d", ("v",), id="3"),
    ]
    assert read_cases([Case("a", references=["x"])])[0].references == ("x",)


def test_the_given_rows_are_left_as_they_were():
    row = {"prompt": "a", "reference": "x"}
    read_cases([row])
    assert row == {"prompt": "a", "reference": "x"}


def test_numbering_is_stable_and_clashes_with_no_given_id():
    rows = [("a", "x"), {"prompt": "b", "reference": "y", "id": 0}, ("c", "z")]
    assert [case.id for case in read_cases(rows)] == ["0_", "0", "2"]
    assert [case.id for case in read_cases(rows)] == ["0_", "0", "2"]


@pytest.mark.parametrize("nothing", [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT])
def test_missing_values(nothing):
    row = {"prompt": "a", "references": "x", "source": nothing, "group": nothing, "id": nothing}
    assert read_cases([row]) == [Case("a", ("x",), id="0")]
    row = {"prompt": "a", "references": nothing, "source": "s"}
    assert read_cases([row]) == [Case("a", (), "s", id="0")]
    with pytest.raises(ValueError, match="item 0 must have a `prompt`"):
        read_cases([{"prompt": nothing, "references": "x"}])


def test_csv_splits_references_but_not_reference(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text('prompt,references\n"a, b",x | y|\n\n"c",z\n', encoding="utf-8")
    assert [case.references for case in read_cases(path)] == [("x", "y"), ("z",)]
    path.write_text("prompt,reference\na,x|y\n", encoding="utf-8")
    assert read_cases(path)[0].references == ("x|y",)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="|\0"), max_size=8).map(
    lambda text: f"x{text}x"
)


@settings(deadline=None, max_examples=40)  # a machine may be busy
@example([("line\r\nline\rline\u2028line", ['\ufeffx, "y"'])])
@given(st.lists(st.tuples(WORDS, st.lists(WORDS, min_size=1, max_size=3)), min_size=1, max_size=4))
def test_all_sources_agree(tmp_path_factory, items):
    folder = tmp_path_factory.mktemp("cases")
    rows = [{"prompt": prompt, "references": references} for prompt, references in items]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    with open(folder / "c.jsonl", "w", encoding="utf-8", newline="") as file:
        file.write("\n".join(lines))
    with open(folder / "c.json", "w", encoding="utf-8", newline="") as file:
        json.dump(rows, file, ensure_ascii=False)
    expected = read_cases(rows)
    assert [(case.prompt, list(case.references)) for case in expected] == items
    assert read_cases(folder / "c.jsonl") == read_cases(folder / "c.json") == expected
    assert read_cases(write_csv(folder / "c.csv", rows)) == expected
    assert read_cases(pd.DataFrame(rows)) == read_cases(items) == expected
    assert require_cases(expected) == expected


BAD_LISTS = [
    ([], ValueError, "`cases` must hold at least one case"),
    (None, TypeError, "`cases` must be a path, a DataFrame, a dataset, or a list"),
    (3, TypeError, "`cases` must be a path, a DataFrame, a dataset, or a list"),
    (b"c.csv", TypeError, "`cases` must be a path, a DataFrame, a dataset, or a list"),
    ({"prompt": "a", "references": "x"}, TypeError, "`cases` must be a path.* or a list of dict"),
    (Case("a", ("x",)), TypeError, "`cases` must be a path.*list of dict, of Case"),
    (["a"], TypeError, "item 0 must be a dict with `prompt`.*Received: row='a'"),
    ([("a", "x"), ("a", "b", "c")], TypeError, "item 1 must be a dict.*pair"),
    ([{"references": ["x"]}], ValueError, "item 0 must have a `prompt`"),
    ([{"prompt": "", "references": ["x"]}], ValueError, "`prompt` must not be empty at item 0"),
    ([("a", "x"), (" \n", "x")], ValueError, "`prompt` must not be empty at item 1"),
    ([(3, "x")], TypeError, "`prompt` must be a str at item 0.*prompt=3 of type int"),
    ([{"prompt": "a"}], ValueError, "item 0 must have `references`.* or `source`"),
    ([{"prompt": "a", "references": []}], ValueError, "item 0 must have `references`"),
    ([("a", True)], TypeError, "`references` must be a list of str at item 0.*True of type bool"),
    ([("a", {"x": 1})], TypeError, "`references` must be a list of str at item 0.*have `text`"),
    ([("a", ["x", True])], TypeError, r"`references\[1\]` must be a str at item 0"),
    ([("a", ["x", ""])], ValueError, r"`references\[1\]` must not be empty at item 0.*'unknown'"),
    ([("a", [None])], TypeError, r"`references\[0\]` must be a str at item 0"),
    ([{"prompt": "a", "source": 5}], TypeError, "`source` must be a str at item 0"),
    ([{"prompt": "a", "source": " "}], ValueError, "`source` must not be empty at item 0"),
    ([{"prompt": "a", "source": "s", "group": ["g"]}], TypeError, "`group` must be a str"),
    ([{"prompt": "a", "source": "s", "id": 1.5}], TypeError, "`id` must be a str at item 0"),
    ([{"prompt": "a", "source": "s", "id": True}], TypeError, "`id` must be a str at item 0"),
    (
        [{"prompt": "a", "source": "s", "id": i} for i in ("p", "q", "p")],
        ValueError,
        "`id` must be different.*item 2 has the one of item 0.*id='p'",
    ),
    (
        [{"prompt": "a", "source": "s", "id": i} for i in (1, "1")],
        ValueError,
        "`id` must be different",
    ),
    (
        [{"prompt": "a", "refrences": ["x"]}],
        ValueError,
        "item 0 must have `references` or no.*Did you mean `references` where it says `refrences`",
    ),
    ([{"Prompt": "a", "source": "s"}], ValueError, "Did you mean `prompt` where it says `Prompt`"),
    ([{3: "a"}], ValueError, r"item 0 must have a `prompt`.*Received columns: \[3\]"),
    (
        [{"prompt": "a", "references": ["x"], "reference": "y"}],
        ValueError,
        "item 0 must have `references` or `reference`, not both",
    ),
    (pd.DataFrame({"prompt": []}), ValueError, "`cases` must hold at least one case"),
    (
        pd.DataFrame({"prompt": ["a", "b"], "reference": ["x", None]}),
        ValueError,
        "row 1 of the DataFrame must have `references`",
    ),
    (
        pd.DataFrame([["a", "x", "y"]], columns=["prompt", "reference", "reference"]),
        ValueError,
        "`cases` must have each column once",
    ),
]


@pytest.mark.parametrize("source, error, match", BAD_LISTS)
def test_bad_lists(source, error, match):
    with pytest.raises(error, match=match):
        read_cases(source)


BAD_FILES = [
    ("c.jsonl", "", "`cases` must hold at least one case"),
    ("c.jsonl", '{"prompt": "a", "source": "s"}\n\n{"prompt": "b",}', "line 3 of c.jsonl .*column"),
    ("c.jsonl", '{"prompt": "a", "source": "s"}\n[1]', "line 2 of c.jsonl must be a dict"),
    ("c.jsonl", '{"prompt": "a"}', "line 1 of c.jsonl must have `references`"),
    ("c.jsonl", '{"prompt": NaN, "source": "s"}', "line 1 of c.jsonl must have a `prompt`"),
    ("c.json", "", "c.json must be valid JSON.*at column 1"),
    ("c.json", "[" * 100_000, "c.json must be valid JSON: lists and objects may lie at most 100"),
    ("c.json", "[" + "9" * 5000 + "]", "c.json must be valid JSON: a whole number has at most 300"),
    ("c.json", "[]", "`cases` must hold at least one case"),
    ("c.json", '{"prompt": "a"}\n{"prompt": "b"}', "c.json must be valid JSON.*name it .jsonl"),
    ("c.json", '{"cases": []}', "c.json must hold a list of objects"),
    ("c.json", '[{"prompt": "a", "source": 1}]', "`source` must be a str at item 0 of c.json"),
    ("c.csv", "", "`cases` must hold at least one case"),
    ("c.csv", "prompt,references\n", "`cases` must hold at least one case"),
    ("c.csv", "promt,references\na,x", "line 1 of c.csv must name .*Did you mean `prompt`"),
    ("c.csv", "prompt;references\na;x", "line 1 of c.csv must name the columns, separated by com"),
    ("c.csv", "prompt,source,source\na,x,y", "line 1 of c.csv must name.*each once"),
    ("c.csv", "prompt,references\na,x,y", "line 2 of c.csv must have at most 2 cells; .*quotes"),
    ("c.csv", "prompt,references\na,x\n\n,y", "line 4 of c.csv must have a `prompt`"),
    ("c.csv", "prompt,references\na,x\nb,|", "line 3 of c.csv must have `references`"),
    ("c.csv", "prompt,refs\na,x", r'which column holds them, as in references="answer".*refs'),
    ("c.jsonl", '{"%s": 1}' % ("x" * 9999), r"must have a `prompt`.*Received columns: .{,200}$"),
    ("c.csv", f"prompt,prompt,{'x' * 9999}", "and each once. Received: columns=.{,200}$"),
    ("c.csv", 'prompt,references\n"a"b,x', "line 2 of c.csv must be valid CSV"),
    ("c.csv", f"prompt,source\na,{'x' * 200_000}", "line 2 of c.csv must be valid CSV.*jsonl"),
    (
        "c.txt",
        "a",
        r"path that ends in one of \('.jsonl', '.ndjson', '.json', '.csv', '.tsv', '.pa",
    ),
    ("c.parquet.gz", "a", "path that ends in one of"),
    ("c.tsv", "prompt,references\na,x", "line 1 of c.tsv must name the columns, separated by tabs"),
    ("c.tsv", "prompt\treferences\na\tx\ty", "at most 2 cells; put a cell with a tab"),
    ("cases", "a", "path that ends in one of"),
]


@pytest.mark.parametrize("name, text, match", BAD_FILES)
def test_bad_files(tmp_path, name, text, match):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises((ValueError, TypeError), match=match):
        read_cases(tmp_path / name)


def test_files_that_are_not_there_or_not_utf8(tmp_path):
    with pytest.raises(FileNotFoundError, match="must be an existing file.*missing.jsonl"):
        read_cases(tmp_path / "missing.jsonl")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(FileNotFoundError, match="must be an existing file"):
        read_cases(str(tmp_path / "folder.csv"))
    write_csv(tmp_path / "c.csv", encoding="utf-16")
    with pytest.raises(ValueError, match="c.csv must be in UTF-8"):
        read_cases(tmp_path / "c.csv")


def test_check_cases_returns_the_same_objects():
    cases = [Case("a", ("x",)), Case("b", source="s", id="1")]
    checked = require_cases(tuple(cases))
    assert isinstance(checked, list)
    assert all(one is other for one, other in zip(checked, cases))
    assert require_cases([Case("a", references=["x"])]) == [Case("a", ("x",))]


@pytest.mark.parametrize(
    "cases, error, match",
    [
        ([], ValueError, "`cases` must not be empty"),
        ("abc", TypeError, "`cases` must be a list of Case"),
        (None, TypeError, "`cases` must be a list of Case"),
        (Case("a", ("x",)), TypeError, "`cases` must be a list of Case"),
        ({"prompt": "a"}, TypeError, "`cases` must be a list of Case"),
        ([("a", "x")], TypeError, r"`cases` must hold Case objects only.*read_cases.*cases\[0\]="),
        ([{"prompt": "a"}], TypeError, "`cases` must hold Case objects only"),
        ([Case("a")], ValueError, r"cases\[0\] must have `references`"),
        ([Case("")], ValueError, r"`prompt` must not be empty at cases\[0\]"),
        ([Case("a", "x")], TypeError, r"`references` must be a list of str at cases\[0\]"),
        ([Case("a", ("x",)), Case(None, ("x",))], TypeError, r"`prompt` must be a str at cases\[1"),
        ([Case("a", ("x",), id="1")] * 2, ValueError, r"cases\[1\] has the one of cases\[0\]"),
        ([Case("a", ("x",), group=3)], TypeError, r"`group` must be a str at cases\[0\]"),
    ],
)
def test_check_cases_reports(cases, error, match):
    with pytest.raises(error, match=match):
        require_cases(cases)
