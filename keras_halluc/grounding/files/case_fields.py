"""Rows as cases: complete, and every field of the right type."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from keras_halluc._require import received
from keras_halluc._types import Case
from keras_halluc.grounding.files.case_columns import CaseColumns
from keras_halluc.grounding.files.case_columns import shown
from keras_halluc.grounding.files.case_values import name_text
from keras_halluc.grounding.files.case_values import reference_values
from keras_halluc.grounding.files.case_values import source_value
from keras_halluc.grounding.files.missing_values import is_missing

OF_PAIRS = CaseColumns(prompt=None, references=None)  # (prompt, reference) has no names


def read_case(row: Any, place: str, columns: CaseColumns, complete: bool = True) -> Case:
    """The case that a row of `case_rows` holds; raises with the place and the way out.

    Args:
        row: what `case_rows` gives.
        place: str, where it stands, for the error.
        columns: `CaseColumns`.
        complete: bool, whether there must be references or a source.
    """
    if isinstance(row, Exception):  # a line that could not be read
        raise row
    if isinstance(row, Case):
        return require_case(row, place, complete)
    if isinstance(row, (tuple, list)) and len(row) == 2:
        row, columns = {"prompt": row[0], "references": row[1]}, OF_PAIRS
    if not isinstance(row, Mapping):
        raise TypeError(
            f"{place} must be a dict with `prompt` and `references` or `source`, a Case, or a "
            f"(prompt, reference) pair. {received('row', row)}"
        )
    values, fields = columns.split(row, place)
    given = {field: value for field, value in values.items() if not is_missing(value)}
    if "prompt" not in given:
        raise _no_prompt(row, place, columns, "prompt" in values)
    references: tuple[Any, ...] = ()
    if "references" in given:
        name = columns.name("references", row)
        references = reference_values(given["references"], row, name, place)
    source = source_value(given["source"], row, place) if "source" in given else None
    if complete and not references and source is None:
        raise ValueError(
            f"{place} must have `references` (accepted answers) or `source` (text the output must "
            "stay within), or nothing can be checked; say which column holds them, as in "
            f"{columns.way_out('references', row)} or {columns.way_out('source', row)}. "
            f"Received columns: {shown(row)}"
        )
    case = Case(
        given["prompt"],
        references,
        source,
        name_text(given.get("group")),
        name_text(given.get("id")),
        fields=fields,
        image=given.get("image"),
    )
    return require_case(case, place, complete)


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
    if not isinstance(case.fields, Mapping):
        raise TypeError(f"`fields` must be a dict at {place}. {received('fields', case.fields)}")
    if isinstance(references, list):
        return dataclasses.replace(case, references=tuple(references))
    return case


def _no_prompt(
    row: Mapping[Any, Any], place: str, columns: CaseColumns, is_empty: bool
) -> ValueError:
    name = columns.name("prompt")
    if is_empty:
        return ValueError(
            f"{place} must have a `prompt`; `{name}` is empty. {received('row', row)}"
        )
    where = "" if name == "prompt" else f" in the column `{name}`"
    return ValueError(
        f"{place} must have a `prompt`{where}; say which column holds it, as in "
        f"{columns.way_out('prompt', row)}. "
        f"Received columns: {shown(row)}"
    )
