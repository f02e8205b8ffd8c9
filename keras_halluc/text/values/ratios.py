"""Ratios and scores: `3:1`, "a 3-1 win", "three to one", 3比1, each as one value."""

import re
from collections.abc import Iterator

from keras_halluc.text.values.chinese_numbers import chinese_number

_COLONS = re.compile(r"(?<![\w:.,/-])\d{1,4}(?: ?: ?\d{1,4}){1,3}(?![\w:%]|[.,/-]\d)")
_TIGHT = re.compile(r"(?<![\w:.,/+-])(\d{1,3})[-–](\d{1,3})(?![\w:%/°$€£-]|[.,–]\d)")
_TO = re.compile(r"(?<![\w:.,/-])(?<!from )(\d{1,3}) to (\d{1,3})(?![\w:%/°-]|[.,]\d)")
_NUMERAL = "(?:\\d{1,4}|[〇一二三四五六七八九十百]{1,4})"
_HAN = re.compile(f"(?<![\\d〇一二三四五六七八九十百.]){_NUMERAL} ?比 ?{_NUMERAL}(?![\\d.]\\d)")
_AMOUNT = re.compile(  # "2-3 days" is a range
    r" (?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times|tagen?|stunden|wochen|jahren?|"
    r"jours|heures|semaines|ans|días|horas|semanas|años|percent|prozent)\b"
)
_PLAYED = re.compile(
    r"\b(?:won|win|wins|winning|lost|loss|lose|loses|beat|beats|beaten|beating|defeat|defeats|"
    r"defeated|draw|drew|drawn|score|scored|scores|result|lead|led|victory|tied|tie|"
    r"gewann|gewinnt|gewonnen|siegte|sieg|verlor|verloren|schlug|spielstand|endstand|"
    r"gagné|battu|victoire|perdu|score de|ganó|ganaron|venció|perdió|victoria|derrota|empate)\b"
    r"[^.!?;\n]{0,40}$"
)
_ODDS = re.compile(r"\b(?:ratio|odds|proportion|verhältnis|rapport|proporción)\b[^.!?;\n]{0,20}$")
LONGEST_BEFORE = 60
_UNIT = re.compile(r" ?(?:-|[^\W\d_])")


def find_ratios(small: str, taken: bytearray) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Finds ratios and scores.

    Two numbers with a dash between them are a score where the first is not the smaller one or a
    word of winning or losing stands before them; else they are a range.

    Args:
        small: str, text as `plain_characters` gives it, in small letters.
        taken: bytearray as long as `small`; the characters of what is found are set to 1.

    Returns:
        iterator of `(start, end, parts)`.

    Example:

    >>> from keras_halluc.text.values.ratios import find_ratios
    >>> text = "they won 1-3 in 2-3 days, mixed 1:2"
    >>> [found[2] for found in find_ratios(text, bytearray(len(text)))]
    [(1, 2), (1, 3)]
    """
    for pattern in (_COLONS, _HAN, _TIGHT, _TO):
        for match in pattern.finditer(small):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            parts = _parts(match)
            if parts is None:
                continue
            if pattern is _TIGHT or pattern is _TO:
                before = small[max(0, start - LONGEST_BEFORE) : start]
                if not _is_score(pattern is _TIGHT, parts, before, small, end):
                    continue
            taken[start:end] = b"\1" * (end - start)
            yield start, end, parts


def _is_score(tight: bool, parts: tuple[int, ...], before: str, small: str, end: int) -> bool:
    if _AMOUNT.match(small, end):
        return False
    if _PLAYED.search(before) or _ODDS.search(before):
        return True
    return tight and parts[0] >= parts[1] and parts[0] < 200


def _parts(match: re.Match[str]) -> tuple[int, ...] | None:
    found = []
    for part in re.split(" ?[:比–-] ?| to ", match.group()):
        number = int(part) if part.isdecimal() else chinese_number(part)
        if number is None or number != int(number):
            return None
        found.append(int(number))
    return tuple(found)
