"""Output rows: a case and what a model wrote for it, and the verdicts of a checker on them."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_same_length
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Verdict
from keras_halluc.grounding.files.case_columns import CaseColumns
from keras_halluc.grounding.files.case_columns import shown
from keras_halluc.grounding.files.case_fields import read_case
from keras_halluc.grounding.files.case_rows import case_rows
from keras_halluc.grounding.files.missing_values import is_missing
from keras_halluc.grounding.files.table_rows import TableRow
from keras_halluc.grounding.required_arguments import require_verdict

ON_ERROR = ("raise", "skip")
NO_FAULT_OF_A_ROW = (OSError, MemoryError, ImportError)  # the checker lacks something
MOST_CHARACTERS = 200  # of the error of another's library
_END = object()
Row = tuple[str, Any]  # where it stands, and what stands there


def output_rows(cases: Any, outputs: Iterable[str] | None, columns: CaseColumns) -> Iterator[Row]:
    """Rows of cases with their outputs, which stand beside or in them."""
    rows = columns.followed(case_rows(cases, columns.needed))
    if outputs is None:
        yield from rows
        return
    if isinstance(outputs, (str, bytes, Mapping)) or not isinstance(outputs, Iterable):
        raise TypeError(f"`outputs` must be a list of str. {received('outputs', outputs)}")
    rest = iter(outputs)
    for place, case in rows:
        output = next(rest, _END)
        if output is _END:
            raise ValueError(f"`outputs` must be as many as `cases`; there is none for {place}.")
        yield place, case if isinstance(case, Exception) else (case, output)
    if next(rest, _END) is not _END:
        raise ValueError("`outputs` must be as many as `cases`; there are more.")


def judge(
    checker: Checker, rows: Sequence[Row], columns: CaseColumns, skip: bool
) -> list[tuple[Case | None, Verdict]]:
    """The case and the verdict of each row.

    Args:
        checker: `Checker`.
        rows: list of `(place, row)`.
        columns: `CaseColumns`, with `output`.
        skip: bool, whether a row that cannot be read, or that the checker cannot take, gives no
            case and an unmeasured verdict that says why, rather than an error.
    """
    read: list[tuple[str, Case, str]] = []
    found: list[tuple[Case | None, Verdict | None]] = []
    for row in rows:
        try:
            case, output = read_row(row, columns)
            read.append((row[0], case, output))
            found.append((case, None))
        except (ValueError, TypeError) as error:
            if not skip:
                raise
            found.append((None, Verdict("unmeasured", reason=str(error))))
    checked = iter(_checked(checker, read, skip) if read else [])
    return [(None, verdict) if verdict else next(checked) for _, verdict in found]


def _checked(
    checker: Checker, rows: Sequence[tuple[str, Case, str]], skip: bool
) -> list[tuple[Case | None, Verdict]]:
    """The case and the verdict of rows that were read: place, case, output.

    Where the checker fails, each half is tried again, down to the row that it cannot take.
    """
    cases, outputs = [case for _, case, _ in rows], [output for _, _, output in rows]
    try:
        verdicts = checker.check(cases, outputs)
    except NO_FAULT_OF_A_ROW:
        raise
    except Exception as error:
        if not skip:
            raise
        if len(rows) > 1:
            half = len(rows) // 2
            return _checked(checker, rows[:half], skip) + _checked(checker, rows[half:], skip)
        what = repr(error)[:MOST_CHARACTERS]
        reason = f"{type(checker).__name__} cannot take {rows[0][0]}: {what}"
        return [(None, Verdict("unmeasured", reason=reason))]
    require_same_length(cases=cases, verdicts=verdicts)
    return [(case, require_verdict(verdict)) for case, verdict in zip(cases, verdicts)]


def read_row(row: Row, columns: CaseColumns) -> tuple[Case, str]:
    """The case and the output of a row; raises with its place and the way out."""
    place, content = row
    if isinstance(content, Exception):  # a line that could not be read
        raise content
    name = columns.name("output")
    if isinstance(content, Mapping):
        case: Any = content
        output = _output(content, name, place, columns)
    elif isinstance(content, tuple) and len(content) == 2 and not isinstance(content[0], str):
        case, output = content
        if isinstance(case, Mapping) and columns.has("output", case):
            raise ValueError(
                f"{place} has an output in `{name}` and another one in `outputs`; leave out "
                f"`outputs`, or remove `{name}`. {received('row', case)}"
            )
    else:
        raise TypeError(
            f"{place} must be a dict with an `output` or a (Case, output) pair; or give `outputs` "
            f"beside the cases. {received('row', content)}"
        )
    if not isinstance(output, str):
        raise TypeError(
            f"`output` must be a str at {place}; an empty output is '', and numbers read by pandas "
            f"stay text with `dtype=str`. {received('output', output)}"
        )
    return read_case(case, place, columns, complete=False), output  # its lacks the checker knows


def _output(row: Mapping[Any, Any], name: str, place: str, columns: CaseColumns) -> Any:
    """What stands in the column of outputs. An empty cell of a table is an empty output."""
    if not columns.has("output", row):
        columns.split(row, place)  # it may be misspelt
        raise ValueError(
            f"{place} must have an `output`, what the model wrote; say which column holds it, as "
            f"in {columns.way_out('output', row)}. Received columns: {shown(row)}"
        )
    output = row[name]
    if is_missing(output) and (isinstance(row, TableRow) or output is not None):
        return ""
    return output


def row_name(case: Case | None, number: int) -> str | None:
    """What a row is called: the id of its case, else its place; None if it cannot be read."""
    return None if case is None else case.id or str(number)
