"""How do rows that objectives found before training reach them batch by batch?"""

from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._check import received
from keras_halluc._types import Tensor
from keras_halluc.objectives import Objective

WHOLE = "|inputs"  # stands for inputs that are no dict, beside columns


def add_columns(
    task: keras.Model, objectives: Sequence[Objective], x: Any, y: Any, sample_weight: Any
) -> Any:
    """`x` with the columns each objective wants, as `"<objective>|<column>"`."""
    found: dict[str, Any] = {}
    for objective in objectives:
        if not objective.wants_columns:
            continue
        if not hasattr(keras.tree.flatten(x)[0], "shape"):
            raise ValueError(
                f"`{objective.name}` needs all rows before training: give arrays or texts to "
                f"`fit`, or choose another setting of it. {received('x', type(x))}"
            )
        columns = objective.columns(task, x, y, sample_weight)
        found |= {f"{objective.name}|{key}": value for key, value in columns.items()}
    if not found:
        return x
    return {**(x if isinstance(x, dict) else {WHOLE: x}), **found}


def split_columns(x: Any) -> tuple[Any, dict[str, Tensor]]:
    """What the task takes of a batch, and the columns."""
    if not isinstance(x, dict) or not any("|" in key for key in x):
        return x, {}
    columns = {key: value for key, value in x.items() if "|" in key and key != WHOLE}
    own = {key: value for key, value in x.items() if "|" not in key}
    return own or x[WHOLE], columns


def columns_of(objective: Objective, columns: dict[str, Tensor]) -> dict[str, Tensor]:
    """The columns of one objective, under its own names."""
    start = f"{objective.name}|"
    return {key[len(start) :]: v for key, v in columns.items() if key.startswith(start)}


class EpochHooks(keras.callbacks.Callback):
    """Tells objectives and datasets that an epoch begins."""

    def __init__(self, listeners: Sequence[Any]) -> None:
        super().__init__()
        self.listeners = listeners

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        task = self.model.task  # `self.model` brings weights up to date on JAX
        for listener in self.listeners:
            listener.epoch_begins(task, epoch)


def with_hooks(objectives: Sequence[Objective], x: Any, callbacks: Any) -> Any:
    """`callbacks` with `EpochHooks` before them, where an objective or `x` wants to be told."""
    listeners: list[Any] = [
        o for o in objectives if type(o).epoch_begins is not Objective.epoch_begins
    ]
    if hasattr(x, "epoch_begins"):  # a dataset that changes by epoch, as `known_patch` returns
        listeners.append(x)
    if not listeners:
        return callbacks
    hooks = EpochHooks(listeners)
    if isinstance(callbacks, keras.callbacks.CallbackList):
        hooks.set_model(callbacks.model)
        callbacks.callbacks.insert(0, hooks)
        return callbacks
    return [hooks, *keras.tree.flatten(callbacks or [])]
