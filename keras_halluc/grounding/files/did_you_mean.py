"""Guesses at misspelt names of columns."""

import difflib
import functools
from collections.abc import Iterable
from typing import Any

from rapidfuzz.distance import OSA

LONG = 8  # letters from which on a name may have two wrong ones
MOST_LETTERS = 60  # of a name that is compared


def did_you_mean(names: Iterable[Any], *known: str) -> str:
    """A guess at what was misspelt, or nothing."""
    for name in names:
        close = difflib.get_close_matches(str(name)[:MOST_LETTERS].strip().lower(), known, n=1)
        if close and close[0] != name:
            return f" Did you mean `{close[0]}` where it says `{name}`?"
    return ""


@functools.lru_cache(maxsize=1024)
def is_nearly(name: str, known: str) -> bool:
    """Whether a name is the known one with a slip: case, spaces, a letter or two.

    Two wrong letters pass in long names only, and none in names of two. The first letter must be
    right: `preference` is no slip for `reference`.
    """
    if name == known or len(name) > MOST_LETTERS:
        return False
    one, other = ("".join(filter(str.isalnum, word.casefold())) for word in (name, known))
    if one == other:
        return True
    if not one or not other or one[0] != other[0] or min(len(one), len(other)) < 4:
        return False
    return OSA.distance(one, other) <= (2 if len(other) >= LONG else 1)
