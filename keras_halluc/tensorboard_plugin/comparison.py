"""Comparison of two runs case by case: which of them was right where the other was wrong?"""

import collections
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc._types import HALLUCINATED
from keras_halluc.tensorboard_plugin.case_file import StepBlock
from keras_halluc.tensorboard_plugin.case_order import FROM_WORST
from keras_halluc.tensorboard_plugin.span_pieces import cut_pieces
from keras_halluc.tensorboard_plugin.texts import SHOWN
from keras_halluc.tensorboard_plugin.texts import text_of
from keras_halluc.tensorboard_plugin.verdict_table import RIGHT

FIRST, SECOND, DIFFER = "first", "second", "differ"
PAIRS = (FIRST, SECOND, DIFFER)


def nearest_step(steps: Mapping[int, StepBlock], step: int) -> StepBlock:
    """What was said at the step, or at the nearest there is; the earlier of two."""
    return steps[min(steps, key=lambda there: (abs(there - step), there))]


def pair_kinds(block: StepBlock, other: StepBlock | None) -> list[tuple[str, ...]]:
    """Of each row, which filters it passes.

    `"first"`: supported here, unsupported or contradicted in the other run; `"second"`: the
    reverse; `"differ"`: both measured, with different verdicts, which holds for the two above too.
    """
    if other is None:
        return [()] * len(block.ids)
    found: list[tuple[str, ...]] = []
    for name, label in zip(block.ids, block.labels, strict=True):
        row = other.row_of.get(name)
        theirs = "" if row is None else other.labels[row]
        if label not in FROM_WORST or theirs not in FROM_WORST or label == theirs:
            found.append(())
        elif label == RIGHT and theirs in HALLUCINATED:
            found.append((FIRST, DIFFER))
        elif theirs == RIGHT and label in HALLUCINATED:
            found.append((SECOND, DIFFER))
        else:
            found.append((DIFFER,))
    return found


def pair_counts(kinds: Sequence[tuple[str, ...]]) -> dict[str, int]:
    """How many rows pass each filter."""
    counts = collections.Counter(kind for row in kinds for kind in row)
    return {kind: counts[kind] for kind in PAIRS}


def others_said(
    other: StepBlock | None, names: Sequence[str], limit: int | None = SHOWN
) -> list[dict[str, Any] | None]:
    """What the other run said to some cases; None for one that it was not asked."""
    if other is None:
        return [None] * len(names)
    rows = [other.row_of[name] for name in names if name in other.row_of]
    answers = dict(zip(rows, other.answers(rows), strict=True))
    found: list[dict[str, Any] | None] = []
    for name in names:
        row = other.row_of.get(name)
        if row is None:
            found.append(None)
            continue
        answer = answers[row]
        found.append(
            {
                "output": cut_pieces(text_of(answer, "output"), answer.get("spans"), limit),
                "label": other.labels[row],
                "score": other.scores[row],
                "reason": text_of(answer, "reason"),
            }
        )
    return found
