"""Token ids of texts as rows with the special tokens of a tokenizer; columns of `x` and weights."""

from collections.abc import Sequence
from typing import Any

import keras_hub
import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._token_rows import SpecialTokens
from keras_halluc._token_rows import cut_segments
from keras_halluc._token_rows import join_segments
from keras_halluc._token_rows import pad_rows

Ids = list[list[int]]


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
    columns = [require_strings(name, part) for part in parts]
    require_same_length(**{f"{name}[{i}]": column for i, column in enumerate(columns)})
    return columns


def special_tokens(tokenizer: Any) -> SpecialTokens:
    """The special tokens of a tokenizer around and between texts.

    The first token of a row is a special one. RoBERTa puts two separators between texts.
    """
    start, end = (getattr(tokenizer, f"{which}_token_id", None) for which in ("start", "end"))
    end = start if end is None else end
    if end is None:
        raise TypeError(
            "`tokenizer` must have a start or an end token. " + received("tokenizer", tokenizer)
        )
    doubled = (keras_hub.tokenizers.RobertaTokenizer, keras_hub.tokenizers.XLMRobertaTokenizer)
    between = 2 if isinstance(tokenizer, doubled) else 1
    return SpecialTokens((end if start is None else start,), (end,) * between, (end,))


def pack_rows(
    tokenizer: Any,
    segments: Sequence[Ids],
    length: int,
    truncate: str = "round_robin",
    ended: bool = True,
) -> dict[str, np.ndarray]:
    """Int32 `token_ids`, `padding_mask` and `segment_ids` `(rows, length)`.

    Args:
        tokenizer: KerasHub tokenizer.
        segments: one or two lists of rows of ids.
        length: int, tokens of a row.
        truncate: str, see `cut_segments`.
        ended: bool, whether a row has its end token.
    """
    special = special_tokens(tokenizer)
    if not ended:
        special = special._replace(end=())
    room = length - special.count(len(segments))
    joined = [join_segments(cut_segments(row, room, truncate), special) for row in zip(*segments)]
    pad = getattr(tokenizer, "pad_token_id", None) or 0
    ids, mask = pad_rows([row for row, _ in joined], length, pad)
    numbers, _ = pad_rows([row for _, row in joined], length, 0)
    return {"token_ids": ids, "padding_mask": mask, "segment_ids": numbers}


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
