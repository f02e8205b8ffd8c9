"""Is clipping a rare rescue, or the learning rate in disguise?"""

from typing import Any

import keras

from keras_halluc._require import received
from keras_halluc.schedules import ClipCounter


class GradientClipMonitor(keras.callbacks.Callback):
    """Writes the share of steps whose gradients were clipped, and their mean norm, into `logs`.

    | key | meaning |
    |---|---|
    | `clipped_steps` | share of the epoch's steps in which something was clipped, in [0, 1] |
    | `gradient_norm` | mean norm of all gradients of a step together, before clipping |

    A few per cent are rescues. Where nearly every step is clipped, the threshold sets the step
    size, not the learning rate: raise it, or lower the rate. Needs a model compiled with
    `kh.schedules.ClipCounter(optimizer)`.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> tuner = kh.models.FineTuner(kh.presets.load_facts_gpt2())
    >>> tuner.compile(kh.schedules.ClipCounter(keras.optimizers.AdamW(1e-4, global_clipnorm=0.1)))
    >>> history = tuner.fit(
    ...     ["Paris is in France."] * 4, verbose=0, callbacks=[kh.callbacks.GradientClipMonitor()]
    ... )
    >>> history.history["clipped_steps"]
    [1.0]

    References:
        Pascanu et al. 2013, https://arxiv.org/abs/1211.5063
    """

    def on_train_begin(self, logs: Any = None) -> None:
        self._read()  # an optimizer without counters is an error before training

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._before = self._read()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        now = self._read()
        clipped, steps, norms = (b - a for a, b in zip(self._before, now))
        if logs is not None and steps:
            logs["clipped_steps"] = clipped / steps
            logs["gradient_norm"] = norms / steps

    def _read(self) -> tuple[float, ...]:
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # under a loss scale
        if not isinstance(optimizer, ClipCounter):
            raise TypeError(
                "The model must be compiled with `kh.schedules.ClipCounter(optimizer)`. "
                + received("optimizer", type(optimizer).__name__)
            )
        counters = (optimizer.clipped_steps, optimizer.counted_steps, optimizer.norm_sum)
        return tuple(float(keras.ops.convert_to_numpy(counter)) for counter in counters)
