"""Is an answer found where it stands, and only there?"""

import collections
import re
import string

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

import keras_halluc.text
from keras_halluc.text import contains_answer
from keras_halluc.text import normalize_answer
from keras_halluc.text import token_f1


def squad_f1(prediction, reference):
    """The official script of SQuAD 1.1, in short."""

    def tokens(text):
        text = "".join(char for char in text.lower() if char not in string.punctuation)
        return re.sub(r"\b(a|an|the)\b", " ", text).split()

    left, right = tokens(prediction), tokens(reference)
    common = sum((collections.Counter(left) & collections.Counter(right)).values())
    if not common:
        return 0.0
    precision, recall = common / len(left), common / len(right)
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize(
    "prediction, reference, expected",
    [
        ("Paris", "paris.", 1.0),
        ("the city of Paris", "Paris", 0.5),
        ("Lyon", "Paris", 0.0),
        ("a b b", "b b b", 0.8),
        ("", "Paris", 0.0),
        ("", "", 1.0),
        ("...", "", 1.0),
        ("東京都", "東京", 0.8),
        ("नई दिल्ली", "दिल्ली", 2 / 3),
        ("3.5", "35", 0.0),
        ("50%", "50 %", 1.0),
        ("1,000 Meter", "1000 meter", 1.0),
    ],
)
def test_f1(prediction, reference, expected):
    assert token_f1(prediction, reference) == pytest.approx(expected)


WORDS = st.lists(
    st.sampled_from("The the a Paris Lyon! rome, in of city x1 42".split()), min_size=1
)


@settings(deadline=None)  # a machine may be busy
@given(WORDS, WORDS)
def test_f1_is_that_of_squad_on_plain_english(left, right):
    left, right = " ".join(["x", *left]), " ".join(["y", *right])
    assert token_f1(left, right) == pytest.approx(squad_f1(left, right))


@settings(deadline=None)  # a machine may be busy
@given(st.text(max_size=30), st.text(max_size=30))
def test_f1_is_symmetric_and_in_range(left, right):
    assert 0.0 <= token_f1(left, right) <= 1.0
    assert token_f1(left, right) == token_f1(right, left)
    assert token_f1(left, left) == 1.0


@pytest.mark.parametrize(
    "text, answer",
    [
        ("It was in ROME, Italy.", "Rome"),
        ("Rome's streets", "Rome"),
        ("l'Europe", "Europe"),
        ("Paris-based", "Paris"),
        ("Paris.The city", "Paris"),
        ("He works for Beatles", "The Beatles"),
        ("in the U.S. since 1900", "US"),
        ("about 1,000 people", "1000"),
        ("50% of it", "50"),
        ("50 % of it", "50%"),
        ("答案是北京市。", "北京"),
        ("北 京", "北京"),
        ("首都は東京です", "東京"),
        ("パリです", "ﾊﾟﾘ"),
        ("เมืองหลวงคือกรุงเทพ", "กรุงเทพ"),
        ("राजधानी नई दिल्ली है।", "दिल्ली"),
        ("العاصمة هي القاهرة.", "القاهرة"),
        ("Es ist die Hauptstrasse.", "Hauptstraße"),
        ("서울은 수도다", "서울"),
        ("The answer is A.", "A"),
        ("A+", "+"),
    ],
)
def test_contains(text, answer):
    assert contains_answer(text, answer)


@pytest.mark.parametrize(
    "text, answer",
    [
        ("Romeo", "Rome"),
        ("Tirana", "Iran"),
        ("Niger", "Nigeria"),
        ("Nigeria", "Niger"),
        ("10", "1"),
        ("3.5", "3"),
        ("35", "3.5"),
        ("-5", "5"),
        ("1,000", "1"),
        ("York New", "New York"),
        ("New big York", "New York"),
        ("东京", "北京"),
        ("京東", "東京"),
        ("ก้", "ก"),
        ("कि", "क"),
        ("दिल्लीवाला", "दिल्ली"),
        ("القاهرة", "قاهر"),
        ("Hauptstraße", "Straße"),
        ("it is a big city", "A"),
        ("Paris", ""),
        ("Paris", "  "),
        ("", "Paris"),
        ("Paris", "?"),
    ],
)
def test_does_not_contain(text, answer):
    assert not contains_answer(text, answer)


@settings(deadline=None)  # a machine may be busy
@given(st.text(max_size=15), st.text(max_size=15), st.text(max_size=15))
def test_an_answer_between_line_breaks_is_found(before, answer, after):
    if normalize_answer(answer) and not set(normalize_answer(answer).split()) <= {"a", "an", "the"}:
        assert contains_answer(f"{before}\n{answer}\n{after}", answer)


@settings(deadline=None)  # a machine may be busy
@given(st.text("abcéक京", min_size=1, max_size=8))
def test_a_longer_word_does_not_hold_a_shorter_one(word):
    assert not contains_answer(f"x{word}x".replace("京", "b"), word.replace("京", "b"))


@pytest.mark.parametrize("name", ["contains_answer", "token_f1"])
@pytest.mark.parametrize("arguments", [(None, "a"), ("a", 3), (b"a", "a")])
def test_only_str_is_text(name, arguments):
    with pytest.raises(TypeError, match="`text` must be a str. Received: text="):
        getattr(keras_halluc.text, name)(*arguments)


def test_public_names_are_sorted():
    assert keras_halluc.text.__all__ == sorted(keras_halluc.text.__all__)
