"""Table of verdicts: which case was hallucinated at which step, as numbers."""

from collections.abc import Mapping

import numpy as np

from keras_halluc._types import HALLUCINATED
from keras_halluc.tensorboard_plugin.case_file import StepBlock
from keras_halluc.tensorboard_plugin.case_order import FROM_WORST

RIGHT = "supported"


def verdict_table(steps: Mapping[int, StepBlock]) -> tuple[np.ndarray, list[str]]:
    """`(bad, ids)`: float `(case, step)` and the id of each row.

    1 is unsupported or contradicted, 0 any other measured verdict, NaN not measured or not asked.
    """
    places: dict[str, int] = {}
    for block in steps.values():
        for name in block.ids:
            places.setdefault(name, len(places))
    bad = np.full((len(places), len(steps)), np.nan)
    for column, block in enumerate(steps.values()):
        rows = np.fromiter((places[name] for name in block.ids), "int64", len(block.ids))
        bad[rows, column] = [number(label) for label in block.labels]
    return bad, list(places)


def number(label: str) -> float:
    """1.0 where hallucinated, 0.0 where not, NaN where a label says neither."""
    return float(label in HALLUCINATED) if label in FROM_WORST else np.nan
