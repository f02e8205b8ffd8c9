"""Which number is a German word such as "zweihunderteinundzwanzig"?"""

import functools
import re
from fractions import Fraction

_ONES = {
    word: n
    for n, word in enumerate(
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
        "fünfzehn sechzehn siebzehn achtzehn neunzehn".split()
    )
}
_ONES |= {"ein": 1, "eine": 1, "zwo": 2, "fuenf": 5, "zwoelf": 12}
_ARTICLES = frozenset(("einen", "einem", "einer", "eines"))
_TENS = {
    word: 10 * n
    for n, word in enumerate(
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split(), 2
    )
} | {"dreissig": 30}
_ORDINALS = {"erst": 1, "dritt": 3, "siebt": 7, "acht": 8}
_TEN = re.compile(f"(?:(?P<one>.+?)und)?(?P<ten>{'|'.join(_TENS)})")
_TIMES = re.compile("(?:fach|mal|malig|fachig)(?:e|en|er|es|em)?$")
_ORDINAL_END = re.compile("(?:e|en|er|es|em)$")
LONGEST = 80  # letters; "neunhundertneunundneunzigtausendneunhundertneunundneunzig" has 55
# What every number word has in it, so that other words cost little.
_HINT = re.compile(
    "null|ein|zw|dr[eiß]|vier|f(?:ü|ue)nf|sech|sieb|acht|neun|zehn|elf|hund|taus|erst"
)


@functools.lru_cache(maxsize=4096)
def german_number(word: str) -> tuple[int | Fraction, bool] | None:
    """Reads one German word.

    Args:
        word: str, in small letters.

    Returns:
        `(number, is it an ordinal)`, or None for a word that is no number. "dreimal" and
        "dreifach" are 3, "anderthalb" is 3/2.

    Example:

    >>> from keras_halluc.text.values.german_numbers import german_number
    >>> german_number("zweitausendeinundzwanzig"), german_number("dritten"), german_number("Haus")
    ((2021, False), (3, True), None)
    """
    if len(word) > LONGEST or not _HINT.search(word):
        return (Fraction(3, 2), False) if word == "anderthalb" else None
    if word in _ARTICLES:
        return 1, False
    if word.startswith(("einfach", "einmal")):  # simple, once upon a time
        return None
    if (number := _cardinal(word)) is not None:
        return number, False
    if word.endswith("einhalb") and (number := _cardinal(word[:-7])):
        return number + Fraction(1, 2), False
    if (match := _TIMES.search(word)) and (number := _cardinal(word[: match.start()])):
        return number, False
    return _ordinal(word)


def _ordinal(word: str) -> tuple[int, bool] | None:
    match = _ORDINAL_END.search(word)
    stem = word[: match.start()] if match else ""
    if not stem.endswith("t"):
        return None
    for irregular, number in _ORDINALS.items():
        if stem.endswith(irregular):
            before = stem.removesuffix(irregular)
            rest = _cardinal(before) if before else 0
            if rest is not None and rest % 100 == 0:
                return rest + number, True
    number_of_stem = _cardinal(stem[:-2]) if stem.endswith("st") else None
    if number_of_stem and (number_of_stem % 100 >= 20 or number_of_stem % 100 == 0):
        return number_of_stem, True
    number_of_stem = _cardinal(stem[:-1])
    return (number_of_stem, True) if number_of_stem and 1 < number_of_stem % 100 < 20 else None


def _cardinal(word: str) -> int | None:
    return _with("tausend", 1000, 1000, word)


def _with(scale_word: str, scale: int, below: int, word: str) -> int | None:
    """A number that may have "tausend" (or "hundert") in it."""
    before, found, after = word.partition(scale_word)
    inner = _below_thousand if scale == 1000 else _below_hundred
    if not found:
        return inner(word)
    times = 1 if not before else inner(before)
    rest = 0 if not after else inner(after.removeprefix("und"))
    if times is None or rest is None or not 0 < times < below or (after and not rest):
        return None
    return times * scale + rest


def _below_thousand(word: str) -> int | None:
    return _with("hundert", 100, 20, word)


def _below_hundred(word: str) -> int | None:
    if word in _ONES:
        return _ONES[word]
    match = _TEN.fullmatch(word)
    if not match:
        return None
    one = _ONES.get(match["one"] or "null")
    if one is None or one >= 10 or (match["one"] and not one):
        return None
    return _TENS[match["ten"]] + one
