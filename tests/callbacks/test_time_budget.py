"""How many cases fit into a share of fit time, and which are taken?"""

import pytest

from keras_halluc.callbacks.monitors.case_choice import CaseChoice
from keras_halluc.callbacks.monitors.case_choice import round_up
from keras_halluc.callbacks.session.asked_order import asked_order
from keras_halluc.callbacks.session.asked_order import rungs
from keras_halluc.callbacks.session.time_budget import Cost
from keras_halluc.callbacks.session.time_budget import TimeBudget
from keras_halluc.callbacks.session.time_budget import spread
from keras_halluc.statistics.estimates import Estimate


@pytest.mark.parametrize(
    "share, seconds_each, trained, expected",
    [
        (0.5, 1.0, 100.0, 100),  # ours / (ours + training) = 100 / 200
        (0.2, 1.0, 100.0, 25),  # 25 / 125
        (0.05, 0.01, 19.0, 100),  # 1 / 20
        (0.05, 0.01, 18.99, 99),  # rounded down
        (0.05, 1.0, 19.0, 1),
        (0.05, 1e-6, 19.0, 500),  # never above what there is
        (0.05, 0.0, 19.0, 500),  # too quick to time
        (0.05, 1.0, 0.0, 0),
        (1.0, 1.0, 1.0, 500),  # all of the time is no limit
        (None, 9.9, 1e-3, 500),
    ],
)
def test_closed_forms(share, seconds_each, trained, expected):
    budget, cost = TimeBudget(share, minimum=8), Cost(seconds_each, trained)
    assert budget.affordable(500, cost) == expected
    if share is not None and 0 < expected < 500:
        assert not budget.exceeds(expected, cost) and budget.exceeds(expected + 1, cost)
        assert cost.share(expected) == pytest.approx(share, rel=0.05)


def test_cases_checked_before_are_paid_from_the_same_share():
    # 100 cases an epoch are affordable, 4 epochs: 400, of which 200 are spent
    budget = TimeBudget(0.05, minimum=8)
    assert budget.affordable(500, Cost(0.01, 19.0, checked=200, measurements=4)) == 50
    assert budget.affordable(500, Cost(0.01, 19.0, checked=2000, measurements=4)) == -400


@pytest.mark.parametrize("available", [1, 2, 7, 100])
def test_spread_is_even_and_without_repeats(available):
    for wanted in range(1, available + 1):
        chosen = spread(available, wanted)
        assert len(chosen) == wanted == len(set(chosen))
        assert chosen == sorted(chosen) and 0 <= chosen[0] and chosen[-1] < available
        gaps = {b - a for a, b in zip(chosen, chosen[1:] + [available + chosen[0]])}
        assert max(gaps) - min(gaps) <= 1


class TestOrder:
    def test_each_group_has_its_share_of_any_number(self):
        groups = ["a"] * 90 + ["b"] * 40 + [None] * 30 + ["rare"] * 3
        order = asked_order(groups)
        assert sorted(order) == list(range(len(groups)))
        for count in (10, 32, 64, 100, 128):
            first = [groups[place] for place in order[:count]]
            for group in set(groups):
                due = count * groups.count(group) / len(groups)
                assert abs(first.count(group) - due) <= 1.5

    @pytest.mark.parametrize("period", [2, 3, 4, 8, 10, 16])
    def test_no_period_of_the_list_is_met(self, period):
        order = asked_order([None] * 320)
        for count in (32, 64, 128):
            places = [place % period for place in order[:count]]
            each = [places.count(one) for one in range(period)]
            assert max(each) - min(each) <= 0.5 * count / period + 2
            thirds = [
                sum(third <= 3 * p / 320 < third + 1 for p in order[:count]) for third in (0, 1, 2)
            ]
            assert max(thirds) - min(thirds) <= 2

    def test_numbers_that_a_budget_may_buy(self):
        assert rungs(32, 500) == [32, 64, 128, 256]
        assert rungs(48, 100) == [48, 96]
        assert rungs(32, 32) == rungs(32, 3) == []


