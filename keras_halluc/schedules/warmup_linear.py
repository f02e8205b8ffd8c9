"""How does the learning rate rise to its peak and fall again when fine-tuning as BERT did?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor


@register("WarmupLinear")
class WarmupLinear(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Learning rate that rises linearly from 0 to a peak, then falls linearly to an end value.

    With `warmup_steps=w` and `total_steps=t`, the rate at step `s` is

    - `peak_rate * s / w` while `s < w`,
    - `peak_rate` at `s = w`,
    - on the straight line from `peak_rate` to `end_rate` while `w < s < t`,
    - `end_rate` from `s = t` on.

    As in BERT and in `keras.optimizers.schedules.CosineDecay`, the very first step of a warm-up has
    rate 0: it fills the moments of Adam and moves no weight. Without a warm-up the first step has
    `peak_rate`.

    Args:
        peak_rate: float > 0, the highest rate.
        total_steps: int >= 1, optimizer steps after which the rate stays at `end_rate`:
            batches in an epoch times epochs, divided by `gradient_accumulation_steps` if used.
        warmup_steps: int in [0, total_steps), steps of the rise. 5 to 10 % of `total_steps` is
            usual.
        end_rate: float in [0, peak_rate].
        name: str.

    Example:

    >>> import keras_halluc as kh
    >>> rate = kh.schedules.WarmupLinear(2e-5, 1000, warmup_steps=100)
    >>> [round(float(rate(step)) * 1e5, 3) for step in (0, 50, 100, 550, 1000, 2000)]
    [0.0, 1.0, 2.0, 1.0, 0.0, 0.0]

    References:
        Devlin et al. 2019, https://arxiv.org/abs/1810.04805
    """

    def __init__(
        self,
        peak_rate: float,
        total_steps: int,
        warmup_steps: int = 0,
        end_rate: float = 0.0,
        name: str = "WarmupLinear",
    ) -> None:
        super().__init__()
        self.peak_rate = require_number("peak_rate", peak_rate, above=0.0)
        self.total_steps = require_int("total_steps", total_steps, minimum=1)
        self.warmup_steps = require_int("warmup_steps", warmup_steps, minimum=0)
        self.end_rate = require_number("end_rate", end_rate, minimum=0.0)
        if self.warmup_steps >= self.total_steps:
            raise ValueError(
                f"`warmup_steps` must be less than `total_steps` ({self.total_steps}), which "
                f"counts the warm-up too. {received('warmup_steps', warmup_steps)}"
            )
        if self.end_rate > self.peak_rate:
            raise ValueError(
                f"`end_rate` must be at most `peak_rate` ({self.peak_rate}). "
                f"{received('end_rate', end_rate)}"
            )
        if not isinstance(name, str):
            raise TypeError(f"`name` must be a str. {received('name', name)}")
        self.name = name

    def __call__(self, step: Tensor) -> Tensor:
        """Returns the rate at `step` as a float32 scalar (or an array of the shape of `step`)."""
        step = ops.cast(step, "float32")
        rising = self.peak_rate * step / max(self.warmup_steps, 1)
        done = (step - self.warmup_steps) / (self.total_steps - self.warmup_steps)
        done = ops.clip(done, 0.0, 1.0)
        # Weighted sum, not peak + (end - peak) * done: exact at both ends in float32.
        falling = self.peak_rate * (1.0 - done) + self.end_rate * done
        return ops.where(step < self.warmup_steps, rising, falling)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor arguments."""
        return {
            "peak_rate": self.peak_rate,
            "total_steps": self.total_steps,
            "warmup_steps": self.warmup_steps,
            "end_rate": self.end_rate,
            "name": self.name,
        }
