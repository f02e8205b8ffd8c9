"""Is each rate right at every breakpoint, in a compiled step, and after a reload?"""

import json
import math

import keras
import numpy as np
import pytest

import keras_halluc as kh

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


@pytest.mark.parametrize(
    "make, match",
    [
        (
            lambda: kh.schedules.WarmupStableDecay(1.0, 10, 6, 5),
            "`warmup_steps` and `decay_steps` together must be at most `total_steps`.*=6.*=5",
        ),
    ],
)
def test_wrong_arguments(make, match):
    with pytest.raises(ValueError, match=match):
        make()
