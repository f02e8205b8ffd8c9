"""Powers and fractions: `1.6×10⁻¹⁹`, `2e-5`, `10^6`, `1 1/2`, each as one number."""

import re
from collections.abc import Iterator
from fractions import Fraction

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_LOWERED = str.maketrans(_RAISED, "0123456789+-")
_DECIMAL = r"\d{1,30}(?:[.,]\d{1,30})?"
_POWER = re.compile(
    rf"(?<![\w.,^])(?:(?P<times>{_DECIMAL}) ?[×x*·⋅] ?)?(?P<base>\d{{1,6}})"
    rf"(?:(?P<raised>[{_RAISED}]{{1,4}})|(?:\^|\*\*) ?[({{]?(?P<power>[+-]?\d{{1,3}})[)}}]?)"
    rf"(?![\w{_RAISED}^]|[.,]\d)"
)
_SHORT = re.compile(rf"(?<![\w.,])(?P<times>{_DECIMAL})e(?P<power>[+-]?\d{{1,3}})(?!\w|[.,]\d)")
_PARTS = re.compile(
    r"(?<![\w.,/:-])(?:(?P<whole>\d{1,4})[ \u00a0])?(?P<above>\d{1,4})[/⁄](?P<below>\d{1,4})"
    r"(?![\w/:-]|[.,]\d)"
)
MOST_DIGITS = 700  # of a power
_YEARS = range(1000, 2100)  # with a small number behind it: the mark of a footnote


def find_powers(small: str, taken: bytearray) -> Iterator[tuple[int, int, int | Fraction]]:
    """Finds numbers made of several in digits.

    Args:
        small: str, text as `plain_characters` gives it, in small letters.
        taken: bytearray as long as `small`, nonzero at what is read already.

    Returns:
        iterator of `(start, end, number)`.

    Example:

    >>> from keras_halluc.text.values.powers import find_powers
    >>> text = "10^6 cells, 2e-5 of them in 1 1/2 hours"
    >>> [(text[s:e], float(n)) for s, e, n in find_powers(text, bytearray(len(text)))]
    [('10^6', 1000000.0), ('2e-5', 2e-05), ('1 1/2', 1.5)]
    """
    for pattern in (_POWER, _SHORT, _PARTS):
        for match in pattern.finditer(small):
            if any(taken[match.start() : match.end()]):
                continue
            number = _fraction(match) if pattern is _PARTS else _power(match)
            if number is not None:
                start = match.start()
                if small[max(0, start - 2) : start] in ("-", " -", "(-"):
                    start, number = start - 1, -number
                yield start, match.end(), number


def _power(match: re.Match[str]) -> int | Fraction | None:
    groups = match.groupdict()
    raised = (groups.get("raised") or groups.get("power") or "").translate(_LOWERED)
    if not re.fullmatch(r"[+-]?\d+", raised):
        return None
    base, power = int(groups.get("base") or 10), int(raised)
    if groups.get("raised") and base in _YEARS and base % 1000:
        return None
    if len(str(base)) * abs(power) > MOST_DIGITS or (not base and power < 0):
        return None
    times = Fraction((groups["times"] or "1").replace(",", "."))
    return times * Fraction(base) ** power


def _fraction(match: re.Match[str]) -> Fraction | None:
    below, above = int(match["below"]), int(match["above"])
    if not below or (match["whole"] and above >= below):
        return None
    return int(match["whole"] or 0) + Fraction(above, below)
