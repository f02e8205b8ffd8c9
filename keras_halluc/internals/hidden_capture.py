"""What comes out of each layer of a model during one forward pass?"""

import contextlib
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._require import received
from keras_halluc._types import Tensor


@contextlib.contextmanager
def captured_hidden(layers: Sequence[keras.layers.Layer]) -> Iterator[list[Tensor]]:
    """Within the block, every call of one of `layers` also appends its output to the list.

    Open the block within the function that is compiled, around one forward pass.

    Args:
        layers: list of built Keras layers, such as `backbone.transformer_layers`.

    Returns:
        a list that fills in the order of the calls; of a layer that returns several tensors, the
        first.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2)])
    >>> with kh.internals.captured_hidden(model.layers[:1]) as hidden:
    ...     output = model(keras.ops.ones((1, 4)))
    >>> [tuple(states.shape) for states in hidden]
    [(1, 3)]
    """
    if isinstance(layers, keras.layers.Layer) or not isinstance(layers, (list, tuple)):
        raise TypeError(f"`layers` must be a list of layers. {received('layers', layers)}")
    for layer in layers:
        if not isinstance(layer, keras.layers.Layer):
            raise TypeError(f"`layers` must hold Keras layers only. {received('layers', layer)}")
    captured: list[Tensor] = []
    done: list[tuple[Any, Any]] = []
    try:
        for layer in {id(layer): layer for layer in layers}.values():
            before = vars(layer).get("call")  # of a block around this one
            done.append((layer, before))
            object.__setattr__(layer, "call", _noting(layer.call, captured))
        yield captured
    finally:
        for layer, before in reversed(done):
            if before is None:
                object.__delattr__(layer, "call")
            else:
                object.__setattr__(layer, "call", before)


def _noting(call: Any, captured: list[Tensor]) -> Any:
    def noting(*args: Any, **kwargs: Any) -> Any:
        output = call(*args, **kwargs)
        captured.append(output[0] if isinstance(output, (list, tuple)) else output)
        return output

    return noting
