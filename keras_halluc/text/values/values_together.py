"""What do values mean together that stand beside each other?"""

import dataclasses
from collections.abc import Iterator
from fractions import Fraction

from keras_halluc.text.values.value import Value
from keras_halluc.text.values.value import whole

LONGEST_JOINT = 6
LONGEST_SHARE = 14  # "out of every", with a space on both sides
WIDEST_BEFORE = 20  # letters before the first value, with the space
_FROM_TO = frozenset("- – ~ to bis à a 至 到".split())
_JOINING = _FROM_TO | frozenset("and und et y or oder ou o 或 和 与 、".split())
_WITHIN = frozenset(("", ",", "and", "und", "et", "y", "e", "零"))  # "2 hours and 30 minutes"
_OF = ("", "of", "de")
# "one in five", "4 out of 5"
_SHARES = frozenset(
    ("in", "out of", "in every", "out of every", "von", "sur", "de cada", "of every")
)
MOST_SHARED = 1000
_BETWEEN = ("between", "zwischen", "entre")


def values_together(small: str, values: list[Value]) -> list[Value]:
    """Adds to values what they mean because of the one beside them.

    - "2-3 million km": the first number may mean what the second does.
    - "1922-26": the second is 1926 as well.
    - "21 and 28 January", "between January 21 and 28": both are days of January.
    - "the fourth of July": the first is that day of July.
    - "one in five": each may stand for the fifth.
    - "2 h 4 min 51 s": each may stand for the 7,491 seconds of all.

    Args:
        small: str, the text in small letters.
        values: list of `Value` in its order, not overlapping.

    Returns:
        list of `Value`, as many.

    Example:

    >>> import keras_halluc as kh
    >>> [value.also for value in kh.text.find_values("It took 4 min 51 s.")]
    [((291, 's'),), ((291, 's'),)]
    """
    found = list(values)
    for i in range(len(found) - 2, -1, -1):
        first, second = found[i], found[i + 1]
        gap = second.start - first.end
        if gap > LONGEST_SHARE:
            continue
        joint = small[first.end : second.start].strip()
        if joint in _SHARES and _is_share(first, second):
            share = [(whole(Fraction(first.value) / second.value), "")]
            found[i : i + 2] = _may_be(first, share), _may_be(second, share)
        elif gap > LONGEST_JOINT:
            continue
        elif joint in _JOINING:
            found[i : i + 2] = _ranged(small, first, second, joint)
        elif joint in _OF and first.kind == "ordinal" and second.kind == "date":
            if second.value[1] and not second.value[2] and first.value <= 31:
                found[i] = _day_of(second, first)
    return list(_summed(small, found))


def _is_share(first: Value, second: Value) -> bool:
    """Whether two numbers may be so many in so many: "one in five", not "3 in 2010"."""
    if not first.kind == second.kind == "number" or first.unit or second.unit:
        return False
    whole_numbers = isinstance(first.value, int) and isinstance(second.value, int)
    return whole_numbers and 0 < first.value < second.value <= MOST_SHARED


def _ranged(small: str, first: Value, second: Value, joint: str) -> tuple[Value, Value]:
    if _is_year(first) and second.kind == "number" and second.text.isdecimal():
        year = first.value[0] - first.value[0] % 100 + int(second.value)
        if len(second.text) == 2 and year > first.value[0]:
            second = _may_be(second, [(year, "")])
    elif first.kind == second.kind == "number" and not first.unit and first.amount is not None:
        scale = _scale(second)
        extra = [(whole(first.amount * scale), "")] if scale > first.amount else []
        if second.unit and second.amount:
            extra += [(whole(first.amount * s * _factor(second)), second.unit) for s in {1, scale}]
        first = _may_be(first, extra)
    elif first.kind == "number" and second.kind == "date" and first.text.isdecimal():
        if 0 < first.value <= 31 and second.value[2]:
            first = _day_of(second, first)
    elif first.kind == "date" and second.kind == "number" and second.text.isdecimal():
        before = small[max(0, first.start - WIDEST_BEFORE) : first.start].rstrip()
        spans = joint in _FROM_TO or before.endswith(_BETWEEN)
        if spans and first.value[1] and first.value[2] and first.value[2] < second.value <= 31:
            second = _day_of(first, second)
    return first, second


def _summed(small: str, values: list[Value]) -> Iterator[Value]:
    """Each with what it is together with those around it that go on in smaller units."""
    run: list[Value] = []
    sizes: list[Fraction] = []
    for value in values:
        size = _part(small, run, value) if run else None
        if size is None:
            yield from _with_sum(run, sizes)
            run, sizes = [value], [Fraction(value.value if value.kind == "number" else 0)]
        else:
            sizes[-1], run = size, [*run, value]
            sizes.append(Fraction(value.value))
    yield from _with_sum(run, sizes)


def _part(small: str, run: list[Value], value: Value) -> Fraction | None:
    """How much the last of a run is, None if the value does not go on in a smaller unit."""
    last = run[-1]
    if value.start - last.end > LONGEST_JOINT or not last.kind == value.kind == "number":
        return None
    if not value.unit or value.amount is None:
        return None
    joint = small[last.end : value.start].strip()
    if joint == "分" and value.unit == "s" and not last.unit:  # 4分51秒
        return Fraction(last.value) * 60
    if joint not in _WITHIN or last.unit != value.unit or not last.amount:
        return None
    smaller = _factor(value) < _factor(last) and value.value < _factor(last)
    return Fraction(last.value) if smaller else None


def _with_sum(run: list[Value], sizes: list[Fraction]) -> Iterator[Value]:
    total = [(whole(sum(sizes, Fraction())), run[-1].unit)] if len(run) > 1 else []
    for value in run:
        yield _may_be(value, total)


def _may_be(value: Value, readings: list[tuple[int | Fraction, str]]) -> Value:
    return dataclasses.replace(value, also=(*value.also, *readings)) if readings else value


def _day_of(date: Value, number: Value) -> Value:
    day = (*date.value[:2], int(number.value))
    return Value("date", day, "", number.start, number.end, number.text)


def _factor(value: Value) -> Fraction:
    """How many base units the unit is in which it is written."""
    return Fraction(value.value) / Fraction(value.amount or 1)


def _is_year(value: Value) -> bool:
    return value.kind == "date" and bool(value.value[0]) and value.value[1:] == (None, None)


def _scale(value: Value) -> int:
    """What the amount was multiplied by: a million in "3 million"."""
    amount = value.amount or 0
    for scale in (10**12, 10**9, 10**8, 10**6, 10**4, 10**3):
        if amount >= scale and any(char.isalpha() for char in value.text):
            if (Fraction(amount) * 1000 / scale).denominator == 1:
                return scale
    return 1
