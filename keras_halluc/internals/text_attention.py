"""Attention of the text: what was captured, without that of an image encoder and without sinks."""

from collections.abc import Sequence

from keras import ops

from keras_halluc._types import Tensor


def text_attention(captured: Sequence[Tensor], token_ids: Tensor) -> list[Tensor]:
    """Of the attention of one pass over a text, that of its tokens among each other.

    Args:
        captured: what `captured_attention` filled, `(batch, heads, query, key)` each.
        token_ids: int `(batch, seq)`, what the model was given.

    Returns:
        list of float32 `(batch, heads, seq, seq)`. GPT-OSS has one more key, which is no token;
        its rows then sum to less than 1.
    """
    batch, length = token_ids.shape
    own = [
        scores
        for scores in captured
        if scores.shape[0] in (None, batch) and scores.shape[-2] in (None, length)
    ]
    return [ops.cast(scores[..., : ops.shape(token_ids)[1]], "float32") for scores in own]
