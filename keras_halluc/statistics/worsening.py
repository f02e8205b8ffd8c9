"""Worsening of a rate over measurements of the same cases: since when, and in which group.

In numpy alone, so that TensorBoard can ask without loading Keras.
"""

import dataclasses
import math
import statistics
from collections.abc import Sequence

import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_same_length
from keras_halluc.statistics.paired_rates import paired_rate_interval
from keras_halluc.statistics.sign_flips import adjusted_p_values

ALPHA = 0.05  # of a false alarm anywhere: in any group, at any epoch
CONFIDENCE = 0.95
MARGIN = 0.1  # a rise of the rate that must be excluded before a run is called steady
SMALLEST = 5  # cases of a group that is looked at
MOST_PAIRS = 500  # of windows; of longer runs some are taken
STEADY, WORSE, UNCLEAR, UNMEASURED = "steady", "worse", "unclear", "unmeasured"


@dataclasses.dataclass(frozen=True)
class Rise:
    """A rise of the rate of a group that chance does not explain.

    Args:
        group: str, or None for all cases.
        since: int, the step from which on the rate is higher, to the last.
        start: int, the first of the steps before it that are compared.
        end: int, the last of them, the one before `since`.
        before: float in [0, 1], mean rate of the steps from `start` to `end`.
        after: float in [0, 1], mean rate of the steps from `since` to the last.
        low: float, lower end of the 95 % interval of `after - before`.
        high: float, its upper end.
        count: int, cases compared.
        p_value: float, corrected for all groups and all pairs of steps.
    """

    group: str | None
    since: int
    start: int
    end: int
    before: float
    after: float
    low: float
    high: float
    count: int
    p_value: float


@dataclasses.dataclass(frozen=True)
class Change:
    """How much the rate at the last step differs from an earlier step, on the same cases.

    Args:
        step: int, the earlier step.
        before: float in [0, 1], the rate then.
        after: float in [0, 1], the rate at the last step.
        low: float, lower end of the 95 % interval of `after - before` (Tango).
        high: float, its upper end.
        count: int, cases measured at both steps.
    """

    step: int
    before: float
    after: float
    low: float
    high: float
    count: int


@dataclasses.dataclass(frozen=True)
class Trend:
    """Whether a rate gets worse.

    Args:
        status: `"worse"`: in some group the rate is higher since some step, and chance does not
            explain it. `"steady"`: no such group, and a rise of all cases by more than 10 points
            since the best step is excluded. `"unclear"`: neither. `"unmeasured"`: there is nothing
            to compare.
        rises: tuple of `Rise`, the largest first; a rise of all cases last.
        since_best: `Change` of all cases since their best step, or None.
        since_first: `Change` of all cases since the first step, or None.
        last: int, the last step.
        groups: int, how many groups were looked at.
        steps: int, how many steps were looked at.
        p_value: float, the smallest corrected p-value.
    """

    status: str
    rises: tuple[Rise, ...] = ()
    since_best: Change | None = None
    since_first: Change | None = None
    last: int = 0
    groups: int = 0
    steps: int = 0
    p_value: float = 1.0


def worsening(bad: np.ndarray, groups: Sequence[str | None], steps: Sequence[int]) -> Trend:
    """Looks for a rise that lasts to the last step, in all cases and in each group.

    The last steps are compared, case by case, with every earlier window of as many steps, for all
    lengths of a window. The test flips the signs of the cases' differences 1,999 times: each one is
    held against the largest statistic over all groups and windows (Westfall and Young), so that
    looking everywhere costs no false alarms. Windows of one length keep the differences symmetric
    where nothing changes. `since` is where two levels fit the rates from that window on best.

    Args:
        bad: float `(case, step)`: 1 where the output was hallucinated, 0 where it was not, NaN
            where it was not measured.
        groups: list of str or None, one a case.
        steps: list of int, rising; 0 is the model before training.

    Returns:
        `Trend`. The same input gives the same result.

    References:
        Westfall and Young 1993, "Resampling-based multiple testing", Wiley
    """
    bad = np.asarray(bad, "float64")
    if bad.ndim != 2 or bad.shape != (len(groups), len(steps)):
        raise ValueError(
            "`bad` must have shape (case, step), as many as `groups` and `steps`. "
            f"Received: shape {bad.shape}, {len(groups)} groups, {len(steps)} steps"
        )
    values = bad[~np.isnan(bad)]
    if not np.isin(values, (0.0, 1.0)).all():
        raise ValueError(f"`bad` must hold 0, 1 and NaN only. {received('bad', bad)}")
    seen = np.flatnonzero(~np.isnan(bad).all(axis=0))
    bad, steps = bad[:, seen], [int(steps[int(i)]) for i in seen]
    if len(steps) < 2:
        return Trend(UNMEASURED, last=steps[-1] if steps else 0)
    members = _members(groups)
    windows = _windows(len(steps))
    named = [rows for group, rows in members.items() if group is not None]
    whole = None in members
    p_values, best = adjusted_p_values(_differences(bad, windows), named, whole)
    order = [*(group for group in members if group is not None), *([None] if whole else [])]
    rises = [
        _rise(bad[members[group]], group, windows[best[i]][0], steps, p_values[i])
        for i, group in enumerate(order)
        if p_values[i] <= ALPHA
    ]
    rises.sort(key=lambda rise: (rise.group is None, rise.before - rise.after))
    since_best = _change(bad, steps, _best_step(bad))
    if rises:
        status = WORSE
    elif since_best is None:
        status = UNMEASURED
    else:
        status = STEADY if since_best.high <= MARGIN else UNCLEAR
    return Trend(
        status,
        tuple(rises),
        since_best,
        _change(bad, steps, 0),
        steps[-1],
        len(named),
        len(steps),
        min(p_values, default=1.0),
    )


