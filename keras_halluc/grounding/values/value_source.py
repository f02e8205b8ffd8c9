"""Which values does a source state, and which of them speaks against another?"""

import bisect
import functools
import re
from fractions import Fraction
from typing import Any

from keras_halluc.grounding.values.composed_source import ComposedSource
from keras_halluc.grounding.values.composed_source import digits_of
from keras_halluc.grounding.values.composed_source import is_slashed
from keras_halluc.grounding.values.composed_source import letters_of
from keras_halluc.grounding.values.composed_source import parts_of
from keras_halluc.grounding.values.composed_source import share_readings
from keras_halluc.grounding.values.rounding import RoundedNumbers
from keras_halluc.grounding.values.rounding import Rounding
from keras_halluc.grounding.values.same_value import close
from keras_halluc.grounding.values.same_value import same_value
from keras_halluc.grounding.values.same_value import seconds
from keras_halluc.grounding.values.sentence_rivals import SentenceRivals
from keras_halluc.grounding.values.source_dates import Day
from keras_halluc.grounding.values.source_dates import SourceDates
from keras_halluc.grounding.values.source_names import SourceNames
from keras_halluc.grounding.values.source_names import name_words
from keras_halluc.grounding.values.value_places import ValuePlaces
from keras_halluc.text import Value
from keras_halluc.text import find_values
from keras_halluc.text.values.value_finder import NameFinder

MOST_COMPARED = 200  # values that one is compared with: of a source, or on a side of it in a list
MOST_AT_A_PLACE = 8
LEAST_SURE = 100  # numbers from here on are no pronouns or articles
# What stands between two members of a list.
_JOINT = re.compile(
    r"\s*(?:[,;/&、，]\s*)?(?:(?:and|or|und|oder|et|ou|y|e|o|u)\s+|[和及与或]\s*)?"
    r"(?:(?:the|der|die|das|den|dem|le|la|les|el|los|las)\s+)?",
    re.IGNORECASE,
)
Place = tuple[str, ...]


