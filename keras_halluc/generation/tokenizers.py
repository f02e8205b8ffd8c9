"""How is text turned into token ids and back, whatever kind of tokenizer the user has?"""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._require import received
from keras_halluc.text.encodable import encodable


def encoder_of(tokenizer: Any) -> Callable[[Sequence[str]], list[list[int]]]:
    """Returns a function from texts to lists of ids.

    Takes anything with `encode` (returning ids, or an object with `.ids`), or a KerasHub tokenizer.
    A lone surrogate, which most of them do not take, is read as U+FFFD.
    """
    if hasattr(tokenizer, "detokenize") and callable(tokenizer):
        return lambda texts: _rows(tokenizer(list(map(encodable, texts)))) if texts else []
    if hasattr(tokenizer, "encode"):
        return lambda texts: [_ids(tokenizer.encode(encodable(text))) for text in texts]
    raise TypeError(
        "`tokenizer` must have `encode(text)` and `decode(ids)`, or be a KerasHub tokenizer. "
        + received("tokenizer", tokenizer)
    )


def decoder_of(tokenizer: Any) -> Callable[[Sequence[int]], str]:
    """Returns a function from ids to one text."""
    if hasattr(tokenizer, "detokenize"):
        return lambda ids: _text(tokenizer.detokenize(list(ids))) if len(ids) else ""
    if hasattr(tokenizer, "decode"):
        return lambda ids: str(tokenizer.decode(list(ids))) if len(ids) else ""
    raise TypeError(
        "`tokenizer` must have `encode(text)` and `decode(ids)`, or be a KerasHub tokenizer. "
        + received("tokenizer", tokenizer)
    )


def start_ids(task: Any) -> list[int]:
    """What a KerasHub task's own preprocessing puts before the first generated token of no text."""
    seq2seq = is_seq2seq(task)
    key = "decoder_" if seq2seq else ""
    probe: Any = {"encoder_text": ["a"], "decoder_text": [""]} if seq2seq else ["a"]
    packed = task.preprocessor.generate_preprocess(probe, sequence_length=8)
    if "predict_token_ids" in packed:  # RWKV, which begins with the prompt itself
        return []
    ids, mask = (np.asarray(packed[key + part])[0] for part in ("token_ids", "padding_mask"))
    whole = [int(i) for i in ids[mask.astype(bool)]]
    own = [] if seq2seq else encoder_of(task.preprocessor.tokenizer)(["a"])[0]
    return whole[: len(whole) - len(own)]


def is_seq2seq(task: Any) -> bool:
    """Whether a KerasHub task has an encoder for the prompt."""
    return isinstance(task.input, dict) and "encoder_token_ids" in task.input


def _ids(encoded: Any) -> list[int]:
    encoded = getattr(encoded, "ids", encoded)
    return [int(i) for i in np.asarray(encoded).reshape(-1)]


def _rows(tokens: Any) -> list[list[int]]:
    if hasattr(tokens, "to_list"):  # tf.RaggedTensor
        rows: list[list[int]] = tokens.to_list()
        return rows
    return [_ids(row) for row in tokens]


def _text(decoded: Any) -> str:
    if hasattr(decoded, "numpy"):
        decoded = decoded.numpy()
    if isinstance(decoded, (list, np.ndarray)):  # RWKV's makes a batch of one
        decoded = np.asarray(decoded, object).item()
    return decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else str(decoded)


def require_tokenizer(task: Any) -> None:
    """The tokenizer of a KerasHub task must end texts, and know no more tokens than the model.

    What the preprocessor packs for an encoder must fit its positions.
    """
    tokenizer = task.preprocessor.tokenizer
    packed = getattr(task.preprocessor, "encoder_sequence_length", None) or 0
    positions = getattr(task.backbone, "max_sequence_length", None) or packed
    if packed > positions:
        raise ValueError(
            f"The preprocessor packs prompts to {packed} tokens, but the model has {positions} "
            f"positions. Set `task.preprocessor.encoder_sequence_length = {positions}`. "
            + received("encoder_sequence_length", packed)
        )
    if tokenizer.pad_token_id == getattr(tokenizer, "end_token_id", None) is not None:
        raise ValueError(
            "The tokenizer must have an end token apart from padding: KerasHub takes the empty "
            "places after a prompt for the end, so that every text would be empty. Received: "
            f"{tokenizer.end_token_id} for both"
        )
    known = tokenizer.vocabulary_size()
    have = getattr(task.backbone, "vocabulary_size", known)
    if known > have:
        raise ValueError(
            f"The tokenizer knows {known} tokens but the model has embeddings for {have}. "
            "Use the tokenizer the model was made with."
        )


def require_whole(task: Any, longest: int) -> None:
    """Prompts must not be cut where the preprocessor packs them to a length of its own."""
    packer = getattr(task.preprocessor, "packer", None)
    if getattr(packer, "padding_side", "right") == "left":  # RWKV reads a prompt apart
        room = task.preprocessor.sequence_length
        if longest > room:
            raise ValueError(
                f"Each prompt must fit the {room} tokens the preprocessor takes: set "
                "`task.preprocessor.sequence_length`, or shorten the prompt. "
                f"Received: a prompt of {longest} tokens"
            )
