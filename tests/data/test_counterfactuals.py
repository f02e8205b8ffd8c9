"""Is a case swapped everywhere and nowhere else, in the case of what stood there?"""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keras_halluc.data import Case
from keras_halluc.data import counterfactual_pairs
from keras_halluc.testing import hostile_texts


def swapped(text, *swaps, pronouns=False):
    """The swapped text; the text itself if nothing is to swap."""
    pairs = counterfactual_pairs([Case(text, ("x",))], swaps, pronouns)
    return pairs[0][1].prompt if pairs else text


@pytest.mark.parametrize(
    "text, swaps, expected",
    [
        ("Anna met Omar.", [("Anna", "Omar")], "Omar met Anna."),
        ("Ann and Anna", [("Ann", "Bo")], "Bo and Anna"),
        ("ANNA, anna, Anna's", [("Anna", "Omar")], "OMAR, omar, Omar's"),
        ("New York is not York", [("York", "Rome"), ("New York", "Oslo")], "Oslo is not Rome"),
        ("He is a waiter.", [("waiter", "waitress")], "He is a waitress."),
        ("Ein Arzt sprach", [("Arzt", "Ärztin")], "Ein Ärztin sprach"),
        ("王先生来了", [("王先生", "王女士")], "王女士来了"),
        ("张伟在北京", [("张伟", "买买提")], "买买提在北京"),
        ("Al-Anna and Anna-Lena", [("Anna", "Omar")], "Al-Omar and Omar-Lena"),
        ("a+b", [("a+b", "c")], "c"),
        ("ANNA", [("Anna", "a")], "A"),
        ("Strauß", [("Strauß", "Bach")], "Bach"),
        ("İzmir", [("İzmir", "Van")], "Van"),
        ("nobody", [("Anna", "Omar")], "nobody"),
        ("ırina", [("Irina", "Omar")], "ırina"),
    ],
)
def test_words(text, swaps, expected):
    assert swapped(text, *swaps) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("He lost his key.", "She lost her key."),
        ("She lost her key.", "He lost his key."),
        ("She saw him.", "He saw her."),
        ("He saw her.", "She saw him."),
        ("I gave her the key.", "I gave him the key."),
        ("I saw her again and told her so.", "I saw him again and told him so."),
        ("Her own car, HER CAR", "His own car, HIS CAR"),
        ("It was his.", "It was hers."),
        ("It was hers.", "It was his."),
        ("a friend of his, by the way", "a friend of hers, by the way"),
        ('his "Symphony", his 1982 album', 'her "Symphony", her 1982 album'),
        ("He hurt himself, she herself.", "She hurt herself, he himself."),
        ("The others; heroes; sheep; this.", "The others; heroes; sheep; this."),
        ("他去了", "他去了"),
    ],
)
def test_pronouns(text, expected):
    assert swapped(text, pronouns=True) == expected


def test_names_and_pronouns_in_every_field_at_once():
    case = Case(
        "Did Anna find her key?",
        references=("Anna found it.", "yes"),
        source="Anna told Omar that she had found her key.",
        group="keys",
        id="7",
    )
    untouched = Case("Is it raining?", ("yes",), id="8")
    ((first, second),) = counterfactual_pairs([case, untouched], [("Anna", "Omar")], pronouns=True)
    assert first is case
    assert second == Case(
        "Did Omar find his key?",
        references=("Omar found it.", "yes"),
        source="Omar told Anna that he had found his key.",
        group="keys",
        id="7~swapped",
    )
    ((_, unnamed),) = counterfactual_pairs([Case("Anna", ("x",))], [("Anna", "Omar")])
    assert unnamed.id is None
    assert counterfactual_pairs([], [("Anna", "Omar")]) == []


WORDS = st.lists(st.sampled_from("Anna anna OMAR he Him, king. Queen 王 x\n".split(" "))).map(
    " ".join
)


@given(WORDS)
@settings(max_examples=60)
def test_swapping_twice_gives_the_text_back(text):
    swaps = [("Anna", "Omar"), ("king", "queen"), ("王", "李")]
    once = swapped(text, *swaps)
    assert swapped(once, *swaps) == text
    assert len(once.split(" ")) == len(text.split(" "))
    plain = text.replace("Him,", "")  # "her" may be either
    assert swapped(swapped(plain, pronouns=True), pronouns=True) == plain


def test_hostile_texts():
    texts = [text for text in hostile_texts() if text.strip()]
    cases = [Case(text, ("x",)) for text in texts]
    for case, other in counterfactual_pairs(cases, [("a", "b"), ("是", "不")], pronouns=True):
        assert case.prompt != other.prompt


@pytest.mark.parametrize(
    "arguments, error, match",
    [
        (([Case("a")],), ValueError, "`swaps` must hold a pair of words, or `pronouns` be True"),
        ((["a"], [("a", "b")]), TypeError, "`cases` must hold Case objects only"),
        (([], ["ab"]), TypeError, r"`swaps` must hold pairs of str.*swaps\[0\]='ab'"),
        (([], [("a", "b", "c")]), TypeError, "must hold pairs of str"),
        (([], [("a", 1)]), TypeError, "must hold str only"),
        (([], [("a", " ")]), ValueError, "two different words"),
        (([], [("Anna", "ANNA")]), ValueError, "two different words"),
        (([], [("a", "b"), ("A", "c")]), ValueError, "each word in one pair only"),
        (([], [("a", "b")], "yes"), ValueError, "`pronouns` must be one of"),
    ],
)
def test_bad_arguments(arguments, error, match):
    with pytest.raises(error, match=match):
        counterfactual_pairs(*arguments)
