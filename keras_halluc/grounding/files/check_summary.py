"""What do the verdicts on finished text amount to?"""

import dataclasses
from collections.abc import Iterator
from collections.abc import Mapping

from keras_halluc.grounding.groups.group_rates import GroupRate
from keras_halluc.statistics.estimates import Estimate

MOST_GROUPS = 50  # printed of each rate; the rest is in `groups`
MOST_CHARACTERS = 40  # of the name of one


@dataclasses.dataclass(frozen=True)
class CheckSummary:
    """How many rows got which label, and the rates with their 95 % intervals.

    Args:
        rows: int, all rows, those that were skipped too.
        skipped: int, rows that could not be read or that the checker could not take; they count as
            unmeasured.
        labels: mapping from verdict label to how many rows have it.
        estimates: mapping from name (`"hallucination_rate"`, `"abstention_rate"`,
            `"answer_accuracy"`, `"check_coverage"`, `"grounding_score"`) to
            `keras_halluc.statistics.Estimate`: `value`, `low`, `high` and `count`. What was
            measured on no row is left out.
        groups: mapping from the name of each of these rates but `"grounding_score"` to what
            `rates_by_group` gives: a mapping from `group` to `GroupRate`, empty where no case has a
            group. Skipped rows belong to none.

    Example:

    >>> import keras_halluc as kh
    >>> case = kh.data.Case("The capital of France is", references=("Paris",))
    >>> print(kh.grounding.check([case] * 2, ["Paris.", "Lyon."], kh.grounding.AnswerChecker()))
    2 rows: 1 supported, 1 unsupported
    hallucination_rate  0.500  [0.095, 0.905]  of 2
    abstention_rate     0.000  [0.000, 0.658]  of 2
    answer_accuracy     0.500  [0.095, 0.905]  of 2
    check_coverage      1.000  [0.342, 1.000]  of 2
    grounding_score     0.500  [0.095, 0.905]  of 2
    """

    rows: int
    skipped: int
    labels: Mapping[str, int]
    estimates: Mapping[str, Estimate]
    groups: Mapping[str, Mapping[str, GroupRate]] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        counts = [f"{count} {label}" for label, count in self.labels.items() if count]
        skipped = f" ({self.skipped} could not be read or checked)" if self.skipped else ""
        lines = [f"{self.rows} rows: {', '.join(counts)}{skipped}"]
        for name, e in self.estimates.items():
            lines.append(f"{name:18}  {_text(e)}")
        for name, groups in self.groups.items():
            lines += _group_lines(name, groups)
        return "\n".join(lines)


def _group_lines(name: str, groups: Mapping[str, GroupRate]) -> Iterator[str]:
    """A rate of each group, and what it is more than that of all others."""
    if groups:
        yield f"{name} by group, and minus that of the other groups"
    shown = list(groups.values())[:MOST_GROUPS]
    names = [_quoted(own.group) for own in shown]
    for text, own in zip(names, shown):
        parts = [f"  {text:{max(map(len, names))}}"]
        parts += [_text(own.rate)] if own.rate else []
        parts.append(_text(own.difference, "+") if own.difference else own.reason)
        yield "  ".join(parts)
    if len(groups) > len(shown):
        yield f"  and {len(groups) - len(shown)} more"


def _quoted(group: str) -> str:
    """As Python writes it: a group may hold line breaks, or what no terminal shows."""
    text = repr(group)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 3] + "..."


def _text(e: Estimate, plus: str = "") -> str:
    return f"{e.value:{plus}.3f}  [{e.low:{plus}.3f}, {e.high:{plus}.3f}]  of {e.count}"
