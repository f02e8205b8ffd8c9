"""Is the area that of all pairs, and does the interval of a difference hold it?"""

import keras
import numpy as np
import pytest

from keras_halluc import statistics


def over_all_pairs(scores, positive):
    """Brute force: how often a positive wins, a draw counting half."""
    wins = [
        1.0 if a > b else 0.5 if a == b else 0.0
        for a, is_positive in zip(scores, positive)
        if is_positive
        for b, also in zip(scores, positive)
        if not also
    ]
    return np.mean(wins)


@pytest.mark.parametrize("levels", [3, 10, 10**9])
@pytest.mark.parametrize("seed", range(4))
def test_equal_to_all_pairs(seed, levels):
    rng = np.random.default_rng(seed)
    scores, positive = rng.integers(0, levels, 60).astype(float), rng.uniform(size=60) < 0.3
    expected = over_all_pairs(scores, positive)
    assert statistics.auroc(scores, positive) == pytest.approx(expected, abs=1e-12)
    assert statistics.auroc(scores, ~positive) == pytest.approx(1 - expected, abs=1e-12)
    assert statistics.auroc(-scores, positive) == pytest.approx(1 - expected, abs=1e-12)
    order = rng.permutation(60)
    assert statistics.auroc(3 * scores[order] - 8, positive[order]) == pytest.approx(
        expected, abs=1e-12
    )


def test_closed_forms():
    assert statistics.auroc([1, 2, 3, 4], [0, 0, 1, 1]) == 1.0
    assert statistics.auroc([1, 2, 3, 4], [1, 0, 0, 0]) == 0.0
    assert statistics.auroc([7, 7, 7], [1, 0, 1]) == 0.5
    assert statistics.auroc([float("-inf"), 0.0, float("inf")], [False, True, True]) == 1.0
    assert (
        statistics.auroc([1e-300, 2e-300], [0, 1]) == 1.0
    )  # float64, not what float32 can tell apart
    assert statistics.auroc(keras.ops.convert_to_tensor([0.1, 0.4]), [True, False]) == 0.0


def test_keras_auc_says_the_same_between_its_thresholds():
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 20, 200) / 20 + 0.025
    positive = rng.uniform(size=200) < scores
    metric = keras.metrics.AUC(num_thresholds=401)
    metric.update_state(positive, scores)
    assert statistics.auroc(scores, positive) == pytest.approx(float(metric.result()), abs=1e-5)


def mean(values):
    return float(np.mean(values))


def test_difference_of_means_has_the_interval_of_normal_theory():
    rng = np.random.default_rng(0)
    hard = rng.normal(size=400)  # what both share cancels
    first, second = hard, hard + 0.1 + 0.2 * rng.normal(size=400)
    found, low, high = statistics.paired_bootstrap(mean, (first,), (second,), 2000, 0.95, seed=1)
    gaps = second - first
    assert found == pytest.approx(gaps.mean(), abs=1e-12)
    half = 1.96 * gaps.std() / 20
    assert (low, high) == pytest.approx((found - half, found + half), abs=0.15 * half)
    again = statistics.paired_bootstrap(mean, (first,), (second,), 2000, 0.95, seed=1)
    assert again == (found, low, high)
    narrow = statistics.paired_bootstrap(mean, (first,), (second,), 2000, 0.5, seed=1)
    assert low < narrow[1] < found < narrow[2] < high
    swapped = statistics.paired_bootstrap(mean, (second,), (first,), 2000, 0.95, seed=1)
    assert swapped == pytest.approx((-found, -high, -low), abs=1e-12)


def test_the_same_measurement_differs_by_nothing():
    scores, positive = np.arange(6.0), np.array([0, 1, 0, 1, 1, 0])
    found = statistics.paired_bootstrap(
        statistics.auroc, (scores, positive), (scores, positive), 50, 0.95, 0
    )
    assert found == (0.0, 0.0, 0.0)


def test_resamples_of_one_class_are_drawn_again():
    positive = np.array([1, 0, 0])  # a third of all draws has no positive
    asked = (np.array([3.0, 1, 2]), positive), (np.array([1.0, 2, 3]), positive)
    assert statistics.paired_bootstrap(statistics.auroc, *asked, 100, 0.9, 0) == (-1.0, -1.0, -1.0)


def needs_every_row(rows):
    if len(set(rows)) < len(rows):
        raise ValueError("twice the same row")
    return 0.0


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (
            lambda: statistics.auroc([1, 2], [1, 1]),
            r"`positive` must be 0 and 1, with both present",
        ),
        (
            lambda: statistics.auroc([1, 2], [0, 2]),
            r"`positive` must be 0 and 1.*positive=\[0.0, 2.0\]",
        ),
        (lambda: statistics.auroc([1, np.nan], [0, 1]), "`scores` must not hold NaN"),
        (lambda: statistics.auroc([1, 2, 3], [0, 1]), "same length"),
        (
            lambda: statistics.paired_bootstrap(mean, ([1, 2],), ([1, 2, 3],), 10, 0.95, 0),
            r"same length.*'first\[0\]': 2, 'second\[0\]': 3",
        ),
        (
            lambda: statistics.paired_bootstrap(mean, ([1],), ([2],), 0, 0.95, 0),
            "`resamples` must be an integer >= 1",
        ),
        (
            lambda: statistics.paired_bootstrap(mean, ([1],), ([2],), 9, 1, 0),
            "`confidence` must be < 1",
        ),
        (
            lambda: statistics.paired_bootstrap(mean, ([1],), ([2],), 9, 0.9, -1),
            "`seed` must be an int",
        ),
        (
            lambda: statistics.paired_bootstrap(
                needs_every_row, (range(9),), (range(9),), 9, 0.9, 0
            ),
            "`statistic` could be taken of only 0 of 180 resamples of 9 rows",
        ),
        (
            lambda: statistics.paired_bootstrap(
                statistics.auroc, ([1, 2], [1, 1]), ([1, 2], [1, 1]), 9, 0.9, 0
            ),
            "with both present",
        ),
    ],
)
def test_bad_arguments_raise(call, match):
    with pytest.raises(ValueError, match=match):
        call()
