"""Which facts does a file, a DataFrame or a list hold, as triples or as records?"""

import datetime
import decimal
import math
import numbers
import os
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_halluc._parse_json import MOST_DIGITS
from keras_halluc._require import received
from keras_halluc.grounding.files.case_rows import case_rows
from keras_halluc.grounding.files.case_values import SEPARATOR
from keras_halluc.grounding.files.table_rows import TextRow

TRIPLE = ("subject", "relation", "object")
LARGEST = 10**MOST_DIGITS


def knowledge_triples(source: Any, entity: str) -> Iterator[tuple[str, str, str]]:
    """Subject, relation and object of each fact, several objects of one relation one by one."""
    if isinstance(source, (bytes, Mapping)) or not isinstance(source, (str, os.PathLike, Iterable)):
        raise TypeError(
            "`source` must be a path, a DataFrame, or a list of (subject, relation, object) or of "
            f"dict. {received('source', source)}"
        )
    for place, row in case_rows(source, name="source"):
        if isinstance(row, Exception):
            raise row
        if isinstance(row, TextRow):
            row = _split_cells(row, entity)
        for subject, relation, value in _facts(row, entity, place):
            if not isinstance(relation, str) or not relation.strip():
                raise ValueError(f"A relation must have a name at {place}. Received: {relation!r}")
            for text in object_texts(value, place):
                yield subject, relation, text


def object_texts(value: Any, place: str) -> list[str]:
    """An object as text: each of several, none for a missing one."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return []
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, bool) or type(value).__name__ == "bool":  # that of numpy
        return ["yes" if value else "no"]
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, (datetime.date, datetime.time)):
        return [value.isoformat()]
    if isinstance(value, (numbers.Integral, float, np.floating, decimal.Decimal)):
        return _number_texts(value, place)
    if isinstance(value, Iterable) and not isinstance(value, (bytes, Mapping)):
        return [text for item in value for text in object_texts(item, place)]
    raise TypeError(
        f"An object must be a str, a number, a date, or a list of them at {place}. "
        f"{received('object', value)}"
    )


def _number_texts(value: Any, place: str) -> list[str]:
    if isinstance(value, numbers.Integral):
        if abs(int(value)) < LARGEST:
            return [str(int(value))]
    elif math.isnan(value):
        return []
    elif not math.isinf(value):
        exact = decimal.Decimal(str(value))
        if abs(exact.adjusted()) <= MOST_DIGITS:
            return [format(exact.to_integral() if exact == exact.to_integral() else exact, "f")]
    raise ValueError(
        f"An object must be finite, of at most {MOST_DIGITS} digits, at {place}; a longer number "
        f"may be given as a str. {received('object', value)}"
    )


def _facts(row: Any, entity: str, place: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(row, Mapping):
        if all(field in row for field in TRIPLE):
            yield from _facts([row[field] for field in TRIPLE], entity, place)
            return
        if entity not in row:
            raise ValueError(
                f"{place} must have `subject`, `relation` and `object`, or, for a record, "
                f"`{entity}`; say by `entity` which field names what it is about. "
                f"{received('fields', list(row))}"
            )
        subject = _subject(row[entity], place)
        for field, value in row.items():
            if field != entity:
                yield subject, field, value
    elif isinstance(row, (list, tuple)) and len(row) == 3:
        if not object_texts(row[2], place):
            raise ValueError(f"A triple must have an object at {place}. {received('row', row)}")
        yield _subject(row[0], place), row[1], row[2]
    else:
        raise TypeError(
            f"{place} must be (subject, relation, object) or a dict. {received('row', row)}"
        )


def _subject(value: Any, place: str) -> str:
    names = object_texts(value, place)
    if len(names) != 1:
        raise ValueError(f"A fact must have one subject at {place}. {received('subject', value)}")
    return names[0]


def _split_cells(row: TextRow, entity: str) -> dict[str, Any]:
    """A row of a text file, with the several objects of a cell apart."""
    single = TRIPLE[:2] if set(TRIPLE) <= set(row) else (entity,)
    return {
        field: cell if field in single else (cell or "").split(SEPARATOR)
        for field, cell in row.items()
    }
