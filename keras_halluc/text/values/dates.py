"""Which dates does a text state, in digits, with month names, or in Chinese?"""

import re
from collections.abc import Iterator
from typing import TypeAlias

from keras_halluc.text.values.chinese_numbers import chinese_number
from keras_halluc.text.values.month_names import MONTHS
from keras_halluc.text.values.month_names import UNSURE_ALONE
from keras_halluc.text.values.month_names import WEEKDAYS

Day: TypeAlias = tuple[int | None, int | None, int | None]
Found: TypeAlias = tuple[int, int, Day, tuple[Day, ...]]
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})(?![^\W\d_])\.?"
_DAY = r"(?<![\d.,:])(?P<day>\d{1,2})"
_DAY_END = r"(?:st|nd|rd|th|er|[.º°])?"
_YEAR = r"(?P<year>[12]\d{3})(?!\d)"
_DIGITS = re.compile(
    rf"(?<![\d/.-])(?:{_YEAR}(?P<a>[-/.])(?P<m>\d{{1,2}})(?P=a)(?P<d>\d{{1,2}})"
    r"|(?P<d1>\d{1,2})(?P<b>[-/.])(?P<d2>\d{1,2})(?P=b)(?P<y>[12]\d{3}|\d\d))(?![\d/-]|\.\d)"
)
_DAY_MONTH = re.compile(
    rf"{_DAY}{_DAY_END}(?:[ \u00a0-]?(?:of |de |day of )?){_MONTH}"
    rf"(?:(?: ?,? ?(?:of |de |del )?|-|/){_YEAR})?"
)
_MONTH_DAY = re.compile(
    rf"(?<![^\W\d_]){_MONTH}[ \u00a0](?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"(?![\d%]|[.,:]\d|[^\W\d_])(?: ?,? (?:of )?{_YEAR})?"
)
_MONTH_YEAR = re.compile(rf"(?<![^\W\d_]){_MONTH}(?: ?,? ?(?:of |de |del )?|-|/){_YEAR}")
_MONTH_ALONE = re.compile(rf"(?<![^\W\d_]){_MONTH}")
_HAN = "[\\d〇一二三四五六七八九十廿卅]"
_CHINESE = re.compile(
    rf"(?<!\d)(?P<year>{_HAN}{{2,4}}) ?年(?! ?代)(?: ?(?P<month>{_HAN}{{1,3}}) ?月(?!球)(?:份)?"
    rf"(?: ?(?P<day>{_HAN}{{1,3}}) ?[日号])?)?"
    rf"|(?<![\d个几数])(?P<month2>{_HAN}{{1,3}}) ?月"
    rf"(?:份|(?: ?(?P<day2>{_HAN}{{1,3}}) ?[日号]))?"
)
_SHORT = frozenset(name for name in MONTHS if len(name) < 5) - frozenset(
    "may mai mayo mars june juni juin juli july april août aout".split()
)
_OTHER_WORDS = ("may", "march", "ago")  # where the text has capitals, and they have none
_LETTERS = "|".join(sorted((w for w in WEEKDAYS if w[0] < "\u4e00"), key=len, reverse=True))
_WEEKDAY = re.compile(
    rf"(?<![^\W\d_])(?:{_LETTERS})(?![^\W\d_])"
    # 每周三次: three times
    r"|(?:星期|周|礼拜)[一二三四五六日天](?![次回遍]|天(?!气)|个(?:小时|月))"
)
_JOINT = " ?(?:[-–/,&]|to|and) ?"
_DAY_BEHIND = re.compile(rf"{_JOINT}(?:{_LETTERS})(?![^\W\d_])")
_DAY_BEFORE = re.compile(rf"(?<![^\W\d_])(?:{_LETTERS}){_JOINT}$")
LONGEST_BEFORE = 16  # letters of a weekday, and what joins the next


def find_dates(text: str, small: str, taken: bytearray) -> Iterator[Found]:
    """Finds dates with at least a month in them, and years before 年.

    Args:
        text: str, as `plain_characters` gives it.
        small: str, the same in small letters.
        taken: bytearray as long as `text`; the characters of what is found are set to 1.

    Returns:
        iterator of `(start, end, (year, month, day), other readings)`, None for what is not said.
        `5/12/2020` has both readings, and so have years of two digits.

    Example:

    >>> from keras_halluc.text.values.dates import find_dates
    >>> text = "on 5/12/2020"
    >>> [found[2:] for found in find_dates(text, text, bytearray(len(text)))]
    [((2020, 12, 5), ((2020, 5, 12),))]
    """
    cased = text != small
    for pattern in (_CHINESE, _DAY_MONTH, _MONTH_DAY, _MONTH_YEAR, _DIGITS, _MONTH_ALONE):
        for match in pattern.finditer(small):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            if pattern is _DIGITS:
                days = _digits(match)
            elif pattern is _CHINESE:
                days = _chinese(match)
            elif pattern is _MONTH_ALONE:
                days = _alone(match, text)
            else:
                days = [] if cased and _is_no_month(match, text) else _named(match)
            if not days:
                continue
            if small[end - 1] == "." and (match.groupdict().get("month") not in _SHORT):
                end -= 1
            taken[start:end] = b"\1" * (end - start)
            yield start, end, days[0], tuple(days[1:])


