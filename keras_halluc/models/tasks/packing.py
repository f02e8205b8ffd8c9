"""How do token ids become rows with start, separator, end and padding?"""

from collections.abc import Sequence
from typing import Any

import keras_hub
import numpy as np
from keras import ops

from keras_halluc._check import check_same_length
from keras_halluc._check import check_strings
from keras_halluc._check import received

Ids = list[list[int]]

NOTHING = -1  # stands for padding until the mask is made: GPT-2 pads with a token of its own


def text_columns(name: str, x: Any, most: int = 2) -> list[list[str]]:
    """One list of texts, or up to `most` of the same length."""
    parts = list(x) if isinstance(x, tuple) else [x]
    parts = [part.tolist() if isinstance(part, np.ndarray) else part for part in parts]
    if not parts or len(parts) > most or not all(isinstance(part, list) for part in parts):
        raise TypeError(
            f"`{name}` must be a list of str, or a tuple of at most {most}. Texts in a tf.data "
            "dataset must be preprocessed before it is made, by "
            f"`task.preprocess_samples(texts, labels)`. {received(name, x)}"
        )
    columns = [check_strings(name, part) for part in parts]
    check_same_length(**{f"{name}[{i}]": column for i, column in enumerate(columns)})
    return columns


def make_packer(tokenizer: Any, sequence_length: int, truncate: str = "round_robin") -> Any:
    """A `keras_hub.layers.MultiSegmentPacker` with the special tokens of the tokenizer.

    The first token of a row is a special one. RoBERTa puts two separators between texts.
    """
    start, end = (getattr(tokenizer, f"{which}_token_id", None) for which in ("start", "end"))
    end = start if end is None else end
    if end is None:
        raise TypeError(
            "`tokenizer` must have a start or an end token. " + received("tokenizer", tokenizer)
        )
    doubled = (keras_hub.tokenizers.RobertaTokenizer, keras_hub.tokenizers.XLMRobertaTokenizer)
    return keras_hub.layers.MultiSegmentPacker(
        sequence_length=sequence_length,
        start_value=[end if start is None else start],
        end_value=[end],
        sep_value=[end] * (2 if isinstance(tokenizer, doubled) else 1),
        pad_value=NOTHING,
        truncate=truncate,
    )


def room_of(packer: Any, segments: int) -> int:
    """Tokens of text that fit beside the special ones."""
    special = len(packer.start_value) + len(packer.end_value)
    return int(packer.sequence_length - special - (segments - 1) * len(packer.sep_value))


def pack_rows(tokenizer: Any, packer: Any, segments: Sequence[Ids]) -> dict[str, np.ndarray]:
    """Int32 `token_ids`, `padding_mask` and `segment_ids` `(rows, seq)` of one or two segments."""
    ids, segment_ids = (np.asarray(ops.convert_to_numpy(a)) for a in packer(tuple(segments)))
    mask = ids != NOTHING
    pad = getattr(tokenizer, "pad_token_id", None) or 0
    return {
        "token_ids": np.where(mask, ids, pad).astype("int32"),
        "padding_mask": mask.astype("int32"),
        "segment_ids": segment_ids.astype("int32"),
    }


def row_weights(sample_weight: Any, rows: int) -> np.ndarray | None:
    """Float32 `(rows,)`, or None."""
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight, "float32")
    if weight.shape != (rows,):
        raise ValueError(
            f"`sample_weight` must have one number for each of {rows} rows. Received: shape "
            f"{weight.shape}"
        )
    return weight
