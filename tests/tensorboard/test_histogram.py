"""Are buckets right where np.histogram alone would fail or waste memory?"""

import tracemalloc
import warnings

import numpy as np
import pytest

from keras_halluc.tensorboard.histogram import histogram_buckets


def test_constant_values_are_one_bucket():
    assert histogram_buckets([2.0] * 5, 30).tolist() == [[1.5, 2.5, 5.0]]
    assert histogram_buckets(7, 30).tolist() == [[6.5, 7.5, 1.0]]
    assert histogram_buckets([1e300] * 2, 30).tolist() == [[1e300, 1e300, 2.0]]


@pytest.mark.parametrize(
    "values",
    [[1e16, 1e16 + 2], [-1.7e308, 1.7e308], [0.0, 5e-324], [1.0, np.nextafter(1.0, 2.0)]],
    ids=["close and large", "far apart", "smallest", "neighbours"],
)
def test_values_no_bucket_can_part(values):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert histogram_buckets(values, 30).tolist() == [[min(values), max(values), 2.0]]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int64, np.uint8, bool])
def test_all_values_are_counted_whatever_their_dtype(dtype):
    values = np.random.default_rng(0).integers(0, 2, size=(3, 4, 5)).astype(dtype)
    counted = histogram_buckets(values, 4)
    assert counted[:, 2].tolist() == [float((values == 0).sum()), 0, 0, float((values == 1).sum())]
    assert counted.dtype == np.float64


def test_memory_grows_with_the_values_not_with_values_times_buckets():
    values = np.random.default_rng(0).normal(size=200_000)
    tracemalloc.start()
    histogram_buckets(values, 500)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * values.nbytes
