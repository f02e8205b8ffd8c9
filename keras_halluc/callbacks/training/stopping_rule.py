"""Has a model really become worse than at its best, or did a few cases fall the other way?"""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from keras_halluc.statistics import mcnemar_test

Outcomes = Mapping[Any, bool]


class StoppingRule:
    """Compares each epoch with the best one, case by case, by an exact McNemar test.

    Each criterion is tested against the epoch at which it was lowest, at `alpha` divided by the
    number of criteria. The best epoch is the one at which the first criterion is lowest; an epoch
    at which another criterion has risen cannot be the best.

    Args:
        alpha: float in (0, 1), at which p-value a rise counts as real.
        confirmations: int >= 1, epochs in a row with a real rise after which to stop.
        patience: int >= 1 or None, epochs without a new best after which to stop.

    Attributes:
        best_epoch: int or None.
        p_value: float, smallest of the latest epoch's criteria that are above their lowest, times
            the number of criteria and at most 1.
        reason: str, why to stop; `""` as long as there is no reason.
    """

    def __init__(self, alpha: float, confirmations: int, patience: int | None) -> None:
        self.alpha = alpha
        self.confirmations = confirmations
        self.patience = patience
        self.best_epoch: int | None = None
        self.p_value = 1.0
        self.reason = ""
        self._best: Outcomes = {}
        self._lowest: list[tuple[int, Outcomes]] = []
        self._streak = 0

    def update(self, epoch: int, names: Sequence[str], criteria: Sequence[Outcomes]) -> bool:
        """Takes one epoch's outcomes; returns whether it is the best so far.

        Args:
            epoch: int, from 0.
            names: of the criteria, for the reason.
            criteria: for each criterion a mapping from case to whether it went wrong. Only cases
                in both epochs are compared.
        """
        if not self._lowest:
            self._lowest = [(epoch, outcomes) for outcomes in criteria]
        risen = []
        self.p_value = 1.0
        for i, now in enumerate(criteria):
            gained, lost = _changes(self._lowest[i][1], now)
            if lost > gained:
                self._lowest[i] = (epoch, now)
            elif gained > lost:
                p_value = min(mcnemar_test(gained, lost) * len(criteria), 1.0)
                self.p_value = min(self.p_value, p_value)
                if p_value <= self.alpha:
                    risen.append(i)
        self._streak = self._streak + 1 if risen else 0
        gained, lost = _changes(self._best, criteria[0])
        better = self.best_epoch is None or (lost > gained and not any(risen))
        if better:
            self.best_epoch, self._best = epoch, criteria[0]
        if self._streak >= self.confirmations:
            self.reason = self._rise(names[risen[0]], *self._lowest[risen[0]], criteria[risen[0]])
        elif self.patience is not None and epoch - (self.best_epoch or 0) >= self.patience:
            self.reason = (
                f"{names[0]} has had no new best for {self.patience} epochs, "
                f"since epoch {(self.best_epoch or 0) + 1}"
            )
        return better

    def state(self) -> dict[str, Any]:
        """What the epochs so far have come to, such that JSON can hold it."""
        return {
            "best_epoch": self.best_epoch,
            "best": _pairs(self._best),
            "lowest": [[epoch, _pairs(outcomes)] for epoch, outcomes in self._lowest],
            "streak": self._streak,
            "p_value": self.p_value,
            "reason": self.reason,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Takes what `state` returned."""
        self.best_epoch, self._best = state["best_epoch"], dict(state["best"])
        self._lowest = [(epoch, dict(outcomes)) for epoch, outcomes in state["lowest"]]
        self._streak, self.p_value = state["streak"], state["p_value"]
        self.reason = state["reason"]

    def _rise(self, name: str, epoch: int, before: Outcomes, now: Outcomes) -> str:
        both = [case for case in now if case in before]
        low, high = (100 * sum(part[case] for case in both) / len(both) for part in (before, now))
        times = f", {self.confirmations} epochs in a row" if self.confirmations > 1 else ""
        return (
            f"{name} rose from {low:.1f} % in epoch {epoch + 1} to {high:.1f} % of the same "
            f"{len(both)} cases (exact McNemar test, p = {self.p_value:.2g}){times}"
        )


def _pairs(outcomes: Outcomes) -> list[tuple[Any, bool]]:
    return list(outcomes.items())


def _changes(before: Outcomes, now: Outcomes) -> tuple[int, int]:
    """In how many cases only `now` is wrong, and in how many only `before`."""
    both = [case for case in now if case in before]
    gained = sum(now[case] and not before[case] for case in both)
    lost = sum(before[case] and not now[case] for case in both)
    return gained, lost
