"""DataFrames of a record: one row a value, and one row a case and epoch."""

from collections.abc import Mapping
from typing import Any

from keras_halluc.callbacks.monitors.value_sink import number
from keras_halluc.callbacks.observed.case_names import case_name
from keras_halluc.callbacks.results.flips import answers_with_flips
from keras_halluc.callbacks.results.record import Record
from keras_halluc.statistics.estimates import Estimate

HISTORY = {
    "epoch": "int64",
    "key": "object",
    "value": "float64",
    "low": "float64",
    "high": "float64",
    "n": "Int64",
}
# Texts are objects: pandas' own strings refuse half of a surrogate pair, which a model may write.
CASES = {
    "epoch": "int64",
    "case": "object",
    "prompt": "object",
    "output": "object",
    "label": "object",
    "score": "float64",
    "reason": "object",
    "group": "object",
    "flip": "object",
}


def history_frame(record: Record) -> Any:
    """One row a value; `low`, `high` and `n` are missing where there is no interval."""
    rows = []
    for epoch, one in sorted(record.measured.items()):
        for key, value in one.values.items():
            low = high = n = None
            if isinstance(value, Estimate):
                low, high, n = value.low, value.high, value.count
            rows.append((epoch, key, number(value), low, high, n))
    return _frame("history", "`baseline` and `latest` need no pandas.", rows, HISTORY)


def case_frame(record: Record, taken: set[str | None]) -> Any:
    """One row a case and epoch; `score` is missing where the verdict has none."""
    rows = [
        (
            epoch,
            case_name(answer, taken),
            str(answer.case.prompt),  # without its picture
            answer.output,
            answer.verdict.label,
            answer.verdict.score,
            answer.verdict.reason,
            answer.case.group,
            flip,
        )
        for epoch, answer, flip in answers_with_flips(record)
    ]
    return _frame("case_history", "`answers` needs no pandas.", rows, CASES)


def _frame(name: str, way_out: str, rows: list[Any], columns: Mapping[str, str]) -> Any:
    try:
        import pandas
    except ImportError:
        raise ImportError(
            f"`{name}` needs pandas: pip install 'keras_halluc[report]'. {way_out}"
        ) from None
    parts = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pandas.DataFrame(
        {
            name: pandas.Series(list(part), dtype=kind)
            for (name, kind), part in zip(columns.items(), parts, strict=True)
        }
    )
