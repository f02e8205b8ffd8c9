"""Choice of the cases that a time budget buys, and the sentences that say it once."""

import math
from collections.abc import Collection
from collections.abc import Mapping

from keras_halluc.callbacks.session.time_budget import Cost
from keras_halluc.callbacks.session.time_budget import TimeBudget
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import rate_estimate

NOTICED = 1.0  # seconds over the budget in a `fit` before it is worth a sentence of its own
MOST_KEYS = 3  # named in a sentence
Values = Mapping[str, Estimate | float]


class CaseChoice:
    """Which of the numbers of cases fixed before training is taken, and what it does to the values.

    Args:
        budget: `TimeBudget`.
        available: int, cases there are.
        cost: `Cost` of a measurement.
        rungs: dict from a number of cases to the values of the base model over so many.
        full: dict of the values of the base model over all cases.
        needed: keys that must not go missing, if they were measured over all cases.

    Attributes:
        bought: int, cases that the budget pays for.
        count: int, cases that are taken: as many as the budget pays for, no fewer than the least
            number, and so many that no needed key goes missing.
    """

    def __init__(
        self,
        budget: TimeBudget,
        available: int,
        cost: Cost,
        rungs: Mapping[int, Values],
        full: Values,
        needed: Collection[str],
    ) -> None:
        self.available = available
        self.cost = cost
        self._budget = budget
        self._full = full
        self.bought = budget.affordable(available, cost)
        self.count = self._paid = min(available, max(self.bought, budget.minimum))
        if rungs and self._paid < available:
            self._paid = max(count for count in rungs if count <= self._paid)
            must = set(needed) & set(full)
            enough = [n for n, values in rungs.items() if n >= self._paid and must <= set(values)]
            self.count = min(enough, default=available)
        self._values = {count: rungs.get(count, full) for count in (self._paid, self.count)}

    def sentences(self, who: str, unit: str, argument: float | None, monitors: int) -> str:
        """What is said of it; `""` where all are measured within the budget.

        Args:
            who: str, name of the monitor's class.
            unit: str, what is counted.
            argument: float or None, the `budget` that the monitor was given.
            monitors: int, how many share it.
        """
        parts = []
        if self.count < self.available:
            parts.append(
                f"{who}: measures {self.count} of {self.available} {unit} each time, always the "
                "same ones, spread over the list and its groups."
            )
            if unit == "cases":
                few, all_ = (_half_width(count) for count in (self.count, self.available))
                parts.append(
                    f"At worst a rate over them is known to ±{few} points, over all to ±{all_}."
                )
        seconds = self.cost.seconds(self.count) * self.cost.measurements
        if self._budget.exceeds(self.count, self.cost) and (parts or seconds >= NOTICED):
            subject = "That" if parts else f"{who}: measuring {self.count} {unit} each time"
            why = self._why()
            parts.append(
                f"{subject} takes about {100 * self.cost.share(self.count):.0f} % of fit time, "
                f"more than budget={argument}{why}."
            )
        if self.count < self.available:
            needed = round_up(self.cost.share(self.available) * monitors)
            way = "budget=None" if needed >= 1.0 else f"budget={needed} or budget=None"
            parts.append(f"To measure all, give {way}.")
            parts += self._left_out()
        return " ".join(parts)

    def _why(self) -> str:
        if self.count > self._paid:
            kept = sorted(set(self._values[self.count]) - set(self._values[self._paid]))
            return f": on fewer there would be no {_named(kept)}"
        if self.count == self.available:
            return ": they are too few to leave any out"
        return f": fewer than {self.count} are never measured"

    def _left_out(self) -> list[str]:
        lost = sorted(set(self._full) - set(self._values[self.count]))
        return [f"Left out, of too few cases: {_named(lost)}."] if lost else []


def _named(keys: list[str]) -> str:
    shown = ", ".join(keys[:MOST_KEYS])
    return shown + (f" and {len(keys) - MOST_KEYS} more" if len(keys) > MOST_KEYS else "")


def _half_width(count: int) -> str:
    """Half of the widest 95 % interval of a rate over so many cases, in points."""
    found = rate_estimate(count / 2, count)
    return f"{50 * (found.high - found.low):.1f}"


def round_up(share: float) -> float:
    """Up to the next hundredth, or where it is small to two digits, so that it is enough."""
    digits = 2 if share >= 0.01 else 1 - math.floor(math.log10(max(share, 1e-9)))
    scale = float(10**digits)
    return round(math.ceil(share * scale) / scale, digits)
