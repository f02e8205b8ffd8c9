"""Is whatever is wrong with JSON one kind of error, and can what is read be used?"""

import json

import pytest

from keras_halluc._parse_json import MOST_DIGITS
from keras_halluc._parse_json import MOST_LEVELS
from keras_halluc._parse_json import JSONTextError
from keras_halluc._parse_json import parse_json
from keras_halluc._require import received


@pytest.mark.parametrize(
    "value",
    [None, True, 1.5, "é\ud800", [], {}, {"a": [1, {"b": None}]}, 10**MOST_DIGITS - 1, -5],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
def test_json_is_read_from_text_and_bytes(value):
    text = json.dumps(value)
    assert parse_json(text) == parse_json(text.encode()) == value


def test_so_deep_and_no_deeper():
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        inside = "1" if opening == '{"a":' else ""
        parse_json(opening * MOST_LEVELS + inside + closing * MOST_LEVELS)
        with pytest.raises(JSONTextError, match=f"at most {MOST_LEVELS} deep"):
            parse_json(opening * (MOST_LEVELS + 1) + inside + closing * (MOST_LEVELS + 1))
    flat = [[i] for i in range(10 * MOST_LEVELS)]
    assert parse_json(json.dumps(flat)) == flat
    brackets = "[" * 1000
    assert parse_json(json.dumps([brackets, 1])) == [brackets, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expecting value at column 1"),
        ("[1,\n2,,]", "at line 2, column 3"),
        (b"[\xff]", "the byte at position 1 is not UTF-8"),
        ("[" * 100_000, "at most 100 deep"),
        ('{"a":' * 100_000, "at most 100 deep"),
        ("[" * 600 + "]" * 600, "at most 100 deep"),
        ("9" * 301, "at most 300 digits, not 301; put it in quotes"),
        ("[-" + "9" * 100_000 + "]", "at most 300 digits"),
        ("[1", "column 3"),
        ("\ufeff1", "column 1"),
    ],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
def test_one_kind_of_error_says_why(text, message):
    with pytest.raises(JSONTextError, match=message) as info:
        parse_json(text)
    assert isinstance(info.value, ValueError) and len(str(info.value)) < 200


class Fails:
    def __repr__(self):
        raise RuntimeError


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("value", [10**5000, deep(5000), Fails()], ids=["digits", "deep", "fails"])
def test_an_error_can_show_what_cannot_be_shown(value):
    assert received("a", value).startswith(f"Received: a=a {type(value).__name__} that cannot be")
