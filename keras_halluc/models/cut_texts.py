"""Texts that are longer than a preprocessor lets through: how many, and how much of them."""

import inspect
import os
import warnings
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_halluc._preprocessing import learns_text

PACKAGE = os.path.join("keras_halluc", "")


def warn_of_cut_texts(task: keras.Model, texts: Any, packed: Any) -> None:
    """Warns if the preprocessor has left out tokens of texts.

    Args:
        task: keras.Model with a preprocessor.
        texts: list of str, or dict of such lists by `"encoder_text"` and `"decoder_text"`.
        packed: dict of arrays `(row, seq)`, what the preprocessor made of them.
    """
    from keras_halluc.generation.tokenizers import encoder_of  # with its first use

    for side, own in _sides(texts):
        mask = packed.get(f"{side}padding_mask") if isinstance(packed, dict) else None
        if mask is None or not len(own):
            continue
        mask = np.asarray(keras.ops.convert_to_numpy(mask)) != 0
        is_full = mask.all(axis=1)  # the others have all their tokens
        full = np.flatnonzero(is_full)
        preprocessor: Any = task.preprocessor
        length = mask.shape[1] + (learns_text(task) and side != "encoder_")  # with the last target
        specials = getattr(preprocessor, "add_start_token", True)
        specials += getattr(preprocessor, "add_end_token", True)
        encoded = encoder_of(preprocessor.tokenizer)([own[i] for i in full]) if len(full) else []
        tokens = np.array([len(ids) + specials for ids in encoded], "int64")
        over = (tokens - length).clip(0)
        if over.any():
            share = over.sum() / (tokens.sum() + mask[~is_full].sum())
            warnings.warn(
                f"{(over > 0).sum()} of {len(own)} texts have more than {length} tokens with the "
                f"special ones, and are cut: {share:.1%} of all tokens are left out. Set a larger "
                f"`task.preprocessor.{side}sequence_length`, or shorten the texts.",
                stacklevel=_outside(),
            )


def _outside() -> int:
    """`stacklevel` of the nearest frame that is not of this package."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and PACKAGE in frame.f_code.co_filename:
        level, frame = level + 1, frame.f_back
    return level - 1


def _sides(texts: Any) -> Iterator[tuple[str, list[str]]]:
    by_side = texts if isinstance(texts, dict) else {"_text": texts}
    for key, values in by_side.items():
        whole = isinstance(values, (list, tuple)) and all(isinstance(v, str) for v in values)
        if key.endswith("_text") and whole:
            yield key.removesuffix("text").removeprefix("_"), list(values)
