"""`check`: verdicts on text that any model wrote, from files of any size, batch by batch."""

import collections
import contextlib
import itertools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from keras_halluc._progress import Progress
from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_verbose
from keras_halluc._types import LABELS
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import StrPath
from keras_halluc.grounding.checker_by_case import DefaultChecker
from keras_halluc.grounding.files.case_columns import CaseColumns
from keras_halluc.grounding.files.case_rows import count_rows
from keras_halluc.grounding.files.check_summary import CheckSummary
from keras_halluc.grounding.files.output_rows import ON_ERROR
from keras_halluc.grounding.files.output_rows import Row
from keras_halluc.grounding.files.output_rows import judge
from keras_halluc.grounding.files.output_rows import output_rows
from keras_halluc.grounding.files.output_rows import read_row
from keras_halluc.grounding.files.output_rows import row_name
from keras_halluc.grounding.files.verdict_file import VerdictFile
from keras_halluc.grounding.files.verdict_file import verdict_line
from keras_halluc.grounding.groups.group_rates import rates_of_counts
from keras_halluc.grounding.required_arguments import require_checker
from keras_halluc.ops.verdicts import VERDICT_RATES
from keras_halluc.statistics.estimates import count_estimates


def check(
    cases: Any,
    outputs: Iterable[str] | None = None,
    checker: Checker | None = None,
    *,
    to: StrPath | None = None,
    resume: bool = False,
    on_error: str = "raise",
    batch_size: int = 256,
    verbose: bool | int | str = "auto",
    prompt: str | None = None,
    references: str | None = None,
    source: str | None = None,
    group: str | None = None,
    id: str | None = None,
    image: str | None = None,
    output: str | None = None,
) -> CheckSummary:
    """Checks text that any model wrote, with no model at hand, and writes the verdicts to a file.

    Rows are read, checked and written batch by batch, so that a `.jsonl` file or an iterator may be
    of any length. A run that was stopped goes on with `resume=True` and ends with the same file.

    Each row of the result is one row of the input, in its order: a JSON object with `id` (the
    case's, else its position), `group` if it has one, `label`, `score`, `spans` as
    `[start, end, kind]`, and `reason`. The first row begins with `written_by`, by which a later run
    knows that the file is not your data.

    Args:
        cases: what `keras_halluc.data.read_cases` takes, where each row has one more field,
            `output`: what the model wrote. Or a list or iterator of `(Case, output)`. Only a
            `.jsonl` or `.parquet` file, a dataset and an iterator are read bit by bit. Ids are
            taken as they are, and a row may lack `references` and `source`: the checker says what
            it needs. An empty cell of `output` in a table (CSV, DataFrame, Parquet) is an empty
            output, an abstention. In JSON and in a list an empty output is `""`, and null is an
            error.
        outputs: list (or other iterable) of str, if they do not stand in `cases`.
        checker: `Checker`. None is `DefaultChecker()`: references where a row has some, else its
            source.
        to: path of the `.jsonl` file of verdicts. None writes none. While it is written no other
            process can write it.
        resume: bool, whether to go on after the last whole line of `to`; a torn one is overwritten.
            A file that `check` did not write is left as it is. `cases` must be the same from the
            start; where ids or groups differ, it raises. The checker should be the same too, which
            no one checks.
        on_error: str, what a row that cannot be read does: `"raise"`, with its line and the way
            out; or `"skip"`: it becomes an unmeasured row without id that says why, and is counted.
            So does one at which the checker raises, but for an `OSError`, `MemoryError` or
            `ImportError`, which end the run.
        batch_size: int, rows that the checker gets at once, and that a stop may cost.
        verbose: `"auto"`, 0, 1 or 2. 0 is silent; where it takes more than a few seconds, 1
            (`"auto"`) shows a progress bar, and 2 a line at the end.
        prompt: str or None, the column of prompts, as in `prompt="question"`.
        references: str or None, the column of accepted answers.
        source: str or None, the column of sources.
        group: str or None, the column of names of slices.
        id: str or None, the column of names of cases.
        image: str or None, the column of pictures.
        output: str or None, the column of outputs.

    Returns:
        `CheckSummary` of all rows, those written before too.

    Raises:
        ValueError, TypeError: a row cannot be read, with its line and the way out; no row has a
            column that is named; or `to` is `cases`, is there already, was not written by `check`,
            or is being written.

    Example:

    >>> import keras_halluc as kh
    >>> rows = [{"prompt": "Sum up.", "source": "It rained.", "output": "It rained."}, {"text": 3}]
    >>> summary = kh.grounding.check(rows, checker=kh.grounding.OverlapChecker(), on_error="skip")
    >>> summary.labels["supported"], summary.skipped, summary.estimates["check_coverage"].value
    (1, 1, 0.5)
    """
    checker = DefaultChecker() if checker is None else require_checker("checker", checker)
    require_choice("on_error", on_error, ON_ERROR)
    require_int("batch_size", batch_size, minimum=1)
    shown = require_verbose(verbose)
    if to is None and resume:
        raise ValueError("`resume` needs `to`, the file to go on with. Received: to=None")
    columns = CaseColumns(
        prompt=prompt,
        references=references,
        source=source,
        group=group,
        id=id,
        image=image,
        output=output,
    )
    _require_apart(cases, to)
    with contextlib.nullcontext() if to is None else VerdictFile(to, resume) as file:
        rows = enumerate(output_rows(cases, outputs, columns))
        tally = _Tally()
        if file is not None:
            for record in file.records():
                known = _same_group(next(rows, None), record, file.path, columns)
                tally.add(record["id"], record["label"], record["score"], known)
        progress = Progress(f"{type(checker).__name__}: checking", count_rows(cases), shown)
        while batch := list(itertools.islice(rows, batch_size)):
            verdicts = judge(checker, [row for _, row in batch], columns, on_error == "skip")
            lines = []
            for (number, _), (case, verdict) in zip(batch, verdicts):
                name = row_name(case, number)
                own = None if case is None else case.group
                tally.add(name, verdict.label, verdict.score, own)
                lines.append(verdict_line(name, verdict, own))
            if file is not None:
                file.append(lines)
            progress.update(tally.rows)
        progress.finish(tally.rows)
    if not tally.rows:
        raise ValueError(f"`cases` must hold at least one row. {received('cases', cases)}")
    return tally.summary()


