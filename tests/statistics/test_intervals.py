"""Is the interval Wilson's, and does it hold the rate as often as it says?"""

import math

import numpy as np
import pytest

from keras_halluc import statistics


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [  # Newcombe 1998, "Two-sided confidence intervals for the single proportion", Table I, row 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_values(successes, total, low, high):
    found = statistics.wilson_interval(successes, total, 0.95)
    assert found == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize("total", [1, 7, 400])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_laws(total, confidence):
    for successes in {0, 1, total // 2, total}:
        low, high = statistics.wilson_interval(successes, total, confidence)
        assert 0.0 <= low <= successes / total <= high <= 1.0
        mirrored = statistics.wilson_interval(total - successes, total, confidence)
        assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)
        wider = statistics.wilson_interval(successes, total, (1 + confidence) / 2)
        assert wider[1] - wider[0] > high - low


def test_ends_solve_the_score_equation():
    z = 1.959963984540054
    for end in statistics.wilson_interval(13, 50, 0.95):
        assert abs(0.26 - end) == pytest.approx(z * math.sqrt(end * (1 - end) / 50), rel=1e-9)


def test_holds_the_rate_about_as_often_as_it_says():
    successes = np.random.default_rng(0).binomial(40, 0.1, 2000)
    held = [
        low <= 0.1 <= high
        for low, high in (statistics.wilson_interval(k, 40, 0.95) for k in successes)
    ]
    assert 0.93 <= np.mean(held) <= 0.97


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ((0, 0, 0.95), "`total` must be > 0: a rate measured on no case.*Received: total=0"),
        ((-1, 5, 0.95), "`successes` must be >= 0"),
        ((6, 5, 0.95), "`successes` must be <= 5"),
        ((1, 5, 95), "`confidence` must be < 1.*confidence=95"),
        ((1, 5, 0.0), "`confidence` must be > 0"),
        ((float("nan"), 5, 0.95), "`successes` must be finite"),
    ],
)
def test_bad_arguments_raise(arguments, match):
    with pytest.raises(ValueError, match=match):
        statistics.wilson_interval(*arguments)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [  # Newcombe 1998, "Interval estimation for the difference between independent proportions",
        # Table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_published_values_of_a_difference(counts, low, high):
    difference, *found = statistics.newcombe_interval(*counts, 0.95)
    assert difference == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert found == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize("confidence", [0.5, 0.95])
def test_laws_of_a_difference(confidence):
    for counts in ((0, 5, 5, 5), (3, 9, 1, 40), (40, 40, 7, 8), (2, 5, 2, 5)):
        difference, low, high = statistics.newcombe_interval(*counts, confidence)
        assert -1.0 <= low <= difference <= high <= 1.0
        swapped = statistics.newcombe_interval(*counts[2:], *counts[:2], confidence)
        assert swapped == pytest.approx((-difference, -high, -low), abs=1e-12)


def test_a_difference_is_held_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    pairs = zip(rng.binomial(40, 0.1, 2000), rng.binomial(60, 0.3, 2000))
    held = [
        low <= -0.2 <= high
        for _, low, high in (statistics.newcombe_interval(a, 40, b, 60, 0.95) for a, b in pairs)
    ]
    assert 0.93 <= np.mean(held) <= 0.97


def test_bad_counts_of_a_difference_raise():
    for counts in ((0, 0, 1, 2), (1, 2, 0, 0), (3, 2, 1, 2), (1, 2, -1, 2)):
        with pytest.raises(ValueError, match="must be"):
            statistics.newcombe_interval(*counts, 0.95)
