"""Which runs of words are one number: "two hundred and five", "quatre-vingt-dix"?"""

import re
from collections.abc import Iterator
from fractions import Fraction

from keras_halluc.text.values.german_numbers import german_number
from keras_halluc.text.values.number_words import CONNECTORS
from keras_halluc.text.values.number_words import HALVES
from keras_halluc.text.values.number_words import HUNDREDS
from keras_halluc.text.values.number_words import ORDINALS
from keras_halluc.text.values.number_words import PARTS
from keras_halluc.text.values.number_words import POINTS
from keras_halluc.text.values.number_words import SCALES
from keras_halluc.text.values.number_words import SMALL
from keras_halluc.text.values.number_words import WEAK

_WORD = re.compile(r"[^\W\d_]+")
_GAPS = ("", " ", "-", "\u00a0", "\u00ad")
_AND_A_HALF = re.compile(r"[ -](?:and[ -]a[ -]half|y medi[oa]|et demie?)(?![^\W\d_])")
_ARTICLES = ("a", "an", "eine", "un", "una", "une")
# Without a number in front they say no number.
_VAGUE = frozenset(
    "millions milliards billions millones billones millionen milliarden billionen vingts".split()
)
LARGEST = 10**18  # a number that is multiplied by one more scale; a row of scales is none
Found = tuple[int, int, int | Fraction, bool, bool]


def number_phrases(small: str, language: str) -> Iterator[Found]:
    """Finds the numbers that are written in the words of one language.

    Args:
        small: str, text in small letters.
        language: str, `"en"`, `"de"`, `"fr"` or `"es"`; another one is read as English.

    Returns:
        iterator of `(start, end, number, is it an ordinal, may it be no number)`.

    Example:

    >>> from keras_halluc.text.values.number_phrases import number_phrases
    >>> [n[2] for n in number_phrases("nineteen eighty-four and two and a million", "en")]
    [1984, 2, 1000000]
    """
    reader = _Reader(small, language if language in CONNECTORS else "en")
    position = 0
    while position < len(reader.words):
        if reader.number(position) is None and reader.words[position] not in HALVES:
            position += 1
            continue
        found = reader.phrase(position)
        if found is None:
            position += 1
            continue
        last, amount, ordinal = found
        words = reader.words[position : last + 1]
        weak = all(word in WEAK for word in words) and len(words) == 1
        yield reader.spans[position][0], reader.spans[last][1], amount, ordinal, weak
        position = last + 1


