"""Order of cases: how far did each one change between two steps, and for the better or worse?"""

import math

from keras_halluc.tensorboard_plugin.case_file import StepBlock

# From bad to good; with a label that is not here, unmeasured or unknown, nothing is compared.
FROM_WORST = ("contradicted", "unsupported", "abstained", "supported")
CHANGES = ("worse", "better", "same")
Change = tuple[int, float]


def changes_of(block: StepBlock, before: StepBlock) -> list[Change | None]:
    """Of each row, how far the label rose and, then, the score; None where nothing is compared."""
    return [_change(block, row, before) for row in range(len(block.ids))]


def change_kind(change: Change | None) -> str:
    """One of `CHANGES`, or empty where nothing is compared."""
    if change is None:
        return ""
    return "worse" if change[0] < 0 else "better" if change[0] > 0 else "same"


def change_order(change: Change | None) -> tuple[float, float]:
    """Sorts the worst change first, and what is not compared last."""
    return (math.inf, 0.0) if change is None else change


def score_order(score: float | None) -> float:
    """Sorts the lowest score first, and none last."""
    return math.inf if score is None else score


def _change(block: StepBlock, row: int, before: StepBlock) -> Change | None:
    other = before.row_of.get(block.ids[row])
    if other is None:
        return None
    now, then = block.labels[row], before.labels[other]
    if now not in FROM_WORST or then not in FROM_WORST:
        return None
    score, old = block.scores[row], before.scores[other]
    gained = 0.0 if score is None or old is None else score - old
    return FROM_WORST.index(now) - FROM_WORST.index(then), gained
