"""Values written with several numbers or signs that are one: codes, ratios, coordinates."""

from collections.abc import Iterator
from typing import Any

from keras_halluc.text.values.codes import Code
from keras_halluc.text.values.codes import find_codes
from keras_halluc.text.values.codes import find_sure_codes
from keras_halluc.text.values.coordinates import find_coordinates
from keras_halluc.text.values.ratios import find_ratios
from keras_halluc.text.values.roman_numerals import find_roman_numerals
from keras_halluc.text.values.value import Value


def composed_before_dates(
    text: str, small: str, language: str, taken: bytearray
) -> Iterator[Value]:
    """Values whose parts could be read as dates or times: addresses, telephone numbers, places.

    Args:
        text: str, as it is written.
        small: str, as `plain_characters` gives it, in small letters.
        language: str.
        taken: bytearray as long as `text`; the characters of what is found are set to 1.

    Returns:
        iterator of `Value`.
    """
    yield from map(lambda code: _code(text, code), find_sure_codes(small, taken))
    for start, end, degrees, unit in find_coordinates(small, language, taken):
        yield Value("number", degrees, unit, start, end, text[start:end], amount=abs(degrees))


def composed_after_dates(text: str, plain: str, small: str, taken: bytearray) -> Iterator[Value]:
    """Values that are composed if they are no dates and times: versions, ratios, Roman numerals.

    Args:
        text: str, as it is written.
        plain: str, as `plain_characters` gives it.
        small: str, the same in small letters.
        taken: bytearray as long as `text`; the characters of what is found are set to 1.

    Returns:
        iterator of `Value`.
    """
    yield from map(lambda code: _code(text, code), find_codes(plain, small, taken))
    for start, end, parts in find_ratios(small, taken):
        yield Value("ratio", parts, "", start, end, text[start:end])
    for start, end, number, century, weak in find_roman_numerals(plain, small, taken):
        unit = "century" if century else ""
        yield Value("ordinal", number, unit, start, end, text[start:end], weak=weak)


def _code(text: str, code: Code) -> Value:
    start, end, value, sort, others = code
    also: tuple[tuple[Any, str], ...] = tuple((other, sort) for other in others)
    return Value("code", value, sort, start, end, text[start:end], also)
