"""How do rows of an objective's own go through the task in one pass with a batch?"""

import threading
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_halluc._types import Tensor
from keras_halluc.objectives import Objective
from keras_halluc.objectives.objective import OwnRows

# What the last pass of this thread left for the loss: TensorFlow runs each replica in a thread.
_PASS = threading.local()


def forward(task: keras.Model, objectives: Sequence[Objective], x: Any, training: Any) -> Any:
    """What the task returns for `x`.

    In training the objectives' own rows stand below those of `x` in one batch; what the task
    returned for them waits for `own_rows`. Rows of a term that weighs nothing stay out, since sums
    of a larger batch differ in their last bits: training is then as without them.
    """
    _PASS.own = {}
    weighing = [o for o in objectives if training and o.weight]
    given = {o.name: own for o in weighing if (own := o.own_rows()) is not None}
    if not given:
        return task(x, training=training)
    joined, first = x, ops.shape(keras.tree.flatten(x)[0])[0]
    for name, (inputs, _) in given.items():
        joined = _below(joined, inputs, name)
    y_pred = task(joined, training=training)
    start = first
    for name, (inputs, more) in given.items():
        stop = start + keras.tree.flatten(inputs)[0].shape[0]
        _PASS.own[name] = OwnRows(inputs, _rows(y_pred, start, stop, inputs, joined), more)
        start = stop
    return _rows(y_pred, 0, first, x, joined)


def own_rows() -> dict[str, OwnRows]:
    """What `forward` left, by the name of the objective; it is given out once."""
    own: dict[str, OwnRows] = getattr(_PASS, "own", {})
    _PASS.own = {}
    return own


def _length(x: Any) -> int | None:
    """Positions of token inputs with a padding mask; None for others."""
    if isinstance(x, dict) and "padding_mask" in x:
        length: int | None = x["padding_mask"].shape[1]
        return length
    return None


def _below(x: Any, inputs: Any, name: str) -> Any:
    """Both as one batch; the shorter tokens are padded."""
    try:
        keras.tree.assert_same_structure(x, inputs)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The rows of `{name}` must have the structure of the training batch. Received: {error}"
        ) from error
    padded = _length(x) is not None

    def join(a: Tensor, b: Tensor) -> Tensor:
        a, b = ops.convert_to_tensor(a), ops.convert_to_tensor(b)
        if padded and len(a.shape) == len(b.shape) == 2 and None not in (a.shape[1], b.shape[1]):
            longest = max(a.shape[1], b.shape[1])
            a, b = (ops.pad(t, ((0, 0), (0, longest - t.shape[1]))) for t in (a, b))
        if tuple(a.shape[1:]) != tuple(b.shape[1:]):
            raise ValueError(
                f"The rows of `{name}` must have the shape of those in the training batch: prepare "
                "both with the same `sequence_length`. Received: "
                f"{tuple(b.shape[1:])} and {tuple(a.shape[1:])}"
            )
        return ops.concatenate([a, ops.cast(b, a.dtype)], axis=0)

    return keras.tree.map_structure(join, x, inputs)


def _rows(y_pred: Any, start: Any, stop: Any, x: Any, joined: Any) -> Any:
    """Rows of what the task returned, without positions that `joined` has and `x` has not."""
    length, longest = _length(x), _length(joined)

    def part(output: Tensor) -> Tensor:
        if length != longest and len(output.shape) > 2 and output.shape[1] == longest:
            return output[start:stop, :length]
        return output[start:stop]

    return keras.tree.map_structure(part, y_pred)
