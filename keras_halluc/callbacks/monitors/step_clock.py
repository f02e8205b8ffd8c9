"""Step clock: counts training steps, and says when every so many of them are done."""

import time
from collections.abc import Mapping
from typing import Any


class StepClock:
    """Counts the steps of training over all epochs.

    Args:
        every: int or None, steps between two measurements; None is at the end of epochs alone.

    Attributes:
        done: int, steps of the epochs that are over and of the running one.
    """

    def __init__(self, every: int | None) -> None:
        self.every = every
        self.done = 0
        self._before = 0  # steps of the epochs that are over
        self._started = 0.0  # when the first step, which compiles, was over

    def begin(self, done: int) -> None:
        """A `fit` begins after so many steps."""
        self.done = self._before = done

    def epoch_begins(self) -> None:
        """Counts the steps of another epoch."""
        self._before = self.done
        self._started = 0.0

    def step_ends(self, batch: int, params: Mapping[str, Any] | None) -> bool:
        """Whether it is time to measure; not after the last step, when the epoch is measured.

        Args:
            batch: int, the step of the epoch, from 0. With `steps_per_execution` it may be beyond
                the last, and steps between two calls are not seen.
            params: what Keras told the callbacks.
        """
        self._started = self._started or time.perf_counter()
        steps = steps_of(params)
        before, self.done = self.done, self._before + min(batch + 1, steps or batch + 1)
        if self.every is None or self.done == self._before + (steps or -1):
            return False
        return self.done // self.every > before // self.every

    def trained(self) -> float:
        """Seconds that the steps of this epoch so far took, as if none of them had compiled."""
        done = self.done - self._before
        seconds = time.perf_counter() - self._started
        return seconds * done / (done - 1) if done > 1 else seconds

    def measurements(self, epochs: int, params: Mapping[str, Any] | None) -> int:
        """How many measurements there are in so many epochs, as far as it is known."""
        steps = steps_of(params)
        inside = 0 if self.every is None or not steps else (steps - 1) // self.every
        return max(epochs, 1) * (1 + inside)


def steps_of(params: Mapping[str, Any] | None) -> int | None:
    """Steps of an epoch; None where Keras does not know them yet."""
    return (params or {}).get("steps")
