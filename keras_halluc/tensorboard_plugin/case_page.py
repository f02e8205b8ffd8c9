"""Which cases of a step does the table show, and in which order?"""

import collections
import dataclasses
from typing import Any

from tensorboard.errors import InvalidArgumentError

from keras_halluc.tensorboard_plugin.case_file import StepBlock
from keras_halluc.tensorboard_plugin.case_order import CHANGES
from keras_halluc.tensorboard_plugin.case_order import change_kind
from keras_halluc.tensorboard_plugin.case_order import change_order
from keras_halluc.tensorboard_plugin.case_order import changes_of
from keras_halluc.tensorboard_plugin.case_order import score_order
from keras_halluc.tensorboard_plugin.comparison import PAIRS
from keras_halluc.tensorboard_plugin.comparison import others_said
from keras_halluc.tensorboard_plugin.comparison import pair_counts
from keras_halluc.tensorboard_plugin.comparison import pair_kinds
from keras_halluc.tensorboard_plugin.span_pieces import cut_pieces
from keras_halluc.tensorboard_plugin.texts import SHOWN
from keras_halluc.tensorboard_plugin.texts import text_of

SORTS = ("change", "score", "given")
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
        pair: `"first"`, right here and wrong in the other run; `"second"`, the reverse; `"differ"`,
            another verdict; `""` for all.
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
    pair: str = ""
    search: str = ""
    sort: str = "change"
    offset: int = 0
    limit: int = 50

    def __post_init__(self) -> None:
        for name, choices in (
            ("against", ("first", "previous")),
            ("change", ("", *CHANGES)),
            ("pair", ("", *PAIRS)),
            ("sort", SORTS),
        ):
            if getattr(self, name) not in choices:
                raise InvalidArgumentError(f"{name} must be one of {choices}")
        if self.offset < 0 or not 1 <= self.limit <= MOST_ROWS:
            raise InvalidArgumentError(f"offset must be >= 0, limit in [1, {MOST_ROWS}]")


@dataclasses.dataclass(frozen=True)
class Chosen:
    """The cases that a question chooses, in order.

    Args:
        block: `StepBlock` that is shown.
        before: `StepBlock` that changes are counted from.
        other: `StepBlock` of the other run, or None.
        rows: rows of `block`.
        kinds: the change of each row of `block`, one of `CHANGES` or `""`.
        pairs: which filters of pairs each row of `block` passes.
    """

    block: StepBlock
    before: StepBlock
    other: StepBlock | None
    rows: list[int]
    kinds: list[str]
    pairs: list[tuple[str, ...]]


def choose_cases(
    steps: dict[int, StepBlock], query: Query, other: StepBlock | None = None
) -> Chosen:
    """All cases that pass the filters, whatever the page.

    Args:
        steps: the run's steps in order, at least one.
        query: `Query`.
        other: `StepBlock` of the run to compare with, or None.
    """
    block, before = choose_steps(steps, query)
    groups = block.file.groups
    changes = changes_of(block, before)
    kinds = list(map(change_kind, changes))
    pairs = pair_kinds(block, other)
    rows = [
        row
        for row, name in enumerate(block.ids)
        if (not query.labels or block.labels[row] in query.labels)
        and (not query.change or kinds[row] == query.change)
        and (query.group is None or groups.get(name) == query.group)
        and (not query.pair or query.pair in pairs[row])
    ]
    if query.search:
        rows = _search(block, rows, query.search)
    if query.sort == "change":
        rows.sort(key=lambda row: change_order(changes[row]))
    elif query.sort == "score":
        rows.sort(key=lambda row: score_order(block.scores[row]))
    return Chosen(block, before, other, rows, kinds, pairs)


def case_page(
    steps: dict[int, StepBlock], query: Query, other: StepBlock | None = None
) -> dict[str, Any]:
    """A page of the table, with what its controls have to know.

    Args:
        steps: the run's steps in order, at least one.
        query: `Query`.
        other: `StepBlock` of the run to compare with, or None.

    Returns:
        dict that can be written as JSON. `history` of a row has a label for each of `steps`.
    """
    chosen = choose_cases(steps, query, other)
    block, groups = chosen.block, chosen.block.file.groups
    shown = chosen.rows[query.offset : query.offset + query.limit]
    return {
        "steps": list(steps),
        "step": block.step,
        "against": chosen.before.step,
        "all": len(block.ids),
        "found": len(chosen.rows),
        "labels": _counts(block.labels),
        "changes": _counts(chosen.kinds),
        "groups": sorted({groups[name] for name in block.ids if name in groups}),
        "other_step": None if other is None else other.step,
        "pairs": None if other is None else pair_counts(chosen.pairs),
        "rows": _rows(chosen, shown, list(steps.values())),
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


def _rows(chosen: Chosen, rows: list[int], steps: list[StepBlock]) -> list[dict[str, Any]]:
    found = []
    block = chosen.block
    names = [block.ids[row] for row in rows]
    others = others_said(chosen.other, names)
    texts = zip(rows, block.cases(rows), block.answers(rows), others, strict=True)
    for row, case, answer, other in texts:
        name = block.ids[row]
        found.append(
            {
                "id": name,
                "group": block.file.groups.get(name),
                "prompt": cut_pieces(text_of(case, "prompt"), None, SHOWN),
                "output": cut_pieces(text_of(answer, "output"), answer.get("spans"), SHOWN),
                "label": block.labels[row],
                "score": block.scores[row],
                "reason": text_of(answer, "reason")[:SHOWN],
                "was": label_of(chosen.before, name),
                "change": chosen.kinds[row],
                "history": [label_of(step, name) for step in steps],
                "other": other,
            }
        )
    return found


def label_of(block: StepBlock, name: str) -> str:
    """The verdict of a case at a step; `-` where it was not asked."""
    row = block.row_of.get(name)
    return NO_LABEL if row is None else block.labels[row]


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
