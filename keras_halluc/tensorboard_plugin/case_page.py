"""Which cases of a step does the table show, and in which order?"""

import collections
import dataclasses
import math
from typing import Any

from tensorboard.errors import InvalidArgumentError

from keras_halluc.tensorboard_plugin.case_file import StepBlock
from keras_halluc.tensorboard_plugin.span_pieces import cut_pieces

# From bad to good; with a label that is not here, unmeasured or unknown, nothing is compared.
FROM_WORST = ("contradicted", "unsupported", "abstained", "supported")
CHANGES = ("worse", "better", "same")
SORTS = ("change", "score", "given")
SHOWN = 400  # characters of a text in the table
MOST_ROWS = 200
NO_LABEL = "-"


@dataclasses.dataclass(frozen=True)
class Query:
    """What the page asks for.

    Args:
        step: int, or None for the last one there is.
        against: `"first"` or `"previous"`, the step that changes are counted from.
        labels: labels to show; none is all.
        change: `"worse"`, `"better"`, `"same"`, or `""` for all.
        group: name of a group, or None for all.
        search: str that must be in the id, prompt, output or reason, in upper or lower case.
        sort: `"change"`, worst change first; `"score"`, lowest first; `"given"`, as in the file.
        offset: int >= 0, how many rows come before the page.
        limit: int >= 1, rows of the page.
    """

    step: int | None = None
    against: str = "first"
    labels: tuple[str, ...] = ()
    change: str = ""
    group: str | None = None
    search: str = ""
    sort: str = "change"
    offset: int = 0
    limit: int = 50

    def __post_init__(self) -> None:
        for name, choices in (
            ("against", ("first", "previous")),
            ("change", ("", *CHANGES)),
            ("sort", SORTS),
        ):
            if getattr(self, name) not in choices:
                raise InvalidArgumentError(f"{name} must be one of {choices}")
        if self.offset < 0 or not 1 <= self.limit <= MOST_ROWS:
            raise InvalidArgumentError(f"offset must be >= 0, limit in [1, {MOST_ROWS}]")


def case_page(steps: dict[int, StepBlock], query: Query) -> dict[str, Any]:
    """A page of the table, with what its controls have to know.

    Args:
        steps: the run's steps in order, at least one.
        query: `Query`.

    Returns:
        dict that can be written as JSON. `history` of a row has a label for each of `steps`.
    """
    block, before = choose_steps(steps, query)
    groups = block.file.groups
    changes = [_change(block, row, before) for row in range(len(block.ids))]
    kinds = [_kind(change) for change in changes]
    rows = [
        row
        for row, name in enumerate(block.ids)
        if (not query.labels or block.labels[row] in query.labels)
        and (not query.change or kinds[row] == query.change)
        and (query.group is None or groups.get(name) == query.group)
    ]
    if query.search:
        rows = _search(block, rows, query.search)
    if query.sort == "change":
        rows.sort(key=lambda row: _change_order(changes[row]))
    elif query.sort == "score":
        rows.sort(key=lambda row: _or_last(block.scores[row]))
    shown = rows[query.offset : query.offset + query.limit]
    return {
        "steps": list(steps),
        "step": block.step,
        "against": before.step,
        "all": len(block.ids),
        "found": len(rows),
        "labels": _counts(block.labels),
        "changes": _counts(kinds),
        "groups": sorted({groups[name] for name in block.ids if name in groups}),
        "rows": _rows(block, shown, list(steps.values()), before, kinds),
    }


def choose_steps(steps: dict[int, StepBlock], query: Query) -> tuple[StepBlock, StepBlock]:
    """The step to show, the nearest there is to the one asked for, and the one to compare with."""
    order = list(steps)
    step = order[-1]
    if query.step is not None:
        wanted = query.step
        step = min(order, key=lambda there: abs(there - wanted))
    place = 0 if query.against == "first" else max(order.index(step) - 1, 0)
    return steps[step], steps[order[place]]


def _rows(
    block: StepBlock, rows: list[int], steps: list[StepBlock], before: StepBlock, kinds: list[str]
) -> list[dict[str, Any]]:
    found = []
    texts = zip(rows, block.cases(rows), block.answers(rows), strict=True)
    for row, case, answer in texts:
        name = block.ids[row]
        history = [_label(step, name) for step in steps]
        found.append(
            {
                "id": name,
                "group": block.file.groups.get(name),
                "prompt": cut_pieces(text_of(case, "prompt"), None, SHOWN),
                "output": cut_pieces(text_of(answer, "output"), answer.get("spans"), SHOWN),
                "label": block.labels[row],
                "score": block.scores[row],
                "reason": text_of(answer, "reason")[:SHOWN],
                "was": _label(before, name),
                "change": kinds[row],
                "history": history,
            }
        )
    return found


def text_of(line: dict[str, Any], name: str) -> str:
    """A text of a line of the file; empty where there is none."""
    value = line.get(name)
    return value if isinstance(value, str) else ""


def _label(block: StepBlock, name: str) -> str:
    row = block.row_of.get(name)
    return NO_LABEL if row is None else block.labels[row]


def _change(block: StepBlock, row: int, before: StepBlock) -> tuple[int, float] | None:
    """How far the label rose and, then, the score; None where they cannot be compared."""
    other = before.row_of.get(block.ids[row])
    if other is None:
        return None
    now, then = block.labels[row], before.labels[other]
    if now not in FROM_WORST or then not in FROM_WORST:
        return None
    score, old = block.scores[row], before.scores[other]
    gained = 0.0 if score is None or old is None else score - old
    return FROM_WORST.index(now) - FROM_WORST.index(then), gained


def _kind(change: tuple[int, float] | None) -> str:
    if change is None:
        return ""
    return "worse" if change[0] < 0 else "better" if change[0] > 0 else "same"


def _change_order(change: tuple[int, float] | None) -> tuple[float, float]:
    return (math.inf, 0.0) if change is None else change


def _or_last(score: float | None) -> float:
    return math.inf if score is None else score


def _counts(names: list[str]) -> dict[str, int]:
    return {name: count for name, count in sorted(collections.Counter(names).items()) if name}


def _search(block: StepBlock, rows: list[int], search: str) -> list[int]:
    wanted = search.casefold()
    found = []
    for row, case, answer in zip(rows, block.cases(rows), block.answers(rows), strict=True):
        texts = (
            block.ids[row],
            text_of(case, "prompt"),
            text_of(answer, "output"),
            text_of(answer, "reason"),
        )
        if any(wanted in text.casefold() for text in texts):
            found.append(row)
    return found
