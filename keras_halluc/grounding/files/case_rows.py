"""Rows of evaluation data and where each stands, in a file, a table or a list."""

import os
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keras_halluc._require import received
from keras_halluc._types import Case
from keras_halluc.grounding.files.parquet_file import count_parquet_rows
from keras_halluc.grounding.files.parquet_file import parquet_rows
from keras_halluc.grounding.files.table_rows import is_table
from keras_halluc.grounding.files.table_rows import table_rows
from keras_halluc.grounding.files.text_files import LINES
from keras_halluc.grounding.files.text_files import PACKED
from keras_halluc.grounding.files.text_files import TEXT_SUFFIXES
from keras_halluc.grounding.files.text_files import suffix_of
from keras_halluc.grounding.files.text_files import text_file_rows

PARQUET = ".parquet"
SUFFIXES = (*TEXT_SUFFIXES, PARQUET)


def case_rows(
    cases: Any, needed: str | None = None, name: str = "cases"
) -> Iterator[tuple[str, Any]]:
    """Pairs of where a row stands and the row, a dict if it came from a file or a table.

    A `.jsonl` file is read line by line, a `.parquet` file batch by batch, neither as a whole. A
    line that cannot be read comes as the ValueError that says why, for `read_case` to raise, so
    that the lines after it can be read.

    Args:
        cases: what `keras_halluc.data.read_cases` takes.
        needed: str, the column that a `.csv` or `.tsv` file must have; None if it may have any.
        name: str, what errors call `cases`.
    """
    if isinstance(cases, (str, os.PathLike)):
        yield from _file_rows(Path(cases), needed, name)
    elif isinstance(cases, Mapping) and any(hasattr(v, "column_names") for v in cases.values()):
        splits = list(cases)
        raise TypeError(
            f"`{name}` must be one split of the dataset, as in dataset[{splits[-1]!r}]. "
            f"Received splits: {splits}"
        )
    elif is_table(cases):
        yield from table_rows(cases)
    elif isinstance(cases, (bytes, Mapping, Case)) or not isinstance(cases, Iterable):
        raise TypeError(
            f"`{name}` must be a path, a DataFrame, a dataset, or a list of dict, of Case or of "
            f"(prompt, reference). {received(name, cases)}"
        )
    else:
        for number, row in enumerate(cases):
            yield f"item {number}", row


def count_rows(cases: Any) -> int | None:
    """How many rows `case_rows` will give at most; None where only reading them would tell."""
    if hasattr(cases, "__len__") and not isinstance(cases, str):
        return len(cases)
    if isinstance(cases, (str, os.PathLike)):
        path = Path(cases)
        if path.suffix.lower() in LINES and path.is_file():
            with open(path, "rb") as file:
                return sum(1 for _ in file)
        if path.suffix.lower() == PARQUET and path.is_file():
            return count_parquet_rows(path)
    return None


def _file_rows(path: Path, needed: str | None, name: str) -> Iterator[tuple[str, Any]]:
    suffix = suffix_of(path)
    packed = path.name.lower().endswith(PACKED)
    if suffix not in SUFFIXES or (packed and suffix == PARQUET):
        raise ValueError(
            f"`{name}` must be a path that ends in one of {SUFFIXES}; text may be packed, as in "
            f".jsonl.gz. {received(name, str(path))}"
        )
    if not path.is_file():
        raise FileNotFoundError(
            f"`{name}` must be an existing file; the current folder is {os.getcwd()!r}. "
            f"{received(name, str(path))}"
        )
    if suffix == PARQUET:
        yield from parquet_rows(path)
    else:
        yield from text_file_rows(path, needed)
