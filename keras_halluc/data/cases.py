"""`read_cases`: evaluation cases from files, tables and lists, each checked to be complete."""

import dataclasses
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from keras_halluc._require import received
from keras_halluc._types import Case
from keras_halluc.grounding.files.case_columns import CaseColumns
from keras_halluc.grounding.files.case_fields import read_case
from keras_halluc.grounding.files.case_fields import require_case
from keras_halluc.grounding.files.case_rows import case_rows


def read_cases(
    cases: Any,
    /,
    *,
    prompt: str | None = None,
    references: str | None = None,
    source: str | None = None,
    group: str | None = None,
    id: str | None = None,
) -> list[Case]:
    """Reads evaluation cases from a file, a table or a list.

    Each row has a `prompt` and at least one of `references` (accepted answers) and `source` (text
    the output must stay within), and may have `group` (a slice name) and `id`. The arguments say
    which columns hold them. Without them the columns have the names of the fields, and `reference`
    will do for `references`. Other columns are kept in `Case.fields`, but for missing values. A
    column with nearly the name of a field that is not there is an error, so that a misspelt one is
    not lost.

    - Missing means: no such column, None, NaN, or an empty cell in a `.csv` or `.tsv` file.
    - `references` are a str, a number or a date, a list of them, or a dict with `text`, as the
      `answers` of SQuAD. Whole numbers that pandas made floats of are whole again.
    - `source` is a str, or a list of str: passages, which a blank line separates.
    - Text that looks like a list, such as `"['Anna Weber', 'A. Weber']"` (so pandas writes a list
      into a CSV file), is read as a list or is an error. A list of one str is always that text.

    Args:
        cases: one of

            - path of a file in UTF-8, with or without `.gz` behind: `.jsonl` or `.ndjson` (an
              object a line), `.json` (a list of objects), `.csv` or `.tsv` (with a header); or of a
              `.parquet` file, for which pyarrow is needed. In a `.csv` or `.tsv` file several
              references are separated by `|`; a cell of the column `reference` is always one
              answer, `|` and all.
            - pandas or Polars DataFrame, Arrow table, or one split of a Hugging Face `datasets`
              dataset.
            - list (or other iterable) of dict, of `Case` or of `(prompt, reference)`.
        prompt: str or None, the column of prompts, as in `prompt="question"`.
        references: str or None, the column of accepted answers.
        source: str or None, the column of sources.
        group: str or None, the column of names of slices.
        id: str or None, the column of names of cases.

    Returns:
        list of `Case` in the order given. A case without an id gets its position: `"0"`, `"1"`, ...

    Raises:
        ValueError, TypeError: with the line or row, the column and the way out.
        FileNotFoundError: no such file.
        ImportError: a `.parquet` file, and pyarrow is not installed.

    Example:

    >>> import keras_halluc as kh
    >>> rows = [{"question": "Capital of France?", "answer": "Paris", "year": 2024}]
    >>> (case,) = kh.data.read_cases(rows, prompt="question", references="answer")
    >>> case.references, case.id, case.fields
    (('Paris',), '0', {'year': 2024})
    """
    columns = CaseColumns(prompt=prompt, references=references, source=source, group=group, id=id)
    found, places = [], []
    for place, row in columns.followed(case_rows(cases, columns.needed)):
        found.append(read_case(row, place, columns))
        places.append(place)
    if not found:
        raise ValueError(f"`cases` must hold at least one case. {received('cases', cases)}")
    _require_ids(found, places)
    taken = {case.id for case in found}
    numbered = []
    for number, case in enumerate(found):
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
