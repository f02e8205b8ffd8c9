"""Does the threshold hold new scores as often as it promises?"""

import keras
import numpy as np
import pytest

from keras_halluc import statistics


def test_by_hand():
    scores = np.random.default_rng(0).permutation(np.arange(1.0, 10.0))  # 1 to 9
    assert statistics.conformal_threshold(scores, 0.9) == 9.0
    assert statistics.conformal_threshold(scores, 0.8) == 8.0
    assert statistics.conformal_threshold(scores, 0.75) == 8.0
    assert statistics.conformal_threshold(scores, 0.05) == 1.0
    assert statistics.conformal_threshold(keras.ops.convert_to_tensor([3.0, 1.0]), 0.5) == 3.0
    assert statistics.conformal_threshold([1.0, float("inf")], 0.6) == float("inf")
    assert statistics.conformal_threshold([2.0, 2.0, 2.0], 0.5) == 2.0


@pytest.mark.parametrize("count", [9, 10, 39])
@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_the_rank_is_the_least_that_covers(count, coverage):
    """Of count + 1 exchangeable values, the new one is below with chance rank / (count + 1)."""
    rank = statistics.conformal_threshold(np.arange(1.0, count + 1), coverage)
    assert rank / (count + 1) >= coverage - 1e-9 > (rank - 1) / (count + 1)


@pytest.mark.parametrize("coverage", [0.6, 0.9])
def test_covers_new_scores_of_any_distribution(coverage):
    rng = np.random.default_rng(0)
    for draw in (rng.standard_normal, rng.standard_cauchy, rng.standard_exponential):
        known, new = draw((4000, 20)), draw(4000)
        found = np.mean(
            [n <= statistics.conformal_threshold(k, coverage) for k, n in zip(known, new)]
        )
        assert coverage - 0.02 <= found <= coverage + 1 / 21 + 0.02


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (([1.0] * 8, 0.9), "`scores` must hold at least 9 rows for a coverage of 0.9.*8 rows"),
        (([1.0, np.nan], 0.5), "`scores` must not hold NaN"),
        (([], 0.5), r"`scores` must have shape \(row,\)"),
        (([1.0], 1.0), "`coverage` must be < 1"),
        (([1.0], 0.0), "`coverage` must be > 0"),
    ],
)
def test_bad_arguments_raise(arguments, match):
    with pytest.raises(ValueError, match=match):
        statistics.conformal_threshold(*arguments)
