"""Rounded and hedged numbers: may "about 1.2 million" stand for 1,204,331?"""

import bisect
import dataclasses
import itertools
import re
from fractions import Fraction

from keras_halluc.text import Value

_ABOUT = (
    "about|around|approximately|approx\\.?|roughly|some|circa|ca\\.?|c\\.|an estimated|estimated|"
    "close to|nearer|or so|etwa|rund|ungefähr|zirka|gut|an die|environ|autour de|à peu près|"
    "quelque|alrededor de|aproximadamente|cerca de|unos|unas"
)
_OVER = (
    "over|more than|above|at least|exceeding|upwards of|just over|a little over|no less than|"
    "mehr als|über|mindestens|plus de|au moins|más de|al menos"
)
_UNDER = (
    "nearly|almost|just under|under|less than|fewer than|up to|below|not quite|fast|knapp|beinahe|"
    "weniger als|unter|bis zu|presque|près de|moins de|casi|menos de"
)
_HEDGE = re.compile(
    rf"(?:(?<!\w)(?:(?P<about>{_ABOUT})|(?P<over>{_OVER})|(?P<under>{_UNDER}))"
    r"|(?P<sign>[~≈约]|大概)|(?P<more>超过|多于|至少|逾)|(?P<less>近|接近|不到))"
    r"[为有达]? ?(?:the |a |an |us ?)?[$€£¥]?$",
    re.IGNORECASE,
)
_BEHIND = re.compile(r" ?(?:or so|or thereabouts|左右|上下)\b| ?(?P<over>or more|\+)(?!\w)")
_DIGITS = re.compile(r"\d(?:[\d.,'\u00a0\u202f ]*\d)?")
LONGEST_HEDGE = 30  # letters before a number that may hedge it
FEWEST_DIGITS = 2  # of a rounded number that nothing hedges
MOST_COMPARED = 200  # numbers of a source near one of the output
LARGE = 10**6  # of zeros that round a number in words
NEAR, ABOVE, BELOW = Fraction(1, 10), Fraction(1, 2), Fraction(1, 10)


@dataclasses.dataclass(frozen=True)
class Rounding:
    """Which numbers of a source a number of an output may have been rounded from.

    - Not hedged: those that are rounded to it at the last digit it is written with, if it has two
      digits or more and is written with fewer than they are: 19 for 19.4, 1.2 million for
      1,204,331. A whole number that is not written with a word such as "million" stands only for
      fractions: 1,200 is not 1,204.
    - "about": those rounded to it, zeros at its end being no digits, and at most 10 % off.
    - "over": larger ones that have the same leading digits, up to half as much again.
    - "nearly": smaller ones, at most one unit of its last digit and 10 % less.

    Args:
        amount: Fraction, how much is said.
        step: Fraction, one unit of the last digit.
        hedge: str, `""`, `"about"`, `"over"` or `"under"`.
        fractions_only: bool, whether only what is no whole number may have been rounded.
    """

    amount: Fraction
    step: Fraction
    hedge: str
    fractions_only: bool

    def fits(self, number: Fraction) -> bool:
        """Whether a number of the source may be said so."""
        off, size = number - self.amount, abs(self.amount)
        if self.hedge == "over":
            return 0 < off < self.step and off <= ABOVE * size
        if self.hedge == "under":
            return 0 < -off < self.step and -off <= BELOW * size
        if 2 * abs(off) > self.step or (self.hedge and abs(off) > NEAR * size):
            return False
        return not self.fractions_only or number.denominator > 1

    @property
    def bounds(self) -> tuple[Fraction, Fraction]:
        """Below and above which nothing fits."""
        return self.amount - self.step, self.amount + self.step


class RoundedNumbers:
    """Numbers of a source, by unit, that a number of an output may be rounded from."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[Fraction]] = {}
        self._sorted = True

    def add(self, number: Fraction, unit: str) -> None:
        """Adds a number; the unit "~" is that of numbers as they are written before any unit."""
        self._numbers.setdefault(unit, []).append(number)
        self._sorted = False

    def has(self, value: Value, rounding: Rounding) -> bool:
        """Whether one of the numbers may be said as a value of the output says it."""
        if not self._sorted:
            for numbers in self._numbers.values():
                numbers.sort()
            self._sorted = True
        factor = Fraction(value.value) / Fraction(value.amount or 1)
        wanted = [(value.unit, factor), ("", Fraction(1))]
        if not value.unit:
            wanted.append(("~", Fraction(1)))
        if value.unit == "%":
            wanted.append(("", Fraction(1, 100)))
        return any(factor and self._fits(unit, factor, rounding) for unit, factor in wanted)

    def _fits(self, unit: str, factor: Fraction, rounding: Rounding) -> bool:
        numbers = self._numbers.get(unit, [])
        low, high = sorted(bound * factor for bound in rounding.bounds)
        first = bisect.bisect_left(numbers, low)
        near = itertools.takewhile(lambda n: n <= high, numbers[first : first + MOST_COMPARED])
        return any(rounding.fits(number / factor) for number in near)


def rounding_of(text: str, value: Value) -> Rounding | None:
    """How a number may be rounded, in the unit it is written in; None if it is exact.

    Args:
        text: str, the output.
        value: `Value` of it.

    Returns:
        `Rounding` or None.

    Example:

    >>> import keras_halluc as kh
    >>> from keras_halluc.grounding.values.rounding import rounding_of
    >>> text = "about 1.2 million people"
    >>> rounding = rounding_of(text, kh.text.find_values(text)[0])
    >>> rounding.hedge, int(rounding.step), rounding.fits(1_204_331)
    ('about', 100000, True)
    """
    if value.kind != "number" or value.weak or not value.amount:
        return None
    hedge = _hedge(text, value)
    amount = Fraction(value.amount)
    step, scaled = _step(value.text, abs(amount), bool(hedge))
    if step is None or step > abs(amount):
        return None
    if not hedge and abs(amount) / step < 10 ** (FEWEST_DIGITS - 1):
        return None
    return Rounding(amount, step, hedge, not hedge and not scaled and step == 1)


def _hedge(text: str, value: Value) -> str:
    before = _HEDGE.search(text[max(0, value.start - LONGEST_HEDGE) : value.start])
    if before:
        name = before.lastgroup or ""
        return {"sign": "about", "more": "over", "less": "under"}.get(name, name)
    behind = _BEHIND.match(text, value.end)
    return "" if behind is None else behind.lastgroup or "about"


def _step(written: str, amount: Fraction, hedged: bool) -> tuple[Fraction | None, bool]:
    """One unit of the last digit of an amount, and whether a word such as "million" scales it."""
    found = _DIGITS.search(written)
    if not found:  # in words
        zeros = _zeros(amount)
        return (zeros, True) if hedged or (zeros or 0) >= LARGE else (None, False)
    digits = re.sub("[\u00a0\u202f' ]", "", found.group())
    for decimals in range(min(len(digits), 12)):
        shown = int(re.sub(r"\D", "", digits))
        scale = amount * 10**decimals / shown if shown else Fraction(0)
        if (
            scale >= 1
            and scale.denominator == 1
            and (decimals == 0 or digits[-decimals - 1] in ".,")
        ):
            zeros = _zeros(Fraction(shown)) if hedged and not decimals else None
            return (zeros or 1) * scale / 10**decimals, scale > 1
    return None, False


def _zeros(amount: Fraction) -> Fraction | None:
    """The largest power of ten that a whole number is made of."""
    if amount.denominator > 1:
        return None
    digits = str(amount.numerator)
    return Fraction(10) ** (len(digits) - len(digits.rstrip("0")))
