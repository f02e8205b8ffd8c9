"""Does an answer say what a reference says? One comparison for all who ask."""

import collections
import re
from fractions import Fraction

from keras_halluc.grounding.option_letters import chooses
from keras_halluc.grounding.option_letters import option_letter
from keras_halluc.text.answer_words import TO
from keras_halluc.text.answer_words import AnswerWord
from keras_halluc.text.answer_words import answer_words
from keras_halluc.text.function_words import FUNCTION_WORDS
from keras_halluc.text.short_forms import same_word
from keras_halluc.text.values.value import Value

LONGEST_COMPARED = 60  # words of a reference that are compared one by one
LONGEST_JOINED = 200  # characters of a reference that is looked for without its hyphens too
_JOINING = re.compile(r"(?<=[^\W\d_])['’ʻ-](?=[^\W\d_])")  # "e-mail", "Hawai'i"
_AND = "\ua66eand"
_SIGNS = {
    _AND: frozenset("and und et y e og och en и".split()),
    TO: frozenset("to bis through until till à a 至 到".split()),
}
_FREE = frozenset().union(*FUNCTION_WORDS.values())
_COPULAS = frozenset(
    "is are was were be has have had about exactly only just got scored won equals ist sind war "
    "hat est sont était a es son era tiene hay answer".split()
)

_OF = frozenset("of von des der de du".split())
_VAGUE_UNITS = ("decade", "century")


def has_answer(
    output: str, reference: str, fold_accents: bool | None = None, language: str = ""
) -> bool:
    """Whether an output has a reference in it, in whole words.

    Values are compared as values: "$29.00" is "29", "17:00" is "5 pm", and "12 million" is not
    "12". A reference that is one letter is an option: see `option_letters`.

    Args:
        output: str.
        reference: str.
        fold_accents: bool or None, whether accents are left out. None: only of a word that the
            other side writes without any.
        language: str, of number words where the texts do not tell; empty for any.

    Returns:
        bool.

    Example:

    >>> from keras_halluc.grounding.same_answer import has_answer
    >>> has_answer("It was on March 3, 2024.", "2024-03-03"), has_answer("C++", "C")
    (True, False)
    """
    letter = option_letter(reference)
    if letter:
        return chooses(output, letter)
    return _compare(output, reference, fold_accents, language, whole=False)


def same_answer(one: str, other: str, fold_accents: bool | None = None, language: str = "") -> bool:
    """Whether two answers say the same, word for word and value for value.

    Args:
        one: str.
        other: str.
        fold_accents: bool or None, as in `has_answer`.
        language: str, as in `has_answer`.

    Returns:
        bool.

    Example:

    >>> from keras_halluc.grounding.same_answer import same_answer
    >>> same_answer("5 km", "five kilometres"), same_answer("5 km", "5 miles")
    (True, False)
    """
    return _compare(one, other, fold_accents, language, whole=True)


def answer_f1(output: str, reference: str, language: str = "") -> float:
    """Token F1 of two answers, where a value is one token in whatever form it is written.

    Args:
        output: str.
        reference: str.
        language: str, as in `has_answer`.

    Returns:
        float in [0, 1], higher is more alike.

    Example:

    >>> from keras_halluc.grounding.same_answer import answer_f1
    >>> answer_f1("5 kilometers", "5 km"), answer_f1("C++", "C")
    (1.0, 0.6666666666666666)
    """
    left, right = ([w.text for w in answer_words(t, language)] for t in (output, reference))
    if not left or not right:
        return float(left == right)
    common = (collections.Counter(left) & collections.Counter(right)).total()
    return 2 * common / (len(left) + len(right))


def answer_key(answer: str, language: str = "") -> tuple[str, ...]:
    """Equal for answers that are written the same, accents and values in one form.

    Args:
        answer: str.
        language: str, as in `has_answer`.

    Returns:
        tuple of str, empty for an answer without any word.

    Example:

    >>> from keras_halluc.grounding.same_answer import answer_key
    >>> answer_key("The 5km") == answer_key("5 kilometres")
    True
    """
    return tuple(word.text for word in answer_words(answer, language))


def _compare(
    output: str, reference: str, fold_accents: bool | None, language: str, whole: bool
) -> bool:
    wanted = answer_words(reference, language)
    if not wanted:
        stripped = reference.strip()
        return bool(stripped) and (output.strip() == stripped if whole else stripped in output)
    values = [word.value for word in wanted if word.value is not None]
    if values and _found(answer_words(output, language), wanted, fold_accents, whole):
        return True
    model = len(values) == 1 and values[0].unit == "model"  # "COVID 19"
    if len(values) == len(wanted) and not model and any(not value.weak for value in values):
        return False  # a value is no part of another one, as 12 is of 12 million
    if _compare_words(output, reference, fold_accents, whole):
        return True
    if len(reference) > LONGEST_JOINED or not (
        _JOINING.search(reference) or _JOINING.search(output)
    ):
        return False
    joined, wanted_joined = _JOINING.sub("", output), _JOINING.sub("", reference)
    return _compare_words(joined, wanted_joined, fold_accents, whole)


def _compare_words(output: str, reference: str, fold_accents: bool | None, whole: bool) -> bool:
    """The same without looking for values."""
    words, wanted = (answer_words(text, values=False) for text in (output, reference))
    return _found(words, wanted, fold_accents, whole)


