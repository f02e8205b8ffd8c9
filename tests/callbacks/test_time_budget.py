"""How many cases fit into a share of fit time?"""

import pytest

from keras_halluc.callbacks.session.time_budget import TimeBudget
from keras_halluc.callbacks.session.time_budget import spread


@pytest.mark.parametrize(
    "share, seconds_per_case, epoch_seconds, expected",
    [
        (0.5, 1.0, 100.0, 100),  # ours / (ours + training) = 100 / 200
        (0.2, 1.0, 100.0, 25),  # 25 / 125
        (0.05, 0.01, 19.0, 100),  # 1 / 20
        (0.05, 0.01, 18.99, 99),  # rounded down
        (0.05, 1.0, 19.0, 8),  # never below the minimum
        (0.05, 1e-6, 19.0, 500),  # never above what there is
        (0.05, 0.0, 19.0, 500),  # too quick to time
        (0.05, 1.0, 0.0, 8),
        (1.0, 1.0, 1.0, 500),  # all of the time is no limit
        (None, 9.9, 1e-3, 500),
    ],
)
def test_closed_forms(share, seconds_per_case, epoch_seconds, expected):
    budget = TimeBudget(share, minimum=8)
    assert budget.chosen is None
    assert budget.choose(500, seconds_per_case, epoch_seconds) == expected
    assert budget.choose(500, 50.0, 1000.0) == expected  # chosen once
    assert budget.chosen == expected


def test_fewer_cases_than_the_minimum():
    assert TimeBudget(0.05, minimum=32).choose(3, 100.0, 0.1) == 3


@pytest.mark.parametrize("available", [1, 2, 7, 100])
def test_spread_is_even_and_without_repeats(available):
    for wanted in range(1, available + 1):
        chosen = spread(available, wanted)
        assert len(chosen) == wanted == len(set(chosen))
        assert chosen == sorted(chosen) and 0 <= chosen[0] and chosen[-1] < available
        gaps = {b - a for a, b in zip(chosen, chosen[1:] + [available + chosen[0]])}
        assert max(gaps) - min(gaps) <= 1


def test_cases_checked_before_are_paid_from_the_same_share():
    # 100 cases an epoch are affordable, 4 epochs: 400, of which 200 are spent
    assert TimeBudget(0.05, minimum=8).choose(500, 0.01, 19.0, checked=200, epochs=4) == 50
    assert TimeBudget(0.05, minimum=8).choose(500, 0.01, 19.0, checked=2000, epochs=4) == 8
