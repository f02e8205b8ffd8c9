"""Do the two-sample tests agree with slow ones, find a shift, and keep quiet without one?"""

import itertools
import re

import numpy as np
import pytest

from keras_halluc.statistics import classifier_test
from keras_halluc.statistics import mmd_test


def samples(shift=0.0, n=30, m=40, features=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, features)), rng.normal(size=(m, features)) + shift


def slow_mmd(first, second):
    """Equation 3 of Gretton et al. 2012 with plain loops."""
    rows = np.concatenate([first, second])
    distances = [sum((a - b) ** 2) for a, b in itertools.combinations(rows, 2)]
    width = np.median(distances)

    def mean(pairs):
        values = [np.exp(-sum((a - b) ** 2) / width) for a, b in pairs]
        return sum(values) / len(values)

    return (
        mean(itertools.permutations(first, 2))
        + mean(itertools.permutations(second, 2))
        - 2 * mean(itertools.product(first, second))
    )


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_mmd_is_that_of_plain_loops(shift):
    first, second = samples(shift, 12, 17)
    found, _ = mmd_test(first, second, 9, 0)
    assert found == pytest.approx(slow_mmd(first, second), abs=1e-12)


def test_mmd_p_value_is_the_share_of_all_partitions():
    """Few enough rows to try each; drawn ones come near."""
    first, second = samples(0.9, 4, 4)
    rows = np.concatenate([first, second])
    values = []
    for chosen in itertools.combinations(range(8), 4):
        rest = [i for i in range(8) if i not in chosen]
        values.append(slow_mmd(rows[list(chosen)], rows[rest]))
    found, p_value = mmd_test(first, second, 4999, 0)
    assert p_value == pytest.approx(np.mean(np.array(values) >= found - 1e-12), abs=0.03)


def slow_scores(first, second, fold):
    """Held-out scores of a ridge regression in primal form."""
    rows = np.concatenate([first, second])
    labels = np.repeat([0.0, 1.0], [len(first), len(second)])
    scores = np.empty(len(rows))
    for one in set(fold.tolist()):
        train, test = rows[fold != one], rows[fold == one]
        y = labels[fold != one]
        centre, spread = train.mean(axis=0), train.std(axis=0)
        train, test = (train - centre) / spread, (test - centre) / spread
        ridge = np.mean(np.sum(train**2, axis=1))
        gram = train.T @ train + ridge * np.eye(train.shape[1])
        scores[fold == one] = test @ np.linalg.inv(gram) @ train.T @ (y - y.mean())
    return scores, labels


def test_classifier_is_cross_validated_ridge_regression():
    first, second = samples(0.6)
    rng = np.random.default_rng(5)
    fold = np.concatenate([rng.permutation(np.arange(n) % 3) for n in (30, 40)])
    scores, labels = slow_scores(first, second, fold)
    positive, negative = scores[labels == 1], scores[labels == 0]
    area = np.mean([a > b for a in positive for b in negative])
    assert classifier_test(first, second, 3, 9, seed=5)[0] == pytest.approx(area, abs=1e-12)


@pytest.mark.parametrize("test", ["classifier", "mmd"])
def test_false_alarms_and_power(test):
    def p_value(shift, seed):
        pair = samples(shift, 25, 25, seed=seed)
        if test == "mmd":
            return mmd_test(*pair, 39, seed)[1]
        return classifier_test(*pair, 5, 39, seed)[1]

    quiet = [p_value(0.0, seed) for seed in range(60)]
    # 60 draws of a rate of 0.05: 9 or more come once in 250.
    assert sum(p <= 0.05 for p in quiet) <= 8
    assert 0.3 < np.mean(quiet) < 0.7
    assert sum(p_value(1.0, seed) <= 0.05 for seed in range(10)) >= 9


def test_more_features_than_rows_and_features_that_do_not_vary():
    first, second = samples(0.0, 20, 20, features=100)
    second[:, :5] += 3.0
    constant = [np.concatenate([x, np.ones((20, 1))], axis=1) for x in (first, second)]
    area, p_value = classifier_test(*constant, 5, 19, 0)
    assert area > 0.9 and p_value == 1 / 20
    assert area == pytest.approx(classifier_test(first, second, 5, 19, 0)[0], abs=1e-9)
    same = np.ones((20, 2))
    assert classifier_test(same, same, 5, 19, 0) == (0.5, 1.0)
    assert mmd_test(same, same, 19, 0) == (pytest.approx(0.0), 1.0)


def test_what_is_never_mistaken():
    first, second = samples(50.0)
    assert classifier_test(first, second, 5, 19, 0) == (1.0, 1 / 20)
    assert mmd_test(first, second, 19, 0)[1] == 1 / 20


def test_units_and_direction_do_not_matter():
    first, second = samples(0.5)
    area, p_value = classifier_test(first, second, 5, 19, 0)
    scale, move = np.array([1e3, 1e-3, 1.0]), np.array([5.0, 0.0, -7.0])
    moved = classifier_test(first * scale + move, second * scale + move, 5, 19, 0)
    assert moved == (pytest.approx(area, abs=1e-9), p_value)
    mmd = mmd_test(first, second, 19, 0)[0]
    assert mmd_test(3 * second, 3 * first, 19, 0)[0] == pytest.approx(mmd, abs=1e-9)
    assert classifier_test(first, second, 5, 19, 0) == (area, p_value)  # the seed decides


@pytest.mark.parametrize(
    "first, second, message",
    [
        (np.ones((4, 2)), np.ones((9, 2)), "`first` must have shape (row, feature) with at least"),
        (np.ones(9), np.ones((9, 2)), "Received: shape (9,)"),
        (np.ones((9, 2)), np.ones((9, 3)), "must have the same features. Received: 2 and 3"),
        (np.ones((9, 2)), np.full((9, 2), np.nan), "`second` must be finite"),
    ],
)
def test_wrong_samples(first, second, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        classifier_test(first, second, 5, 19, 0)


def test_wrong_numbers():
    first, second = samples()
    for arguments in ((1, 19, 0), (5, 0, 0), (5, 19, -1)):
        with pytest.raises(ValueError, match="must be an integer >="):
            classifier_test(first, second, *arguments)
