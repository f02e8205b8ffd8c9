"""Forced rows: what a model makes of given token ids, in batches of one shape."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_halluc.generation.batches import fixed_batches
from keras_halluc.generation.task_inputs import forced_inputs


def forced_rows(
    task: Any,
    model: keras.Model,
    texts: Sequence[str],
    heads: Sequence[list[int]],
    tails: Sequence[list[int]],
    length: int,
    batch_size: int,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What a model makes of each continuation after its prompt.

    The last token of a continuation is predicted, not read: a row may be one longer than `length`.

    Args:
        task: KerasHub `CausalLM` or `Seq2SeqLM`.
        model: keras.Model from `"inputs"`, those of the task, `"targets"`, int `(batch, length)`,
            the token that comes next, and `"mask"`, float `(batch, length)`, 1 where that is one of
            the continuation, to a dict of arrays `(batch, ...)`.
        texts: list of str, what the encoder of a `Seq2SeqLM` reads.
        heads: lists of token ids before each continuation, at least one.
        tails: lists of token ids of each continuation.
        length: int, tokens the model reads at once.
        batch_size: int.

    Returns:
        the dict with the rows of all batches, and the mask `(len(texts), length)`.
    """
    parts: list[dict[str, np.ndarray]] = []
    masks = []
    for batch, real in fixed_batches(list(zip(texts, heads, tails)), batch_size):
        mask = np.zeros((len(batch), length), "float32")
        for i, (_, head, tail) in enumerate(batch):
            mask[i, len(head) - 1 : len(head) - 1 + len(tail)] = 1.0
        asked, starts, ends = (list(part) for part in zip(*batch))
        whole = [start + end for start, end in zip(starts, ends)]
        inputs, targets = forced_inputs(task, asked, whole, length)
        packed = {"inputs": inputs, "targets": targets, "mask": mask}
        out = model.predict_on_batch(packed)
        parts.append({name: np.asarray(values)[:real] for name, values in out.items()})
        masks.append(mask[:real])
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return found, np.concatenate(masks)
