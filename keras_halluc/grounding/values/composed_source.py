"""Which codes, ratios and fractions does a source state, and which numbers stand inside them?"""

import re
from collections.abc import Iterable
from fractions import Fraction

from keras_halluc.text import Value

_PART = re.compile(r"\d+")
_SLASHED = re.compile(r"\d+/\d+")
LONGEST_PART = 9  # digits of a number inside a code


class ComposedSource:
    """The composed values of one source.

    Args:
        values: iterable of `Value`.
    """

    def __init__(self, values: Iterable[Value]) -> None:
        self._codes: set[tuple[str, str]] = set()
        self._digits: set[str] = set()
        self._ratios: set[tuple[int, ...]] = set()
        self._parts: set[int] = set()
        self._hours: set[int] = set()
        self._versions: set[str] = set()
        for value in values:
            self._add(value)

    def _add(self, value: Value) -> None:
        if value.kind == "code":
            for code, sort in value.readings:
                self._codes.add((sort, code))
                self._digits.add(re.sub(r"\D", "", code))
            if value.unit == "version":
                parts = str(value.value).split(".")
                self._versions |= {".".join(parts[:i]) for i in range(1, len(parts))}
            elif value.unit == "model":
                self._parts |= set(_numbers(value.text))
        elif value.kind == "ratio":
            self._ratios.add(value.value)
            self._parts |= set(value.value)
            if ":" not in value.text:  # "open 9-5"
                self._hours |= set(value.value)
        elif is_slashed(value):
            self._parts |= set(_numbers(value.text))

    def has_code(self, value: Value) -> bool:
        """Whether the source has a code, or a longer version: 3.11 where it has 3.11.4."""
        if value.unit == "version" and value.value in self._versions:
            return True
        digits = (
            re.sub(r"\D", "", str(value.value)) if value.unit in ("row", "phone", "book") else ""
        )
        if len(digits) > 6 and digits in self._digits:
            return True
        return any((sort, code) in self._codes for code, sort in value.readings)

    def has_ratio(self, value: Value) -> bool:
        """Whether the source has a ratio, in this order."""
        return value.value in self._ratios

    def turned_round(self, parts: tuple[int, ...]) -> bool:
        """Whether the source has the ratio of these parts the other way round."""
        return parts[::-1] in self._ratios and parts not in self._ratios

    def has_hour(self, value: Value) -> bool:
        """Whether a time is an hour of a span that is written as a ratio is: the 9 am of "9-5"."""
        hours = (time // 3600 for time, _ in value.readings if time % 3600 == 0)
        return any(not self._hours.isdisjoint((hour, hour % 12 or 12)) for hour in hours)

    def has_within(self, value: Value) -> bool:
        """Whether a bare number stands in a code, a ratio or a fraction of the source.

        The 3 of "3:1", "3 goals", does; so does the 3.11 of version 3.11.4, and a book or telephone
        number written without signs.
        """
        if value.kind != "number":
            return False
        if ("model", value.text.lower()) in self._codes:  # "3d" in small letters
            return True
        if value.unit:
            return False
        if value.text in self._versions or value.value in self._parts:
            return True
        return value.text.isdecimal() and len(value.text) > 6 and value.text in self._digits


def is_slashed(value: Value) -> bool:
    """Whether a number is written as a fraction, which may be a date or a score as well: 9/11."""
    return value.kind == "number" and bool(_SLASHED.search(value.text))


def parts_of(value: Value) -> tuple[int, ...]:
    """The numbers that a fraction or a ratio is written with."""
    return value.value if value.kind == "ratio" else tuple(_numbers(value.text))


def digits_of(code: Value) -> list[str]:
    """The runs of digits in the number of a model; of other codes none stands for itself."""
    return _PART.findall(code.text) if code.unit == "model" else []


def letters_of(code: Value) -> str:
    """The word that the number of a model begins with: "under" for U17."""
    letters = re.split(r"\d", str(code.value))[0]
    return "under" if letters == "u" else letters


def share_readings(value: Value) -> list[tuple[Fraction, str]]:
    """What a share of one is as a percentage, and a percentage as a share of one.

    Shares of 1 and more are left out: 100 % is said of other things than the number 1.
    """
    found = [(Fraction(n), unit) for n, unit in value.readings] if value.kind == "number" else []
    percent = [(100 * n, "%") for n, unit in found if not unit and 0 < abs(n) < 1]
    return percent + [(n / 100, "") for n, unit in found if unit == "%" and 0 < abs(n) < 100]


def _numbers(text: str) -> list[int]:
    return [int(part) for part in _PART.findall(text) if len(part) <= LONGEST_PART]
