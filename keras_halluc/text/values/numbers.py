"""Which numbers does a text state, in digits or in words?"""

import dataclasses
import re
from collections.abc import Iterable
from collections.abc import Iterator
from fractions import Fraction

from keras_halluc.text.values.chinese_numbers import chinese_numbers
from keras_halluc.text.values.number_phrases import number_phrases
from keras_halluc.text.values.number_words import SCALES
from keras_halluc.text.values.number_words import SHORT_SCALES
from keras_halluc.text.values.powers import find_powers

LONGEST = 40  # digits and signs; a longer row is a key or a picture, not a number
_SPACED = re.compile(r"(?<!\d)\d{1,3}(?:[\u00a0' ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*")
_TIGHT = re.compile(r"(?<!\d)\d{1,3}(?:[\u00a0']\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*")
_SPACED_LANGUAGES = ("de", "fr", "es")
_FRACTIONS = {
    "½": (1, 2),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "¼": (1, 4),
    "¾": (3, 4),
    "⅕": (1, 5),
    "⅖": (2, 5),
    "⅗": (3, 5),
    "⅘": (4, 5),
    "⅙": (1, 6),
    "⅛": (1, 8),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
}
_FRACTION = re.compile(f"[{''.join(_FRACTIONS)}]")
_ORDINAL_END = re.compile(
    r" ?(?:st|nd|rd|th|er|re|ère|e|ème|eme|nde|[ºª])(?![\w])|\.?[ºª]|\.(?= ?(?:jahrhundert|jh\b))"
)
_HAN_DECADE_END = re.compile(" ?年 ?代")
_DECADE_END = re.compile(rf"'?s\b|ern?\b|{_HAN_DECADE_END.pattern}")
_DECADE_BEFORE = re.compile(
    r"\b(?:años|années|décadas? de(?: los)?|(?:principios|mediados|finales) de los) $"
)
WIDEST_BEFORE = 20  # letters of the words before a decade
# "at least 5" is "al menos 5" and "au moins 5": a minus in words may be none.
_MINUS = re.compile(r"(?<![^\W_])(?:minus|moins|menos) ?$|零下 ?$|(?:^|[\s(])–$")
_TWO = re.compile(r"\b(?:twice|both|beiden?|beider|ambos|ambas)\b")
# Parts and nothing, which are as often something else: "half past", "no longer".
_HALF = re.compile(
    r"\bhalf\b(?![ -]?(?:past|time|way|brother|sister|hour|an?\b|dozen|million|billion))"
    r"|\b(?:die hälfte|la moitié|la mitad)\b|一半"
)
_PART = re.compile(r"\ba (?:(quarter)|(third)|(fifth)|(tenth))\b(?= of\b|\W*$)")
_NONE = {
    "en": re.compile(
        r"\b(?:no(?= (?!longer|one|more|matter|doubt|sooner|less|fewer|other|such)[^\W\d_])|none)\b"
    ),
    "de": re.compile(r"\bkeine?[nmrs]?\b"),
    "fr": re.compile(r"\baucune?\b"),
    "es": re.compile(r"\bning[uú]n[ao]?\b"),
}
_ARTICLE = re.compile(r"\ban?(?= (?:decade|year|month|week|day|hour|minute)\b)")
_LONGEST_SCALE = max(len(word) for words in (*SCALES.values(), SHORT_SCALES) for word in words)
_SCALE = re.compile(rf"[ \u00a0-]?([^\W\d_]{{1,{_LONGEST_SCALE}}})(?![\w^])\.?")
# Whatever the language, but for words that another language takes for something else.
_ALL_SCALES = {
    word: scale
    for words in SCALES.values()
    for word, scale in words.items()
    if word not in ("mil", "mille", "billion", "billions")
}
_POINT_FIRST = re.compile(r"(?:^|[\s(=$-])\.$")  # ".75"
_MONEY = re.compile(r"(?:[$€£¥]|(?<![^\W\d_])(?:usd|eur|gbp|chf)) ?-?$")
_UNSURE_SCALES = ("m", "b", "t", "mm")  # metres, more often than not, or tonnes
_COMMA_THOUSANDS = ("en", "zh", "")


@dataclasses.dataclass(frozen=True)
class Number:
    """A number and where it stands.

    Args:
        start: int.
        end: int.
        amount: int or Fraction.
        kind: str, `"number"`, `"ordinal"`, `"decade"`, or `"article"`: the one of "a year".
        also: tuple of other amounts it may be, as `1,500` may.
        plain: bool, whether it is digits and nothing else, as a year is written.
        weak: bool, whether it may be no number.
    """

    start: int
    end: int
    amount: int | Fraction
    kind: str = "number"
    also: tuple[int | Fraction, ...] = ()
    plain: bool = False
    weak: bool = False


