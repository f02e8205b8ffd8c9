"""Words of an answer: normalised, with the values in it and the signs that change what it says."""

import dataclasses
import functools
import re

from keras_halluc.text.languages import LANGUAGES
from keras_halluc.text.languages import guess_language
from keras_halluc.text.normalize import ARTICLES
from keras_halluc.text.normalize import normalize_answer
from keras_halluc.text.tokens import tokenize_spans
from keras_halluc.text.values.value import Value
from keras_halluc.text.values.value_finder import find_values

MARK = "\ua66e"  # a letter of no living script; begins the words that stand for signs and values
LONGEST_IN_WORDS = 60  # characters of an answer that is read in every language
SHORT = 1000  # characters; texts no longer than that are kept ready
TO = MARK + "to"
_LEFT_OUT = ARTICLES | {"à"}  # which is "a" where accents are left out
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789pmn")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_UNITS = r"(?<!\w)(?:km|cm|mm|dm|m|ft|in|mi|yd)"
# Signs, and the words they are read as; "before" and "behind" say which neighbour they belong to.
_SIGNS: tuple[tuple[str, str, str], ...] = (
    (r"[≥⩾]|>=", "least", "before"),
    (r"[≤⩽]|<=", "most", "before"),
    (r"≠|!=", "other", "before"),
    (r"(?<![-=<>])>(?= ?[-.\d$€£" + MARK + "])", "over", "before"),
    (r"(?<!<)<(?= ?[-.\d$€£" + MARK + "])", "under", "before"),
    (r"±", "either", "before"),
    (r"[√∛]", "root", "before"),
    (r"¬", "not", "before"),
    (r"(?<=\w)\+\+", "plusplus", "behind"),
    (r"(?<=[^\W_])\+(?!\w)", "plus", "behind"),
    (r"(?<=[^\W_])[#♯](?!\w)", "sharp", "behind"),
    (r"♭", "flat", "behind"),
    (r"(?<=\w)\+(?=\w)", "add", ""),
    (r"(?<=\w) ?[×*·⋅] ?(?=\w)", "times", ""),
    (r"∞", "infinity", ""),
)
_WORD_OF_SIGN = {f"{MARK}{name}": side for _, name, side in _SIGNS}
_PATTERNS = [(re.compile(pattern), f" {MARK}{name} ") for pattern, name, _ in _SIGNS]
_GRADE = re.compile(r"(?<![\w-])([A-Z][A-Za-z]?\d?)[-\u2212](?=$|[\s.,;:!?)\]])")
_UP = re.compile(r"(?<=\w)[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]{1,9}")
_AREA = re.compile(_UNITS + "[²³]")
_CARET = re.compile(r"(?<=\w)(?:\^|\*\*) ?[({]?(-?\w{1,9})[)}]?")
_LOW = re.compile(r"(?<=\d)[₀₁₂₃₄₅₆₇₈₉]{1,9}")
_RANGE = re.compile(rf"({MARK}v\d+) ?[-\u2010-\u2015~] ?(?={MARK}v)")
_INITIALS = re.compile(r"(?<!\w)(?:[A-Z](?:\. ?| )){1,5}[A-Z](?=\.|\s|$)")
_MINUS = re.compile(r"(?:(?<!\w)(?:minus|negative) |(?:^|(?<=[\s(=]))[-\u2212])$", re.IGNORECASE)
_FRENCH_MINUS = re.compile(r"(?<!\w)(?<!au )(?<!du )(?:moins) $|(?<!al )(?<!\w)menos $", re.I)
LONGEST_MINUS = 10


@dataclasses.dataclass(frozen=True)
class AnswerWord:
    """A word, sign or value of an answer.

    Args:
        text: str, the normalised word; of a value one that is the same however it is written.
        bare: str, the same without accents.
        value: `Value` or None.
        side: str, `"before"` for a sign that changes what follows it, `"behind"` for one that
            changes what stands before it, else empty.
    """

    text: str
    bare: str
    value: Value | None = None
    side: str = ""


def answer_words(text: str, language: str = "", values: bool = True) -> tuple[AnswerWord, ...]:
    """The words of an answer in their order, without the English articles.

    Unlike in `normalize_answer`, signs that change an answer are words of their own: those of
    powers (`10²`), of grades and languages (`A+`, `C++`, `F#`), of inequality (`≥5`), and indexes
    of digits. Initials are one word (`"J. K."` is `"J.K."`).

    Args:
        text: str.
        language: str, of number words where the text itself does not tell; empty for any.
        values: bool, whether a value is one word, however it is written.

    Returns:
        tuple of `AnswerWord`.

    Example:

    >>> from keras_halluc.text.answer_words import answer_words
    >>> [word.text for word in answer_words("The café, J. K. Rowling")]
    ['café', 'jk', 'rowling']
    >>> answer_words("five km")[0].text == answer_words("5,000 metres")[0].text
    True
    """
    return (_of_short if len(text) <= SHORT else _of_long)(text, language, values)


