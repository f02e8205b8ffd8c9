"""Which words does a text have, folded so that two texts can be compared?"""

import functools
from collections.abc import Iterable
from typing import NamedTuple

from keras_halluc.text import normalize_answer
from keras_halluc.text import tokenize_spans
from keras_halluc.text.function_words import function_words_of

LONGEST_WORD = 40  # characters; a longer one is folded anew each time
SHORT_SOURCE = 20_000  # characters; of sources no longer than that the last 128 are kept ready


class FoldedWord(NamedTuple):
    """A word, in lower case and half width, and where it stands.

    Args:
        folded: str.
        place: int, its number among the words.
        start: int, its first character in the text.
        end: int, behind its last.
    """

    folded: str
    place: int
    start: int
    end: int


class FoldedSource(NamedTuple):
    """The words of a source, and those of its language that are grammar.

    Args:
        words: tuple of str, folded, in order.
        function_words: frozenset of str, empty if no language is recognised.
    """

    words: tuple[str, ...]
    function_words: frozenset[str]


def fold_words(text: str, start: int, end: int) -> list[FoldedWord]:
    """The words of `text[start:end]`; positions are those in `text`."""
    found = [
        FoldedWord(_fold(token), place, start + first, start + last)
        for place, (token, first, last) in enumerate(tokenize_spans(text[start:end]))
    ]
    return [word for word in found if word.folded]


def words_left_out(words: Iterable[str], function_words: frozenset[str]) -> frozenset[str]:
    """Which words of a claim do not count: its function words, unless it has no others."""
    return function_words if any(word not in function_words for word in words) else frozenset()


def fold_source(source: str) -> FoldedSource:
    """The words of a whole text; that of a source met before is kept."""
    return (_of_short if len(source) <= SHORT_SOURCE else _of_long)(source)


def _fold(token: str) -> str:
    return _fold_short(token) if len(token) <= LONGEST_WORD else normalize_answer(token)


def _read(source: str) -> FoldedSource:
    words = tuple(word.folded for word in fold_words(source, 0, len(source)))
    return FoldedSource(words, function_words_of(words))


_fold_short = functools.lru_cache(maxsize=65536)(normalize_answer)
_of_short = functools.lru_cache(maxsize=128)(_read)
_of_long = functools.lru_cache(maxsize=2)(_read)
