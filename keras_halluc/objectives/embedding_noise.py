"""How is noise put on the embeddings of a task for one forward pass, without rebuilding it?"""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
from keras import ops

from keras_halluc._require import received
from keras_halluc._types import Tensor

TINY = 1e-12  # keeps the direction of a zero gradient finite


def embedding_layer(task: keras.Model) -> Any:
    """The layer that turns token ids into vectors.

    Raises:
        ValueError: if the task has none, or several.
    """
    backbone: Any = getattr(task, "backbone", None)
    if getattr(backbone, "token_embedding", None) is not None:
        return backbone.token_embedding
    found = [layer for layer in task.layers if isinstance(layer, keras.layers.Embedding)]
    if len(found) != 1:
        raise ValueError(
            "The task must have one `keras.layers.Embedding`, or a backbone with a "
            f"`token_embedding`, to put noise on. Received: {len(found)} in {task.name}"
        )
    return found[0]


@contextlib.contextmanager
def perturbed(layer: Any, noise: Tensor) -> Iterator[None]:
    """Within the block the layer's output has `noise` added; the tied output head has not.

    Replicas share the layer and take turns where they wait for one another: nothing in the block
    may do that, as a loss does.
    """
    original = layer.call

    def call(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        out = original(inputs, *args, **kwargs)
        if kwargs.get("reverse") or (args and args[0] is True):
            return out
        return out + ops.cast(noise, out.dtype)

    object.__setattr__(layer, "call", call)  # past the attribute tracking of Keras and torch
    try:
        yield
    finally:
        object.__delattr__(layer, "call")


def noise_shape(task: keras.Model, x: Any) -> tuple[Any, ...]:
    """`(batch, seq, hidden)` of the embeddings of `x`."""
    return (*ops.shape(_token_ids(x)), embedding_layer(task).output_dim)


def real_tokens(x: Any) -> Tensor:
    """Float32 `(batch, seq, 1)`, 0 for padding, which must get no noise."""
    if isinstance(x, dict) and "padding_mask" in x:
        return ops.cast(x["padding_mask"], "float32")[..., None]
    return ops.ones((*ops.shape(_token_ids(x)), 1), "float32")


def _token_ids(x: Any) -> Tensor:
    if not isinstance(x, dict):
        return x
    if "token_ids" not in x:
        raise ValueError(
            "Noise on embeddings needs inputs with `token_ids`, as a CausalLM or a classifier has; "
            f"a Seq2SeqLM has two texts. {received('keys', sorted(x))}"
        )
    return x["token_ids"]


def norms(noise: Tensor) -> Tensor:
    """Euclidean norm of each example's noise, `(batch, 1, 1)`."""
    return ops.sqrt(ops.sum(ops.square(noise), axis=(1, 2), keepdims=True) + TINY)


def direction(gradient: Tensor) -> Tensor:
    """`gradient` scaled to norm 1 for each example."""
    gradient = ops.cast(gradient, "float32")
    # First by its largest entry: squares of the small gradients of a mean would underflow.
    largest = ops.max(ops.abs(gradient), axis=(1, 2), keepdims=True)
    scaled = ops.divide_no_nan(gradient, largest)
    return scaled / norms(scaled)