def find_numbers(text: str, small: str, language: str, taken: bytearray) -> Iterator[Number]:
    """Finds numbers in digits and in the words of one language, and Chinese ones.

    Args:
        text: str, as `plain_characters` gives it.
        small: str, the same in small letters.
        language: str.
        taken: bytearray, nonzero at the characters that are read already, such as those of dates.

    Returns:
        iterator of `Number`.

    Example:

    >>> from keras_halluc.text.values.numbers import find_numbers
    >>> text = "1,234.5 and twenty-one"
    >>> [float(n.amount) for n in find_numbers(text, text, "en", bytearray(len(text)))]
    [1234.5, 21.0]
    """
    for start, end, amount, ordinal, weak in chinese_numbers(text):
        number = Number(start, end, amount, "ordinal" if ordinal else "number", weak=weak)
        if amount % 10 == 0 and (ending := _HAN_DECADE_END.match(text, end)):
            number = _decade(start, ending.end(), int(amount))  # 一九五〇年代
        yield from _untaken([number], taken)
    powers = (Number(start, end, amount) for start, end, amount in find_powers(small, taken))
    yield from _untaken(powers, taken)
    pattern = _SPACED if language in _SPACED_LANGUAGES else _TIGHT
    for match in pattern.finditer(text):
        if match.end() - match.start() <= LONGEST and not any(taken[match.start() : match.end()]):
            yield from _untaken(_digits(small, match, language), taken)
    if language in ("en", ""):  # the words of other languages have it: "un año"
        for match in _ARTICLE.finditer(small):
            yield from _untaken([Number(*match.span(), 1, "article", weak=True)], taken)
    for match in _FRACTION.finditer(text):
        yield from _untaken([Number(*match.span(), Fraction(*_FRACTIONS[match.group()]))], taken)
    for match in _PART.finditer(small):
        share = Fraction(1, (4, 3, 5, 10)[(match.lastindex or 1) - 1])
        yield from _untaken([Number(*match.span(), share, weak=True)], taken)
    for start, end, amount, ordinal, weak in number_phrases(small, language):
        number = Number(start, end, amount, "ordinal" if ordinal else "number", weak=weak)
        before = small[max(0, start - WIDEST_BEFORE) : start]
        if _MINUS.search(before):
            number = dataclasses.replace(number, also=(-amount,))
        if 20 <= amount <= 90 and amount % 10 == 0 and _DECADE_BEFORE.search(before):
            number = _decade(start, end, int(amount))
        yield from _untaken([number], taken)
    for number in _weak_words(small, language):
        yield from _untaken([number], taken)


def _weak_words(small: str, language: str) -> Iterator[Number]:
    """Both, half, none."""
    for match in _TWO.finditer(small):
        yield Number(*match.span(), 2, weak=True)
    for match in _HALF.finditer(small):
        yield Number(*match.span(), Fraction(1, 2), weak=True)
    for match in _NONE.get(language, _NONE["en"]).finditer(small):
        yield Number(*match.span(), 0, weak=True)


def _untaken(numbers: Iterable[Number], taken: bytearray) -> Iterator[Number]:
    """Those at places that are not read yet, which they take."""
    for number in numbers:
        if not any(taken[number.start : number.end]):
            taken[number.start : number.end] = b"\1" * (number.end - number.start)
            yield number


def _digits(small: str, match: re.Match[str], language: str) -> Iterator[Number]:
    """What digits say, with the words that belong to the number: "1.5 million", "21st", "1990s"."""
    start, end = match.span()
    readings = read_digits(match.group(), language)
    if not readings:  # a list such as 1,2,3, a version such as 1.2.3
        for part in re.finditer(r"\d+", match.group()):
            yield Number(start + part.start(), start + part.end(), int(part.group()))
        return
    amount, also = readings[0], readings[1:]
    plain = match.group().isdecimal()
    if end < len(small) and small[end] in _FRACTIONS:
        yield Number(start, end + 1, amount + Fraction(*_FRACTIONS[small[end]]))
        return
    before = small[max(0, start - WIDEST_BEFORE) : start]
    if plain and _POINT_FIRST.search(before):
        start, plain, amount = start - 1, False, Fraction(int(amount), 10 ** (end - start))
    if plain and amount % 10 == 0 and 2 <= end - start <= 4:
        decade = _DECADE_END.match(small, end)
        if decade or _DECADE_BEFORE.search(before):
            yield _decade(start, decade.end() if decade else end, int(amount))
            return
    if plain and (before.endswith(("第", "第 "))):
        yield Number(small.rindex("第", 0, start), end, amount, "ordinal")
        return
    if plain and (ending := _ORDINAL_END.match(small, end)):
        yield Number(start, ending.end(), amount, "ordinal")
        return
    sign = -1 if _is_negative(small, start) else 1
    start -= sign < 0
    factor, scaled_end, also_factor = _scale(small, end, language, bool(_MONEY.search(before)))
    others = [sign * number * factor for number in also]
    if also_factor:
        others.append(sign * amount * also_factor)
    amount = sign * amount * factor
    if _MINUS.search(before):
        others.append(-amount)
    yield Number(start, scaled_end, amount, also=tuple(others), plain=plain and scaled_end == end)