class _Reader:
    """The words of a text, and the numbers that begin at one of them."""

    def __init__(self, small: str, language: str) -> None:
        matches = list(_WORD.finditer(small))
        self.small = small
        self.language = language
        self.words = [match.group() for match in matches]
        self.spans = [match.span() for match in matches]
        self._small = SMALL.get(language, {})
        self._hundreds = HUNDREDS.get(language, ())
        self._scales = SCALES[language]
        self._ordinals = ORDINALS.get(language, {})

    def number(self, i: int) -> tuple[str, int | Fraction] | None:
        """Role and size of word `i`: small, hundred, scale or ordinal."""
        word = self.words[i]
        if word in self._scales:
            return "scale", self._scales[word]
        if word in self._small:
            return "small", self._small[word]
        if word in self._hundreds:
            return "hundred", 100
        if word in self._ordinals:
            return "ordinal", self._ordinals[word]
        if self.language == "de" and (german := german_number(word)):
            return ("ordinal" if german[1] else "small"), german[0]
        return None

    def joined(self, i: int) -> bool:
        """Whether nothing but a space or hyphen is between word `i` and the one before it."""
        if not 0 < i < len(self.words):
            return False
        start, end = self.spans[i - 1][1], self.spans[i][0]
        if end - start == 2 and self.words[i - 1] in self._scales:  # five thousand, one hundred
            return self.small[start:end] == ", "
        return end - start <= 1 and self.small[start:end] in _GAPS

    def phrase(self, first: int, pairs: bool = True) -> tuple[int, int | Fraction, bool] | None:
        """`(last word, number, is it an ordinal)` of the longest number that begins here.

        Without `pairs`, "nineteen eighty-four" is 19.
        """
        if self.words[first] in HALVES:
            return self._half(first)
        total: int | Fraction = 0
        group: int | Fraction = 0
        least: int | Fraction = 10**19
        last, i = first - 1, first
        while i == first or self.joined(i):
            role = self.number(i)
            if role is None:
                if self._connects(i, group, last == i - 1 and total > 0):
                    i += 1
                    continue
                break
            name, size = role
            if i > first and self.words[i - 1] in CONNECTORS[self.language] and name == "scale":
                break
            if name == "small" and self._fits(group, size, i):
                group = group + 76 if self._is_eighty(group, size) else group + size
            elif (
                name == "hundred"
                and group < 100
                and group == int(group)
                and (group % 10 or not group)
            ):
                group = (group or 1) * 100
            elif name == "scale" and size < least:
                total, group, least = total + (group or 1) * size, 0, size
            elif (  # mil millones, mille milliards
                name == "scale" and total and i == last + 1 and total < LARGEST
            ):
                total, group, least = (total + group) * size, 0, size
            elif name == "ordinal":
                return self._end_with_ordinal(first, last, i, total, group, size)
            else:
                break
            last = i
            i += 1
        if last < first or (last == first and self.words[first] in _VAGUE):
            return None
        if ending := self._and_a_half(last, total, group, least):
            return ending
        return self._continued(first, last, total, group, pairs)

    def _and_a_half(
        self, last: int, total: int | Fraction, group: int | Fraction, least: int | Fraction
    ) -> tuple[int, int | Fraction, bool] | None:
        """A number with a half behind it, as in "two and a half million"."""
        end = self.spans[last][1]
        match = _AND_A_HALF.match(self.small, end)
        if not match or not total + group:
            return None
        while self.spans[last][1] < match.end():
            last += 1
        amount = total + group + Fraction(1 if group else least, 2)
        if not total and self.joined(last + 1) and self.words[last + 1] in self._scales:
            return last + 1, amount * self._scales[self.words[last + 1]], False
        return last, amount, False

    def _half(self, first: int) -> tuple[int, int | Fraction, bool] | None:
        i = first + 1
        if self.joined(i) and self.words[i] in _ARTICLES:
            i += 1
        if self.joined(i) and self.words[i] in self._scales:
            return i, Fraction(self._scales[self.words[i]], 2), False
        return None

    def _connects(self, i: int, group: int | Fraction, after_scale: bool) -> bool:
        if self.words[i] not in CONNECTORS[self.language]:
            return False
        if not self.joined(i + 1) or self.number(i + 1) is None:
            return False
        if self.language == "en":
            return (group > 0 and group % 100 == 0) or (after_scale and group == 0)
        return group % 10 == 0 and group % 100 >= 20

    def _fits(self, group: int | Fraction, size: int | Fraction, i: int) -> bool:
        low = group % 100
        if not group:
            return True
        if not size or size >= 100:
            return False
        if self._is_eighty(group, size):
            return self.words[i - 1] == "quatre"
        if self.language == "fr":
            if 10 <= size < 20:
                return low in (0, 60, 80)
            if 6 < size < 10 and low in (10, 70, 90):
                return True
        if size < 10:
            return low == 0 or (low >= 20 and low % 10 == 0)
        return low == 0

    def _is_eighty(self, group: int | Fraction, size: int | Fraction) -> bool:
        return self.language == "fr" and size == 20 and group % 100 == 4

    def _end_with_ordinal(
        self,
        first: int,
        last: int,
        i: int,
        total: int | Fraction,
        group: int | Fraction,
        size: int | Fraction,
    ) -> tuple[int, int | Fraction, bool] | None:
        if last < first:
            return i, size, True
        if self.language == "en" and size in (100, 1000, 10**6) and group:
            return i, total + group * size, True
        if self.language == "en" and total + group == 1 and size > 2:
            return i, Fraction(1, int(size)), False
        if self.language == "en" and group % 100 >= 20 and self.small[self.spans[i][0] - 1] != "-":
            return last, total + group, False  # "fifty first dates"
        if size < 100 and (self._fits(group, size, i) or group % 100 in (20, 30, 40, 50, 60, 80)):
            return i, total + group + size, True
        return last, total + group, False

    def _continued(
        self,
        first: int,
        last: int,
        total: int | Fraction,
        group: int | Fraction,
        pairs: bool,
    ) -> tuple[int, int | Fraction, bool]:
        """Years in pairs, parts of one, decimals in words."""
        i = last + 1
        amount = total + group
        if not self.joined(i):
            return last, amount, False
        word = self.words[i]
        if word in PARTS.get(self.language, {}) and amount == int(amount) and 0 < amount < 100:
            return i, Fraction(int(amount), PARTS[self.language][word]), False
        if word == POINTS.get(self.language) and self.joined(i + 1):
            digits = ""
            i += 1
            while self.joined(i) and (role := self.number(i)) and role[1] < 10 and len(digits) < 20:
                digits += str(role[1])
                last, i = i, i + 1
            return last, amount + Fraction(int(digits or 0), 10 ** len(digits)), False
        if pairs and self.language == "en" and not total and 10 <= group <= 20 and last == first:
            if word in ("oh", "o") and self.joined(i + 1) and (role := self.number(i + 1)):
                if role[0] == "small" and 0 < role[1] < 10:
                    return i + 1, group * 100 + role[1], False
            if (role := self.number(i)) and role[0] == "small" and role[1] >= 10:
                end, rest, ordinal = self.phrase(i, pairs=False) or (i, 0, False)
                if not ordinal and 10 <= rest < 100:
                    return end, group * 100 + rest, False
        return last, amount, False
