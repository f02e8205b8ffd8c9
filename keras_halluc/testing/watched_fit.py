"""A short fit under monitors, how to interrupt it, and what TensorBoard reads of it."""

import contextlib
import io
import re
from typing import Any

import keras

EPOCHS = 2


class PowerCut(keras.callbacks.Callback):
    """Ends `fit` with an InterruptedError after the first epoch."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        raise InterruptedError("power cut")


def watched_fit(
    contract: Any,
    model: keras.Model,
    *monitors: Any,
    shuffle: bool = False,
    verbose: str | int = 0,
    batch_size: int | None = None,
) -> tuple[dict[str, list[float]], str]:
    """History, and what was printed.

    Args:
        contract: `MonitorContract`.
        model: keras.Model, of the contract.
        monitors: callbacks.
        shuffle: bool.
        verbose: as of `fit`.
        batch_size: as of `fit`.
    """
    x, y, *weight = contract.data
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        # Past a task's preprocessor, which would take arrays for texts.
        history = keras.Model.fit(
            model,
            x,
            y,
            sample_weight=weight[0] if weight else None,
            batch_size=batch_size,
            validation_data=contract.data,
            epochs=EPOCHS,
            shuffle=shuffle,
            callbacks=list(monitors),
            verbose=verbose,
        )
    return dict(history.history), printed.getvalue()


def as_shown(printed: str) -> list[str]:
    """The lines a terminal or a notebook shows of what was printed, without colours."""
    lines, column = [""], 0
    for char in re.sub(r"\x1b\[[0-9;]*m", "", printed):
        if char == "\n":
            lines.append("")
            column = 0
        elif char == "\r":
            column = 0
        elif char == "\b":
            column = max(column - 1, 0)
        else:
            lines[-1] = lines[-1][:column] + char + lines[-1][column + 1 :]
            column += 1
    return [line.rstrip() for line in lines]


def read_scalars(folder: str) -> dict[str, dict[int, float]]:
    """Values by step by tag, as TensorBoard itself reads them."""
    from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
    from tensorboard.util import tensor_util

    run = EventMultiplexer({"run": folder}, tensor_size_guidance={"scalars": 0})
    run.Reload()
    content = run.PluginRunToTagToContent("scalars").get("run", {})
    return {
        tag: {
            event.step: float(tensor_util.make_ndarray(event.tensor_proto))
            for event in run.Tensors("run", tag)
        }
        for tag in content
    }
