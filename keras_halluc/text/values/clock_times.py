"""Which times of day does a text state?"""

import re
from collections.abc import Iterator

from keras_halluc.text.values.chinese_numbers import chinese_number

# "12 am Freitag" is German, and no midnight.
_HALF = r"(?P<half>[ap])(?:m\b(?! (?:\w+(?:tag|woch)\b|\d))|\. ?m\b\.?)"
_COLON = re.compile(
    r"(?<![\d:.,])(?P<h>\d{1,2}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?![\d:]|[.,]\d)"
    rf"(?:[ \u00a0]?{_HALF})?(?: uhr\b| h\b)?"
)
# "11:0-21:0" as records write opening hours; a single "11:0" may be a score.
_SPAN = re.compile(
    r"(?<![\d:.,/-])(\d{1,2}):([0-5]?\d) ?[-–] ?(\d{1,2}):([0-5]?\d)(?![\d:]|[.,/-]\d)"
)
_FRENCH = re.compile(r"(?<![\d:.,])(?P<h>\d{1,2})[ \u00a0]?h[ \u00a0]?(?P<m>[0-5]\d)(?!\d| ?min)")
_DOT = re.compile(
    r"(?<![\d:.,])(?P<h>\d{1,2})\.(?P<m>[0-5]\d)(?!\d)[ \u00a0]?(?:uhr\b|" + _HALF + ")"
)
_HOUR = re.compile(
    r"(?<![\d:.,])(?P<h>\d{1,2})[ \u00a0]?(?:uhr\b(?: (?P<m>[0-5]\d)\b)?|o'clock\b|" + _HALF + ")"
)
_NAMED = re.compile(
    r"(?:^|(?<=\bat )|(?<=\bby )|(?<=\buntil ))(?:(?P<noon>noon|midday)|midnight)(?![^\W\d_])"
)
_CLOCK = re.compile(r" (?:uhr|o'clock)\b")
_NUMERAL = "[\\d〇一二三四五六七八九十两]"
_CHINESE = re.compile(
    r"(?P<part>上午|下午|晚上|凌晨|早上|中午|傍晚|早晨|清晨|夜里|深夜)? ?"
    rf"(?<!\d)(?P<h>{_NUMERAL}{{1,3}}) ?[点时](?!间|代|候|期)"
    rf"(?:(?P<thirty>半)|(?P<sharp>整|钟)"
    rf"| ?(?P<m>{_NUMERAL}{{1,3}}) ?分(?!之|钟)(?: ?(?P<s>{_NUMERAL}{{1,3}}) ?秒)?)?"
)
_AFTERNOON = ("下午", "晚上", "傍晚", "夜里", "深夜")
_NIGHT = ("晚上", "夜里", "深夜", "凌晨")  # which goes on after midnight


def find_clock_times(
    small: str, taken: bytearray
) -> Iterator[tuple[int, int, int, tuple[int, ...]]]:
    """Finds times of day, in digits and in Chinese.

    Args:
        small: str, text as `plain_characters` gives it, in small letters.
        taken: bytearray as long as `small`; the characters of what is found are set to 1.

    Returns:
        iterator of `(start, end, seconds since midnight, other readings)`. A time before one
        o'clock at noon without "am" or "pm" may be twelve hours later as well.

    Example:

    >>> from keras_halluc.text.values.clock_times import find_clock_times
    >>> text = "3:30 pm, 15h30, 下午3点半"
    >>> [found[2] / 3600 for found in find_clock_times(text, bytearray(len(text)))]
    [15.5, 15.5, 15.5]
    """
    yield from _short_spans(small, taken)
    for match in _NAMED.finditer(small):
        if not any(taken[match.start() : match.end()]):
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            yield *match.span(), 43200 if match["noon"] else 0, ()
    for pattern in (_COLON, _FRENCH, _DOT, _HOUR, _CHINESE):
        for match in pattern.finditer(small):
            start, end = match.span()
            while small[start] == " ":
                start += 1
            if any(taken[start:end]):
                continue
            seconds = _chinese(match) if pattern is _CHINESE else _western(match)
            if not seconds:
                continue
            taken[start:end] = b"\1" * (end - start)
            yield start, end, seconds[0], tuple(seconds[1:])


def _short_spans(small: str, taken: bytearray) -> Iterator[tuple[int, int, int, tuple[int, ...]]]:
    """Opening hours in which minutes have one digit."""
    for match in _SPAN.finditer(small):
        minutes = match[2], match[4]
        if not {"0", "5"}.intersection(minutes) or any(taken[match.start() : match.end()]):
            continue
        if max(int(match[1]), int(match[3])) > 24:
            continue
        for hour, minute in ((1, 2), (3, 4)):
            start, end = match.start(hour), match.end(minute)
            first, *others = either_half(int(match[hour]), 60 * int(match[minute]))
            taken[start:end] = b"\1" * (end - start)
            yield start, end, first, tuple(others if 0 < int(match[hour]) < 13 else ())


def _western(match: re.Match[str]) -> list[int]:
    groups = match.groupdict()
    hour, half = int(groups["h"]), groups.get("half")
    rest = 60 * int(groups.get("m") or 0) + int(groups.get("s") or 0)
    if half:
        if not 1 <= hour <= 12:
            return []
        return [3600 * (hour % 12 + 12 * (half == "p")) + rest]
    if hour > 24:
        return []
    sign = ":" in match.group() and "uhr" not in match.group()
    both = 0 < hour < 13 and (sign or "clock" in match.group())
    return either_half(hour, rest) if both else [3600 * hour + rest]


def either_half(hour: int, rest: int = 0) -> list[int]:
    """Seconds since midnight in this half of the day, and in the other."""
    return [3600 * hour + rest, 3600 * ((hour + 12) % 24) + rest]


def clock_behind(small: str, end: int) -> int:
    """Where "o'clock" or "Uhr" behind a number in words ends; 0 if there is none."""
    match = _CLOCK.match(small, end)
    return match.end() if match else 0


def _chinese(match: re.Match[str]) -> list[int]:
    part, sure = match["part"], match["thirty"] or match["sharp"] or match["m"]
    if not (part or sure or (match["h"].isdecimal() and match.group()[-1] in "时点")):
        return []
    hour, minute, second = (_number(match[name]) for name in ("h", "m", "s"))
    if hour is None or hour > 24:
        return []
    if not part and not sure and "点" in match.group():
        return []  # 3点: a time or three points
    rest = 1800 if match["thirty"] else 60 * (minute or 0) + (second or 0)
    if part in _NIGHT and (hour == 12 or hour < 5):
        hour %= 12
    elif (part in _AFTERNOON and hour < 12) or (part == "中午" and hour < 3):
        hour += 12
    return [3600 * hour + rest] if part or hour > 12 else either_half(hour, rest)


def _number(text: str | None) -> int | None:
    if not text:
        return None
    number = int(text) if text.isdecimal() else chinese_number(text)
    return None if number is None else int(number)
