"""Case table: the answers of one epoch, as columns that every tracker takes."""

from typing import Any

from keras_halluc.callbacks.monitors.case_monitor import CaseMonitor
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.callbacks.observed.case_names import case_name
from keras_halluc.callbacks.results.flips import answers_with_flips
from keras_halluc.text.encodable import encodable

COLUMNS = ("epoch", "case", "prompt", "output", "label", "score", "reason", "group", "flip")


def case_table(monitor: Monitor, step: int) -> dict[str, list[Any]]:
    """The rows of `case_history` of one epoch, by column; none where no case was asked.

    Args:
        monitor: `Monitor`.
        step: int, epochs done; 0 is the model before training.

    Returns:
        dict from each of `COLUMNS` to a list of int, str, float or None. A lone surrogate, which
        no file holds, is U+FFFD. Empty for a monitor without answers.
    """
    if not isinstance(monitor, CaseMonitor) or not monitor._answers_at(step):
        return {}
    taken = monitor._case_ids()
    rows = [
        (
            epoch,
            case_name(answer, taken),
            answer.case.prompt,
            answer.output,
            answer.verdict.label,
            answer.verdict.score,
            answer.verdict.reason,
            answer.case.group,
            flip,
        )
        for epoch, answer, flip in answers_with_flips(monitor._record)
        if epoch == step
    ]
    return {name: [_plain(row[i]) for row in rows] for i, name in enumerate(COLUMNS)}


def table_name(monitor: Monitor) -> str:
    """What the table of a monitor is called."""
    return f"{monitor.prefix}{monitor.name}_cases"


def _plain(value: Any) -> Any:
    return encodable(value) if isinstance(value, str) else value
