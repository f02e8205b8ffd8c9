"""Do two values say the same?"""

import functools
from fractions import Fraction

from keras_halluc.grounding.values.composed_source import digits_of
from keras_halluc.grounding.values.composed_source import parts_of
from keras_halluc.grounding.values.composed_source import share_readings
from keras_halluc.grounding.values.rounding import Rounding
from keras_halluc.grounding.values.source_names import SourceNames
from keras_halluc.grounding.values.source_names import name_words
from keras_halluc.text import Value


def same_value(
    value: Value, other: Value, tolerance: Fraction, rounding: Rounding | None = None
) -> bool:
    """Whether two values say the same, in whatever form.

    A name is the same as a part of it or its initials, and a date as one that leaves out its year.
    9 is the same as nine o'clock, 0.47 as 47 %, and 3 as what is said of "3:1".

    Args:
        value: `Value`.
        other: `Value`, the one that `value` may be off from.
        tolerance: Fraction, how far a number may be off, as a share of `other`.
        rounding: `Rounding` of `value`, or None.
    """
    if value.kind == "name":
        own, there = (set(name_words(str(v.value))) for v in (value, other))
        if value.value == other.value or (own and there and (own <= there or there <= own)):
            return True
        return _names(other.text, str(other.value)).has(str(value.value))
    if value.kind == other.kind == "date":
        return any(
            all(a is None or b is None or a == b for a, b in zip(day, other_day))
            for day, _ in value.readings
            for other_day, _ in other.readings
        )
    kinds = {value.kind, other.kind}
    if "ratio" in kinds and kinds & {"number", "time"}:
        ratio, single = (value, other) if value.kind == "ratio" else (other, value)
        return any(_is_part(single, part) for part in parts_of(ratio))
    if kinds == {"time", "number"}:
        times = [seconds(v) | _on_the_hour(v) for v in (value, other)]
        return not times[0].isdisjoint(times[1])
    if set(value.readings) & set(other.readings):
        return True
    if "ratio" in kinds:
        return False
    if "code" in kinds:  # version 3.11 for 3.11.4, a model in small letters, the 330 of A330
        code, single = (value, other) if value.kind == "code" else (other, value)
        start = str(code.value).startswith(f"{single.text}.")
        return start or single.text.lower() == code.value or single.text in digits_of(code)
    if kinds == {"number", "ordinal"} and value.value * other.value == 1:
        return True  # "a third of"
    if any((n, unit) in other.readings for n, unit in share_readings(value)):
        return True
    if rounding is not None and other.kind == "number" and _rounded(value, other, rounding):
        return True
    if not value.unit or not other.unit or value.unit == other.unit:
        return any(close(a, b, tolerance) for a in _numbers(value) for b in _numbers(other))
    return False


def _is_part(value: Value, part: int) -> bool:
    """Whether a number or an hour is one of the parts of a ratio."""
    if value.kind == "number":
        return part in (value.value, value.amount)
    return any(
        (part + half) * 3600 % 86400 == time for time, _ in value.readings for half in (0, 12)
    )


def _rounded(value: Value, other: Value, rounding: Rounding) -> bool:
    """Whether `value` may be `other` rounded, in the same unit or where one has none."""
    if value.unit == other.unit:
        factor = Fraction(value.value) / Fraction(value.amount or 1)
        return bool(factor) and any(
            rounding.fits(Fraction(number) / factor)
            for number, unit in other.readings
            if unit == value.unit
        )
    if value.unit and other.unit:
        return False
    if other.amount is None:
        return False
    shares = [n for n, unit in share_readings(other) if unit == value.unit]
    return any(rounding.fits(Fraction(n)) for n in (other.amount, *shares))


def close(number: Fraction, other: Fraction, tolerance: Fraction) -> bool:
    """Whether `number` is off from `other` by no more than a share of it."""
    return abs(number - other) <= tolerance * abs(other)


def seconds(value: Value) -> frozenset[Fraction]:
    """How long a value may last: 4:51 is one of hours and minutes, or of minutes and seconds."""
    if value.kind == "time":
        return frozenset(Fraction(time, d) for time, _ in value.readings for d in (1, 60))
    if value.kind != "number":
        return frozenset()
    return frozenset(Fraction(number) for number, unit in value.readings if unit == "s")


def _on_the_hour(value: Value) -> frozenset[Fraction]:
    """Seconds since midnight that a number may mean where the other text has a time."""
    hours = (n for n, unit in value.readings if value.kind == "number" and not unit)
    full = [int(hour) for hour in hours if hour == int(hour) and 0 <= hour <= 24]
    return frozenset(Fraction(3600 * (h % 24)) for hour in full for h in (hour, hour + 12))


@functools.lru_cache(maxsize=1024)
def _names(text: str, name: str) -> SourceNames:
    return SourceNames(text, [name])


def _numbers(value: Value) -> list[Fraction]:
    if value.kind == "date":
        return [Fraction(d[0]) for d, _ in value.readings if d[0] and d[1:] == (None, None)]
    found = [Fraction(number) for number, _ in value.readings] if value.kind == "number" else []
    return found + ([Fraction(value.amount)] if value.amount is not None else [])
