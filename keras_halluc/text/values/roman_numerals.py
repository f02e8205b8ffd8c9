"""Roman numerals: the II of "World War II", the XIV of "Louis XIV", the XX of "siglo XX"."""

import re
from collections.abc import Iterator

_ROMAN = re.compile(r"(?<![\w'&.-])(X{0,3}(?:IX|IV|V?I{0,3}))(?P<end>e|er|ème|º|ª)?(?![\w'&-])")
_ONES = {"I": 1, "V": 5, "X": 10}
_CENTURY_BEFORE = re.compile(r"\b(?:siglos?|sec\.|secolo) $")
_CENTURY_BEHIND = re.compile(r" (?:century|centuries|siècles?|siecles?|jahrhunderts?|jh\b)")
# Behind these words a numeral counts; behind any other word with a capital it may be an initial.
_COUNTED = re.compile(
    r"\b(?:war|chapter|part|act|volume|vol\.|book|phase|stage|type|class|title|article|section|"
    r"level|grade|group|category|appendix|figure|table|krieg|weltkrieg|kapitel|teil|band|akt|"
    r"guerre|chapitre|partie|tome|acte|guerra|capítulo|parte|tomo|acto) $"
)
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]* $")
LONGEST_BEFORE = 30


def find_roman_numerals(
    text: str, small: str, taken: bytearray
) -> Iterator[tuple[int, int, int, bool, bool]]:
    """Finds Roman numerals up to 39, which count wars, kings, popes, chapters and centuries.

    Args:
        text: str, as `plain_characters` gives it.
        small: str, the same in small letters.
        taken: bytearray as long as `text`; the characters of what is found are set to 1.

    Returns:
        iterator of `(start, end, number, does it count centuries, may it be no number)`. One letter
        alone may be an initial.

    Example:

    >>> from keras_halluc.text.values.roman_numerals import find_roman_numerals
    >>> text = "Louis XIV knew no World War II, nor Malcolm X."
    >>> [(n[2], n[4]) for n in find_roman_numerals(text, text.lower(), bytearray(len(text)))]
    [(14, False), (2, False), (10, True)]
    """
    for match in _ROMAN.finditer(text):
        if not match[1] or any(taken[match.start() : match.end()]):
            continue
        start, end = match.span()
        first = max(0, start - LONGEST_BEFORE)
        before = small[first:start]
        behind = _CENTURY_BEHIND.match(small, end)
        century = bool(behind or _CENTURY_BEFORE.search(before))
        if match["end"] and not behind:
            if not _CAPITAL.search(text[first:start]):
                continue
        elif not century and not _COUNTED.search(before) and not _CAPITAL.search(text[first:start]):
            continue
        alone = len(match[1]) == 1 and not century and not match["end"]
        taken[start:end] = b"\1" * (end - start)
        yield start, end, roman_number(match[1]), century, alone


def roman_number(numeral: str) -> int:
    """What a Roman numeral of I, V and X says.

    Args:
        numeral: str.

    Returns:
        int.

    Example:

    >>> from keras_halluc.text.values.roman_numerals import roman_number
    >>> roman_number("XIV")
    14
    """
    digits = [_ONES[char] for char in numeral]
    after = [*digits[1:], 0]
    return sum(-digit if digit < following else digit for digit, following in zip(digits, after))
