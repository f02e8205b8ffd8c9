"""How does the learning rate go from one value to another, epoch by epoch?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor


@register("LinearInterpolation")
class LinearInterpolation(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Learning rate `start_rate + (end_rate - start_rate) * epoch / total_epochs`.

    It is constant within an epoch. `end_rate`, which may be the higher one, would be that of epoch
    `total_epochs`, the first after training.

    Args:
        start_rate: float >= 0, rate of the first epoch.
        end_rate: float >= 0, rate after `total_epochs` epochs and from then on.
        total_epochs: int >= 1.
        steps_per_epoch: int >= 1, optimizer steps of an epoch.
        name: str.

    Example:

    >>> import keras_halluc as kh
    >>> rate = kh.schedules.LinearInterpolation(1.0, 0.0, total_epochs=4, steps_per_epoch=10)
    >>> [float(rate(step)) for step in (0, 9, 10, 25, 39, 40, 99)]
    [1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """

    def __init__(
        self,
        start_rate: float,
        end_rate: float,
        total_epochs: int,
        steps_per_epoch: int,
        name: str = "LinearInterpolation",
    ) -> None:
        super().__init__()
        self.start_rate = require_number("start_rate", start_rate, minimum=0.0)
        self.end_rate = require_number("end_rate", end_rate, minimum=0.0)
        self.total_epochs = require_int("total_epochs", total_epochs, minimum=1)
        self.steps_per_epoch = require_int("steps_per_epoch", steps_per_epoch, minimum=1)
        self.name = name

    def __call__(self, step: Tensor) -> Tensor:
        """Returns the rate at `step` as a float32 scalar (or an array of the shape of `step`)."""
        epoch = ops.floor(ops.cast(step, "float32") / self.steps_per_epoch)
        done = ops.minimum(epoch / self.total_epochs, 1.0)
        return self.start_rate * (1.0 - done) + self.end_rate * done

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor arguments."""
        return {
            "start_rate": self.start_rate,
            "end_rate": self.end_rate,
            "total_epochs": self.total_epochs,
            "steps_per_epoch": self.steps_per_epoch,
            "name": self.name,
        }