def choice(bought, available=160, needed=(), share=0.05, checked=0):
    """What is chosen where 1 s buys a case; `dates` needs 64 cases and `rare` all."""
    trained = bought * (1 - share) / share
    full = {key: Estimate(0.5, 0.4, 0.6, 160) for key in ("rate", "dates", "rare")}
    values = {32: {"rate": 0.5}, 64: {"rate": 0.5, "dates": 0.5}, 128: {"rate": 0.5, "dates": 0.5}}
    budget = TimeBudget(share, minimum=32)
    return CaseChoice(budget, available, Cost(1.0, trained, checked), values, full, needed)


@pytest.mark.parametrize(
    "bought, needed, expected",
    [
        (9, (), 32),
        (63.01, (), 32),
        (64.01, (), 64),
        (159.01, (), 128),
        (160.01, (), 160),
        (9, ("rate",), 32),
        (9, ("rate", "dates"), 64),
        (130, ("dates",), 128),
        (9, ("dates", "rare"), 160),
        (9, ("never measured",), 32),
    ],
)
def test_as_many_as_the_budget_buys_and_the_watched_keys_need(bought, needed, expected):
    assert choice(bought, needed=needed).count == expected


def test_without_a_part_of_what_was_seen_any_number_is_taken():
    budget = TimeBudget(0.5, minimum=32)
    assert CaseChoice(budget, 100, Cost(1.0, 47.0), {}, {}, ()).count == 47
    assert CaseChoice(budget, 3, Cost(1.0, 0.1), {}, {}, ()).count == 3


def test_what_is_said():
    said = choice(64.01).sentences("Who", "cases", 0.05, 1)
    assert said == (
        "Who: measures 64 of 160 cases each time, always the same ones, spread over the list and "
        "its groups. At worst a rate over them is known to ±11.9 points, over all to ±7.7. "
        "To measure all, give budget=0.12 or budget=None. Left out, of too few cases: rare."
    )
    floor = choice(8).sentences("Who", "cases", 0.05, 1)
    assert (
        "That takes about 17 % of fit time, more than budget=0.05: fewer than 32 are never "
        "measured. To measure all, give budget=0.52 or budget=None. Left out, of too few cases: "
        "dates, rare."
    ) in floor
    kept = choice(8, needed=("dates",)).sentences("Who", "cases", 0.05, 1)
    assert "30 % of fit time, more than budget=0.05: on fewer there would be no dates." in kept
    rows = CaseChoice(TimeBudget(0.5, 32), 100, Cost(1.0, 47.0), {}, {}, ())
    assert "±" not in rows.sentences("Who", "training rows", 0.5, 1)
    assert choice(160.01).sentences("Who", "cases", 0.05, 1) == ""
    assert "budget=0.24" in choice(64.01).sentences("Who", "cases", 0.05, 2)  # of two monitors
    all_ = CaseChoice(TimeBudget(0.05, 32), 20, Cost(1.0, 19.0), {}, {}, ())
    assert all_.sentences("Who", "cases", 0.05, 1) == (
        "Who: measuring 20 cases each time takes about 51 % of fit time, more than budget=0.05: "
        "they are too few to leave any out."
    )
    quick = CaseChoice(TimeBudget(0.05, 32), 20, Cost(0.01, 0.19), {}, {}, ())
    assert quick.sentences("Who", "cases", 0.05, 1) == ""  # of a fifth of a second


def test_the_budget_that_is_named_is_enough():
    for bought in (3, 9.7, 40, 77, 120):
        found = choice(bought, checked=100)
        needed = round_up(found.cost.share(160))
        assert TimeBudget(needed, 32).affordable(160, found.cost) == 160
        assert TimeBudget(0.9 * needed, 32).affordable(160, found.cost) < 160
    assert [round_up(share) for share in (0.1201, 0.12, 0.00123, 0.999)] == [
        0.13,
        0.12,
        0.0013,
        1.0,
    ]
