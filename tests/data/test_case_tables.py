"""Cases in tables: TSV, NDJSON, packed files, Parquet, Arrow tables, DataFrames and datasets."""

import builtins
import gzip
import json

import pandas as pd
import pytest

from keras_halluc._types import Case
from keras_halluc.data.cases import read_cases
from keras_halluc.grounding.files.case_rows import count_rows

ROWS = [
    {"prompt": 'A, "quoted"\tprompt?', "references": ["Straße", "北京"], "topic": "geo"},
    {"prompt": "Sum up.", "source": "It rained.\nAll day.", "topic": "news"},
]
CASES = [
    Case('A, "quoted"\tprompt?', ("Straße", "北京"), None, "geo", "0"),
    Case("Sum up.", (), "It rained.\nAll day.", "news", "1"),
]


def write(path):
    """The rows in a file of the kind that its name says."""
    kind = path.name.removesuffix(".gz").rsplit(".", 1)[1].lower()
    if kind in ("jsonl", "ndjson"):
        data = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)
    elif kind == "json":
        data = json.dumps(ROWS)
    else:
        data = pd.DataFrame(ROWS).to_csv(index=False, sep="\t" if kind == "tsv" else ",")
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "wt", encoding="utf-8-sig") as file:
        file.write(data)
    return path


KINDS = ["jsonl", "ndjson", "json", "csv", "tsv", "TSV", "NDJSON"]


@pytest.mark.parametrize("name", [f"c.{kind}{end}" for kind in KINDS for end in ("", ".gz")])
def test_text_files(tmp_path, name):
    path = write(tmp_path / name)
    cases = read_cases(path, group="topic")
    assert cases == CASES and cases == read_cases(str(path), group="topic")


def test_a_packed_file_in_upper_case(tmp_path):
    path = write(tmp_path / "c.csv.gz").rename(tmp_path / "C.CSV.GZ")
    assert read_cases(path, group="topic") == CASES


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv"])
@pytest.mark.parametrize("damage", ["cut", "no gzip", "changed"])
def test_a_packed_file_that_is_damaged(tmp_path, kind, damage):
    path = write(tmp_path / f"c.{kind}.gz")
    data = bytearray(path.read_bytes())
    if damage == "cut":
        del data[-12:]
    elif damage == "changed":
        data[len(data) // 2] ^= 255
    path.write_bytes(b"{}" if damage == "no gzip" else data)
    with pytest.raises(ValueError, match=rf"c.{kind}.gz must be a whole gzip.*give c.{kind}\."):
        read_cases(path, group="topic")


def arrow_table(path):
    from pyarrow import parquet

    return parquet.read_table(path)


def test_a_parquet_file(tmp_path, monkeypatch):
    pytest.importorskip("pyarrow")
    path = tmp_path / "c.parquet"
    pd.DataFrame(ROWS * 700).to_parquet(path, row_group_size=300)
    cases = read_cases(path, group="topic")
    assert [case.prompt for case in cases] == [row["prompt"] for row in ROWS * 700]
    assert cases[:2] == CASES and cases[1398].references == ("Straße", "北京")
    assert count_rows(path) == 1400
    frame = pd.DataFrame({"question": ["a"], "answers": [{"text": ["x"], "answer_start": [3]}]})
    frame["n"] = 3
    frame.to_parquet(path)
    (case,) = read_cases(path, prompt="question", references="answers")
    assert case.references == ("x",) and case.fields == {"n": 3}
    with pytest.raises(ValueError, match="row 0 of c.parquet must have a `prompt`; say which"):
        read_cases(path)
    with pytest.raises(
        ValueError, match="none is called `answer`. Did you mean references='answers'"
    ):
        read_cases(path, prompt="question", references="answer")
    frame = pd.DataFrame({"prompt": ["a"] * 1500, "source": "s", "reference": 7.0, "half": 0.5})
    frame.loc[3, "reference"] = None  # whole numbers with a gap, in the first batch only
    frame["group"] = frame["reference"]
    frame.to_parquet(path)
    for table in (path, arrow_table(path)):
        cases = read_cases(table)
        assert [case.references for case in cases[2:5]] == [("7",), (), ("7",)]
        assert cases[1499].references == ("7",) and cases[1499].group == "7"
        assert cases[0].fields == {"half": 0.5}
    path.write_bytes(b"PAR1 is not enough")
    with pytest.raises(ValueError, match="c.parquet must be a Parquet file"):
        read_cases(path)
    with pytest.raises(FileNotFoundError, match="missing.parquet"):
        read_cases(tmp_path / "missing.parquet")

    imported = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="c.parquet needs pyarrow.*pip install pyarrow"):
        read_cases(path)


