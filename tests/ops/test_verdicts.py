"""Is every verdict counted under its own label, once, with its weight?"""

import keras
import numpy as np
import pytest

from keras_halluc import ops
from keras_halluc._types import LABELS


def sums(labels, weight):
    return keras.ops.convert_to_numpy(ops.verdicts.verdict_sums(labels, weight))


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_the_oracle(seed):
    rng = np.random.default_rng(seed)
    labels, weight = rng.integers(0, 5, 30), rng.uniform(size=30).astype("float32")
    expected = np.zeros(len(LABELS))
    for label, w in zip(labels, weight):
        expected[label] += w
    np.testing.assert_allclose(sums(labels, weight), expected, rtol=1e-5)


def test_empty_gives_zeros():
    assert sums(np.zeros(0, "int32"), np.zeros(0)).tolist() == [0.0] * 5


@pytest.mark.parametrize("stray", [-1, 5])
def test_a_label_that_is_none_is_not_lost(stray):
    assert np.isnan(sums([0, stray], [1.0, 1.0])).all()
    assert sums([0, stray], [1.0, 0.0]).tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]


def test_wrong_shapes_raise():
    with pytest.raises(ValueError, match=r"`labels` must have shape \(batch,\)"):
        ops.verdicts.verdict_sums(np.zeros((2, 1), "int32"), np.ones((2, 1)))
    with pytest.raises(ValueError, match=r"`weight` must have shape \(2,\).*\(3,\)"):
        ops.verdicts.verdict_sums(np.zeros(2, "int32"), np.ones(3))
