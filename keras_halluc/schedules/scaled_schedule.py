"""How is a learning-rate schedule made smaller as a whole?"""

from typing import Any

import keras

from keras_halluc._register import register
from keras_halluc._require import require_number
from keras_halluc._types import Tensor


@register("ScaledSchedule")
class ScaledSchedule(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Another schedule, times a factor.

    Args:
        schedule: Keras learning-rate schedule.
        factor: float >= 0.

    Example:

    >>> import keras_halluc as kh
    >>> half = kh.schedules.ScaledSchedule(kh.schedules.WarmupLinear(1.0, 100), 0.5)
    >>> float(half(50))
    0.25
    """

    def __init__(
        self, schedule: keras.optimizers.schedules.LearningRateSchedule, factor: float
    ) -> None:
        super().__init__()
        self.schedule = schedule
        self.factor = require_number("factor", factor, minimum=0.0)

    def __call__(self, step: Tensor) -> Tensor:
        """Returns the rate at `step`."""
        return self.factor * self.schedule(step)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor arguments."""
        return {
            "schedule": keras.saving.serialize_keras_object(self.schedule),
            "factor": self.factor,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "ScaledSchedule":
        config = dict(config)
        config["schedule"] = keras.saving.deserialize_keras_object(config["schedule"])
        return cls(**config)
