"""Is the interval Tango's, the test McNemar's, and do both hold what they promise?"""

import math

import numpy as np
import pytest

from keras_halluc import statistics

Z = 1.959963984540054


def score(change, gained, lost, total):
    """Tango's statistic from its definition: the likeliest loss is searched for, not solved."""

    def log_likelihood(loss):
        parts = (
            (gained, loss + change),
            (lost, loss),
            (total - gained - lost, 1 - 2 * loss - change),
        )
        return sum(n * math.log(max(p, 1e-300)) for n, p in parts if n)

    low, high = max(0.0, -change), (1 - change) / 2
    for _ in range(200):  # the likelihood is concave
        third = (high - low) / 3
        if log_likelihood(low + third) < log_likelihood(high - third):
            low += third
        else:
            high -= third
    variance = 2 * low + change * (1 - change)
    return (gained - lost - total * change) / math.sqrt(total * variance)


@pytest.mark.parametrize(
    ("gained", "lost", "total"),
    [(3, 12, 50), (12, 3, 50), (1, 0, 20), (0, 7, 9), (30, 30, 60), (150, 86, 1600), (5, 5, 500)],
)
def test_ends_solve_the_score_equation(gained, lost, total):
    difference, low, high = statistics.paired_rate_interval(gained, lost, total, 0.95)
    assert difference == (gained - lost) / total
    assert score(low, gained, lost, total) == pytest.approx(Z, rel=1e-4)
    assert score(high, gained, lost, total) == pytest.approx(-Z, rel=1e-4)


@pytest.mark.parametrize("total", [1, 20, 1000])
def test_without_a_change_it_is_wilsons_interval_at_0(total):
    bound = statistics.wilson_interval(0, total, 0.95)[1]
    found = statistics.paired_rate_interval(0, 0, total, 0.95)
    assert found == pytest.approx((0.0, -bound, bound), abs=1e-9)


def test_with_many_cases_it_is_the_normal_interval():
    gained, lost, total = 4000, 3000, 100_000
    error = math.sqrt(gained + lost - (gained - lost) ** 2 / total) / total
    found = statistics.paired_rate_interval(gained, lost, total, 0.95)
    assert found == pytest.approx((0.01, 0.01 - Z * error, 0.01 + Z * error), abs=1e-5)


@pytest.mark.parametrize(("gained", "lost", "total"), [(2, 9, 30), (0, 4, 4), (4, 0, 4), (0, 0, 3)])
def test_laws(gained, lost, total):
    difference, low, high = statistics.paired_rate_interval(gained, lost, total, 0.95)
    assert -1.0 <= low <= difference <= high <= 1.0
    mirrored = statistics.paired_rate_interval(lost, gained, total, 0.95)
    assert mirrored == pytest.approx((-difference, -high, -low), abs=1e-12)
    wider = statistics.paired_rate_interval(gained, lost, total, 0.99)
    assert wider[2] - wider[1] > high - low


def test_holds_the_change_about_as_often_as_it_says():
    draws = np.random.default_rng(0).multinomial(60, [0.15, 0.05, 0.8], 2000)
    ends = [statistics.paired_rate_interval(int(g), int(k), 60, 0.95) for g, k, _ in draws]
    assert 0.93 <= np.mean([low <= 0.1 <= high for _, low, high in ends]) <= 0.97


def every_way(gained, lost):
    """The test by counting every way, in whole numbers."""
    tail = sum(math.comb(gained + lost, k) for k in range(min(gained, lost) + 1))
    return min(2 * tail / 2 ** (gained + lost), 1.0)


@pytest.mark.parametrize("changed", [1001, 2500])
def test_many_changes_are_summed_as_they_are_counted(changed):
    half = changed // 2
    for fewer in (0, 1, 7, 15, 16, half // 2, half * 9 // 10, half - 1, half):
        found = statistics.mcnemar_test(fewer, changed - fewer)
        assert found == pytest.approx(every_way(fewer, changed - fewer), rel=1e-11)
        assert found == statistics.mcnemar_test(changed - fewer, fewer)


def test_any_number_of_changes_is_answered_at_once(monkeypatch):
    normal = math.erfc(999 / math.sqrt(2 * 999_000))
    assert statistics.mcnemar_test(500_000, 499_000) == pytest.approx(normal, rel=1e-5)
    summed = statistics.mcnemar_test(5 * 10**9 - 70_000, 5 * 10**9 + 70_000)
    monkeypatch.setattr("keras_halluc.statistics.paired_rates.SUMMED", 10**9)
    normal = statistics.mcnemar_test(5 * 10**9 - 70_000, 5 * 10**9 + 70_000)
    assert normal == pytest.approx(summed, rel=1e-9)
    assert statistics.mcnemar_test(10**400, 10**400) == 1.0
    assert statistics.mcnemar_test(10**400, 10**400 + 10**201) < 1e-11
    assert statistics.mcnemar_test(0, 10**400) == statistics.mcnemar_test(0, 5000) == 0.0


@pytest.mark.parametrize(
    ("gained", "lost", "p_value"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 2 / 32), (1, 9, 2 * 11 / 1024), (7, 7, 1.0), (2, 4, 44 / 64)],
)
def test_mcnemar_counts_coin_throws(gained, lost, p_value):
    assert statistics.mcnemar_test(gained, lost) == pytest.approx(p_value, rel=1e-12)
    assert statistics.mcnemar_test(lost, gained) == pytest.approx(p_value, rel=1e-12)


def test_mcnemar_of_many_changes():
    assert statistics.mcnemar_test(2100, 1900) == pytest.approx(
        0.00167, abs=3e-5
    )  # normal: 0.00166
    assert statistics.mcnemar_test(0, 5000) == 0.0  # below the least float


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ((1, 1, 0, 0.95), "`total` must be an integer >= 1"),
        ((-1, 1, 5, 0.95), "`gained` must be an integer >= 0"),
        ((1, 0.5, 5, 0.95), "`lost` must be an integer"),
        ((3, 3, 5, 0.95), r"`gained` \+ `lost` must be <= `total`.*gained=3, lost=3, total=5"),
        ((1, 1, 5, 95), "`confidence` must be < 1"),
    ],
)
def test_bad_input(arguments, match):
    with pytest.raises((TypeError, ValueError), match=match):
        statistics.paired_rate_interval(*arguments)


def test_bad_counts_for_mcnemar():
    with pytest.raises(ValueError, match="`lost` must be an integer >= 0. Received: lost=-1"):
        statistics.mcnemar_test(1, -1)
