"""Are values and intervals what the formulas say?"""

import numpy as np
import pytest

from keras_halluc._types import Verdict
from keras_halluc.ops import aurc
from keras_halluc.statistics import confidence_estimates as calibration_estimates
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import mean_estimate
from keras_halluc.statistics.estimates import rate_estimate
from keras_halluc.statistics.estimates import verdict_estimates

Z = 1.959963984540054  # of a 95 % interval


def wilson(k, n):
    """The ends are where a rate p is Z standard errors from k/n: solved as a quadratic in p."""
    roots = np.roots([n + Z * Z, -(2 * k + Z * Z), k * k / n])
    return sorted(float(root.real) for root in roots)


@pytest.mark.parametrize("k, n", [(0, 1), (1, 1), (0, 7), (3, 7), (7, 7), (50, 200), (999, 1000)])
def test_rates(k, n):
    found = rate_estimate(k, n)
    low, high = wilson(k, n)
    assert found.value == k / n and found.count == n
    assert found.low == pytest.approx(low, abs=1e-7)
    assert found.high == pytest.approx(high, abs=1e-7)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0


def test_means():
    values = [0.0, 0.5, 0.75, 1.0]
    low, high = wilson(2.25, 4)
    assert mean_estimate(values) == Estimate(
        0.5625, pytest.approx(low, abs=1e-7), pytest.approx(high, abs=1e-7), 4
    )
    for value in (0.0, 0.25, 1.0):  # equal values are not certain
        found = mean_estimate([value] * 3)
        assert found.value == value and found.high - found.low > 0.5


def test_verdicts():
    verdicts = [
        Verdict("supported", 1.0),
        Verdict("supported", 0.8),
        Verdict("unsupported", 0.3),
        Verdict("contradicted", 0.0),
        Verdict("abstained"),
        Verdict("unmeasured"),
        Verdict("unmeasured", 1.0),  # a checker may be careless; nothing was measured all the same
        Verdict("unmeasured"),
    ]
    found = {name: (e.value, e.count) for name, e in verdict_estimates(verdicts).items()}
    assert found == {
        "hallucination_rate": (2 / 5, 5),
        "abstention_rate": (1 / 5, 5),
        "answer_accuracy": (2 / 5, 5),
        "check_coverage": (5 / 8, 8),
        "grounding_score": (pytest.approx(2.1 / 4), 4),
    }


def test_what_is_not_measured_is_left_out():
    found = verdict_estimates([Verdict("unmeasured")] * 3)
    assert list(found) == ["check_coverage"]
    assert found["check_coverage"].value == 0.0
    found = verdict_estimates([Verdict("abstained")])
    assert found["hallucination_rate"].value == 0.0
    assert "grounding_score" not in found


def expected_calibration_error(confidence, correct):
    total = 0.0
    for i in range(15):
        inside = [j for j, c in enumerate(confidence) if min(int(np.float32(c * 15)), 14) == i]
        total += abs(sum(float(correct[j]) - float(confidence[j]) for j in inside))
    return total / len(confidence)


@pytest.mark.parametrize("cells", [1, 10**6])
def test_statistics_of_draws_are_those_of_the_drawn_rows(monkeypatch, cells):
    monkeypatch.setattr(calibration_estimates, "CELLS", cells)
    rng = np.random.default_rng(3)
    confidence = rng.permutation(np.linspace(0.0, 1.0, 40)).astype("float32")
    correct = (rng.random(40) < confidence).astype("float32")
    keys = calibration_estimates.KEYS
    found = calibration_estimates.bootstrap_statistics(confidence, correct, 5, 4, keys)
    without = calibration_estimates.bootstrap_statistics(confidence, correct, 5, 4)
    assert set(found) - set(without) == {"auroc"}
    assert all((found[key] == without[key]).all() for key in without)
    again = np.random.default_rng(4)
    draws = [again.integers(0, 40, (1, 40))[0] for _ in range(5)]  # the same stream, all at once
    for i, rows in enumerate([np.arange(40), *draws]):
        c, y = confidence[rows], correct[rows]
        assert found["expected_calibration_error"][i] == pytest.approx(
            expected_calibration_error(c, y), abs=1e-6
        )
        assert found["brier_score"][i] == pytest.approx(np.mean((c - y) ** 2), abs=1e-6)
        assert found["aurc"][i] == aurc(c, y)
        assert found["auroc"][i] == pytest.approx(pairs_in_order(c, y), abs=1e-12)
    assert len(set(found["aurc"])) > 3 and len(set(found["auroc"])) > 3


def pairs_in_order(confidence, correct):
    """Of the pairs of a right and a wrong row, how many have the right one surer; ties half."""
    pairs = [
        (c, d)
        for c, y in zip(confidence, correct)
        if y
        for d, z in zip(confidence, correct)
        if not z
    ]
    return sum(1.0 if c > d else 0.5 if c == d else 0.0 for c, d in pairs) / len(pairs)


@pytest.mark.parametrize("resamples", [1, 50])
def test_draws_without_a_wrong_row_have_no_auroc(resamples):
    confidence = np.linspace(0.2, 0.9, 30).astype("float32")
    correct = np.ones(30, "float32")
    correct[10] = 0.0
    keys = calibration_estimates.KEYS
    drawn = calibration_estimates.bootstrap_statistics(confidence, correct, resamples, 0, keys)
    again = np.random.default_rng(0).integers(0, 30, (resamples, 30))
    assert np.isnan(drawn["auroc"][1:]).tolist() == [10 not in rows for rows in again]
    found = calibration_estimates.confidence_estimates(confidence, correct, resamples, keys)
    assert found["auroc"].value == pytest.approx(19 / 29)
    assert 0.0 <= found["auroc"].low <= 19 / 29 <= found["auroc"].high <= 1.0
    assert found["auroc"].low < found["auroc"].high
    one_kind = calibration_estimates.confidence_estimates(confidence, correct * 0, 5, keys)
    assert set(one_kind) == {"expected_calibration_error", "brier_score", "aurc"}


def test_without_one_drawn_value_the_auroc_lies_anywhere(monkeypatch):
    values = np.array([0.7, np.nan, np.nan])
    monkeypatch.setattr(
        calibration_estimates, "bootstrap_statistics", lambda *given: {"auroc": values}
    )
    found = calibration_estimates.confidence_estimates(np.ones(30), np.ones(30), 2)["auroc"]
    assert (found.value, found.count) == (0.7, 30)
    assert found.low < 0.05 and found.high > 0.95
