"""How does the learning rate fall when the end of training is not known, as for the Transformer?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor


@register("WarmupInverseSqrt")
class WarmupInverseSqrt(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Learning rate that rises linearly to a peak, then falls with the square root of the step.

    With `warmup_steps=w` the rate at step `s` is `peak_rate * s / w` until `w`, and
    `peak_rate * sqrt(w / s)` after it. No end of training needs to be known.

    Args:
        peak_rate: float > 0, the highest rate, at step `warmup_steps`.
        warmup_steps: int >= 1, steps of the rise.
        name: str.

    Example:

    >>> import keras_halluc as kh
    >>> rate = kh.schedules.WarmupInverseSqrt(1.0, warmup_steps=100)
    >>> [round(float(rate(step)), 3) for step in (0, 50, 100, 400, 10000)]
    [0.0, 0.5, 1.0, 0.5, 0.1]

    References:
        Vaswani et al. 2017, https://arxiv.org/abs/1706.03762
    """

    def __init__(
        self, peak_rate: float, warmup_steps: int, name: str = "WarmupInverseSqrt"
    ) -> None:
        super().__init__()
        self.peak_rate = require_number("peak_rate", peak_rate, above=0.0)
        self.warmup_steps = require_int("warmup_steps", warmup_steps, minimum=1)
        self.name = name

    def __call__(self, step: Tensor) -> Tensor:
        """Returns the rate at `step` as a float32 scalar (or an array of the shape of `step`)."""
        step = ops.cast(step, "float32")
        rising = step / self.warmup_steps
        falling = ops.sqrt(self.warmup_steps / ops.maximum(step, 1.0))
        return self.peak_rate * ops.where(step < self.warmup_steps, rising, falling)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor arguments."""
        return {
            "peak_rate": self.peak_rate,
            "warmup_steps": self.warmup_steps,
            "name": self.name,
        }