def _read(text: str, language: str, values: bool) -> tuple[AnswerWord, ...]:
    text = text.replace(MARK, " ")
    found = _values(text, language) if values else []
    parts, last = [], 0
    for i, value in enumerate(found):
        parts += [text[last : value.start], _apart(text, value.start), f"{MARK}v{i}"]
        parts.append(_apart(text, value.end + 1))
        last = value.end
    words = [_word(word, found) for word in _normal("".join((*parts, text[last:])))]
    return tuple([word for word in words if word.text not in _LEFT_OUT] or words)


def _normal(text: str) -> list[str]:
    text = _RANGE.sub(rf"\1 {TO} ", text)
    text = _INITIALS.sub(lambda match: re.sub(r"[. ]", "", match.group()), text)
    text = _GRADE.sub(rf"\1 {MARK}minus ", text)
    text = _AREA.sub(lambda match: match.group().translate(_RAISED), text)
    text = _UP.sub(lambda match: f" {MARK}up{match.group().translate(_RAISED)} ", text)
    text = _CARET.sub(lambda match: f" {MARK}up{match[1].replace('-', 'm')} ", text)
    text = _LOW.sub(lambda match: f" {MARK}low{match.group().translate(_LOWERED)} ", text)
    for pattern, word in _PATTERNS:
        text = pattern.sub(word, text)
    text = text.replace("&", " & ")
    normal = normalize_answer(text.replace("&", f" {MARK}and "))
    return [token for token, _, _ in tokenize_spans(normal)]


def _word(word: str, values: list[Value]) -> AnswerWord:
    if not word.startswith(MARK):
        return AnswerWord(word, bare(word))
    name = word[1:]
    if name[0] == "v" and name[1:].isdecimal():
        value = values[int(name[1:])]
        form = f"{value.kind} {value.value} {value.unit}"
        if value.text.isdecimal() and value.text[0] == "0" and len(value.text) > 2:
            form = value.text  # 007 is not 7
        return AnswerWord(form, form, value)
    if name == "minus" or name.startswith(("up", "low")):
        return AnswerWord(word, word, side="behind")
    return AnswerWord(word, word, side=_WORD_OF_SIGN.get(word, ""))


def _values(text: str, language: str) -> list[Value]:
    """The numbers, dates, times and codes of a text that stand apart from letters beside them."""
    spoken = guess_language(text, default=language)
    found = _numeric(find_values(text, spoken or None))
    if not found and not spoken and len(text) <= LONGEST_IN_WORDS:
        for other in LANGUAGES:
            if found := [value for value in _numeric(find_values(text, other)) if not value.weak]:
                break
    apart = [value for value in found if not _glued(text, value)]
    return _summed([_signed(text, value) for value in apart])


def _summed(values: list[Value]) -> list[Value]:
    """Values that are one together as one: the 2 h and 30 min of "2 h 30 min"."""
    found: list[Value] = []
    for value in values:
        last = found[-1] if found else value
        total = value.also[-1] if value.also and value.also[-1:] == last.also[-1:] else None
        if total and total[1] == value.unit == last.unit and last.value > value.value:
            text = last.text + value.text
            value = Value("number", *total, last.start, value.end, text, (total,))
            found.pop()
        found.append(value)
    return found


def _numeric(values: list[Value]) -> list[Value]:
    return [value for value in values if value.kind != "name"]


def _glued(text: str, value: Value) -> bool:
    """Whether a value is part of a word, as in "B2B", or a power of one, as in "x^2"."""
    before = text[value.start - 1 : value.start]
    behind = text[value.end : value.end + 1]
    return before == "^" or any(c.isalnum() and c < "\u2e80" for c in before + behind)


def _signed(text: str, value: Value) -> Value:
    """A number with the minus before it, in whatever form that is written."""
    before = text[max(0, value.start - LONGEST_MINUS) : value.start]
    minus = _MINUS.search(before) or _FRENCH_MINUS.search(before)
    if value.kind != "number" or value.value <= 0 or not minus:
        return value
    start = value.start - len(before) + minus.start()
    amount = None if value.amount is None else -value.amount
    also = tuple((-abs(number), unit) for number, unit in value.also)
    return dataclasses.replace(value, start=start, value=-value.value, also=also, amount=amount)


def _apart(text: str, position: int) -> str:
    """A space, where a letter of a script without spaces touches a value."""
    return " " if text[position - 1 : position].isalnum() and position else ""


def bare(word: str) -> str:
    """A normalised word without accents and vowel signs that are left out as often as written.

    Args:
        word: str.

    Returns:
        str.

    Example:

    >>> from keras_halluc.text.answer_words import bare
    >>> bare("beyoncé"), bare("łódź"), bare("مُحَمَّد")
    ('beyonce', 'lodz', 'محمد')
    """
    if word.isascii():
        return word
    return _POINTS.sub("", normalize_answer(word, strip_accents=True).translate(_PLAIN)) or word


# Letters that are no letter with an accent to Unicode, and to readers are; marks of Arabic and
# Hebrew vowels.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th"}
)
_POINTS = re.compile("[\u064b-\u0652\u0670\u0640\u0591-\u05bd\u05bf\u05c1\u05c2]")
_of_short = functools.lru_cache(maxsize=4096)(_read)
_of_long = functools.lru_cache(maxsize=4)(_read)
