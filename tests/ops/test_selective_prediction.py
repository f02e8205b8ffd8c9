"""Are risk, coverage and the price of a wrong answer what they are defined to be?"""

import itertools
import math

import keras
import numpy as np
import pytest

from keras_halluc import ops
from keras_halluc.ops.selective_prediction import _harmonic


def mean_risk(correct, weight=None):
    """The definition, of items in the order in which they are kept."""
    weight = np.ones(len(correct)) if weight is None else np.asarray(weight, float)
    risks = []
    for kept in range(1, len(correct) + 1):
        errors = [w * (1 - c) for w, c in zip(weight[:kept], correct[:kept])]
        risks.append(sum(errors) / weight[:kept].sum())
    return float(np.average(risks, weights=weight))


def over_all_orders(confidence, correct):
    """Brute force: the mean over every order that keeps the surer one first."""
    found = [
        mean_risk([correct[i] for i in order])
        for order in itertools.permutations(range(len(correct)))
        if all(confidence[a] >= confidence[b] for a, b in zip(order, order[1:]))
    ]
    return np.mean(found)


def rows(seed, count=40, levels=None):
    rng = np.random.default_rng(seed)
    confidence = rng.uniform(0.01, 0.999, count)
    if levels:
        confidence = np.ceil(confidence * levels) / (levels + 1)
    return confidence, rng.uniform(size=count) < confidence


