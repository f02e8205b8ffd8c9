"""Is the rate right at every breakpoint, compiled, and after a reload?"""

import json

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

import keras_halluc as kh

KWARGS = {
    "peak_rate": 3e-4,
    "total_steps": 50,
    "warmup_steps": 7,
    "end_rate": 1e-5,
    "name": "rise_and_fall",
}


def expected_rate(step, peak_rate, total_steps, warmup_steps=0, end_rate=0.0, name=None):
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    if step >= total_steps:
        return end_rate
    left = (total_steps - step) / (total_steps - warmup_steps)
    return end_rate + (peak_rate - end_rate) * left


@pytest.mark.parametrize("step", [0, 1, 6, 7, 8, 28, 49, 50, 51, 10**6])
@pytest.mark.parametrize("kwargs", [KWARGS, {**KWARGS, "warmup_steps": 0, "end_rate": 0.0}])
def test_closed_form(step, kwargs):
    rate = kh.schedules.WarmupLinear(**kwargs)(step)
    np.testing.assert_allclose(float(rate), expected_rate(step, **kwargs), rtol=1e-5, atol=1e-12)


def test_is_exact_where_the_lines_meet():
    rate = kh.schedules.WarmupLinear(**KWARGS)
    assert float(rate(0)) == 0.0
    assert float(rate(7)) == np.float32(3e-4)
    assert float(rate(50)) == np.float32(1e-5)
    assert float(kh.schedules.WarmupLinear(2e-5, 1000, warmup_steps=100)(1000)) == 0.0
    assert float(kh.schedules.WarmupLinear(2e-5, 1000)(0)) == np.float32(2e-5)


@settings(deadline=None)  # a machine may be busy
@given(
    st.integers(1, 40).flatmap(lambda total: st.tuples(st.just(total), st.integers(0, total - 1))),
    st.floats(0.0, 1.0),
)
def test_rises_then_falls_within_its_range(steps, share):
    total, warmup = steps
    schedule = kh.schedules.WarmupLinear(0.5, total, warmup_steps=warmup, end_rate=0.5 * share)
    steps = np.arange(44)  # one shape, so that JAX compiles once
    rates = keras.ops.convert_to_numpy(schedule(steps))
    assert np.all(np.diff(rates[: warmup + 1]) > 0)
    assert np.all(np.diff(rates[warmup:]) <= 1e-7)
    assert rates.max() <= 0.5 and rates[warmup] == np.float32(0.5)
    np.testing.assert_allclose(rates[total:], 0.5 * share, rtol=1e-6, atol=1e-30)


def test_numpy_arguments_become_plain_numbers():
    schedule = kh.schedules.WarmupLinear(np.float64(0.1), np.int64(10), np.int32(2))
    assert json.loads(json.dumps(schedule.get_config()))["total_steps"] == 10


def linear_model():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((1, 1), "float32")])
    return model


class WeightWatch(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(float(self.model.get_weights()[0][0, 0]))


@pytest.mark.parametrize("mode", [{}, {"run_eagerly": True}, {"jit_compile": True}])
def test_each_step_of_fit_uses_its_own_rate(mode):
    if mode.get("jit_compile") and keras.backend.backend() == "torch":
        pytest.skip("torch: compiling needs a C++ compiler and half a minute")
    model = linear_model()
    schedule = kh.schedules.WarmupLinear(0.5, 6, warmup_steps=2, end_rate=0.1)
    model.compile(keras.optimizers.SGD(schedule), loss=lambda y, y_pred: -y_pred, **mode)
    watch = WeightWatch()
    ones = np.ones((8, 1), "float32")
    model.fit(ones, ones, batch_size=1, epochs=1, verbose=0, shuffle=False, callbacks=[watch])
    rates = [expected_rate(step, 0.5, 6, 2, 0.1) for step in range(8)]  # the gradient is -1
    np.testing.assert_allclose(watch.seen, np.cumsum(rates), rtol=1e-5)
