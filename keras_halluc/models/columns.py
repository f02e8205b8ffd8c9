"""How do rows that objectives found before training reach them batch by batch?"""

from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

import keras

from keras_halluc._require import received
from keras_halluc._types import Tensor
from keras_halluc.objectives import Objective

Columns = dict[str, dict[str, Tensor]]  # by the name of the objective, then by their own


class WithColumns(NamedTuple):
    """Inputs, and the columns that stand beside them: a structure Keras splits into batches.

    Attributes:
        inputs: what the task takes, of whatever structure.
        columns: dict of dicts of arrays with one row an example.
    """

    inputs: Any
    columns: Columns


def add_columns(
    task: keras.Model, objectives: Sequence[Objective], x: Any, y: Any, sample_weight: Any
) -> Any:
    """`x` with the columns of each objective that wants some; `x` itself where none does."""
    columns: Columns = {}
    for objective in objectives:
        if not objective.wants_columns:
            continue
        if not hasattr(keras.tree.flatten(x)[0], "shape"):
            raise ValueError(
                f"`{objective.name}` needs all rows before training: give arrays or texts to "
                f"`fit`, or choose another setting of it. {received('x', type(x))}"
            )
        columns[objective.name] = objective.columns(task, x, y, sample_weight)
    return WithColumns(x, columns) if columns else x


def split_columns(x: Any) -> tuple[Any, Columns]:
    """What the task takes of a batch, and the columns."""
    return (x.inputs, x.columns) if isinstance(x, WithColumns) else (x, {})