def test_an_arrow_table():
    arrow = pytest.importorskip("pyarrow")
    table = arrow.Table.from_pandas(pd.DataFrame(ROWS))
    for cases in (table, table.to_batches()[0]):
        assert read_cases(cases, group="topic") == CASES
    with pytest.raises(ValueError, match="row 1 of the table must have `references`"):
        read_cases(arrow.table({"prompt": ["a", "b"], "reference": ["x", None]}))
    with pytest.raises(ValueError, match="`cases` must have each column once"):
        read_cases(arrow.table([["a"], ["b"]], names=["prompt", "prompt"]))


class Dataset:
    """What `datasets.Dataset` has that is read: names of columns, and rows as dicts."""

    def __init__(self, rows, form=None):
        self.rows, self.format = rows, {"type": form}

    @property
    def column_names(self):
        return list(self.rows[0])

    def __len__(self):
        return len(self.rows)

    def with_format(self, form):
        return Dataset(self.rows, form)

    def __iter__(self):
        for row in self.rows:
            yield 3 if self.format["type"] == "arrow" else {**dict.fromkeys(self.rows[0]), **row}


SQUAD = [
    {"question": "Who?", "answers": {"text": ["Anna"], "answer_start": [3]}, "context": "So Anna."},
    {"question": "When?", "answers": {"text": [], "answer_start": []}, "context": "One day."},
]
NAMES = {"prompt": "question", "references": "answers", "source": "context"}
EXPECTED = [Case("Who?", ("Anna",), "So Anna.", id="0"), Case("When?", (), "One day.", id="1")]


def test_a_dataset():
    assert read_cases(Dataset(SQUAD), **NAMES) == EXPECTED
    assert read_cases(Dataset(SQUAD, "arrow"), **NAMES) == EXPECTED
    assert count_rows(Dataset(SQUAD)) == 2
    with pytest.raises(ValueError, match='row 0 of the dataset must have a `prompt`.*"question"'):
        read_cases(Dataset(SQUAD))
    with pytest.raises(ValueError, match="none is called `contxt`. Did you mean source='context'"):
        read_cases(Dataset(SQUAD), **{**NAMES, "source": "contxt"})


def test_a_dataset_of_several_splits():
    splits = {"train": Dataset(SQUAD), "test": Dataset(SQUAD)}
    with pytest.raises(TypeError, match=r"one split.*dataset\['test'\].*\['train', 'test'\]"):
        read_cases(splits, **NAMES)


def test_the_real_ones():
    """Where they are installed: Hugging Face `datasets`, and Polars."""
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset.from_list(SQUAD)
    made = [dataset, dataset.to_iterable_dataset()]
    made += [dataset.with_format(form) for form in ("numpy", "arrow", "pandas")]
    for cases in made:
        assert read_cases(cases, **NAMES) == EXPECTED
    with pytest.raises(TypeError, match="one split of the dataset"):
        read_cases(datasets.DatasetDict(train=dataset), **NAMES)
    polars = pytest.importorskip("polars")
    assert read_cases(polars.DataFrame(SQUAD), **NAMES) == EXPECTED


def test_a_column_without_a_name(tmp_path):
    """Such as the index, which `to_csv` writes where nothing else is said."""
    path = tmp_path / "c.csv"
    pd.DataFrame(ROWS, index=["x", "y"]).to_csv(path)
    cases = read_cases(path, group="topic")
    assert cases == CASES and cases[0].fields == {"Unnamed: 0": "x"}


