"""Which cases is a model evaluated on, and is each of them complete?"""

import dataclasses
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from keras_halluc._require import received
from keras_halluc._types import Case
from keras_halluc.grounding.files.case_fields import read_case
from keras_halluc.grounding.files.case_fields import require_case
from keras_halluc.grounding.files.case_rows import case_rows


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
        cases.append(read_case(row, place))
        places.append(place)
    if not cases:
        raise ValueError(f"`source` must hold at least one case. {received('source', source)}")
    _require_ids(cases, places)
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


def require_cases(cases: Any, complete: bool = True) -> list[Case]:
    """Checks a list of cases made by hand: each complete, no id twice.

    Args:
        cases: list (or other iterable) of `Case`, at least one.
        complete: bool, whether each must have references or a source.

    Returns:
        list of the same `Case` objects; `read_cases` also numbers those without id.
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
        checked.append(require_case(case, f"cases[{i}]", complete))
        places.append(f"cases[{i}]")
    if not checked:
        raise ValueError(f"`cases` must not be empty. {received('cases', cases)}")
    _require_ids(checked, places)
    return checked


def _require_ids(cases: list[Case], places: list[str]) -> None:
    first: dict[str, str] = {}
    for case, place in zip(cases, places):
        if case.id is not None and first.setdefault(case.id, place) != place:
            raise ValueError(
                f"`id` must be different for each case; {place} has the one of {first[case.id]}. "
                f"Leave ids out to have the cases numbered. {received('id', case.id)}"
            )