class _Tally:
    """What is kept of rows that are gone."""

    def __init__(self) -> None:
        self.rows = self.skipped = self.scored = 0
        self.score_sum = 0.0
        self.labels = dict.fromkeys(LABELS, 0)
        self.groups: dict[str, collections.Counter[str]] = {}

    def add(self, name: str | None, label: str, score: float | None, group: str | None) -> None:
        self.rows += 1
        self.skipped += name is None
        self.labels[label] += 1
        if score is not None and label != "unmeasured":
            self.scored += 1
            self.score_sum += score
        if group is not None:
            self.groups.setdefault(group, collections.Counter())[label] += 1

    def summary(self) -> CheckSummary:
        estimates = count_estimates(self.labels, self.score_sum, self.scored)
        groups = {rate: rates_of_counts(self.groups, rate) for rate in VERDICT_RATES}
        return CheckSummary(self.rows, self.skipped, self.labels, estimates, groups)


def _require_apart(cases: Any, to: StrPath | None) -> None:
    """By whatever name, link or spelling, `to` must not be the file that is read."""
    if to is None or not isinstance(cases, (str, os.PathLike)):
        return
    if os.path.exists(cases) and os.path.exists(to) and os.path.samefile(cases, to):
        raise ValueError(
            "`to` must be another file than `cases`, which is only read. "
            f"{received('cases', str(cases))}, {received('to', str(to))}"
        )


def _same_group(
    row: tuple[int, Row] | None, record: dict[str, Any], path: Path, columns: CaseColumns
) -> str | None:
    """The group of the next row, which must be the one that a line was written for."""
    case = None if row is None else _case_of(row[1], columns)
    name = None if row is None else row_name(case, row[0])
    group = None if case is None else case.group
    if row is None:
        what = "there is none"
    elif record["id"] is None:  # skipped, maybe by the checker
        return None
    elif name != record["id"]:
        what = f"it has the id {name!r}"
    elif record.get("group", group) != group:  # lines of earlier versions have none
        what = f"the group is {group!r} and not {record['group']!r}"
    else:
        return group
    raise ValueError(
        f"`cases` must be those that {path.name} was begun with, in the same order. Where it "
        f"goes on from the verdict on the id {record['id']!r}, {what}. Give another `to`."
    )


def _case_of(row: Row, columns: CaseColumns) -> Case | None:
    try:
        return read_row(row, columns)[0]
    except (ValueError, TypeError):
        return None
