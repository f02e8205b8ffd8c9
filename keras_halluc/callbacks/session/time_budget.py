"""How many cases may a monitor check, so that it stays within its share of fit time?"""

import dataclasses
import math


@dataclasses.dataclass(frozen=True)
class Cost:
    """What a measurement costs, and what there is to pay it from.

    Args:
        seconds_each: float, of one case, measured without compilation.
        trained: float, seconds of training from one measurement to the next.
        checked: int, cases checked before training, which the share pays for too.
        measurements: int >= 1, to come, this one included.
    """

    seconds_each: float
    trained: float
    checked: int = 0
    measurements: int = 1

    def seconds(self, count: int) -> float:
        """What `count` cases a measurement take, with their part of what was checked before."""
        return self.seconds_each * (count + self.checked / self.measurements)

    def share(self, count: int) -> float:
        """Share of fit time that `count` cases a measurement take, in [0, 1]."""
        ours = self.seconds(count)
        return ours / (ours + self.trained) if ours else 0.0


class TimeBudget:
    """How many cases each measurement is over.

    It is chosen once, at the first measurement after training began, and stays fixed from then on,
    so that rates of different epochs are over the same cases.

    Args:
        share: float in (0, 1], part of fit time that checking may take, or None for no limit.
        minimum: int, cases that are checked whatever they cost.
        chosen: int or None, the number that an earlier `fit` chose, where that goes on.
    """

    def __init__(self, share: float | None, minimum: int, chosen: int | None = None) -> None:
        self.share = share
        self.minimum = minimum
        self.chosen = chosen

    def affordable(self, available: int, cost: Cost) -> int:
        """How many cases of those there are the share pays for; it may be fewer than 0."""
        if self.share is None or cost.seconds_each <= 0.0:
            return available
        # share = ours / (ours + training)
        allowed = cost.trained * self.share / max(1.0 - self.share, 1e-9)
        bought = allowed / cost.seconds_each - cost.checked / cost.measurements
        return min(available, math.floor(bought))

    def exceeds(self, count: int, cost: Cost) -> bool:
        """Whether `count` cases take more than the share."""
        return self.share is not None and cost.share(count) > self.share


def spread(available: int, wanted: int) -> list[int]:
    """`wanted` positions of `available`, evenly spread, so that every part of a list is met."""
    return [i * available // wanted for i in range(wanted)]
