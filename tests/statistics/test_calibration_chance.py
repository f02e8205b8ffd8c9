"""Is the error by chance that of calibrated answers, and that of the metric?"""

import itertools

import keras
import numpy as np
import pytest

from keras_halluc import ops
from keras_halluc.statistics import calibration_error_by_chance


def by_enumeration(confidence, num_bins):
    """Each way in which the rows can come out: `(error, probability)`."""
    for right in itertools.product([0.0, 1.0], repeat=len(confidence)):
        sums = ops.calibration.calibration_sums(
            confidence, right, np.ones(len(confidence)), num_bins
        )
        chance = np.prod([p if r else 1 - p for p, r in zip(confidence, right)])
        yield float(keras.ops.convert_to_numpy(ops.calibration_error(sums))), chance


@pytest.mark.parametrize("num_bins", [1, 3, 15])
def test_the_distribution_is_that_of_all_outcomes(num_bins):
    confidence = np.array([0.9, 0.2, 0.85, 0.5, 1.0, 0.25])
    found = calibration_error_by_chance(confidence, num_bins, 40_000, 3)
    assert found.shape == (40_000,)
    every = list(by_enumeration(confidence, num_bins))
    # No draw is an error that no outcome has.
    possible = np.sort([error for error, _ in every])
    near = possible[np.searchsorted(possible, found).clip(1, len(possible) - 1)]
    below = possible[np.searchsorted(possible, found).clip(1, len(possible) - 1) - 1]
    assert np.minimum(abs(near - found), abs(below - found)).max() < 1e-6
    assert found.mean() == pytest.approx(sum(e * p for e, p in every), abs=0.004)
    third = sum(p for e, p in every if e > 0.31)
    assert (found > 0.31).mean() == pytest.approx(third, abs=0.015)


def test_nothing_is_left_to_chance():
    certain = calibration_error_by_chance([0.0, 1.0, 1.0], 15, 10, 0)
    np.testing.assert_array_equal(certain, np.zeros(10))


def test_it_shrinks_with_the_root_of_the_rows_and_not_with_their_order():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1.0, 400)
    few, many = (
        calibration_error_by_chance(np.tile(confidence, n), 15, 400, 1).mean() for n in (1, 16)
    )
    assert few / many == pytest.approx(4.0, rel=0.1)
    shuffled = calibration_error_by_chance(rng.permutation(confidence), 15, 400, 2).mean()
    assert shuffled == pytest.approx(few, rel=0.1)


def test_the_same_draws_from_the_same_seed_whatever_is_held_at_once(monkeypatch):
    confidence = np.linspace(0.1, 0.9, 50)
    whole = calibration_error_by_chance(confidence, 10, 60, 5)
    np.testing.assert_array_equal(whole, calibration_error_by_chance(confidence, 10, 60, 5))
    assert (whole != calibration_error_by_chance(confidence, 10, 60, 6)).any()
    monkeypatch.setattr("keras_halluc.statistics.calibration_chance.CELLS", 120)
    np.testing.assert_array_equal(whole, calibration_error_by_chance(confidence, 10, 60, 5))


def p_value(seed, factor):
    rng = np.random.default_rng(seed)
    confidence = rng.uniform(0.5, 1.0, 1000)
    right = rng.random(1000) < factor * confidence
    sums = ops.calibration.calibration_sums(confidence, right, np.ones(1000), 15)
    own = float(keras.ops.convert_to_numpy(ops.calibration_error(sums)))
    return (calibration_error_by_chance(confidence, 15, 200, seed + 1000) >= own).mean()


def test_p_values_are_uniform_for_a_calibrated_model_and_small_for_one_too_sure():
    calibrated = np.array([p_value(seed, 1.0) for seed in range(100)])
    np.testing.assert_allclose(
        np.quantile(calibrated, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.15
    )
    assert max(p_value(seed, 0.85) for seed in range(20)) < 0.01


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"confidence": [0.5, 1.2]}, r"`confidence` must be in \[0, 1\]: take the softmax"),
        ({"confidence": [-0.1]}, r"`confidence` must be in \[0, 1\]"),
        ({"confidence": [0.5, np.nan]}, "`confidence` must not hold NaN"),
        ({"confidence": []}, r"`confidence` must have shape \(row,\)"),
        ({"num_bins": 0}, "`num_bins` must be an integer >= 1"),
        ({"draws": 0}, "`draws` must be an integer >= 1"),
        ({"seed": -1}, "`seed` must be an integer >= 0"),
    ],
)
def test_bad_arguments_raise(change, match):
    with pytest.raises(ValueError, match=match):
        calibration_error_by_chance(
            **{"confidence": [0.5], "num_bins": 15, "draws": 10, "seed": 0, **change}
        )