def test_by_hand():
    coverage, risk = ops.risk_coverage_curve([0.9, 0.2, 0.5, 0.7], [1, 0, 1, 0])
    np.testing.assert_allclose(coverage, [0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(risk, [0.0, 1 / 2, 1 / 3, 2 / 4])
    assert ops.aurc([0.9, 0.2, 0.5, 0.7], [1, 0, 1, 0]) == pytest.approx(1 / 3, abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_ties_are_the_mean_over_all_orders(seed):
    confidence, correct = rows(seed, count=6, levels=3)
    assert len(set(confidence)) < 6
    assert ops.aurc(confidence, correct) == pytest.approx(
        over_all_orders(confidence, correct), abs=1e-12
    )


def test_closed_forms():
    right = np.arange(1000) % 4 > 0
    assert ops.aurc(np.full(1000, 0.3), right) == pytest.approx(0.25, abs=1e-12)
    assert ops.aurc(np.arange(1000), np.ones(1000)) == 0.0
    best = ops.aurc(right.astype(float) + np.linspace(0, 0.1, 1000), right)
    assert best == pytest.approx(0.25 + 0.75 * math.log(0.75), abs=1e-3)
    worst = ops.aurc(-right.astype(float), right)
    assert best < 0.25 < worst
    _, risk = ops.risk_coverage_curve(np.arange(1000), right)
    assert risk[-1] == pytest.approx(0.25)


@pytest.mark.parametrize("seed", range(3))
def test_order_of_rows_and_scale_of_confidence_do_not_matter(seed):
    confidence, correct = rows(seed, levels=7)
    shuffled = np.random.default_rng(seed).permutation(len(correct))
    expected = ops.aurc(confidence, correct)
    assert ops.aurc(confidence[shuffled], correct[shuffled]) == pytest.approx(expected, abs=1e-12)
    assert ops.aurc(np.log(confidence), correct) == pytest.approx(expected, abs=1e-12)
    assert ops.aurc(1000 + 5 * confidence, correct) == pytest.approx(expected, abs=1e-12)


def test_tensors_and_infinite_scores_are_taken():
    confidence = keras.ops.convert_to_tensor([0.0, float("-inf"), -1.0])
    assert ops.aurc(confidence, keras.ops.convert_to_tensor([True, False, True])) == (
        pytest.approx(1 / 9)
    )


def binned(confidence, correct, weight):
    """Sums and area in 20 bins, of rows padded to 300, so that JAX compiles for one shape."""
    padded = np.zeros((3, 300))
    padded[:, : len(weight)] = confidence, correct, weight
    sums = ops.selective_prediction.risk_coverage_sums(*padded, 20)
    return keras.ops.convert_to_numpy(sums), float(ops.risk_coverage_area(sums))


@pytest.mark.parametrize("seed", range(4))
def test_sums_give_the_same_area_with_bins_tied(seed):
    confidence, correct = rows(seed, count=300)
    _, found = binned(confidence, correct, np.ones(300))
    log_odds = np.log(confidence) - np.log1p(-confidence)
    tied = -np.floor((17 - log_odds) / 34 * 20)
    assert found == pytest.approx(ops.aurc(tied, correct), abs=2e-6)


def test_many_bins_come_near_the_exact_area():
    confidence, correct = rows(0, count=300)
    sums = ops.selective_prediction.risk_coverage_sums(confidence, correct, np.ones(300), 2000)
    found = float(ops.risk_coverage_area(sums))
    assert found == pytest.approx(ops.aurc(confidence, correct), abs=2e-3)


def test_a_weight_is_a_share():
    confidence, correct = np.array([0.99, 0.9, 0.5, 0.02]), np.array([1, 0, 1, 0])
    weight = np.array([0.5, 2.0, 1.0, 3.0])  # each in a bin of its own
    _, found = binned(confidence, correct, weight)
    assert found == pytest.approx(mean_risk(correct, weight), abs=1e-6)
    assert binned(confidence, correct, 7 * weight)[1] == pytest.approx(found, abs=1e-6)
    dropped = binned([0.1, *confidence], [0, *correct], [0.0, *weight])
    assert dropped[1] == pytest.approx(found, abs=1e-6)


def test_sums_add_over_batches():
    confidence, correct = rows(0, count=30)
    whole, _ = binned(confidence, correct, np.ones(30))
    parts = [binned(confidence[a:b], correct[a:b], np.ones(b - a))[0] for a, b in ((0, 7), (7, 30))]
    np.testing.assert_allclose(parts[0] + parts[1], whole)


def test_ends_of_confidence_empty_and_nan():
    sums, found = binned([1.0, 1.0000001, 0.0], [1, 1, 0], [1, 1, 1])
    assert sums[0, 0] == 2.0 and sums[0, -1] == 1.0
    assert found == pytest.approx(1 / 9)
    assert binned([0.5], [1], [0.0])[1] == 0.0
    assert binned([0.5, np.nan], [1, np.nan], [1.0, 0.0])[1] == 0.0
    assert np.isnan(binned([0.5, np.nan], [1, 1], [1.0, 1.0])[1])


def test_harmonic_sums():
    pairs = list(itertools.product((0.0, 0.4, 3.0, 900.0, 5e4), (0, 1, 2, 17)))
    found = _harmonic(*(keras.ops.convert_to_tensor(np.float32(x)) for x in zip(*pairs)))
    exact = [math.fsum(1 / (start + j) for j in range(1, count + 1)) for start, count in pairs]
    np.testing.assert_allclose(keras.ops.convert_to_numpy(found), exact, rtol=2e-6, atol=1e-9)


def test_abstention_score():
    labels = [0, 0, 1, 2, 3, 4]
    sums = ops.verdicts.verdict_sums(labels, np.ones(6))
    for threshold, penalty in ((0.0, 0.0), (0.5, 1.0), (0.75, 3.0), (0.9, 9.0)):
        score = float(ops.abstention_score(sums, threshold))
        assert score == pytest.approx((2 - 2 * penalty) / 5, abs=1e-6)
    assert float(ops.abstention_score([3.0, 0, 0, 0, 9], 0.75)) == 1.0
    assert float(ops.abstention_score([0.0, 0, 0, 8, 1], 0.75)) == 0.0
    assert float(ops.abstention_score([0.0, 0, 0, 0, 5], 0.75)) == 0.0


def test_a_guess_pays_off_from_the_threshold_on():
    for threshold in (0.5, 0.75, 0.9):
        for share, sign in ((threshold - 0.02, -1), (threshold + 0.02, 1)):
            guessing = float(ops.abstention_score([share, 1 - share, 0, 0, 0], threshold))
            assert guessing * sign > 0.0


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ops.aurc([0.1, np.nan], [1, 0]), ValueError, "`confidence` must not hold NaN"),
        (lambda: ops.aurc([0.1], [1, 0]), ValueError, "same length.*'confidence': 1, 'correct': 2"),
        (lambda: ops.aurc([], []), ValueError, r"`confidence` must have shape \(row,\), row >= 1"),
        (lambda: ops.aurc([[0.1]], [1]), ValueError, r"shape \(row,\).*\(1, 1\)"),
        (lambda: ops.aurc([0.1, 0.2], [1, 2]), ValueError, r"`correct` must lie in \[0, 1\]"),
        (lambda: ops.aurc(["a"], [1]), TypeError, "`confidence` must be a list of numbers"),
        (lambda: ops.aurc(None, [1]), ValueError, r"`confidence` must have shape \(row,\)"),
        (
            lambda: ops.selective_prediction.risk_coverage_sums([0.1], [1], [1], 0),
            ValueError,
            "`num_bins` must be an integer >= 1",
        ),
        (
            lambda: ops.selective_prediction.risk_coverage_sums([0.1], [1, 1], [1], 5),
            ValueError,
            r"`correct` must have shape \(1,\)",
        ),
        (lambda: ops.abstention_score(np.ones(5), 1.0), ValueError, "`threshold` must be < 1"),
        (lambda: ops.abstention_score(np.ones(5), -0.1), ValueError, "`threshold` must be >= 0"),
        (lambda: ops.abstention_score(np.ones(4), 0.5), ValueError, r"shape \(5,\)"),
    ],
)
def test_bad_arguments_raise(call, error, match):
    with pytest.raises(error, match=match):
        call()
