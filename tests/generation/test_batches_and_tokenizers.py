"""Do fixed batches lose, double or leak rows, and is every kind of tokenizer understood?"""

import numpy as np
import pytest
import tiny_models

from keras_halluc.generation.batches import fixed_batches
from keras_halluc.generation.tokenizers import decoder_of
from keras_halluc.generation.tokenizers import encoder_of
from keras_halluc.generation.tokenizers import is_seq2seq
from keras_halluc.generation.tokenizers import start_ids

ROUND_TRIP = ["the cat", "巴黎在法国。", "😀👍🏽 ok", "Ünï-códe\nline", "  two  blanks ", ""]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7])
def test_batches_have_one_size_and_give_everything_back(count):
    items = list(range(count))
    batches = list(fixed_batches(items, 3))
    assert [len(batch) for batch, _ in batches] == [3] * -(-count // 3)
    assert [item for batch, real in batches for item in batch[:real]] == items
    assert all(item in items for batch, _ in batches for item in batch)


def test_hub_tokenizers_round_trip():
    for task in (tiny_models.gpt2(bpe=True), tiny_models.bart()):
        tokenizer = task.preprocessor.tokenizer
        encode, decode = encoder_of(tokenizer), decoder_of(tokenizer)
        rows = encode(ROUND_TRIP)
        assert all(type(i) is int for row in rows for i in row)
        assert [decode(row) for row in rows] == ROUND_TRIP
        assert encode([]) == []
        assert encode(["the cat"]) == encode(ROUND_TRIP)[:1]  # the batch does not matter
        cut = encode(["😀"])[0][:-1]  # a letter cut in the middle is no error
        assert "😀" not in decode(cut) and decode(cut)


def test_plain_tokenizers_and_those_with_an_ids_attribute():
    class Encoding:
        def __init__(self, ids):
            self.ids = ids

    class Wrapped(tiny_models.LetterTokenizer):
        def encode(self, text):
            return Encoding(np.asarray(super().encode(text)))

    for tokenizer in (tiny_models.LetterTokenizer(), Wrapped()):
        encode, decode = encoder_of(tokenizer), decoder_of(tokenizer)
        rows = encode(["巴黎 😀", ""])
        assert [decode(row) for row in rows] == ["巴黎 😀", ""]
        assert all(type(i) is int for row in rows for i in row)


def test_things_that_are_no_tokenizer():
    class OnlyEncode:
        def encode(self, text):
            return [1]

    with pytest.raises(TypeError, match=r"must have `encode\(text\)` and `decode\(ids\)`.*=3"):
        encoder_of(3)
    with pytest.raises(TypeError, match=r"must have `encode\(text\)` and `decode\(ids\)`.*OnlyEnc"):
        decoder_of(OnlyEncode())


def test_start_ids_are_those_of_the_preprocessor():
    gpt2, bart = tiny_models.gpt2(bpe=True), tiny_models.bart()
    tokenizer = bart.preprocessor.tokenizer
    assert start_ids(gpt2) == [gpt2.preprocessor.tokenizer.start_token_id]
    assert start_ids(bart) == [tokenizer.end_token_id, tokenizer.start_token_id]
    assert (is_seq2seq(gpt2), is_seq2seq(bart)) == (False, True)
