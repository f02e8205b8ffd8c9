"""How can training be prolonged at will and still end with a decay?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor


@register("WarmupStableDecay")
class WarmupStableDecay(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """WSD: a learning rate that rises linearly, stays at its peak, and falls linearly at the end.

    The trapezoid: any checkpoint of the stable part can be prolonged, or ended with a decay.

    Args:
        peak_rate: float > 0, the highest rate.
        total_steps: int, optimizer steps after which the rate stays at `end_rate`.
        warmup_steps: int >= 0, steps of the rise.
        decay_steps: int >= 0, steps of the fall. With the rise at most `total_steps`.
        end_rate: float in [0, peak_rate].
        name: str.

    Example:

    >>> import keras_halluc as kh
    >>> rate = kh.schedules.WarmupStableDecay(1.0, 1000, warmup_steps=100, decay_steps=200)
    >>> [round(float(rate(step)), 3) for step in (0, 50, 100, 800, 900, 1000, 2000)]
    [0.0, 0.5, 1.0, 1.0, 0.5, 0.0, 0.0]

    References:
        Hu et al. 2024, https://arxiv.org/abs/2404.06395
    """

    def __init__(
        self,
        peak_rate: float,
        total_steps: int,
        warmup_steps: int = 0,
        decay_steps: int = 0,
        end_rate: float = 0.0,
        name: str = "WarmupStableDecay",
    ) -> None:
        super().__init__()
        self.peak_rate = require_number("peak_rate", peak_rate, above=0.0)
        self.total_steps = require_int("total_steps", total_steps, minimum=1)
        self.warmup_steps = require_int("warmup_steps", warmup_steps, minimum=0)
        self.decay_steps = require_int("decay_steps", decay_steps, minimum=0)
        self.end_rate = require_number("end_rate", end_rate, minimum=0.0, maximum=self.peak_rate)
        if self.warmup_steps + self.decay_steps > self.total_steps:
            raise ValueError(
                "`warmup_steps` and `decay_steps` together must be at most `total_steps` "
                f"({self.total_steps}). {received('warmup_steps', warmup_steps)}, "
                f"decay_steps={decay_steps}"
            )
        self.name = name

    def __call__(self, step: Tensor) -> Tensor:
        """Returns the rate at `step` as a float32 scalar (or an array of the shape of `step`)."""
        step = ops.cast(step, "float32")
        rising = step / max(self.warmup_steps, 1)
        left = (self.total_steps - step) / max(self.decay_steps, 1)
        left = ops.clip(left, 0.0, 1.0)
        falling = self.peak_rate * left + self.end_rate * (1.0 - left)
        return ops.where(step < self.warmup_steps, self.peak_rate * rising, falling)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor arguments."""
        return {
            "peak_rate": self.peak_rate,
            "total_steps": self.total_steps,
            "warmup_steps": self.warmup_steps,
            "decay_steps": self.decay_steps,
            "end_rate": self.end_rate,
            "name": self.name,
        }
