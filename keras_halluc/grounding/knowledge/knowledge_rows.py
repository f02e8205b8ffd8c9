"""Which facts does a file, a DataFrame or a list hold, as triples or as records?"""

import csv
import datetime
import decimal
import math
import numbers
import os
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from keras_halluc._parse_json import MOST_DIGITS
from keras_halluc._require import received
from keras_halluc.grounding.files.case_rows import SEPARATOR
from keras_halluc.grounding.files.case_rows import case_rows

TRIPLE = ("subject", "relation", "object")
LARGEST = 10**MOST_DIGITS


def knowledge_triples(source: Any, entity: str) -> Iterator[tuple[str, str, str]]:
    """Subject, relation and object of each fact, several objects of one relation one by one."""
    if isinstance(source, (bytes, Mapping)) or not isinstance(source, (str, os.PathLike, Iterable)):
        raise TypeError(
            "`source` must be a path, a DataFrame, or a list of (subject, relation, object) or of "
            f"dict. {received('source', source)}"
        )
    if isinstance(source, (str, os.PathLike)) and str(source).lower().endswith(".csv"):
        rows = _csv_rows(Path(os.fspath(source)), entity)
    else:
        rows = case_rows(source)
    for place, row in rows:
        if isinstance(row, Exception):
            raise row
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


def _csv_rows(path: Path, entity: str) -> Iterator[tuple[str, dict[str, Any]]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            header = list(reader.fieldnames or ())
            if len(set(header)) < len(header):
                raise ValueError(
                    f"line {reader.line_num} of {path.name} must name each column once, or all but "
                    f"the last of a name would be lost. {received('columns', header)}"
                )
            triples = set(TRIPLE) <= set(header)
            single = TRIPLE[:2] if triples else (entity,)
            for row in reader:
                place = f"line {reader.line_num} of {path.name}"
                if None in row:
                    raise ValueError(
                        f"{place} must have at most {len(header)} cells; put a "
                        f"cell with a comma in it in double quotes. {received('cells', row)}"
                    )
                yield (
                    place,
                    {
                        field: cell if field in single else (cell or "").split(SEPARATOR)
                        for field, cell in row.items()
                    },
                )
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{path.name} must be in UTF-8: save it again with that encoding. {error.reason}"
            ) from None
        except csv.Error as error:
            raise ValueError(
                f"line {reader.line_num} of {path.name} must be valid CSV: {error}."
            ) from None
