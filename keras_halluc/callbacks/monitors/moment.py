"""When a monitor looks at the model: at which step, at how many cases, after which logs."""

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class Moment:
    """When a monitor looks at the model.

    Args:
        step: int, epochs done: 0 before training and in the first epoch, `e + 1` after epoch `e`.
        count: int, how many of its cases or rows it may measure.
        logs: what Keras and earlier callbacks wrote of this epoch; empty before training and in the
            middle of an epoch.
        training_step: int, training steps done, in the middle of an epoch (`every` of a monitor);
            0 before training and at the end of an epoch.

    Example:

    >>> import keras_halluc as kh
    >>> kh.callbacks.Moment(step=0, count=100, logs={}).step  # before training
    0
    """

    step: int
    count: int
    logs: Mapping[str, Any]
    training_step: int = 0

    @property
    def when(self) -> tuple[int, int]:
        """What no other moment of the `fit` has."""
        return self.step, self.training_step

    @property
    def words(self) -> str:
        """`"before training"`, `"epoch 2"` or `"training step 500"`."""
        if self.training_step:
            return f"training step {self.training_step}"
        return f"epoch {self.step}" if self.step else "before training"
