"""Tokenizers of each kind that KerasHub's families use, over a vocabulary of a few hundred."""

import functools
import io

import keras_hub
import numpy as np
import pytest
import tiny_models

TEXTS = [
    *tiny_models.TEXTS,
    "Where was Karl Marx born?\nAnswer: Trier",
    "What is the capital of Flanders?\nAnswer: Brussels",
    "I do not know. 42",
]
WORDS = sorted(set(" ".join(TEXTS).lower().replace("?", "").replace(".", "").split()))
# Which piece has which id, as the families of that name expect it.
LLAMA = {"unk_id": 0, "bos_id": 1, "eos_id": 2, "pad_id": -1}
GEMMA = {
    **{"pad_id": 0, "eos_id": 1, "bos_id": 2, "unk_id": 3},
    **{"pad_piece": "<pad>", "eos_piece": "<eos>", "bos_piece": "<bos>", "unk_piece": "<unk>"},
    "user_defined_symbols": (
        "<start_of_turn>,<end_of_turn>,<start_of_image>,<end_of_image>,<img>,"
        "<start_of_audio>,<end_of_audio>,<audio_soft_token>,<image_soft_token>,"
        "<mask>,[multimodal]"
    ),
}
T5 = {
    **{"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1},
    **{"pad_piece": "<pad>", "eos_piece": "</s>", "unk_piece": "<unk>"},
}
BERT = {
    **{"pad_id": 0, "bos_id": 1, "eos_id": 2, "unk_id": 3, "user_defined_symbols": "[MASK]"},
    **{"pad_piece": "[PAD]", "bos_piece": "[CLS]", "eos_piece": "[SEP]", "unk_piece": "[UNK]"},
}
ALBERT = {
    **{"pad_id": 0, "unk_id": 1, "bos_id": 2, "eos_id": 3, "user_defined_symbols": "[MASK]"},
    **{"pad_piece": "<pad>", "unk_piece": "<unk>", "bos_piece": "[CLS]", "eos_piece": "[SEP]"},
}


def bytes_of(family, *special):
    """The byte-level BPE tokenizer of a family, with one merge and its special tokens."""
    make = getattr(keras_hub.models, f"{family}Tokenizer")
    return make(tiny_models.byte_vocabulary(*special), tiny_models.MERGES)


def pieces_of(family, **settings):
    """The SentencePiece tokenizer of a family, trained on `TEXTS`."""
    return getattr(keras_hub.models, f"{family}Tokenizer")(_trained(tuple(settings.items())))


def words_of(family):
    """The WordPiece tokenizer of a family, over the words of `TEXTS`."""
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    return getattr(keras_hub.models, f"{family}Tokenizer")(vocabulary, lowercase=True)


@functools.cache
def _trained(settings):
    sentencepiece = pytest.importorskip("sentencepiece", reason="makes the vocabulary")

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS * 4),
        model_writer=model,
        vocab_size=340,
        model_type="bpe",
        byte_fallback=True,
        character_coverage=1.0,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        hard_vocab_limit=False,
        minloglevel=2,
        **dict(settings),
    )
    return model.getvalue()


def readable_ids(tokenizer):
    """Bool `(vocabulary,)`: which ids are letters, so that what is generated can be read."""
    marks = {ord(mark): None for mark in "▁Ġ"}
    size = tokenizer.vocabulary_size()
    pieces = [_piece(tokenizer, i).translate(marks) for i in range(size)]
    return np.array([piece.isascii() and piece.isalpha() for piece in pieces])


def _piece(tokenizer, i):
    try:
        piece = tokenizer.id_to_token(i)
    except (KeyError, ValueError):
        return ""  # RWKV counts from 1
    return piece.decode("utf-8", "replace") if isinstance(piece, bytes) else str(piece)
