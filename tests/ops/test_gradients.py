"""Is it the gradient, also inside a compiled step, and is nothing else touched?"""

import keras
import numpy as np
import pytest

from keras_halluc import ops

POINT = np.float32([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0]])
BACKEND = keras.backend.backend()


def numbers(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor))


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (lambda x: keras.ops.sum(x**2), lambda x: 2 * x),
        (lambda x: keras.ops.sum(keras.ops.sin(x)) / 4, lambda x: np.cos(x) / 4),
        (lambda x: x[0, 1] * x[1, 0], lambda x: np.array([[0, x[1, 0], 0], [x[0, 1], 0, 0]])),
    ],
)
def test_closed_forms(function, slope):
    found = ops.gradient_at(function, POINT, [])
    np.testing.assert_allclose(numbers(found), slope(POINT), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_shape_and_dtype_are_those_of_the_point(dtype):
    point = keras.ops.cast(POINT, dtype)
    found = ops.gradient_at(lambda x: keras.ops.sum(x**2), point, [])
    assert tuple(found.shape) == POINT.shape
    assert keras.backend.standardize_dtype(found.dtype) == dtype
    np.testing.assert_array_equal(numbers(keras.ops.cast(found, "float32")), 2 * POINT)


def test_a_function_that_reads_a_variable():
    scale = keras.Variable(np.float32([1.0, 2.0, -3.0]))

    def function(x):
        return keras.ops.sum(scale * x**3)

    for value in ([1.0, 2.0, -3.0], [0.5, 0.0, 1.0]):  # as it is now, not as it was
        scale.assign(value)
        found = numbers(ops.gradient_at(function, POINT, [scale]))
        np.testing.assert_allclose(found, 3 * np.float32(value) * POINT**2, rtol=1e-6)
    if BACKEND == "torch":
        assert scale.value.grad is None


class Steeper(keras.Model):
    """Reports and adds the squared length of the gradient of its output by its input."""

    def __init__(self, share):
        super().__init__()
        self.share = share
        self.dense = keras.layers.Dense(2, use_bias=False)
        self.tracker = keras.metrics.Mean(name="steepness")
        self.draws = keras.random.SeedGenerator(1)
        self.dense.build((None, 3))
        self.dense.set_weights([np.arange(6.0).reshape(3, 2)])
        self.built = True

    def call(self, x):
        return self.dense(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        def function(at):
            keras.random.normal((1,), seed=self.draws)  # writes state
            return keras.ops.sum(self.dense(at) ** 2)

        variables = [*self.variables, *self.metrics_variables]
        steepness = keras.ops.sum(ops.gradient_at(function, x, variables) ** 2)
        self.tracker.update_state(steepness)
        return keras.ops.mean((y - y_pred) ** 2) + self.share * steepness


MODES = {
    "tensorflow": [{}, {"run_eagerly": True}, {"jit_compile": True}],
    "jax": [{}, {"jit_compile": False}, {"run_eagerly": True}],
    "torch": [{}],
}[BACKEND]


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: "-".join(mode) or "default")
def test_inside_a_step_of_training_and_of_evaluation(mode):
    target = np.ones((2, 2), "float32")
    kernel = np.arange(6.0).reshape(3, 2)
    expected = ((2 * POINT @ kernel @ kernel.T) ** 2).sum()
    trained = []
    for share in (0.0, 1.0):
        model = Steeper(share)
        model.compile(keras.optimizers.SGD(0.01), **mode)
        data = {"batch_size": 2, "verbose": 0}
        logs = model.evaluate(POINT, target, return_dict=True, **data)
        assert logs["steepness"] == pytest.approx(expected, rel=1e-5)
        before = numbers(model.draws.state)
        history = model.fit(POINT, target, **data).history
        assert history["steepness"] == pytest.approx([expected], rel=1e-5)
        after = numbers(model.draws.state)  # a value, not what is left of a trace
        assert (after == before).all() == (BACKEND == "jax")
        trained.append(model.dense.get_weights()[0])
    np.testing.assert_array_equal(*trained)  # no gradient flows through a gradient
    assert (trained[0] != kernel).any()


def test_state_written_inside_stays_inside_on_jax():
    count, draws = keras.Variable(0.0), keras.random.SeedGenerator(3)
    seen = []

    def function(x):
        count.assign_add(1.0)
        seen.append(count + 0.0)
        return keras.ops.sum(x * keras.random.normal(x.shape, seed=draws))

    found = [numbers(ops.gradient_at(function, POINT, [count, draws.state])) for _ in range(2)]
    expected = numbers(keras.random.normal(POINT.shape, seed=keras.random.SeedGenerator(3)))
    np.testing.assert_array_equal(found[0], expected)
    stays = BACKEND == "jax"
    assert (found[0] == found[1]).all() == stays
    assert float(keras.ops.convert_to_numpy(count)) == (0.0 if stays else 2.0)
