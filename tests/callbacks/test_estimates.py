"""Are values and intervals what the formulas say?"""

import numpy as np
import pytest

from keras_halluc._types import Verdict
from keras_halluc.callbacks.estimates import Estimate
from keras_halluc.callbacks.estimates import mean_estimate
from keras_halluc.callbacks.estimates import rate_estimate
from keras_halluc.callbacks.estimates import verdict_estimates

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