class ValueSource:
    """The values of one source, ready to be asked about many.

    Args:
        text: str.
        language: str or None, as `keras_halluc.text.find_values` takes it.
        tolerance: float, how far a number may be off, as a share of it.
        name_finder: callable or None, as `keras_halluc.text.find_values` takes it.
    """

    def __init__(
        self,
        text: str,
        language: str | None,
        tolerance: float,
        name_finder: NameFinder | None = None,
    ) -> None:
        self.values = find_values(text, language, name_finder)
        self._text = text
        self._tolerance = Fraction(tolerance)
        self._places = ValuePlaces(text)
        self._readings: dict[tuple[str, str, Any], Value] = {}
        self._dates = SourceDates()
        self._sorted: dict[str, list[Fraction]] = {}
        self._counts = RoundedNumbers()
        self._at: dict[Place, list[Value]] = {}
        self._alike: dict[tuple[str, str], list[Value]] = {}
        for value in self.values:
            self._add(value)
        for numbers in self._sorted.values():
            numbers.sort()
        self._composed = ComposedSource(self.values)
        times = (value for value in self.values if value.kind == "time")
        self._clock = frozenset().union(*map(seconds, times))
        strong = (str(v.value) for v in self.values if v.kind == "name" and not v.weak)
        self._named = frozenset(word for name in strong for word in (name, *name_words(name)))
        self._names = SourceNames(text, [str(v.value) for v in self.values if v.kind == "name"])

    def has(self, value: Value) -> bool:
        """Whether the source states this value, in whatever form."""
        if value.kind == "name":
            return self._names.has(str(value.value))
        if value.kind == "code":
            return self._has_code(value)
        if value.kind == "ratio":
            return self._composed.has_ratio(value) or self._has_parts(value)
        lasting = seconds(value)
        if value.kind == "time" and any(self._has_exactly(s, "s") for s in lasting):
            return True
        if value.kind == "time" and self._composed.has_hour(value):
            return True
        if value.kind == "number" and not self._clock.isdisjoint(lasting):
            return True
        if any(self._has(value, reading, unit) for reading, unit in value.readings):
            return True
        if any(self._has_number(n, unit) for n, unit in share_readings(value)):
            return True
        return self._composed.has_within(value) or (is_slashed(value) and self._has_parts(value))

    def surely_has(self, value: Value) -> bool:
        """Whether what may be no value is one in the source: the "Ann" of "Ann Lee", a million."""
        if value.kind == "number" and value.value >= LEAST_SURE:
            return self.has(value)
        return value.kind == "name" and str(value.value) in self._named

    def has_rounded(self, value: Value, rounding: Rounding) -> bool:
        """Whether the source states a number that this one may be rounded from."""
        return self._counts.has(value, rounding)

    def _has_code(self, value: Value) -> bool:
        if self._composed.has_code(value):
            return True
        if value.unit == "model":  # "CO₂", "covid-19", "under 17"
            word, digits = letters_of(value), digits_of(value)
            apart = len(word) > 1 and self._names.has(word) and len(digits) == 1
            return self._names.has(str(value.value)) or (apart and self._has_bare(int(digits[0])))
        code = str(value.value)
        return code.isdecimal() and self._has_exactly(Fraction(int(code)), "")

    def _has_parts(self, value: Value) -> bool:
        """Whether the source has the numbers or hours that a ratio or fraction is written with.

        "9-5" may be said for "9 am to 5 pm", "9/11" for "11 September".
        """
        parts = parts_of(value)
        if ":" in value.text or self._composed.turned_round(parts):
            return False
        if len(parts) == 2 and any(self._dates.has((None, *day)) for day in (parts, parts[::-1])):
            return True
        return all(self._has_bare(part) for part in parts)

    def _has_bare(self, number: int) -> bool:
        hours = (("time", "", 3600 * (number + half) % 86400) for half in (0, 12))
        if number <= 24 and any(hour in self._readings for hour in hours):
            return True
        return any(self._has_exactly(Fraction(number), unit) for unit in ("", "~"))

    def rival(self, value: Value, places: ValuePlaces, least: str = "any") -> Value | None:
        """The value the source has at the same place, or at one like it.

        Args:
            value: `Value` of the output.
            places: `ValuePlaces` of the output.
            least: str, how like the places must be: `"any"`, `"both"` for the same words on both
                sides, `"most"` for more of them.

        Returns:
            `Value`, None if the source has none. It is an equal one where there is one.
        """
        for key in places.keys(value):
            if least not in ("any", key[0]) and not (least == "both" and key[0] == "most"):
                continue
            there = self._at.get(key, ())
            if len(there) == MOST_AT_A_PLACE and self.has(value):
                return None  # it may be one of those that are not kept
            found = [other for other in there if _group(other) == _group(value)]
            if found:
                return next((other for other in found if self.same(value, other)), found[0])
        return self._nearest(value, places) if least == "any" else None

    def sentence_rival(
        self, value: Value, places: ValuePlaces, rounding: Rounding | None
    ) -> Value | None:
        """A value that the source has in the sentence that says the same, as `SentenceRivals`."""
        return self._sentences.find(value, places, lambda a, b: self.same(a, b, rounding))

    @functools.cached_property
    def _sentences(self) -> SentenceRivals:
        return SentenceRivals(self.values, self._places)

    def same(self, value: Value, other: Value, rounding: Rounding | None = None) -> bool:
        """Whether two values say the same, within the tolerance or as one is rounded."""
        return same_value(value, other, self._tolerance, rounding)

    def listed(self, value: Value, rival: Value) -> bool:
        """Whether a list of the source has both, so that either may stand first.

        Args:
            value: `Value` of the output.
            rival: `Value` of the source, as `rival` gives it.
        """
        own = bisect.bisect_left(self.values, rival.start, key=lambda v: v.start)
        before = self.values[max(0, own - MOST_COMPARED) : own + 1][::-1]
        for rest in (self.values[own : own + MOST_COMPARED], before):
            for one, other in zip(rest, rest[1:]):
                first, last = sorted((one, other), key=lambda v: v.start)
                if not _JOINT.fullmatch(self._text, first.end, last.start):
                    break
                if self.same(value, other):
                    return True
        return False

    def _add(self, value: Value) -> None:
        for key in self._places.keys(value):
            there = self._at.setdefault(key, [])
            if len(there) < MOST_AT_A_PLACE:
                there.append(value)
        alike = self._alike.setdefault((_family(value), value.unit), [])
        if len(alike) < MOST_COMPARED and not value.weak:
            alike.append(value)
        for reading, unit in value.readings:
            if value.kind == "date":
                self._dates.add(reading)
                if reading[1:] == (None, None):
                    self._add_number(Fraction(reading[0]), "", value)
            elif value.kind == "number":
                self._add_number(Fraction(reading), unit, value)
                if unit == "decade":
                    self._dates.add_year(int(reading))
                self._counts.add(Fraction(reading), unit)
            elif value.kind != "name":
                self._readings.setdefault((value.kind, unit, reading), value)
        if value.unit and value.kind == "number" and value.amount is not None:
            self._readings.setdefault(("number", "~", Fraction(value.amount)), value)
            self._counts.add(Fraction(value.amount), "~")

    def _add_number(self, number: Fraction, unit: str, value: Value) -> None:
        self._readings.setdefault(("number", unit, number), value)
        self._sorted.setdefault(unit, []).append(number)

    def _has(self, value: Value, reading: Any, unit: str) -> bool:
        if value.kind == "date":
            if reading[1:] == (None, None) and self._has_exactly(Fraction(reading[0]), ""):
                return True
            return self._has_date(reading)
        if value.kind == "ordinal" and not unit:
            bare = self._readings.get(("number", "", Fraction(reading)))
            if bare is not None and bare.text.isdecimal():
                return True
            if ("ordinal", "century", reading) in self._readings:
                return True
            if self._dates.has_day(reading):
                return True
        if value.kind == "ordinal" and unit == "century" and self._dates.has_century(reading):
            return True
        if value.kind == "number" and value.text.isdecimal():  # "im 20." of "im 20. Jahrhundert"
            if any(("ordinal", u, reading) in self._readings for u in ("", "century")):
                return True
        if value.kind != "number":
            return (value.kind, unit, reading) in self._readings
        if self._has_number(Fraction(reading), unit):
            return True
        if not unit:  # 5 of "5 km", or a year
            return self._has_number(Fraction(reading), "~") or self._dates.has_year(reading)
        return value.amount is not None and self._has_number(Fraction(value.amount), "")

    def _has_exactly(self, number: Fraction, unit: str) -> bool:
        return ("number", unit, number) in self._readings

    def _has_number(self, number: Fraction, unit: str) -> bool:
        if self._has_exactly(number, unit):
            return True
        numbers = self._sorted.get(unit, [])
        if not self._tolerance or not numbers:
            return False
        i = bisect.bisect_left(numbers, number)
        return any(
            close(number, other, self._tolerance) for other in numbers[max(0, i - 1) : i + 1]
        )

    def _has_date(self, date: Day) -> bool:
        if self._dates.has(date):
            return True
        # "12 May" and "2020" may stand in two sentences.
        year, month, day = date
        return (
            year is not None
            and month is not None
            and self._dates.has_yearless(month, day)
            and (self._dates.has_year(year) or self._has_exactly(Fraction(year), ""))
        )

    def _nearest(self, value: Value, places: ValuePlaces) -> Value | None:
        """The value of its kind and unit with the most words around it in common."""
        alike = self._alike.get((_family(value), value.unit), [])
        own = places.near(value)
        needed = 1 if value.unit else 2
        best, most = None, needed - 1
        for other in alike:
            shared = len(own & self._places.near(other))
            if shared > most:
                best, most = other, shared
        return best


def _group(value: Value) -> str:
    """Values that may stand in for each other: a name for a name, a number for a year."""
    return "name" if value.kind == "name" else "value"


def _family(value: Value) -> str:
    """Its kind, where a year is a number."""
    is_year = value.kind == "date" and value.value[1:] == (None, None)
    return "number" if is_year else value.kind
