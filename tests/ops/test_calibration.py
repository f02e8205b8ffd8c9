"""Are confidences put into the right bins, and the error taken over them?"""

import keras
import numpy as np
import pytest

from keras_halluc import ops


def oracle(confidence, correct, weight, num_bins):
    sums = np.zeros((3, num_bins))
    for p, c, w in zip(confidence.ravel(), correct.ravel(), weight.ravel()):
        at = min(int(np.floor(p * np.float32(num_bins))), num_bins - 1)
        sums[:, at] += [w, float(w) * float(p), w * c]
    return sums


def error(sums):
    gaps = [abs(right / w - p / w) * w for w, p, right in sums.T if w]
    return sum(gaps) / sums[0].sum()


def numbers(x):
    return keras.ops.convert_to_numpy(x)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("num_bins", [1, 15])
def test_equal_to_the_oracle(seed, num_bins):
    rng = np.random.default_rng(seed)
    confidence = rng.uniform(size=(20, 3)).astype("float32")
    confidence[:2] = [[0.0, 1.0, 0.5], [1.0, 1.0, 0.0]]
    correct = (rng.uniform(size=(20, 3)) < confidence).astype("float32")
    weight = rng.choice([0.0, 0.5, 2.0], (20, 3)).astype("float32")
    sums = numbers(ops.calibration.calibration_sums(confidence, correct, weight, num_bins))
    expected = oracle(confidence, correct, weight, num_bins)
    np.testing.assert_allclose(sums, expected, rtol=1e-5, atol=1e-6)
    found = float(ops.calibration_error(sums))
    assert found == pytest.approx(error(expected), rel=1e-5, abs=1e-6)
    assert 0.0 <= found <= 1.0


@pytest.mark.parametrize("num_bins", [1, 15])
def test_full_confidence_goes_into_the_last_bin(num_bins):
    sums = numbers(ops.calibration.calibration_sums([1.0, 1.0], [1.0, 0.0], [1.0, 1.0], num_bins))
    assert sums[:, -1].tolist() == [2.0, 2.0, 1.0]
    assert sums[:, :-1].sum() == 0.0
    assert float(ops.calibration_error(sums)) == 0.5


def test_weight_0_drops_even_nan():
    sums = numbers(ops.calibration.calibration_sums([0.25, np.nan], [1.0, np.nan], [1.0, 0.0], 2))
    np.testing.assert_array_equal(sums, [[1.0, 0.0], [0.25, 0.0], [1.0, 0.0]])


def test_nan_that_counts_is_seen():
    sums = ops.calibration.calibration_sums([0.25, np.nan], [1.0, 1.0], [1.0, 1.0], 2)
    assert np.isnan(float(ops.calibration_error(sums)))


def test_empty_gives_0_and_perfect_gives_0():
    assert float(ops.calibration_error(np.zeros((3, 4)))) == 0.0
    sums = ops.calibration.calibration_sums([1.0, 0.0], [True, False], [True, True], 4)
    assert float(ops.calibration_error(sums)) == 0.0


def test_bad_arguments_raise():
    one = np.ones(2)
    with pytest.raises(ValueError, match=r"`num_bins` must be an integer >= 1.*num_bins=0"):
        ops.calibration.calibration_sums(one, one, one, 0)
    with pytest.raises(ValueError, match=r"`weight` must have shape \(2,\).*\(3,\)"):
        ops.calibration.calibration_sums(one, one, np.ones(3), 2)


def test_brier_score():
    rng = np.random.default_rng(0)
    confidence, correct = rng.uniform(size=(6, 3)), rng.uniform(size=(6, 3)) < 0.5
    weight = rng.choice([0.0, 0.5, 2.0], (6, 3))
    sums = ops.calibration.brier_sums(confidence, correct, weight)
    expected = np.average((confidence - correct) ** 2, weights=weight)
    assert float(ops.brier_score(sums)) == pytest.approx(expected, abs=1e-6)
    assert float(ops.brier_score(ops.calibration.brier_sums([1.0, 0.0], [1, 0], [1, 1]))) == 0.0
    assert float(ops.brier_score(ops.calibration.brier_sums([1.0, 0.0], [0, 1], [1, 1]))) == 1.0
    assert (
        float(ops.brier_score(ops.calibration.brier_sums([0.5, np.nan], [1, np.nan], [1, 0])))
        == 0.25
    )
    assert float(ops.brier_score(np.zeros(2))) == 0.0
    with pytest.raises(ValueError, match=r"`correct` must have shape \(2,\).*\(3,\)"):
        ops.calibration.brier_sums(np.ones(2), np.ones(3), np.ones(2))
