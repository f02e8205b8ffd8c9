"""The words of a clause, and where each of them stands."""

import functools

from keras_halluc.text import normalize_answer
from keras_halluc.text import tokenize


def fold(text: str) -> tuple[str, ...]:
    """The words of `text`, without what does not matter: case, width, punctuation.

    Args:
        text: str.

    Returns:
        tuple of str. Han, kana and Hangul are cut into single characters, as `tokenize` does.
    """
    return tuple(token for word in tokenize(text) for token in _fold_word(word))


@functools.lru_cache(maxsize=65536)
def _fold_word(word: str) -> tuple[str, ...]:
    return tuple(tokenize(normalize_answer(word)))


@functools.lru_cache(maxsize=65536)
def bare(word: str) -> str:
    """A folded word without its accents."""
    return normalize_answer(word, strip_accents=True)


class Places:
    """The places between the words of a clause, as bits of an int: bit 0 is before the first word.

    A rule takes the places where it may start and gives those where it may end. All starts go
    through a rule at once, so that no rule is ever tried twice at one place.

    Args:
        words: tuple of str, the folded words of one clause.
        is_open: bool, whether `...` and `..` may stand for words. Else they stand for nothing.
        stops: set of str, words that `..` never stands for.
    """

    def __init__(
        self, words: tuple[str, ...], is_open: bool = True, stops: frozenset[str] = frozenset()
    ) -> None:
        self._is_open = is_open
        self.end = 1 << len(words)
        self._all = 2 * self.end - 1
        self._forms = [(word, bare(word)) for word in words]
        self.of: dict[str, int] = {}  # word, with and without its accents -> where it starts
        for i, forms in enumerate(self._forms):
            for form in forms:
                self.of[form] = self.of.get(form, 0) | 1 << i
        self._stopped = [i for i, word in enumerate(words) if word in stops]
        self.seen: dict[tuple[int, int], int] = {}  # (rule, starts) -> ends

    def at(self, starts: int) -> set[str]:
        """The words that begin at `starts`, with and without their accents."""
        found: set[str] = set()
        while starts:
            last = starts.bit_length() - 1
            if last < len(self._forms):
                found.update(self._forms[last])
            starts ^= 1 << last
        return found

    def after(self, starts: int, is_stopped: bool) -> int:
        """The places where any words may end that begin at one of `starts`."""
        if not starts or not self._is_open:
            return starts
        if not is_stopped:
            return self._all & -(starts & -starts)
        found, begin = 0, 0
        for stop in (*self._stopped, self._all.bit_length() - 1):
            own = starts >> begin & (2 << stop - begin) - 1  # the starts up to this stop
            if own:
                found |= ((2 << stop) - 1) & -((own & -own) << begin)
            begin = stop + 1
        return found
