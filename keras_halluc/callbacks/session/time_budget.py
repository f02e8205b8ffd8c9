"""How many cases may a monitor check, so that it stays within its share of fit time?"""

import math


class TimeBudget:
    """Chooses once, after the first epoch, how many cases every epoch checks.

    The number stays fixed from then on, so that rates of different epochs are over the same cases.

    Args:
        share: float in (0, 1], part of fit time that checking may take, or None for no limit.
        minimum: int, cases that are checked whatever they cost.
        chosen: int or None, the number that an earlier `fit` chose, where that goes on.
    """

    def __init__(self, share: float | None, minimum: int, chosen: int | None = None) -> None:
        self.share = share
        self.minimum = minimum
        self.chosen = chosen

    def choose(
        self,
        available: int,
        seconds_per_case: float,
        epoch_seconds: float,
        checked: int = 0,
        epochs: int = 1,
    ) -> int:
        """Number of cases for this and all later epochs.

        Args:
            available: int, cases there are.
            seconds_per_case: float, measured without compilation.
            epoch_seconds: float, training time of the first epoch.
            checked: int, cases checked before, which the share pays for too.
            epochs: int, epochs to come, this one included.
        """
        if self.chosen is None:
            if self.share is None or seconds_per_case <= 0.0:
                self.chosen = available
            else:
                # share = ours / (ours + training)
                allowed = epoch_seconds * self.share / max(1.0 - self.share, 1e-9)
                affordable = math.floor(allowed / seconds_per_case - checked / epochs)
                self.chosen = min(available, max(affordable, self.minimum))
        return self.chosen


def spread(available: int, wanted: int) -> list[int]:
    """`wanted` positions of `available`, evenly spread, so that every part of a list is met."""
    return [i * available // wanted for i in range(wanted)]
