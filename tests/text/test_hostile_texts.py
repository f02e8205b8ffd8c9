"""Do the readers and scorers of text give numbers and places on 200 texts no one made them for?"""

import math
import pickle

import pytest

from keras_halluc.testing import hostile_texts
from keras_halluc.text import BleuScorer
from keras_halluc.text import RougeScorer
from keras_halluc.text import chunk_text
from keras_halluc.text import contains_answer
from keras_halluc.text import find_values
from keras_halluc.text import normalize_answer
from keras_halluc.text import sentence_spans
from keras_halluc.text import split_sentences
from keras_halluc.text import token_f1
from keras_halluc.text import tokenize
from keras_halluc.text import tokenize_spans

TEXTS = hostile_texts()
SHORT = [
    text for text in TEXTS if len(text) < 10_000
]  # what is done to every pair is done to these
PLAIN = "The river rose by 2 metres on 3 May 2020. 他走了。"
KINDS = ("rouge1", "rouge2", "rougeL", "rougeLsum")


def rouge(reference):
    return RougeScorer(reference, KINDS)


def rouge_of_words(reference):
    return RougeScorer(reference, KINDS, tokenizer="words")


def scores_of_rouge(scorer, text):
    return [value for score in scorer.score(text).values() for value in score]


def scores_of_bleu(scorer, text):
    return [scorer.score(text) / 100]


SCORERS = [
    (rouge, scores_of_rouge),
    (rouge_of_words, scores_of_rouge),
    (BleuScorer, scores_of_bleu),
]


@pytest.mark.parametrize("make, score", SCORERS, ids=["rouge", "rouge of words", "bleu"])
def test_scores_are_numbers_and_no_order_changes_them(make, score):
    scorer = make(PLAIN)
    found = [score(scorer, text) for text in TEXTS]
    turned = [score(make(text), PLAIN) for text in SHORT]
    for values in found + turned:
        assert all(math.isfinite(value) and 0.0 <= value <= 1.0 + 1e-9 for value in values)
    copy = pickle.loads(pickle.dumps(make(PLAIN)))
    back = {text: score(copy, text) for text in SHORT[::-1]}
    assert back == {text: values for text, values in zip(TEXTS, found) if text in back}


def test_overlap_of_answers():
    for text in TEXTS:
        value = token_f1(text, PLAIN)
        assert 0.0 <= value <= 1.0 and value == token_f1(PLAIN, text)
        assert contains_answer(text, text) == bool(text.strip())
    assert not any(contains_answer(text, "Mississippi") for text in TEXTS)


def test_a_long_answer_in_a_long_text():
    words = "x y " * 30_000
    assert contains_answer(words + "z", words[2:])
    assert not contains_answer(words, words[2000:] + "z")


def test_normalised_twice_is_normalised_once():
    for text in SHORT:
        normal = normalize_answer(text)
        assert normalize_answer(normal) == normal == normal.strip()


def test_places_are_those_of_the_text():
    for text in TEXTS:
        tokens = tokenize_spans(text)
        assert [token for token, _, _ in tokens] == tokenize(text)
        assert all(text[start:end] == token for token, start, end in tokens)
        in_order([(start, end) for _, start, end in tokens], text)
        sentences = sentence_spans(text)
        in_order(sentences, text)
        assert [text[start:end] for start, end in sentences] == split_sentences(text)


def in_order(spans, text):
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges) and all(start < end for start, end in spans)
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(text))


def test_chunks_leave_nothing_out():
    for text in TEXTS:
        chunks = chunk_text(text, 50, 10)
        assert all(chunk in text and len(tokenize(chunk)) <= 50 for chunk in chunks)
        assert bool(chunks) == any(char.isalnum() for char in text)


def test_values_stand_where_they_say():
    for text in TEXTS:
        values = find_values(text)
        assert all(text[value.start : value.end] == value.text for value in values)
        assert len({(value.start, value.end) for value in values}) == len(values)
