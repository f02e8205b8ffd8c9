"""Does one row make a complete case, with every field of the right type?"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from keras_halluc._parse_json import MOST_DIGITS
from keras_halluc._require import received
from keras_halluc._types import Case
from keras_halluc.grounding.files.case_rows import did_you_mean

FIELDS = ("prompt", "references", "reference", "source", "group", "id")


def read_case(row: Any, place: str, complete: bool = True) -> Case:
    """The case that a row of `case_rows` holds; raises with the place and the way out.

    Args:
        row: what `case_rows` gives.
        place: str, where it stands, for the error.
        complete: bool, whether there must be references or a source.
    """
    if isinstance(row, Exception):  # a line that could not be read
        raise row
    return require_case(row if isinstance(row, Case) else _case(row, place), place, complete)


def require_case(case: Case, place: str, complete: bool = True) -> Case:
    """Every field of the right type, and something to check against."""
    references = case.references
    if not isinstance(references, (tuple, list)):
        raise TypeError(
            f"`references` must be a list of str at {place}. {received('references', references)}"
        )
    texts = {"prompt": case.prompt}
    texts |= {f"references[{i}]": reference for i, reference in enumerate(references)}
    optional = {"source": case.source, "group": case.group, "id": case.id}
    texts |= {field: value for field, value in optional.items() if value is not None}
    for field, value in texts.items():
        if not isinstance(value, str):
            raise TypeError(
                f"`{field}` must be a str at {place}; numbers read by pandas stay text with "
                f"`dtype=str`. {received(field, value)} of type {type(value).__name__}"
            )
        if not value.strip():
            raise ValueError(
                f"`{field}` must not be empty at {place}; leave out what is missing, and write "
                f"'unknown' for the reference of an unanswerable prompt. {received(field, value)}"
            )
    if complete and not references and case.source is None:
        raise ValueError(
            f"{place} must have `references` (accepted answers) or `source` (text the output must "
            f"stay within), or nothing can be checked. {received('case', case)}"
        )
    if isinstance(references, list):
        return dataclasses.replace(case, references=tuple(references))
    return case


def _case(row: Any, place: str) -> Case:
    """A case of one raw row; its values are checked later, all at one place."""
    if isinstance(row, (tuple, list)) and len(row) == 2:
        row = {"prompt": row[0], "references": row[1]}
    if not isinstance(row, Mapping):
        raise TypeError(
            f"{place} must be a dict with `prompt` and `references` or `source`, a Case, or a "
            f"(prompt, reference) pair. {received('row', row)}"
        )
    for field in row:
        if field not in FIELDS:
            raise ValueError(
                f"{place} must have no fields but {FIELDS}; rename or remove {_short(field)}."
                f"{did_you_mean([field], *FIELDS)} {received('fields', list(row))}"
            )
    values = {field: value for field, value in row.items() if not _missing(value)}
    if "reference" in values and "references" in values:
        raise ValueError(
            f"{place} must have `references` or `reference`, not both. "
            f"{received('reference', values['reference'])}"
        )
    if "prompt" not in values:
        raise ValueError(
            f"{place} must have a `prompt`.{did_you_mean(row, 'prompt')} {received('row', row)}"
        )
    references = values.get("references", values.get("reference", ()))
    if hasattr(references, "tolist"):  # a numpy array, as in a DataFrame read from Parquet
        references = references.tolist()
    if isinstance(references, str):
        references = (references,)
    for field in ("group", "id"):  # numbers are common names
        value: Any = values.get(field)
        if hasattr(value, "__index__") and not isinstance(value, bool):
            if abs(int(value)) < 10**MOST_DIGITS:
                values[field] = str(int(value))
    return Case(
        values["prompt"], references, values.get("source"), values.get("group"), values.get("id")
    )


def _short(field: Any) -> str:
    text = f"`{field}`"
    return text if len(text) <= 60 else text[:57] + "...`"


def _missing(value: Any) -> bool:
    """None, NaN, NaT or NA."""
    if value is None or type(value).__name__ == "NAType":
        return True
    try:
        return bool(value != value)  # only NaN and NaT differ from themselves
    except (TypeError, ValueError):  # an array of answers
        return False
