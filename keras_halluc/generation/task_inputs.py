"""Inputs of the network of a KerasHub task: token ids, masks, positions, and what else it takes."""

from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc._token_rows import pad_rows
from keras_halluc.generation.tokenizers import is_seq2seq
from keras_halluc.text.encodable import encodable


def forced_inputs(
    task: Any, prompts: list[str], rows: list[list[int]], length: int
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What a task is given to read whole rows, and the token that comes next at each place.

    Args:
        task: KerasHub `CausalLM` or `Seq2SeqLM`.
        prompts: list of str, read by the encoder of a `Seq2SeqLM`.
        rows: token ids of prompt and answer, or of what a decoder reads, one list a prompt.
        length: int, tokens each row is padded to.

    Returns:
        the inputs, a dict of int32 `(batch, length)`, and int32 `(batch, length)`.
    """
    pad = task.preprocessor.tokenizer.pad_token_id or 0
    ids, mask = pad_rows(rows, length + 1, pad)
    inputs = {"token_ids": ids[:, :-1], "padding_mask": mask[:, :-1]}
    if is_seq2seq(task):
        encoded = task.preprocessor.generate_preprocess(list(map(encodable, prompts)))
        inputs = {
            "encoder_token_ids": np.asarray(encoded["encoder_token_ids"], "int32"),
            "encoder_padding_mask": np.asarray(encoded["encoder_padding_mask"], "int32"),
            "decoder_token_ids": inputs["token_ids"],
            "decoder_padding_mask": inputs["padding_mask"],
        }
    return with_other_inputs(task, inputs), ids[:, 1:]


def with_other_inputs(task: Any, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Adds to token ids and padding masks what else the network of a task takes.

    Args:
        task: KerasHub `CausalLM` or `Seq2SeqLM`.
        inputs: dict of int32 `(batch, seq)`, token ids and padding masks under KerasHub's names.

    Returns:
        the dict with what the task's preprocessor gives beside a text alone: positions, and no
        picture and no sound where the task takes them.

    Raises:
        ValueError: if the preprocessor takes no text alone.
    """
    names = set(task.input) if isinstance(task.input, dict) else set(inputs)
    missing = sorted(names - set(inputs))
    if not missing:
        return inputs
    rows, length = inputs["token_ids"].shape if "token_ids" in inputs else (0, 0)
    try:
        texts: Any = ["a"] * rows
        packed = task.preprocessor.generate_preprocess(texts, sequence_length=length)
        # Gemma 4 has them in training rows alone; a prompt of text is at 0, 1, 2 and so on too.
        packed.setdefault("position_ids", np.tile(np.arange(length), (rows, 1)))
        found = {name: np.asarray(packed[name]) for name in missing}
    except Exception as error:
        raise ValueError(
            f"`task` must take text alone, but also takes {missing}. Load a preset for text only, "
            "or give a callable from prompts to texts that fills them in and calls "
            f"`task.generate`. {received('task', task.name)}"
        ) from error
    return {**inputs, **{name: _numbers(value) for name, value in found.items()}}


def _numbers(value: np.ndarray) -> np.ndarray:
    return value.astype("int32" if value.dtype.kind in "iub" else "float32")
