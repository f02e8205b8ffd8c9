"""Is each token found where it stands in the text?"""

import unicodedata

import keras_hub
import pytest
import tiny_models
from hypothesis import given
from hypothesis import strategies as st
from kinds import quick_on_torch

from keras_halluc.generation.tokenizers import encoder_of
from keras_halluc.models.tasks.token_offsets import token_offsets

pytestmark = pytest.mark.eager

WORDS = ["the", "cat", "sat", "##s", "un", "##known", "cafe", "in", ".", ",", "巴", "黎", "ss"]
TEXT = "  The Café unknown, cats\tsat in zzz 巴黎."


def word_piece(lowercase=True):
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    return keras_hub.models.BertTokenizer(vocabulary, lowercase=lowercase, strip_accents=lowercase)


def byte_pair():
    vocabulary = tiny_models.byte_vocabulary("<|endoftext|>")
    return keras_hub.models.GPT2Tokenizer(vocabulary, tiny_models.MERGES)


def sentence_piece():
    """Trained where the library is at hand."""
    sentencepiece = pytest.importorskip("sentencepiece")
    import io

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*tiny_models.TEXTS, "a cafe unknown to the cats"] * 3),
        model_writer=model,
        vocab_size=40,
        model_type="unigram",
        pad_id=0,
        unk_id=1,
        bos_id=2,
        eos_id=3,
        minloglevel=2,
    )
    return keras_hub.tokenizers.SentencePieceTokenizer(proto=model.getvalue())


def found(tokenizer, text):
    """Pairs of token and the characters it is said to stand for."""
    ids = encoder_of(tokenizer)([text])[0]
    offsets = token_offsets(tokenizer, text, ids)
    assert len(offsets) == len(ids)
    starts = [start for start, _ in offsets]
    assert starts == sorted(starts) and all(start <= end for start, end in offsets)
    names = [str(tokenizer.id_to_token(int(i))) for i in ids]
    return list(zip(names, [text[start:end] for start, end in offsets]))


def test_word_piece():
    assert found(word_piece(), TEXT) == [
        ("the", "The"),
        ("cafe", "Café"),
        ("un", "un"),
        ("##known", "known"),
        (",", ","),
        ("cat", "cat"),
        ("##s", "s"),
        ("sat", "sat"),
        ("in", "in"),
        ("[UNK]", "zzz"),
        ("巴", "巴"),
        ("黎", "黎"),
        (".", "."),
    ]


def test_unknown_words_of_word_piece_end_where_the_word_does():
    assert found(word_piece(), "xcat cat qin,in") == [
        ("[UNK]", "xcat"),
        ("cat", "cat"),
        ("[UNK]", "qin"),
        (",", ","),
        ("in", "in"),
    ]
    assert found(word_piece(lowercase=False), "The the Cat")[:2] == [
        ("[UNK]", "The"),
        ("the", "the"),
    ]


def test_bytes_within_a_character_share_it():
    tokens = found(byte_pair(), "the 巴 x")
    assert [text for _, text in tokens] == ["th", "e", "", "巴", "巴", "巴", "", "x"]


def test_sentence_piece():
    tokens = found(sentence_piece(), "The cats, 巴黎 ＦＩn in")
    assert "".join(text for _, text in tokens).replace(" ", "").startswith("The")
    for name, text in tokens:
        if name != "<unk>" and text:
            assert unicodedata.normalize("NFKC", text).casefold() in name.casefold()
    assert ("▁in", "in") in tokens or ("▁", "") in tokens


def test_cut_and_empty():
    assert token_offsets(word_piece(), TEXT, []) == []
    ids = encoder_of(word_piece())([TEXT])[0][:2]
    assert token_offsets(word_piece(), TEXT, ids) == [(2, 5), (6, 10)]


def test_other_tokenizers():
    with pytest.raises(TypeError, match="`tokenizer` must be a KerasHub WordPiece.*Received"):
        token_offsets(tiny_models.LetterTokenizer(), "a", [1])


@quick_on_torch
@given(st.text(alphabet="thecas un,.巴黎é\u00a0ß\tZ😀", max_size=30))
def test_any_text(text):
    for name, piece in found(word_piece(), text):
        if name != "[UNK]":
            plain = unicodedata.normalize("NFD", piece).casefold()
            plain = "".join(c for c in plain if unicodedata.category(c) != "Mn")
            assert name.removeprefix("##") in plain  # two tokens may share a letter that is two
    covered = "".join(dict.fromkeys(piece for _, piece in found(byte_pair(), text)))
    assert set(covered) == set(text) - set(" \t")