def test_cells_of_a_file_are_text_as_they_stand(tmp_path):
    """What pandas would read as missing or as a number."""
    answers = ["None", "N/A", "null", "NaN", "007", "1.50", "1e3", "TRUE", "2024-01-02", "-"]
    lines = [f"q,{answer}" for answer in answers]
    (tmp_path / "c.csv").write_text("\n".join(["prompt,reference", *lines]), encoding="utf-8")
    assert [case.references for case in read_cases(tmp_path / "c.csv")] == [(a,) for a in answers]


@pytest.mark.parametrize("name", ["c.csv", "c.tsv"])
def test_lists_in_a_cell_are_not_cut_at_bars(tmp_path, name):
    frame = pd.DataFrame(
        {"prompt": ["a"], "references": [["x | y", "z"]], "source": [["p|q", "r"]]}
    )
    frame.to_csv(tmp_path / name, index=False, sep="\t" if name == "c.tsv" else ",")
    (case,) = read_cases(tmp_path / name)
    assert case.references == ("x | y", "z") and case.source == "p|q\n\nr"


PAIR = [{"prompt": "a", "reference": "x"}, {"prompt": "b", "reference": "y"}]
KINDS_OF_ROWS = {
    "a float index": lambda: pd.DataFrame(PAIR, index=[0.5, float("nan")]),
    "categories": lambda: pd.DataFrame(PAIR).astype("category"),
    "strings of Arrow": lambda: pd.DataFrame(PAIR).astype("string"),
    "objects": lambda: pd.DataFrame(PAIR, dtype=object),
    "a Series of dicts": lambda: pd.Series(PAIR, index=[7, 7]),
    "zip": lambda: zip(["a", "b"], ["x", "y"]),
    "a generator": lambda: (dict(row) for row in PAIR),
    "records": lambda: pd.DataFrame(PAIR).to_dict("records"),
    "a tuple": lambda: tuple(PAIR),
    "columns turned over": lambda: pd.DataFrame(PAIR).iloc[:, ::-1],
}


@pytest.mark.parametrize("name", KINDS_OF_ROWS)
def test_rows_of_every_kind(name):
    cases = read_cases(KINDS_OF_ROWS[name]())
    assert cases == [Case("a", ("x",), id="0"), Case("b", ("y",), id="1")]


UNREADABLE = [
    (
        "c.csv",
        b"question;answer\na;x",
        "line 1 of c.csv must name the columns, separated by commas",
    ),
    ("c.csv", b"question\tanswer\na\tx", "line 1 of c.csv must name the columns, separated by com"),
    ("c.tsv", b"question,answer\na,x", "line 1 of c.tsv must name the columns, separated by tabs"),
    ("c.csv", "question,answer\nä,x".encode("cp1252"), "c.csv must be in UTF-8"),
    ("c.tsv", "question\tanswer\na\tx".encode("utf-16"), "c.tsv must be in UTF-8"),
    ("c.csv", b"QUESTION,answer\na,x", "Did you mean prompt='QUESTION'"),
    ("c.jsonl", b'{\n "question": "a",\n "answer": "x"\n}', "line 1 of c.jsonl must be one JSON"),
    (
        "c.json",
        b'{"data": [{"question": "a", "answer": "x"}]}',
        "list of objects. Save the list in 'data'",
    ),
    ("c.ndjson", b'{"question": "a", "answer": null}', "must have `references`"),
    ("c.jsonl", b'{"question": "a", "answer": true}', "or one str, number or date.*type bool"),
]


@pytest.mark.parametrize("name, data, match", UNREADABLE)
def test_files_that_cannot_be_read(tmp_path, name, data, match):
    (tmp_path / name).write_bytes(data)
    with pytest.raises((ValueError, TypeError), match=match):
        read_cases(tmp_path / name, prompt="question", references="answer")
