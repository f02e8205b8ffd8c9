"""Coordinates: `52°31′12″ N`, "13.4° E", each as one number of degrees."""

import re
from collections.abc import Iterator
from fractions import Fraction

_NUMBER = r"\d{1,3}(?:[.,]\d{1,12})?"
_PLACE = re.compile(
    rf"(?<![\w.,])(?P<degrees>{_NUMBER}) ?(?:°|(?:degrees?|grad|degrés|grados)\b)"
    rf"(?: ?(?P<minutes>{_NUMBER}) ?['′])?(?: ?(?P<seconds>{_NUMBER}) ?(?:[\"″”]|''))?"
    r"[ \u00a0]?(?P<side>north|south|east|west|nord|süd|ost|est|ouest|sud|"
    r"norte|sur|este|oeste|[nseow])"
    r"(?:ern|erly|lich\w*)?(?![^\W\d_])"
)
_SOUTH_OR_WEST = frozenset("s south süd sud sur w west ouest oeste".split())
_ALONG = frozenset("n s north south nord süd sud norte sur".split())


def find_coordinates(
    small: str, language: str, taken: bytearray
) -> Iterator[tuple[int, int, Fraction, str]]:
    """Finds degrees north, south, east and west.

    Args:
        small: str, text as `plain_characters` gives it, in small letters.
        language: str. O is east in German and west in French and Spanish.
        taken: bytearray as long as `small`; the characters of what is found are set to 1.

    Returns:
        iterator of `(start, end, degrees, unit)`, negative in the south and west; the unit is
        `"°N"` or `"°E"`.

    Example:

    >>> from keras_halluc.text.values.coordinates import find_coordinates
    >>> text = "52°30′ n, 13.4° w"
    >>> [(float(n), unit) for _, _, n, unit in find_coordinates(text, "en", bytearray(len(text)))]
    [(52.5, '°N'), (-13.4, '°E')]
    """
    for match in _PLACE.finditer(small):
        start, end = match.span()
        if any(taken[start:end]):
            continue
        parts = [Fraction((match[name] or "0").replace(",", ".")) for name in _PARTS]
        if parts[1] >= 60 or parts[2] >= 60:
            continue
        degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
        side = match["side"]
        negative = side in _SOUTH_OR_WEST or (side == "o" and language in ("fr", "es"))
        taken[start:end] = b"\1" * (end - start)
        yield start, end, -degrees if negative else degrees, "°N" if side in _ALONG else "°E"


_PARTS = ("degrees", "minutes", "seconds")
