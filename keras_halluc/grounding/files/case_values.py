"""Values of columns as the texts of a case: answers, numbers and dates, passages of a source."""

import datetime
import decimal
import numbers
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_halluc._parse_json import MOST_DIGITS
from keras_halluc._require import received
from keras_halluc.grounding.files.list_cells import answers_cell
from keras_halluc.grounding.files.list_cells import list_cell
from keras_halluc.grounding.files.missing_values import is_missing
from keras_halluc.grounding.files.table_rows import LARGEST
from keras_halluc.grounding.files.table_rows import TableRow
from keras_halluc.grounding.files.table_rows import TextRow

SEPARATOR = "|"  # between the references in one cell of a text file
PARAGRAPH = "\n\n"  # between the passages of a source


def reference_values(value: Any, row: Mapping[Any, Any], name: str, place: str) -> tuple[Any, ...]:
    """The accepted answers that a cell holds, each a str unless it is of a wrong type.

    Args:
        value: what stands in the cell.
        row: the row, whose kind says how lists are written.
        name: str, the column. Several answers in a cell of a text file are separated by `|`, unless
            it is called `reference`.
        place: str, where it stands, for the error.
    """
    if isinstance(value, str):
        value = _cell_values(value, row, name, place)
    value = plain(value)
    if isinstance(value, Mapping):
        if "text" not in value:
            raise TypeError(
                f"`references` must be a list of str at {place}; a dict must have `text`, as the "
                f"`answers` of SQuAD. {received('references', value)}"
            )
        value = plain(value["text"])
    if not isinstance(value, (list, tuple)):
        text = value_text(value, place)
        if not isinstance(text, str):
            raise TypeError(
                f"`references` must be a list of str at {place}, or one str, number or date. "
                f"{received('references', value)} of type {type(value).__name__}"
            )
        return (text,)
    found: list[Any] = []
    for item in value:
        if isinstance(item, Mapping) and "text" in item:
            found.append(item["text"])
        else:
            found.append(value_text(item, place))
    return tuple(found)


def _cell_values(text: str, row: Mapping[Any, Any], name: str, place: str) -> Any:
    answers = answers_cell(text, name, place)
    if answers is not None:
        return answers
    items = list_cell(text, name, place, isinstance(row, TableRow))
    if items is not None:
        return items
    if isinstance(row, TextRow) and name != "reference":
        return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
    return [text]


def source_value(value: Any, row: Mapping[Any, Any], place: str) -> Any:
    """The source that a cell holds: passages of a list become one text, None is no passage."""
    if isinstance(value, str):
        items = list_cell(value, "source", place, numbers=True)
        if items is None:
            return value
        value = items
    value = plain(value)
    if not isinstance(value, (list, tuple)):
        return value
    for i, passage in enumerate(value):
        if not isinstance(passage, str):
            raise TypeError(
                f"`source` must be a str or a list of str at {place}; a list of one str, as in "
                f'["[1, 2]"], if it is one text. {received(f"source[{i}]", passage)} of type '
                f"{type(passage).__name__}"
            )
    return PARAGRAPH.join(passage for passage in value if passage.strip()) if value else None


def plain(value: Any) -> Any:
    """Lists and numbers of numpy as those of Python."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "M":
        value = value.astype("datetime64[us]")  # of nanoseconds Python has numbers only
    if isinstance(value, str) or isinstance(value, (np.generic, numbers.Number)):
        return value
    return value.tolist() if hasattr(value, "tolist") else value


def value_text(value: Any, place: str) -> Any:
    """A number or a date as text. What is neither, a str too, is given back as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, np.datetime64) and not is_missing(value):
        value = value.astype("datetime64[us]").item()
    if isinstance(value, datetime.datetime) and not is_missing(value):
        if value.time() == datetime.time() and value.tzinfo is None:
            value = value.date()  # as pandas has a date
    if isinstance(value, (datetime.date, datetime.time)) and not is_missing(value):
        return value.isoformat()
    if isinstance(value, (bool, np.bool_)) or not isinstance(
        value, (numbers.Integral, float, np.floating, decimal.Decimal)
    ):
        return value
    if isinstance(value, numbers.Integral):
        if abs(int(value)) < 10**MOST_DIGITS:
            return str(int(value))
    elif isinstance(value, decimal.Decimal):
        if value.is_finite() and abs(value.adjusted()) <= MOST_DIGITS:
            return format(value, "f")
    elif np.isfinite(value):
        return str(value)
    raise ValueError(
        f"A number must be finite, of at most {MOST_DIGITS} digits, at {place}; write a longer one "
        f"as a str. {received('value', value)}"
    )


def name_text(value: Any) -> Any:
    """A whole number as text, which is common as a name. What is none is given back as it is."""
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST:
        return str(int(value))  # pandas made a float of it
    if hasattr(value, "__index__") and not isinstance(value, bool):
        if abs(int(value)) < 10**MOST_DIGITS:
            return str(int(value))
    return value
