"""Which cases is a model evaluated on, and is each of them complete?"""

import dataclasses
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from keras_halluc._check import received
from keras_halluc._types import Case
from keras_halluc.data.case_rows import case_rows
from keras_halluc.data.case_rows import did_you_mean

FIELDS = ("prompt", "references", "reference", "source", "group", "id")


def read_cases(source: Any) -> list[Case]:
    """Reads evaluation cases from a file, a DataFrame or a list.

    Each row has a `prompt` and at least one of `references` (accepted answers; a list of str, or
    one str; `reference` will do as the name) and `source` (text the output must stay within), and
    may have `group` (a slice name) and `id`. Missing means: no such field, None, NaN, or an empty
    cell in a .csv file. Any other field is an error, so that a misspelt one is not lost.

    Args:
        source: one of

            - path of a `.jsonl` file (an object a line), a `.json` file (a list of objects) or a
              `.csv` file (comma separated, with a header), in UTF-8 with or without a byte-order
              mark. In a `.csv` file several `references` are separated by `|`; a cell of
              `reference` is always one answer, `|` and all.
            - pandas DataFrame.
            - list (or other iterable) of dict, of `Case` or of `(prompt, reference)`.

    Returns:
        list of `Case` in the order given. A case without an id gets its position: `"0"`, `"1"`, ...

    Raises:
        ValueError, TypeError: with the line or row, the field and the way out.
        FileNotFoundError: no such file.

    Example:

    >>> import keras_halluc as kh
    >>> cases = kh.data.read_cases([("The capital of France is", "Paris")])
    >>> cases[0].references, cases[0].id
    (('Paris',), '0')
    """
    cases, places = [], []
    for place, row in case_rows(source):
        cases.append(_check_case(row if isinstance(row, Case) else _case(row, place), place))
        places.append(place)
    if not cases:
        raise ValueError(f"`source` must hold at least one case. {received('source', source)}")
    _check_ids(cases, places)
    taken = {case.id for case in cases}
    numbered = []
    for number, case in enumerate(cases):
        if case.id is None:
            name = str(number)
            while name in taken:
                name += "_"
            taken.add(name)
            case = dataclasses.replace(case, id=name)
        numbered.append(case)
    return numbered


def check_cases(cases: Any) -> list[Case]:
    """Checks a list of cases made by hand: each complete, no id twice.

    Args:
        cases: list (or other iterable) of `Case`, at least one.

    Returns:
        list of the same `Case` objects; `read_cases` also numbers those without id.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("1 + 1 =", references=("2",))]
    >>> kh.data.check_cases(cases) == cases
    True
    """
    if isinstance(cases, (str, bytes, Mapping, Case)) or not isinstance(cases, Iterable):
        raise TypeError(f"`cases` must be a list of Case. {received('cases', cases)}")
    checked, places = [], []
    for i, case in enumerate(cases):
        if not isinstance(case, Case):
            raise TypeError(
                f"`cases` must hold Case objects only; keras_halluc.data.read_cases makes them of "
                f"files, dicts and pairs. {received(f'cases[{i}]', case)}"
            )
        checked.append(_check_case(case, f"cases[{i}]"))
        places.append(f"cases[{i}]")
    if not checked:
        raise ValueError(f"`cases` must not be empty. {received('cases', cases)}")
    _check_ids(checked, places)
    return checked


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
                f"{place} must have no fields but {FIELDS}; rename or remove `{field}`."
                f"{did_you_mean([field], *FIELDS)} Received fields: {list(row)}"
            )
    values = {field: value for field, value in row.items() if not _missing(value)}
    if "reference" in values and "references" in values:
        raise ValueError(
            f"{place} must have `references` or `reference`, not both. "
            f"{received('reference', values['reference'])}"
        )
    if "prompt" not in values:
        raise ValueError(
            f"{place} must have a `prompt`.{did_you_mean(row, 'prompt')} Received: {row}"
        )
    references = values.get("references", values.get("reference", ()))
    if hasattr(references, "tolist"):  # a numpy array, as in a DataFrame read from Parquet
        references = references.tolist()
    if isinstance(references, str):
        references = (references,)
    for field in ("group", "id"):  # numbers are common names
        value: Any = values.get(field)
        if hasattr(value, "__index__") and not isinstance(value, bool):
            values[field] = str(int(value))
    return Case(
        values["prompt"], references, values.get("source"), values.get("group"), values.get("id")
    )


def _check_case(case: Case, place: str) -> Case:
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
    if not references and case.source is None:
        raise ValueError(
            f"{place} must have `references` (accepted answers) or `source` (text the output must "
            f"stay within), or nothing can be checked. {received('case', case)}"
        )
    if isinstance(references, list):
        return dataclasses.replace(case, references=tuple(references))
    return case


def _check_ids(cases: list[Case], places: list[str]) -> None:
    first: dict[str, str] = {}
    for case, place in zip(cases, places):
        if case.id is not None and first.setdefault(case.id, place) != place:
            raise ValueError(
                f"`id` must be different for each case; {place} has the one of {first[case.id]}. "
                f"Leave ids out to have the cases numbered. {received('id', case.id)}"
            )


def _missing(value: Any) -> bool:
    """None, NaN, NaT or NA."""
    if value is None or type(value).__name__ == "NAType":
        return True
    try:
        return bool(value != value)  # only NaN and NaT differ from themselves
    except (TypeError, ValueError):  # an array of answers
        return False
