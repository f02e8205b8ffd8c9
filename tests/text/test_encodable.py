"""Can what comes out always be written as UTF-8, with nothing but lone surrogates replaced?"""

import pytest

from keras_halluc.testing import hostile_texts
from keras_halluc.text.encodable import encodable


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a\ud800b", "a\ufffdb"),
        ("\udfff\ud800", "\ufffd\ufffd"),
        ("\ud83d \ude00", "\ufffd \ufffd"),
        ("x\ud83d\ude00\ud83d", "x\U0001f600\ufffd"),  # a pair in two halves is joined
        ("\ufeff\x00\ufffe\udc00", "\ufeff\x00\ufffe\ufffd"),  # a first U+FEFF is not lost
    ],
)
def test_by_hand(text, expected):
    assert encodable(text) == expected


def test_hostile_texts():
    replaced = 0
    for text in hostile_texts():
        found = encodable(text)
        found.encode()
        if found is not text:
            replaced += 1
            assert any("\ud800" <= char <= "\udfff" for char in text)
            assert encodable(found) is found
    assert replaced == 15
