"""Who says what the model said before: a copy, the model without its adapters, or a record?"""

import contextlib
import operator
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._require import received
from keras_halluc._types import Tensor
from keras_halluc.objectives.targets import as_tokens
from keras_halluc.objectives.targets import token_targets
from keras_halluc.ops.divergence import forbid

ROWS = 64  # in a batch while a record is made


def lora_layers(task: keras.Model) -> list[Any]:
    """Layers of the task that have LoRA adapters."""
    # Keras has no public walk over all layers; `backbone.enable_lora` itself takes this one.
    return [layer for layer in task._flatten_layers() if getattr(layer, "lora_enabled", False)]


@contextlib.contextmanager
def adapters_off(task: keras.Model) -> Iterator[None]:
    """Within the block the task speaks without its LoRA adapters: as before fine-tuning."""
    layers = lora_layers(task)
    if not layers:
        raise ValueError(
            "`teacher='lora_off'` needs LoRA adapters: call `kh.models.enable_lora(tuner.task, "
            "rank)` before `compile`, or take teacher='live'. Received: a task without adapters"
        )
    for layer in layers:
        layer.lora_enabled = False
    try:
        yield
    finally:
        for layer in layers:
            layer.lora_enabled = True


def top_k_record(
    task: keras.Model, x: dict[str, np.ndarray], y: Any, top_k: int, mask_gold: bool
) -> dict[str, np.ndarray]:
    """The `top_k` likeliest tokens at each position and their log-probabilities.

    Args:
        task: keras.Model that returns logits `(batch, seq, vocab)`, or `(batch, class)`.
        x: inputs, numpy arrays.
        y: int `(rows, seq)`, the targets, or `(rows,)`.
        top_k: int.
        mask_gold: bool, whether the target is taken out of the distribution first.

    Returns:
        `ids`, int32 `(rows, seq, top_k)`, and `log_probs`, float32 of the same shape; classes are
        one position.
    """
    ids, log_probs = [], []
    for start in range(0, len(y), ROWS):
        part = keras.tree.map_structure(operator.itemgetter(slice(start, start + ROWS)), x)
        logits = as_tokens(task(part, training=False))
        if top_k >= logits.shape[-1]:
            raise ValueError(
                f"`top_k` must be < {logits.shape[-1]}, the tokens or classes there are. "
                + received("top_k", top_k)
            )
        if mask_gold:
            logits = forbid(logits, token_targets(y[start : start + ROWS], logits))
        values = np.asarray(ops.convert_to_numpy(ops.log_softmax(logits, axis=-1)))
        chosen = np.argpartition(-values, top_k - 1, axis=-1)[..., :top_k]
        ids.append(chosen.astype("int32"))
        log_probs.append(np.take_along_axis(values, chosen, axis=-1))
    return {"ids": np.concatenate(ids), "log_probs": np.concatenate(log_probs)}


def constant(logits: Tensor) -> Tensor:
    """Float32 logits through which no gradient flows."""
    return ops.cast(ops.stop_gradient(logits), "float32")