def _decade(start: int, end: int, year: int) -> Number:
    return Number(start, end, year, "decade", also=(1900 + year,) if year < 100 else ())


def _is_negative(text: str, start: int) -> bool:
    if not start or text[start - 1] != "-":
        return False
    before = text[start - 2] if start > 1 else " "
    if before.isspace():  # "1903 -1967" is a range
        return not text[max(0, start - WIDEST_BEFORE) : start - 1].rstrip()[-1:].isdecimal()
    return before in "([{:=<>~"


def _scale(small: str, end: int, language: str, money: bool) -> tuple[int, int, int]:
    """What the words behind digits multiply them by, where they end, and an unsure reading.

    Behind money an M is millions, not metres.
    """
    factor, also = 1, 0
    words = _ALL_SCALES | SCALES.get(language, SCALES["en"])
    while match := _SCALE.match(small, end):
        word = match[1]
        if word in SHORT_SCALES and factor == 1:
            if word in _UNSURE_SCALES and not money:
                return 1, end, SHORT_SCALES[word]
            found = SHORT_SCALES[word]
        elif word in words:
            found = words[word]
        else:
            break
        if factor * found > 10**18:
            break
        dotted = match.group().endswith(".") and word in ("mio", "mrd", "tsd")
        factor, end = factor * found, match.end(1) + dotted
    return factor, end, also


def read_digits(token: str, language: str = "") -> list[int | Fraction]:
    """What digits with thousands and decimal signs may mean, the likeliest first.

    Args:
        token: str, digits with `.`, `,`, `'` or spaces between them.
        language: str. `1.500` is 1500 in German, French and Spanish, 1.5 in English and Chinese;
            both are given, in this order or the other.

    Returns:
        list of int and Fraction, empty if it is no one number.

    Example:

    >>> from keras_halluc.text.values.numbers import read_digits
    >>> read_digits("1.234.567,5"), read_digits("1,500", "en"), read_digits("1,2,3")
    ([Fraction(2469135, 2)], [1500, Fraction(3, 2)], [])
    """
    token = re.sub("[\u00a0' ]", "", token)
    signs = [char for char in token if char in ".,"]
    if not signs:
        return [int(token)]
    groups = re.split("[.,]", token)
    threes = 1 <= len(groups[0]) <= 3 and groups[0] != "0" * len(groups[0])
    if len(set(signs)) == 2:
        inner = groups[1:-1]
        if signs.count(signs[-1]) > 1 or len(set(signs[:-1])) > 1 or not _grouped(inner):
            return []
        return [_decimal("".join(groups[:-1]), groups[-1])]
    if len(signs) > 1:
        return [int("".join(groups))] if threes and _grouped(groups[1:]) else []
    if signs == [","] and len(groups[0]) > 3 and len(groups[1]) > 3:
        return []
    found: list[int | Fraction] = [_decimal(*groups)]
    if threes and len(groups[1]) == 3:
        thousands = int("".join(groups))
        first = (language in _COMMA_THOUSANDS) == (signs == [","])
        found.insert(0 if first else 1, thousands)
    return found


def _grouped(groups: list[str]) -> bool:
    """Whether groups are of three digits, or of two as in India with three at the end."""
    if not groups or len(groups[-1]) != 3:
        return False
    return len({len(group) for group in groups[:-1]} | {3}) <= 2 and all(
        len(group) in (2, 3) for group in groups
    )


def _decimal(whole: str, decimals: str) -> int | Fraction:
    number = Fraction(int(whole + decimals), 10 ** len(decimals))
    return number.numerator if number.denominator == 1 else number
