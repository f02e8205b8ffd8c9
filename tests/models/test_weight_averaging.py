"""Do averaged weights lie on the line, and are the tuned ones put back?"""

import keras
import numpy as np
import pytest
import tiny_models

import keras_halluc as kh

pytestmark = pytest.mark.eager


def tuned():
    task = tiny_models.gpt2()
    base = task.get_weights()
    task.set_weights([weight + 1.0 for weight in base])
    return task, base


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_the_line(share):
    task, base = tuned()
    kh.models.average_weights(task, base, share)
    for weight, old in zip(task.get_weights(), base):
        np.testing.assert_allclose(weight, old + share, rtol=1e-6, atol=1e-6)


def test_put_back_even_after_an_error():
    task, base = tuned()
    before = task.get_weights()
    with pytest.raises(RuntimeError), kh.models.averaged_weights(task, base, 0.5) as inside:
        assert inside is task
        assert not np.array_equal(task.get_weights()[0], before[0])
        raise RuntimeError
    for a, b in zip(task.get_weights(), before):
        np.testing.assert_array_equal(a, b)


def test_the_curve_sees_each_point():
    task, base = tuned()
    measures = {"first": lambda: float(task.get_weights()[0].flat[0] - base[0].flat[0])}
    curve = kh.models.averaging_curve(task, base, measures, shares=(1.0, 0.5, 0.0))
    assert [point["share"] for point in curve] == [1.0, 0.5, 0.0]
    np.testing.assert_allclose([point["first"] for point in curve], [1.0, 0.5, 0.0], atol=1e-5)


def test_a_compiled_model_speaks_with_the_averaged_weights():
    task, base = tuned()
    x, _, _ = kh.data.text_inputs(task, tiny_models.TEXTS, 24)
    tiny_models.forward(task, x)  # compiled with the tuned weights
    with kh.models.averaged_weights(task, base, 0.0):
        inside = tiny_models.forward(task, x)
    task.set_weights(base)
    np.testing.assert_allclose(inside, tiny_models.forward(task, x), atol=1e-5)


def test_low_precision_stays():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, dtype="bfloat16")])
    base = model.get_weights()
    model.set_weights([weight + 2 for weight in base])
    kh.models.average_weights(model, base, 0.5)
    assert all(w.dtype == b.dtype for w, b in zip(model.get_weights(), base))
    np.testing.assert_allclose(
        np.float32(model.get_weights()[1]), np.float32(base[1]) + 1, rtol=0.01
    )


def test_wrong_arguments():
    task, base = tuned()
    with pytest.raises(ValueError, match="`share` must be <= 1"):
        kh.models.average_weights(task, base, 1.5)
    with pytest.raises(ValueError, match="`base_weights` must be `task.get_weights"):
        kh.models.average_weights(task, base[:-1], 0.5)
