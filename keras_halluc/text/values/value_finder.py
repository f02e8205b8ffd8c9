"""Which values does a text state: numbers, dates, times and names?"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from fractions import Fraction
from typing import Any
from typing import TypeAlias

from keras_halluc._require import received
from keras_halluc.text.characters import plain_characters
from keras_halluc.text.characters import small_letters
from keras_halluc.text.languages import LANGUAGES
from keras_halluc.text.languages import guess_language
from keras_halluc.text.values.chinese_names import pointed_core
from keras_halluc.text.values.clock_times import clock_behind
from keras_halluc.text.values.clock_times import either_half
from keras_halluc.text.values.clock_times import find_clock_times
from keras_halluc.text.values.composed import composed_after_dates
from keras_halluc.text.values.composed import composed_before_dates
from keras_halluc.text.values.dates import find_dates
from keras_halluc.text.values.dates import find_weekdays
from keras_halluc.text.values.names import find_names
from keras_halluc.text.values.names import normal_name
from keras_halluc.text.values.numbers import Number
from keras_halluc.text.values.numbers import find_numbers
from keras_halluc.text.values.units import unit_at
from keras_halluc.text.values.value import Value
from keras_halluc.text.values.value import whole
from keras_halluc.text.values.values_together import values_together

# Own rules, since places and further readings are needed: `text2num` gives none and reads
# "nineteen eighty-four" as 19 and 84; `dateparser` takes 25 times as long and fills in what a date
# does not say; `cn2an` and `num2words` are for one language or one direction.
# Whole numbers in four digits that are read as years when nothing stands at them.
YEARS = range(1000, 2100)
_CENTURY = "century"
NameFinder: TypeAlias = Callable[[str], Iterable[tuple[int, int]]]


def find_values(
    text: str, language: str | None = None, name_finder: NameFinder | None = None
) -> list[Value]:
    """Finds the values in a text, as English, Chinese, German, French and Spanish write them.

    - Numbers in digits of any script (`1,500`, `1.500`, `1 500`, `１２`), in words ("twenty-one",
      "quatre-vingt-dix", "einundzwanzig", 一千二百) and mixed ("1.5 million", "3,5 Mio.", 1.5亿).
      Percent, currency or a unit belongs to them; a unit is converted where that is exact (km, kg,
      hours).
    - Ordinals ("21st", "dritte", 第三), decades and centuries.
    - Dates (`2020-05-12`, "May 12th", "12. Mai 2020", 2020年5月12日), weekdays, times of day
      ("3:30 pm", "15h30", 下午3点半). A bare whole number from 1000 to 2099 is read as a year.
    - Codes and ratios, each as one value: versions (`3.11.4`), addresses of mail, pages and
      computers, telephone numbers, ISBN, article numbers (`BX-4471`); scores and ratios (`3:1`, "a
      3-1 win"), coordinates, powers (`1.6×10⁻¹⁹`, `2e-5`), fractions (`1 1/2`), Roman numerals
      ("World War II").
    - Names: runs of capitalised words; in Chinese foreign names with points between their parts,
      titles and words in quotation marks, and persons by their surname.

    Not seen: names in small letters or in other scripts without capitals; Chinese places and
    organisations without quotation marks; vague amounts ("dozens", 数百) and "half". Names that are
    one word at the start of a sentence are marked `weak`.

    Args:
        text: str.
        language: str or None, `"en"`, `"de"`, `"fr"`, `"es"` or `"zh"`, in whose words numbers are
            read and whose thousands sign comes first. None guesses. Month names and units are
            known in all of them at once.
        name_finder: callable from a text to the `(start, end)` of names in it, or None. They are
            taken beside those found here: `keras_halluc.text.jieba_names`, or a tagger of yours.

    Returns:
        list of `Value` in the order of the text, not overlapping.

    Example:

    >>> import keras_halluc as kh
    >>> values = kh.text.find_values("On 5 May 2020 twenty-one people paid €1.5 million in Rome.")
    >>> [(v.kind, v.value, v.unit) for v in values]  # doctest: +NORMALIZE_WHITESPACE
    [('date', (2020, 5, 5), ''), ('number', 21, ''), ('number', 1500000, 'EUR'),
     ('name', 'rome', '')]
    """
    if not isinstance(text, str):
        raise TypeError(f"`text` must be a str. {received('text', text)}")
    if language is not None and language not in LANGUAGES:
        raise ValueError(
            f"`language` must be None or one of {LANGUAGES}. {received('language', language)}"
        )
    plain = plain_characters(text)
    small = small_letters(plain)
    spoken = language or guess_language(text)
    taken = bytearray(len(text))
    found = list(composed_before_dates(text, small, spoken, taken))
    found += _of_time(text, plain, small, taken)
    found += composed_after_dates(text, plain, small, taken)
    found += _numbers(text, plain, small, spoken, taken)
    found.sort(key=lambda value: value.start)
    found = values_together(small, found)
    taken = bytearray(len(text))
    for value in found:
        if not value.weak:  # a Chinese numeral may be part of a name
            taken[value.start : value.end] = b"\1" * (value.end - value.start)
    names = list(find_names(plain, small, spoken, taken))
    if name_finder is not None:
        names += _names_of(name_finder, text)
    for start, end, weak in names:
        if not any(taken[start:end]) and (name := normal_name(pointed_core(text[start:end]))):
            found.append(Value("name", name, "", start, end, text[start:end], weak=weak))
    found.sort(key=lambda value: (value.start, -value.end, value.weak))
    return _apart(found)


def _names_of(name_finder: NameFinder, text: str) -> Iterator[tuple[int, int, bool]]:
    for start, end in name_finder(text):
        if not 0 <= start < end <= len(text):
            raise ValueError(
                "`name_finder` must return (start, end) with 0 <= start < end <= len(text). "
                f"{received('(start, end)', (start, end))}, of {len(text)} characters"
            )
        yield start, end, False


def _of_time(text: str, plain: str, small: str, taken: bytearray) -> Iterator[Value]:
    for start, end, day, days in find_dates(plain, small, taken):
        also: tuple[tuple[Any, str], ...] = tuple((other, "") for other in days)
        yield Value("date", day, "", start, end, text[start:end], also)
    for start, end, weekday in find_weekdays(plain, small, taken):
        yield Value("weekday", weekday, "", start, end, text[start:end])
    for start, end, seconds, others in find_clock_times(small, taken):
        also = tuple((other, "") for other in others)
        yield Value("time", seconds, "", start, end, text[start:end], also)


def _numbers(text: str, plain: str, small: str, language: str, taken: bytearray) -> Iterator[Value]:
    numbers = sorted(find_numbers(plain, small, language, taken), key=lambda n: n.start)
    last = 0
    for number in numbers:
        if number.start < last:  # in the unit of the one before, as in "50 por ciento"
            continue
        start, end, units = unit_at(small, number.start, number.end)
        if number.kind == "decade":
            start, end, units = number.start, number.end, (("decade", Fraction(1)),)
        if start < last:
            start = number.start
        amount = number.amount
        if (clock := clock_behind(small, end)) and amount == int(amount) and 0 <= amount <= 24:
            seconds, other = either_half(int(amount) % 24)
            yield Value("time", seconds, "", start, clock, text[start:clock], ((other, ""),))
            last = clock
            continue
        last = end
        yield _value(text, start, end, number, units)


def _value(
    text: str, start: int, end: int, number: Number, units: tuple[tuple[str, Fraction], ...]
) -> Value:
    amount, written = number.amount, text[start:end]
    century = bool(units) and units[0][0] == _CENTURY
    if number.kind == "ordinal" or (century and amount == int(amount)):
        if not century:
            start, end = number.start, number.end
        unit = _CENTURY if century else ""
        return Value("ordinal", whole(amount), unit, start, end, text[start:end], weak=number.weak)
    if number.plain and not units and number.end - number.start == 4 and amount in YEARS:
        return Value("date", (int(amount), None, None), "", start, end, written, amount=amount)
    readings = [
        (whole(a * factor), unit)
        for a in (amount, *number.also)
        for unit, factor in units or (("", Fraction(1)),)
    ]
    readings += [((a - 32) * Fraction(5, 9), "°C") for a, unit in readings if unit == "°F"]
    return Value(
        "number",
        *readings[0],
        start,
        end,
        written,
        also=tuple(readings[1:]),
        amount=whole(amount),
        weak=number.weak and (not units or number.kind == "article"),
    )


def _apart(values: list[Value]) -> list[Value]:
    """The values without those that begin inside another one."""
    found: list[Value] = []
    for value in values:
        if not found or value.start >= found[-1].end:
            found.append(value)
    return found
