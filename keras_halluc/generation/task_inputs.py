"""Inputs of a KerasHub task beside token ids: positions, and what belongs to pictures and sound."""

from typing import Any

import numpy as np

from keras_halluc._require import received

IDS = ("token_ids", "encoder_token_ids", "decoder_token_ids")
MASKS = ("padding_mask", "encoder_padding_mask", "decoder_padding_mask")


def with_other_inputs(task: Any, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Adds to token ids and padding masks what else the network of a task takes.

    Args:
        task: KerasHub `CausalLM` or `Seq2SeqLM`.
        inputs: dict of int32 `(batch, seq)`, token ids and padding masks under KerasHub's names.

    Returns:
        the dict with `position_ids`, 0, 1, 2 and so on, where the task takes them.

    Raises:
        ValueError: if the task takes pictures or sound, which no text has.
    """
    names = set(task.input) if isinstance(task.input, dict) else set(inputs)
    if "position_ids" in names - set(inputs):
        shape = inputs["token_ids"].shape
        inputs = {
            **inputs,
            "position_ids": np.arange(shape[1], dtype="int32") + np.zeros(shape, "int32"),
        }
    missing = sorted(names - set(inputs))
    if missing:
        raise ValueError(
            f"`task` must take text alone, but also takes {missing}. Load a preset for text only, "
            "or give a callable from prompts to texts that fills them in and calls "
            f"`task.generate`. {received('task', task.name)}"
        )
    return inputs
