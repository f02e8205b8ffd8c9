"""Are rows, masks and labels those that a reader would write down?"""

import keras_hub
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh

pytestmark = pytest.mark.eager

WORDS = ["the", "cat", "sat", "on", "mat", "paris", "is", "in", "france", "rome", ".", "a", "s"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PAD, UNK, CLS, SEP = 0, 1, 2, 3


def words():
    return keras_hub.models.BertTokenizer([*SPECIAL, *WORDS, "##s"], lowercase=True)


def letters():
    vocabulary = tiny_models.byte_vocabulary("<|endoftext|>")
    return keras_hub.models.GPT2Tokenizer(vocabulary, tiny_models.MERGES)


def ids(text):
    return [([*SPECIAL, *WORDS, "##s"]).index(word) for word in text.split()]


def test_a_text_and_a_pair():
    preprocessor = kh.models.TextPreprocessor(words(), sequence_length=8)
    rows = preprocessor(["The cat sat", ""])
    assert rows["token_ids"].tolist() == [
        [CLS, *ids("the cat sat"), SEP, 0, 0, 0],
        [CLS, SEP, 0, 0, 0, 0, 0, 0],
    ]
    assert rows["padding_mask"].tolist() == [[1] * 5 + [0] * 3, [1] * 2 + [0] * 6]
    rows = preprocessor((["the cat"], ["sat on"]), y=None)
    assert rows["token_ids"].tolist() == [[CLS, *ids("the cat"), SEP, *ids("sat on"), SEP, 0]]
    assert rows["segment_ids"].tolist() == [[0, 0, 0, 0, 1, 1, 1, 0]]
    assert rows["padding_mask"].tolist() == [[1] * 7 + [0]]


def test_truncation():
    pair = (["the cat sat on the mat"], ["paris is"])
    rows = kh.models.TextPreprocessor(words(), 8)(pair, y=None)
    assert rows["token_ids"].tolist() == [[CLS, *ids("the cat sat"), SEP, *ids("paris is"), SEP]]
    rows = kh.models.TextPreprocessor(words(), 8, truncate="waterfall")(pair, y=None)
    assert rows["token_ids"].tolist() == [[CLS, *ids("the cat sat on the"), SEP, SEP]]


def test_labels_weights_and_two_rows():
    preprocessor = kh.models.TextPreprocessor(words(), 6, separately=True)
    x, y, weight = preprocessor((["the cat"], ["sat"]), y=[1], sample_weight=[0.5])
    assert x["first_token_ids"].tolist() == [[CLS, *ids("the cat"), SEP, 0, 0]]
    assert x["second_token_ids"].tolist() == [[CLS, *ids("sat"), SEP, 0, 0, 0]]
    assert (y.tolist(), weight.tolist()) == ([1], [0.5])
    with pytest.raises(ValueError, match="`x` must be a tuple of two lists"):
        preprocessor(["the cat"])


def test_a_token_that_is_the_padding_is_not_masked():
    """GPT-2 pads with the id of "!"."""
    rows = kh.models.TextPreprocessor(letters(), 6)(["a!!"])
    assert rows["token_ids"][0, 2] == rows["token_ids"][0, 5] == 0
    assert rows["padding_mask"].tolist() == [[1, 1, 1, 1, 1, 0]]


@quick_on_torch
def test_two_separators_for_roberta():
    vocabulary = tiny_models.byte_vocabulary("<s>", "<pad>", "</s>", "<mask>")
    tokenizer = keras_hub.models.RobertaTokenizer(vocabulary, tiny_models.MERGES)
    rows = kh.models.TextPreprocessor(tokenizer, 8)((["a"], ["b"]), y=None)
    own = keras_hub.models.RobertaTextClassifierPreprocessor(tokenizer, sequence_length=8)
    expected = own((["a"], ["b"]), y=None)
    for key, value in expected.items():
        np.testing.assert_array_equal(rows[key], np.asarray(value))


@pytest.mark.parametrize("rows", [["The cat sat", "on the mat"], (["paris"], ["is in france"])])
def test_as_kerashub_does_for_bert(rows):
    own = keras_hub.models.BertTextClassifierPreprocessor(words(), sequence_length=7)
    expected = own(rows, y=None)
    found = kh.models.TextPreprocessor(words(), 7)(rows, y=None)
    for key, value in expected.items():
        np.testing.assert_array_equal(found[key], np.asarray(value))


def test_spans_of_characters_become_tokens():
    text = "Paris is in Rome."
    preprocessor = kh.models.TaggingPreprocessor(words(), 9)
    x, y, weight = preprocessor([text, "the cats"], y=[[(12, 16, 2), (0, 5, 1)], [(7, 8, 1)]])
    assert x["token_ids"].tolist() == [
        [CLS, *ids("paris is in rome ."), SEP, 0, 0],
        [CLS, *ids("the cat ##s"), SEP, 0, 0, 0, 0],
    ]
    assert y.tolist() == [[0, 1, 0, 0, 2, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0, 0]]
    assert weight.tolist() == [[0, 1, 1, 1, 1, 1, 0, 0, 0], [0, 1, 1, 1, 0, 0, 0, 0, 0]]
    assert preprocessor.spans_out_of_view == 0


def test_most_shared_characters_decide():
    _, y, _ = kh.models.TaggingPreprocessor(words(), 5)(["paris is"], y=[[(0, 2, 1), (2, 5, 2)]])
    assert y.tolist() == [[0, 2, 0, 0, 0]]


def test_words_sources_and_weights():
    preprocessor = kh.models.TaggingPreprocessor(words(), 10)
    x, y, weight = preprocessor(
        ([["the", "cats", "sat"]], ["a cat sat"]), y=[[0, 1, 0]], sample_weight=[0.5]
    )
    assert x["token_ids"].tolist() == [[CLS, *ids("the cat ##s sat"), SEP, *ids("a cat sat"), SEP]]
    assert y.tolist() == [[0, 0, 1, 1, 0, 0, 0, 0, 0, 0]]
    assert weight.tolist() == [[0, 0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0]]
    preprocessor = kh.models.TaggingPreprocessor(words(), 6)
    _, y, _ = preprocessor((["the cat sat on paris"], ["a"]), y=[[(4, 7, 1), (15, 20, 1)]])
    assert y.tolist() == [[0, 0, 1, 0, 0, 0]]  # three tokens beside four special ones
    assert preprocessor.spans_out_of_view == 1


def test_tagging_errors():
    preprocessor = kh.models.TaggingPreprocessor(words(), 6)
    with pytest.raises(ValueError, match=r"Spans must lie within their text.*3 characters"):
        preprocessor(["cat"], y=[[(0, 4, 1)]])
    with pytest.raises(ValueError, match=r"`y` must hold \(start, end, class\)"):
        preprocessor(["cat"], y=[[1]])
    with pytest.raises(ValueError, match="`y` must have one class a word, 2. Received"):
        preprocessor([["a", "cat"]], y=[[1]])
    with pytest.raises(ValueError, match="All must have the same length"):
        preprocessor(["a", "cat"], y=[[]])
    with pytest.raises(TypeError, match="`x` must be a list of str.*must be preprocessed before"):
        preprocessor("cat")


CONTEXT = "The cat sat on the mat. Paris is in France."


def question(length=20, stride=None):
    return kh.models.QuestionPreprocessor(words(), length, max_question_length=3, stride=stride)


def answers(texts, starts=None):
    return {"answer_text": texts} | ({} if starts is None else {"answer_start": starts})


def test_answers_become_positions():
    x, y = question()(
        (["is paris", "a cat sat on"], [CONTEXT, CONTEXT]), y=answers(["in France", ""], [33, -1])
    )
    row = [CLS, *ids("is paris"), SEP, *ids("the cat sat on the mat . paris is in france ."), SEP]
    assert x["token_ids"][0].tolist() == [*row, 0, 0, 0]
    assert x["context_mask"][0].tolist() == [0] * 4 + [1] * 12 + [0] * 4
    assert x["context_mask"][1].tolist() == [0] * 5 + [1] * 12 + [0] * 3  # the question is cut
    assert y.tolist() == [[13, 14], [0, 0]]
    _, y = question()((["is", "is"], [CONTEXT, "cats"]), y=answers([".", "s"]))
    assert y.tolist() == [[9, 9], [4, 4]]  # not the token that ends where the answer begins


def test_answers_out_of_view_are_no_answer_and_counted():
    preprocessor = question(12)
    _, y = preprocessor((["paris"] * 2, [CONTEXT] * 2), y=answers(["France", "mat"]))
    assert y.tolist() == [[0, 0], [8, 8]] and preprocessor.answers_out_of_view == 1


def test_rows_that_overlap():
    preprocessor = question(12, stride=5)
    x = (["paris", "cat"], [CONTEXT, "a cat"])
    rows, y, weight = preprocessor(x, y=answers(["France", "cat"]), sample_weight=[0.5, 2.0])
    assert [window[:2] for window in preprocessor.windows(x)] == [(0, 3), (0, 3), (1, 3)]
    assert rows["token_ids"][:2, 3:11].tolist() == [
        ids("the cat sat on the mat . paris"),
        ids("mat . paris is in france .") + [SEP],
    ]
    assert y.tolist() == [[0, 0], [8, 8], [4, 4]]
    assert weight.tolist() == [[0.5, 0.5], [0.5, 0.5], [2.0, 2.0]]  # of start and end
    assert preprocessor.answers_out_of_view == 0


def test_every_token_is_in_some_row():
    for length in range(1, 40):
        for stride in (1, 3, 7, 50):
            context = " ".join(["cat"] * length)
            rows, windows = question(16, stride)._rows(["paris"], [context])
            seen = {offset for window in windows for offset in window.offsets}
            assert len(seen) == length, (length, stride)
            assert rows["context_mask"].sum() == sum(len(w.offsets) for w in windows)


def test_question_errors():
    with pytest.raises(ValueError, match=r"`answer_text` must stand.*answer_text\[0\]='dog'"):
        question()((["a"], [CONTEXT]), y=answers(["dog"]))
    with pytest.raises(ValueError, match=r"at `answer_start`.*answer_start\[0\]=5"):
        question()((["a"], [CONTEXT]), y=answers(["cat"], [5]))
    with pytest.raises(TypeError, match="`y` must be a dict of 'answer_text'"):
        question()((["a"], [CONTEXT]), y=["cat"])
    with pytest.raises(ValueError, match="`max_question_length` must leave tokens.*at most 5"):
        kh.models.QuestionPreprocessor(words(), 10)((["a"], ["a"]), y=None)


def test_copy_rows_of_a_decoder():
    tokenizer = letters()
    end = tokenizer.end_token_id
    a, b, c = (int(tokenizer([letter])[0][0]) for letter in "abc")
    preprocessor = kh.models.CopyPreprocessor(tokenizer, 8, target_length=3)
    x, y, weight = preprocessor(["ab", "abcabc"], y=["c", "abc"], sample_weight=[1.0, 2.0])
    assert x["token_ids"].tolist() == [
        [end, a, b, end, c, end, 0, 0],
        [end, a, b, c, end, a, b, end],
    ]
    assert x["source_mask"].tolist() == [[0, 1, 1, 0, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0, 0, 0]]
    assert y[:, :7].tolist() == [[a, b, end, c, end, 0, 0], [a, b, c, end, a, b, end]]
    assert weight.tolist() == [[0, 0, 0, 1, 1, 0, 0, 0], [0, 0, 0, 0, 2, 2, 2, 0]]
    x = preprocessor(["ab"])
    assert x["token_ids"].tolist() == [[end, a, b, end, 0, 0, 0, 0]]
    assert x["padding_mask"].sum() == 4
    with pytest.raises(ValueError, match="`target_length` must leave tokens.*at most 5"):
        kh.models.CopyPreprocessor(tokenizer, 8, target_length=6)


def test_copy_rows_of_an_encoder():
    tokenizer = tiny_models.bart().preprocessor.tokenizer
    start, end, pad = tokenizer.start_token_id, tokenizer.end_token_id, tokenizer.pad_token_id
    a, b = (int(tokenizer([letter])[0][0]) for letter in "ab")
    preprocessor = kh.models.CopyPreprocessor(tokenizer, 5, 3, encoder_decoder=True)
    x, y, weight = preprocessor(["ab"], y=["b"])
    assert x["encoder_token_ids"].tolist() == [[start, a, b, end, pad]]
    assert x["source_mask"].tolist() == [[0, 1, 1, 0, 0]]
    assert x["decoder_token_ids"].tolist() == [[start, b, end]]
    assert (y.tolist(), weight.tolist()) == ([[b, end, pad]], [[1, 1, 0]])
    assert preprocessor(["ab"])["decoder_token_ids"].tolist() == [[start, pad, pad]]


@pytest.mark.parametrize(
    "preprocessor",
    [
        lambda: kh.models.TextPreprocessor(words(), 7, "waterfall", separately=True),
        lambda: kh.models.TaggingPreprocessor(words(), 7),
        lambda: kh.models.QuestionPreprocessor(words(), 17, max_question_length=3, stride=2),
        lambda: kh.models.CopyPreprocessor(words(), 9, target_length=3, encoder_decoder=True),
    ],
)
def test_config(preprocessor):
    own = preprocessor()
    config = own.get_config()
    again = type(own).from_config(config)
    drop = ("name", "tokenizer")
    ours = {key: value for key, value in config.items() if key not in drop}
    assert {k: v for k, v in again.get_config().items() if k not in drop} == ours
    assert {"sequence_length"} < set(ours)
