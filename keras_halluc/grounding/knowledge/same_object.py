"""Do a stated object and a known one say the same, in whatever form each is written?"""

import functools
from fractions import Fraction

from keras_halluc.text import Value
from keras_halluc.text import contains_answer
from keras_halluc.text import find_values
from keras_halluc.text import normalize_answer
from keras_halluc.text import tokenize
from keras_halluc.text.function_words import FUNCTION_WORDS
from keras_halluc.text.normalize import ARTICLES

GRAMMAR = frozenset().union(*FUNCTION_WORDS.values())
LONGEST_VALUE = 200  # characters; what is longer is a text and no value
SHORT = 1000  # characters; texts no longer than that are kept ready
ROMAN = frozenset("IVX")
_VAGUE_UNITS = ("decade", "century")


def same_object(said: str, known: str, language: str | None, tolerance: float) -> bool | None:
    """Whether two objects are the same.

    Where the known one is a number, a date, a quantity or a time, values are compared. So "1,149
    metres" is "1.149 km", and "1867" is "7 November 1867", which says more. Anything else is
    compared as `AnswerChecker` does: one must stand in the other in whole words, accents and case
    aside, with the values in both in one form, or be the same name with initials.

    Args:
        said: str.
        known: str.
        language: str or None, as `keras_halluc.text.find_values` takes it.
        tolerance: float, how far a number may be off, as a share of the known one.

    Returns:
        bool, or None where that cannot be told: what is said says more than what is known, or it is
        a value of another kind.
    """
    if len(known) <= LONGEST_VALUE:
        values = _values(known, language)
        if _is_value(known, values):
            return _same_value(find_values(said, language), values, Fraction(tolerance))
    own, there = in_one_form(said, language), in_one_form(known, language)
    if not set(tokenize(own)) - ARTICLES:
        return None
    return contains_answer(own, there) or contains_answer(there, own) or _initialled(said, known)


def _initialled(said: str, known: str) -> bool:
    """Whether two names differ in first names alone that one of them shortens: "J. Müller"."""
    if max(len(said), len(known)) > LONGEST_VALUE:
        return False
    own, there = (
        tokenize(normalize_answer(text.replace(".", ". "), strip_accents=True))
        for text in (said, known)
    )
    pairs = list(zip(own, there))
    return (
        len(own) == len(there) > 1
        and own[-1] == there[-1]
        and len(own[-1]) > 1
        and all(a == b or (a[0] == b[0] and 1 in (len(a), len(b))) for a, b in pairs)
    )


@functools.lru_cache(maxsize=4096)
def _values(known: str, language: str | None) -> list[Value]:
    return [value for value in find_values(known, language) if value.kind != "name"]


def _is_value(text: str, values: list[Value]) -> bool:
    """Whether a text is a value and nothing else but grammar around it."""
    rest = list(text)
    for value in values:
        rest[value.start : value.end] = " " * (value.end - value.start)
    return bool(values) and set(tokenize("".join(rest).casefold())) <= GRAMMAR


def _same_value(said: list[Value], known: list[Value], tolerance: Fraction) -> bool | None:
    """Whether one of the values said is one of those known; None where none can be compared."""
    answers = [
        _same_date(value, other)
        if value.kind == other.kind == "date"
        else _same_number(value, other, tolerance)
        for value in said
        for other in known
        if _comparable(value, other)
    ]
    return True if True in answers else False if answers and None not in answers else None


def _comparable(value: Value, other: Value) -> bool:
    """Whether one speaks against the other where they differ."""
    if value.kind == "name" or any(v.unit in _VAGUE_UNITS for v in (value, other)):
        return False
    if value.kind == other.kind:
        return value.unit == other.unit or not value.unit or not other.unit
    return all(
        v.kind in ("number", "ordinal") or (v.kind == "date" and v.value[1:] == (None, None))
        for v in (value, other)
    )


def _same_date(value: Value, other: Value) -> bool | None:
    """Whether one date says nothing that the other does not; None if it says more."""
    days = [
        (day, other_day)
        for day, _ in value.readings
        for other_day, _ in other.readings
        if all(a is None or b is None or a == b for a, b in zip(day, other_day))
    ]
    if any(all(a is None or a == b for a, b in zip(*pair)) for pair in days):
        return True
    return None if days else False


def _same_number(value: Value, other: Value, tolerance: Fraction) -> bool:
    """Whether two values that are no dates say the same."""
    if "number" not in (value.kind, other.kind) and "date" not in (value.kind, other.kind):
        return not set(value.readings).isdisjoint(other.readings)
    bare = not value.unit or not other.unit
    slack = tolerance if value.kind == other.kind == "number" else Fraction(0)
    return any(
        unit == other_unit and abs(a - b) <= slack * abs(b)
        for a, unit in _readings(value, bare)
        for b, other_unit in _readings(other, bare)
    )


def _readings(value: Value, bare: bool) -> list[tuple[Fraction, str]]:
    """What a number may mean: in its unit, or as it is written where the other one has no unit."""
    if value.kind == "date":
        return [(Fraction(day[0]), "") for day, _ in value.readings if day[1:] == (None, None)]
    found = [(Fraction(number), unit) for number, unit in value.readings if not (bare and unit)]
    if bare and value.amount is not None:
        found.append((Fraction(value.amount), ""))
    return found


def in_one_form(text: str, language: str | None) -> str:
    """The text normalised, each value in it as one word that is the same however it is written."""
    return (_of_short if len(text) <= SHORT else _of_long)(text, language)


def _formed(text: str, language: str | None) -> str:
    parts, last = [], 0
    for value in find_values(text, language):
        if value.kind != "name" and not value.weak:
            parts += [text[last : value.start], _word(value)]
            last = value.end
    return normalize_answer(" ".join((*parts, text[last:])), strip_accents=True)


def _word(value: Value) -> str:
    name = f"{value.kind} {value.value} {value.unit}"
    if value.kind == "date" and value.value[1:] == (None, None):  # 1200 is a year, or seats
        name = f"number {value.value[0]} "
    if value.kind == "ordinal" and set(value.text) <= ROMAN:  # World War II, World War 2
        name = f"number {value.value} "
    return "".join(char if char.isalnum() else f"x{ord(char):x}" for char in name)


_of_short = functools.lru_cache(maxsize=4096)(_formed)
_of_long = functools.lru_cache(maxsize=2)(_formed)