def same_cases_change(
    first: Sequence[float], second: Sequence[float], step: int = 0
) -> Change | None:
    """`Change` between two measurements of the same cases, 0, 1 or NaN each; None without any."""
    require_same_length(first=first, second=second)
    both = np.stack([np.asarray(first, "float64"), np.asarray(second, "float64")])
    both = both[:, ~np.isnan(both).any(axis=0)]
    if not both.shape[1]:
        return None
    risen, fallen = int(np.sum(both[1] > both[0])), int(np.sum(both[0] > both[1]))
    _, low, high = paired_rate_interval(risen, fallen, both.shape[1], CONFIDENCE)
    before, after = both.mean(axis=1)
    return Change(step, float(before), float(after), low, high, both.shape[1])


def _members(groups: Sequence[str | None]) -> dict[str | None, np.ndarray]:
    """Rows by group; all of them under None, unless one group has all."""
    found: dict[str | None, list[int]] = {}
    for row, group in enumerate(groups):
        if group is not None:
            found.setdefault(group, []).append(row)
    kept = {g: np.array(rows) for g, rows in found.items() if SMALLEST <= len(rows) < len(groups)}
    return {**kept, None: np.arange(len(groups))}


def _windows(steps: int) -> list[tuple[int, int]]:
    """First step and length of each window that ends before the last steps, as many, begin."""
    found = [(a, w) for w in range(1, steps // 2 + 1) for a in range(steps - 2 * w + 1)]
    places = np.linspace(0, len(found) - 1, min(len(found), MOST_PAIRS))
    return [found[round(place)] for place in places]


def _differences(bad: np.ndarray, windows: Sequence[tuple[int, int]]) -> np.ndarray:
    """Mean of the last steps minus mean of a window, float32 `(case, window)`; 0 if not known."""
    zeros = np.zeros((len(bad), 1))
    sums = np.hstack([zeros, np.cumsum(np.nan_to_num(bad), axis=1)])
    counts = np.hstack([zeros, np.cumsum(~np.isnan(bad), axis=1)])
    found = np.zeros((len(bad), len(windows)), "float32")
    for column, (a, w) in enumerate(windows):
        before, after = counts[:, a + w] - counts[:, a], counts[:, -1] - counts[:, -1 - w]
        known = (before > 0) & (after > 0)
        early = (sums[known, a + w] - sums[known, a]) / before[known]
        late = (sums[known, -1] - sums[known, -1 - w]) / after[known]
        found[known, column] = late - early
    return found


def _rise(
    bad: np.ndarray, group: str | None, start: int, steps: Sequence[int], p_value: float
) -> Rise:
    since = start + _jump(bad[:, start:])
    known = ~np.isnan(bad[:, start:since]).all(axis=1) & ~np.isnan(bad[:, since:]).all(axis=1)
    before = np.nanmean(bad[known, start:since], axis=1)
    after = np.nanmean(bad[known, since:], axis=1)
    rise = float(np.mean(after - before))
    z = statistics.NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    half = z * float(np.std(after - before, ddof=1)) / math.sqrt(len(after))
    ends = max(rise - half, -1.0), min(rise + half, 1.0)
    means = float(before.mean()), float(after.mean())
    when = steps[since], steps[start], steps[since - 1]
    return Rise(group, *when, *means, *ends, len(after), p_value)


def _jump(bad: np.ndarray) -> int:
    """Where the rates are best cut into a lower level and a higher one, by least squares."""
    counts = np.sum(~np.isnan(bad), axis=0)
    rates = np.nansum(bad, axis=0) / np.maximum(counts, 1)
    found: int = bad.shape[1] - 1
    largest = -math.inf
    for k in range(1, bad.shape[1]):
        if counts[:k].any() and counts[k:].any():
            low, high = (
                float(np.average(rates[part], weights=counts[part]))
                for part in (slice(k), slice(k, None))
            )
            n, m = int(counts[:k].sum()), int(counts[k:].sum())
            gain = (high - low) * math.sqrt(n * m / (n + m))
            if gain > largest:
                found, largest = k, gain
    return found


def _best_step(bad: np.ndarray) -> int:
    """The place of the lowest rate before the last, over cases that the last step measured too."""
    shared = bad[~np.isnan(bad[:, -1]), :-1]
    counts: np.ndarray = np.sum(~np.isnan(shared), axis=0)
    rates = np.nansum(shared, axis=0) / np.maximum(counts, 1)
    return int(np.argmin(np.where(counts > 0, rates, np.inf)))


def _change(bad: np.ndarray, steps: Sequence[int], place: int) -> Change | None:
    return same_cases_change(bad[:, place].tolist(), bad[:, -1].tolist(), steps[place])
