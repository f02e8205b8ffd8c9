"""Do masked means see what counts, and only that?"""

import keras
import numpy as np
import pytest

from keras_halluc import ops

DROPPED = [np.nan, np.inf, -np.inf, 1e30]


def numbers(x):
    return keras.ops.convert_to_numpy(x)


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_the_oracle(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(4, 6)).astype("float32")
    mask = rng.choice([0.0, 0.5, 1.0], (4, 6)).astype("float32")
    rows, top, bottom = [], 0.0, 0.0
    for value, weight in zip(values.astype("float64"), mask.astype("float64")):
        up = sum(v * w for v, w in zip(value, weight))
        rows.append(up / sum(weight) if sum(weight) else 0.0)
        top, bottom = top + up, bottom + sum(weight)
    np.testing.assert_allclose(numbers(ops.masked_mean(values, mask)), top / bottom, rtol=1e-5)
    np.testing.assert_allclose(numbers(ops.sequence_mean(values, mask)), rows, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("junk", DROPPED)
@pytest.mark.parametrize("dtype", ["float32", "int32", "bool"])
def test_what_is_masked_out_does_not_leak(junk, dtype):
    values = np.array([[1.0, 3.0, junk], [junk, junk, junk]], "float32")
    mask = np.array([[1, 1, 0], [0, 0, 0]]).astype(dtype)
    assert float(ops.masked_mean(values, mask)) == 2.0
    assert numbers(ops.sequence_mean(values, mask)).tolist() == [2.0, 0.0]


def test_an_empty_mask_gives_0():
    assert float(ops.masked_mean(np.ones((2, 3)), np.zeros((2, 3)))) == 0.0
    assert float(ops.masked_mean(np.ones((0, 3)), np.zeros((0, 3)))) == 0.0


def test_nan_that_counts_is_seen():
    assert np.isnan(float(ops.masked_mean([np.nan, 1.0], [1.0, 1.0])))


def test_low_precision_is_summed_in_float32():
    values = keras.ops.ones((1, 4096), dtype="float16")
    mean = ops.sequence_mean(values, keras.ops.ones((1, 4096), dtype="bool"))
    assert keras.backend.standardize_dtype(mean.dtype) == "float32"
    assert numbers(mean).tolist() == [1.0]


def test_wrong_shapes_raise():
    with pytest.raises(ValueError, match=r"`mask` must have shape \(2, 3\).*Received"):
        ops.masked_mean(np.ones((2, 3)), np.ones((2, 1)))
    with pytest.raises(ValueError, match=r"`values` must have shape \(batch, seq\)"):
        ops.sequence_mean(np.ones(3), np.ones(3))
