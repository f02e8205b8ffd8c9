"""Does the base class add up exactly, whatever the precision, and insist on what it needs?"""

import keras
import numpy as np
import pytest

import keras_halluc as kh


class Total(kh.metrics.SumsMetric):
    higher_is_better = None

    def __init__(self, name="total", dtype=None):
        super().__init__(shape=(), name=name, dtype=dtype)

    def sums(self, values):
        return keras.ops.sum(keras.ops.cast(values, "float32"))

    def compute(self, sums):
        return sums


class Counting(keras.layers.Layer):
    """Updates a metric inside its `call`."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.total = Total()

    def call(self, x):
        self.total.update_state(keras.ops.ones((7,)))
        return x


def test_batches_are_added():
    metric = Total()
    for batch in ([1.0, 2.0], [3.0]):
        metric.update_state(batch)
    assert float(metric.result()) == 6.0
    metric.reset_state()
    assert float(metric.result()) == 0.0


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "mixed_bfloat16"])
def test_a_low_precision_dtype_does_not_stop_the_count(dtype):
    metric = Total(dtype=dtype)
    for _ in range(30):
        metric.update_state(np.full(100, 7.0))
    assert float(metric.result()) == 21000.0  # float16 and bfloat16 would have rounded


def test_exact_inside_a_layer_of_a_mixed_precision_model():
    layer = Counting(dtype="mixed_bfloat16")
    for _ in range(100):
        layer(np.zeros((1, 1), "float32"))
    assert float(layer.total.result()) == 700.0  # keras.metrics.Sum gives another number here


def test_variables_of_two_metrics_have_two_paths():
    assert Total("a").variables[0].path != Total("b").variables[0].path


def test_direction_must_be_said():
    class Silent(kh.metrics.SumsMetric):
        pass

    with pytest.raises(TypeError, match="`Silent` must set the class attribute `higher_is_better`"):
        Silent(shape=())


@pytest.mark.parametrize("method", ["sums", "compute"])
def test_both_methods_must_be_written(method):
    class Half(kh.metrics.SumsMetric):
        higher_is_better = True

    with pytest.raises(NotImplementedError, match=f"`Half` must define `{method}`"):
        getattr(Half(shape=()), method)(0.0)
