"""Are joined statements told apart, with nothing lost, and lists left in one piece?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_halluc.testing import hostile_texts
from keras_halluc.text import claim_spans
from keras_halluc.text import sentence_spans


def claims(text, **kwargs):
    return [text[start:end] for start, end in claim_spans(text, **kwargs)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He came to town, and she left it soon.", ["He came to town", "and she left it soon."]),
        ("He won all of it; she lost a lot. So be it.", None),
        ("They met a king, a queen and two dogs.", ["They met a king, a queen and two dogs."]),
        ("He came, and she left at once.", ["He came, and she left at once."]),
        ("Er kam in die Stadt, aber sie ging bald fort.", None),
        ("Il vint à la ville, mais elle est partie.", None),
        ("Llegó a la ciudad, pero ella se fue.", None),
        ("他出生在北京，后来搬到上海。", ["他出生在北京", "后来搬到上海。"]),
        ("他来，她走了很远。", ["他来，她走了很远。"]),
        (
            "It opened in 1932 – nobody had ever paid.",
            ["It opened in 1932", "nobody had ever paid."],
        ),
        ("A well-known mid-day train", ["A well-known mid-day train"]),
        ("", []),
        (" ; , ;", []),
    ],
)
def test_claims(text, found):
    if found is None:  # two of four words or more
        assert len(claims(text)) == 2 + text.count(". ")
    else:
        assert claims(text) == found


def test_least_counts_tokens_on_both_sides():
    text = "one two, and three four five"
    assert len(claims(text, least=2)) == len(claims(text, least=1)) == 2
    assert claims(text, least=3) == [text]


@given(st.lists(st.sampled_from(["a", "b c", ", and ", "; ", "，", ". ", " - ", "\n", "好"])))
def test_every_letter_is_in_one_claim(pieces):
    text = "".join(pieces)
    spans = claim_spans(text, least=1)
    assert spans == sorted(spans)
    assert all(a < b for a, b in spans)
    assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:]))
    covered = {i for a, b in spans for i in range(a, b)}
    assert all(i in covered for i, char in enumerate(text) if char.isalnum())
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)


def test_hostile_texts_are_cut_within_their_sentences():
    for text in hostile_texts():
        sentences = sentence_spans(text)
        for start, end in claim_spans(text):
            assert any(a <= start < end <= b for a, b in sentences)


def test_wrong_arguments():
    with pytest.raises(ValueError, match="`least`"):
        claim_spans("a", least=0)
    with pytest.raises(TypeError, match="`text`"):
        claim_spans(b"a")
