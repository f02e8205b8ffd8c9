"""When a monitor looks at the model: at which step, at how many cases, after which logs."""

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class Moment:
    """When a monitor looks at the model.

    Args:
        step: int, epochs done: 0 before training and `e + 1` after epoch `e`.
        count: int, how many of its cases or rows it may measure.
        logs: what Keras and earlier callbacks wrote of this epoch; empty before training.

    Example:

    >>> import keras_halluc as kh
    >>> kh.callbacks.Moment(step=0, count=100, logs={}).step  # before training
    0
    """

    step: int
    count: int
    logs: Mapping[str, Any]