def _found(
    words: tuple[AnswerWord, ...],
    wanted: tuple[AnswerWord, ...],
    fold_accents: bool | None,
    whole: bool,
) -> bool:
    """Whether some words stand in others in a row, with no sign beside that changes them."""
    if whole and len(words) != len(wanted):
        return False
    if len(wanted) > LONGEST_COMPARED:
        return _in_a_row(words, wanted, fold_accents)
    last = len(words) - len(wanted)
    return any(
        all(_same(words, start + i, word, fold_accents) for i, word in enumerate(wanted))
        and not (start and words[start - 1].side == "before")
        and not (start < last and words[start + len(wanted)].side == "behind")
        for start in range(last + 1)
    )


def _in_a_row(
    words: tuple[AnswerWord, ...], wanted: tuple[AnswerWord, ...], fold_accents: bool | None
) -> bool:
    """The same of many words, in a time that does not grow with the product of both lengths."""
    strict = not fold_accents and any(w.text != w.bare for w in wanted)
    strict = strict and any(w.text != w.bare for w in words)
    inner, outer = (
        "\n".join(("", *(w.text if strict or fold_accents is False else w.bare for w in ws), ""))
        for ws in (wanted, words)
    )
    return inner in outer


def _same(words: tuple[AnswerWord, ...], at: int, wanted: AnswerWord, fold: bool | None) -> bool:
    word = words[at]
    if word.text == wanted.text:
        return word.value is None or not word.value.weak or wanted.value is None or _said(words, at)
    if word.value is not None and wanted.value is not None:
        if word.value.weak and not _said(words, at):
            return False
        ends = at + 1 == len(words) or words[at + 1].text in _FREE
        return same_values(word.value, wanted.value, ends)
    for one, other in ((word, wanted), (wanted, word)):  # H₂O is no model number
        if one.value is not None and one.value.kind == "code" and other.value is None:
            return str(one.value.value) == other.bare
    if word.bare == wanted.bare and fold is not False:
        return bool(fold) or word.text == word.bare or wanted.text == wanted.bare
    if wanted.text in _SIGNS.get(word.text, ()) or word.text in _SIGNS.get(wanted.text, ()):
        return True
    return same_word(word.text, wanted.text)


def _said(words: tuple[AnswerWord, ...], at: int) -> bool:
    """Whether a word that may be none is a number here: "It has one", not "no one knows"."""
    if at + 1 < len(words) and words[at + 1].text in _OF:
        return False
    return at == 0 or at + 1 == len(words) or words[at - 1].text in _COPULAS


def same_values(value: Value, known: Value, bare_too: bool = True) -> bool:
    """Whether a value of an answer says what one of a reference does.

    A date may say more than the reference. A number of the reference without a unit is compared
    with the amount of the answer; a number of the answer without one with that of the reference
    if `bare_too`.

    Args:
        value: `Value` of the answer.
        known: `Value` of the reference.
        bare_too: bool.

    Returns:
        bool.
    """
    if value.kind == known.kind == "date":
        return any(
            all(wanted is None or wanted == part for part, wanted in zip(day, wanted_day))
            for day, _ in value.readings
            for wanted_day, _ in known.readings
        )
    kinds = {value.kind, known.kind}
    if kinds <= {"number", "date"}:
        return _same_number(value, known, bare_too)
    if kinds == {"number", "code"}:
        return str(value.value) == str(known.value)
    if kinds == {"number", "time"}:
        time, number = (value, known) if value.kind == "time" else (known, value)
        return (bare_too or value is time) and _on_the_hour(time, number)
    if value.kind == known.kind == "ordinal" and not known.unit:
        return bool(value.value == known.value)
    if kinds == {"number", "ordinal"}:  # World War II, World War 2
        order = value if value.kind == "ordinal" else known
        return set(order.text) <= set("IVX") and value.value == known.value
    return value.kind == known.kind and not set(value.readings).isdisjoint(known.readings)


def _same_number(value: Value, known: Value, bare_too: bool) -> bool:
    if _keeps_zeros(value) or _keeps_zeros(known):
        return value.text == known.text
    own, there = _numbers(value), _numbers(known)
    if not own.isdisjoint(there):
        return True
    if value.unit in _VAGUE_UNITS or known.unit in _VAGUE_UNITS:
        return False
    if not known.unit and value.unit and value.amount is not None:
        return (Fraction(value.amount), "") in there
    if not value.unit and known.unit and known.amount is not None and bare_too:
        return (Fraction(known.amount), "") in own
    return False


def _numbers(value: Value) -> set[tuple[Fraction, str]]:
    """What a number may mean; a share is a percentage as well, and a year is a number."""
    if value.kind == "date":
        return {(Fraction(day[0]), "") for day, _ in value.readings if day[1:] == (None, None)}
    found = {(Fraction(number), unit) for number, unit in value.readings}
    shares = {(100 * n, "%") for n, unit in found if not unit and n.denominator > 1 and abs(n) < 1}
    return found | shares


def _keeps_zeros(value: Value) -> bool:
    """Whether a number begins with zeros that belong to it, as 007 does."""
    return len(value.text) > 2 and value.text.isdecimal() and value.text[0] == "0"


def _on_the_hour(time: Value, number: Value) -> bool:
    hours = {int(n) for n, unit in number.readings if not unit and n == int(n) and 0 <= n <= 24}
    seconds = {3600 * (hour + half) % 86400 for hour in hours for half in (0, 12)}
    return not seconds.isdisjoint(reading for reading, _ in time.readings)
