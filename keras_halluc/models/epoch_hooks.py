"""How do objectives and datasets hear that an epoch begins?"""

from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc.objectives import Objective


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
