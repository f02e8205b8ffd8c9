"""Rows of a table in memory: a DataFrame of pandas or Polars, an Arrow table, a dataset."""

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc.grounding.files.missing_values import is_missing

LARGEST = 2.0**53  # up to here a float holds every whole number


class TableRow(dict[Any, Any]):
    """A row of a table: it has every column, and a missing value is an empty cell."""


class TextRow(TableRow):
    """A row whose cells are text, as in a CSV file; an empty cell is None."""


def is_table(cases: Any) -> bool:
    """Whether `table_rows` can read it."""
    return (
        hasattr(cases, "to_dicts")
        or _is_arrow(cases)
        or (hasattr(cases, "to_dict") and hasattr(cases, "columns"))
        or (hasattr(cases, "column_names") and hasattr(cases, "__iter__"))
    )


def table_rows(cases: Any) -> Iterator[tuple[str, Any]]:
    """Pairs of where a row stands and the row."""
    if hasattr(cases, "to_dicts"):  # Polars
        for number, row in enumerate(cases.to_dicts()):
            yield f"row {number} of the DataFrame", TableRow(row)
    elif hasattr(cases, "columns") and hasattr(cases, "to_dict"):  # pandas
        yield from frame_rows(cases, "the DataFrame")
    elif _is_arrow(cases):
        require_apart(cases.schema.names)
        batches = cases.to_batches() if hasattr(cases, "to_batches") else [cases]
        yield from arrow_rows(batches, "the table", ints_with_gaps(cases))
    else:
        form = getattr(cases, "format", None)
        if isinstance(form, Mapping) and form.get("type") not in (None, "custom"):
            cases = cases.with_format(None)  # rows of Python, not of tensors or tables
        for number, row in enumerate(cases):
            yield f"row {number} of the dataset", TableRow(row) if isinstance(row, Mapping) else row


def frame_rows(frame: Any, name: str) -> Iterator[tuple[str, TableRow]]:
    """Rows of a pandas DataFrame. Whole numbers that a gap made floats of are int again."""
    require_apart(list(frame.columns))
    whole = [column for column in frame.columns if _has_ints_and_gaps(frame[column])]
    short = [column for column in frame.columns if frame[column].dtype == "float32"]
    for number, values in enumerate(frame.to_dict("records")):
        row = TableRow(values)
        for column in short:  # pandas gives 0.1 with the digits of a float64
            row[column] = np.float32(row[column])
        _make_whole(row, whole)
        yield f"row {number} of {name}", row


def arrow_rows(batches: Any, name: str, whole: list[str]) -> Iterator[tuple[str, TableRow]]:
    """Rows of Arrow's record batches, one batch after the other.

    Args:
        batches: iterable of record batches.
        name: str, what the table is called.
        whole: list of str, the columns of `ints_with_gaps`.
    """
    number = 0
    for batch in batches:
        for row in batch.to_pylist():
            _make_whole(row, whole)
            yield f"row {number} of {name}", TableRow(row)
            number += 1


def float_columns(schema: Any) -> list[str]:
    """The names of columns of floats, which whole numbers may be in."""
    return [field.name for field in schema if str(field.type) in ("float", "double")]


def ints_with_gaps(table: Any) -> list[str]:
    """The columns of an Arrow table in which pandas made floats of whole numbers."""
    names = float_columns(table.schema)
    columns = {name: table.column(name).to_numpy(zero_copy_only=False) for name in names}
    return [name for name, values in columns.items() if _are_ints_with_gaps(values)]


def require_apart(columns: list[Any]) -> None:
    """No two columns may have one name, or all but the last would be lost."""
    if len(set(columns)) < len(columns):
        raise ValueError(f"`cases` must have each column once. {received('columns', columns)}")


def _is_arrow(cases: Any) -> bool:
    """A table or a record batch."""
    return hasattr(cases, "to_pylist") and hasattr(cases, "schema")


def _make_whole(row: dict[Any, Any], columns: list[Any]) -> None:
    for column in columns:
        if not is_missing(row[column]):
            row[column] = int(row[column])


def _has_ints_and_gaps(column: Any) -> bool:
    if getattr(column.dtype, "kind", "") != "f":
        return False
    return _are_ints_with_gaps(column.to_numpy(dtype="float64", na_value=np.nan))


def _are_ints_with_gaps(values: np.ndarray) -> bool:
    known = values[~np.isnan(values)]
    is_whole = (known == np.floor(known)) & (np.abs(known) < LARGEST)
    return len(known) < len(values) and bool(is_whole.all())