def find_weekdays(text: str, small: str, taken: bytearray) -> Iterator[tuple[int, int, int]]:
    """Finds weekdays: `(start, end, number)`, where 0 is Monday.

    Args:
        text: str, as `plain_characters` gives it.
        small: str, the same in small letters.
        taken: bytearray as long as `text`; the characters of what is found are set to 1.

    Returns:
        iterator of `(start, end, int)`.

    Example:

    >>> from keras_halluc.text.values.dates import find_weekdays
    >>> list(find_weekdays("On Sunday", "on sunday", bytearray(9)))
    [(3, 9, 6)]
    """
    for match in _WEEKDAY.finditer(small):
        start, end = match.span()
        if any(taken[start:end]):
            continue
        if match.group() in UNSURE_ALONE and not (
            _DAY_BEHIND.match(small, end)
            or _DAY_BEFORE.search(small[max(0, start - LONGEST_BEFORE) : start])
        ):
            continue
        taken[start:end] = b"\1" * (end - start)
        yield start, end, WEEKDAYS.get(match.group(), 6)


def _valid(day: Day) -> bool:
    return (day[1] is None or 1 <= day[1] <= 12) and (day[2] is None or 1 <= day[2] <= 31)


def _digits(match: re.Match[str]) -> list[Day]:
    if match["year"]:
        days: list[Day] = [(int(match["year"]), int(match["m"]), int(match["d"]))]
    else:
        first, second, year = int(match["d1"]), int(match["d2"]), int(match["y"])
        years = [year] if len(match["y"]) == 4 else [2000 + year, 1900 + year]
        days = [(y, second, first) for y in years]
        if match["b"] != ".":
            days += [(y, first, second) for y in years if first != second]
        if len(match["y"]) == 2 and match["b"] == "-":
            return []  # 10-12-15 may be anything
    return [day for day in days if _valid(day)]


def _named(match: re.Match[str]) -> list[Day]:
    groups = match.groupdict()
    year = int(groups["year"]) if groups.get("year") else None
    day = int(groups["day"]) if groups.get("day") else None
    found = (year, MONTHS[groups["month"]], day)
    return [found] if _valid(found) else []


def _is_no_month(match: re.Match[str], text: str) -> bool:
    """Whether the month is another word: "as many as 20 may", "ago 15 people"."""
    groups = match.groupdict()
    other = groups["month"] in _OTHER_WORDS and not groups.get("year")
    return other and text[match.start("month")].islower()


def _alone(match: re.Match[str], text: str) -> list[Day]:
    word = match["month"]
    if word in UNSURE_ALONE and not (
        word in ("may", "march", "mai", "august") and _dated(text, match.start())
    ):
        return []
    return [(None, MONTHS[word], None)]


_IN = re.compile(
    r"\b(?:in|of|until|since|by|early|late|mid|last|next|im|seit|ende|anfang|mitte|bis|"
    r"en|de|fin|début)[ -]$"
)


def _dated(text: str, start: int) -> bool:
    """Whether a word of time stands before a month that may be another word."""
    return bool(_IN.search(text[max(0, start - 8) : start].lower()))


def _chinese(match: re.Match[str]) -> list[Day]:
    month, day = match["month"] or match["month2"], match["day"] or match["day2"]
    if match["month2"] and not (day or match.group().endswith("份")):
        if match["month2"].isdecimal() and int(match["month2"]) > 12:
            return []
    year = match["year"]
    if year and not (len(year) == 4 or (len(year) == 2 and year.isdecimal() and month)):
        if month is None:
            return []  # 三十年, 15 年: so many years
    found = (_number(year), _number(month), _number(day))
    if any(text and number is None for text, number in zip((year, month, day), found)):
        return []
    if year and len(year) == 2 and year.isdecimal():
        short = int(year)
        return [d for d in ((1900 + short, *found[1:]), (2000 + short, *found[1:])) if _valid(d)]
    if year and not 100 <= (found[0] or 0) <= 2999:
        return []
    return [found] if _valid(found) else []


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if text.isdecimal():
        return int(text)
    number = chinese_number(text)
    return None if number is None else int(number)
