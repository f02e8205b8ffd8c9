"""What is the gradient of a value at a point, inside a training step, on any backend?"""

from collections.abc import Callable
from collections.abc import Iterable
from typing import Any

import keras

from keras_halluc._types import Tensor


def gradient_at(
    function: Callable[[Tensor], Tensor], point: Tensor, variables: Iterable[Any]
) -> Tensor:
    """Gradient of a scalar function, first order only; no model gradient or state is touched.

    This is the one place in which a backend is imported, since Keras has no gradient of its own.

    Args:
        function: from a float tensor like `point` to a float scalar.
        point: float tensor.
        variables: all Keras variables that `function` reads or writes. On JAX what it writes, such
            as the state of a seed, stays in a scope of its own and is dropped.

    Returns:
        tensor of the shape and dtype of `point`, through which no gradient flows.
    """
    point = keras.ops.stop_gradient(keras.ops.convert_to_tensor(point))
    return _GRADIENTS[keras.backend.backend()](function, point, variables)


def _tensorflow(function: Any, point: Any, variables: Any) -> Any:
    import tensorflow as tf

    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(point)
        value = function(point)
    return tf.stop_gradient(tape.gradient(value, point))


def _jax(function: Any, point: Any, variables: Any) -> Any:
    import jax

    def inner(at: Any) -> Any:
        scope = [(variable, variable.value) for variable in variables]
        with keras.StatelessScope(state_mapping=scope):
            return function(at)

    return jax.lax.stop_gradient(jax.grad(inner)(point))


def _torch(function: Any, point: Any, variables: Any) -> Any:
    import torch

    with torch.enable_grad():  # `evaluate` runs without
        at = point.detach().clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(function(at), at)
    return gradient.detach()


_GRADIENTS = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}
