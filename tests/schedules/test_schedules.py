"""Is each rate right at every breakpoint, in a compiled step, and after a reload?"""

import json
import math

import keras
import numpy as np
import pytest

import keras_halluc as kh

pytestmark = pytest.mark.eager

SCHEDULES = [
    kh.schedules.WarmupInverseSqrt(3e-4, warmup_steps=7, name="mine"),
    kh.schedules.WarmupStableDecay(
        3e-4, 50, warmup_steps=7, decay_steps=11, end_rate=1e-5, name="mine"
    ),
    kh.schedules.LinearInterpolation(3e-4, 1e-5, total_epochs=5, steps_per_epoch=7, name="mine"),
    kh.schedules.ScaledSchedule(kh.schedules.WarmupLinear(3e-4, 50, warmup_steps=7), 0.25),
]


def expected(schedule, step):
    kind = type(schedule).__name__
    if kind == "WarmupInverseSqrt":
        return 3e-4 * (step / 7 if step < 7 else math.sqrt(7 / step))
    if kind == "WarmupStableDecay":
        if step < 7:
            return 3e-4 * step / 7
        left = min(max((50 - step) / 11, 0.0), 1.0)
        return 1e-5 + (3e-4 - 1e-5) * left
    if kind == "LinearInterpolation":
        return 3e-4 + (1e-5 - 3e-4) * min(step // 7, 5) / 5
    return 0.25 * 3e-4 * (step / 7 if step < 7 else max(50 - step, 0) / 43)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: type(s).__name__)
def test_closed_forms_and_reload(schedule):
    again = type(schedule).from_config(json.loads(json.dumps(schedule.get_config())))
    copied = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(schedule))
    for step in (0, 1, 6, 7, 8, 13, 14, 34, 35, 38, 39, 40, 49, 50, 51, 10**6):
        for each in (schedule, again, copied):
            np.testing.assert_allclose(
                float(each(step)), expected(schedule, step), rtol=1e-5, atol=1e-10
            )
    if hasattr(schedule, "name"):
        assert again.name == "mine"


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: type(s).__name__)
def test_a_compiled_step_takes_the_rate(schedule):
    """With gradient 1 a step of SGD moves the weight by the rate."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((1, 1))])
    model.compile(keras.optimizers.SGD(schedule), loss=lambda y, p: p)
    model.fit(np.ones((9, 1)), np.ones((9, 1)), batch_size=1, verbose=0)
    total = sum(expected(schedule, step) for step in range(9))
    np.testing.assert_allclose(model.get_weights()[0], -total, rtol=1e-4)


@pytest.mark.parametrize(
    "make, match",
    [
        (lambda: kh.schedules.WarmupInverseSqrt(0.0, 5), "`peak_rate` must be > 0"),
        (lambda: kh.schedules.WarmupInverseSqrt(1.0, 0), "`warmup_steps` must be an integer >= 1"),
        (
            lambda: kh.schedules.WarmupStableDecay(1.0, 10, 6, 5),
            "`warmup_steps` and `decay_steps` together must be at most `total_steps`.*=6.*=5",
        ),
        (lambda: kh.schedules.WarmupStableDecay(1.0, 10, end_rate=2.0), "`end_rate` must be <= 1"),
        (lambda: kh.schedules.LinearInterpolation(-1.0, 0.0, 2, 2), "`start_rate` must be >= 0"),
        (lambda: kh.schedules.LinearInterpolation(1.0, 0.0, 0, 2), "`total_epochs` must be"),
        (lambda: kh.schedules.LinearInterpolation(1.0, 0.0, 2, 0), "`steps_per_epoch` must be"),
    ],
)
def test_wrong_arguments(make, match):
    with pytest.raises(ValueError, match=match):
        make()
