"""How much of a claim do the words of a source cover?"""

import collections
import functools
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from keras_halluc.grounding.overlap.folded_words import SHORT_SOURCE
from keras_halluc.grounding.overlap.folded_words import fold_source

WINDOW = 120  # content words: what a claim of half as many, or fewer, may be drawn from
WINDOWS_READ = 8  # of a long source, those that share most words with the claim
PLACES_KEPT = 64  # windows noted for a word; one that is in more says little of where to look


class SourceOverlap:
    """A source made ready to be compared with any number of claims.

    Args:
        words: list of str, the source's content words in order, folded as those of the claims.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = frozenset(words)
        self._all = words
        self.pairs = frozenset(zip(words, words[1:]))
        starts = range(0, max(1, len(words) - WINDOW // 2), WINDOW // 2)
        self._windows = [words[start : start + WINDOW] for start in starts]
        self._windows_of: dict[str, list[int]] = {}
        if len(self._windows) > WINDOWS_READ:
            for i, window in enumerate(self._windows):
                for word in set(window):
                    places = self._windows_of.setdefault(word, [])
                    if len(places) < PLACES_KEPT:
                        places.append(i)

    def support(self, claim: Sequence[str]) -> float:
        """How far the source covers a claim: the mean of the shares that it has.

        Args:
            claim: list of str, content words, at least one.

        Returns:
            float in [0, 1], 1 where a stretch of the source reads the same.
        """
        found = self.shares(claim)
        return sum(found) / len(found)

    def shares(self, claim: Sequence[str]) -> list[float]:
        """Which part of a claim is covered, looked at in three ways.

        - Words: those that stand anywhere in the source.
        - Order: words that stand in the same order in one window of the source, or in the
          whole of it if the claim is long.
        - Pairs: neighbours that are neighbours in the source too. One word alone has none.

        Args:
            claim: list of str, content words, at least one.

        Returns:
            list of two or three floats in [0, 1], higher is better covered.
        """
        shares = [sum([word in self.words for word in claim]) / len(claim), self._in_order(claim)]
        pairs = list(zip(claim, claim[1:]))
        if pairs:
            shares.append(sum([pair in self.pairs for pair in pairs]) / len(pairs))
        return shares

    def _in_order(self, claim: Sequence[str]) -> float:
        windows = self._windows
        if len(claim) > WINDOW // 2:  # it might not fit into one
            windows = [self._all]
        elif len(windows) > WINDOWS_READ:
            shared: collections.Counter[int] = collections.Counter()
            for word in set(claim):
                shared.update(self._windows_of.get(word, ()))
            best = sorted(shared, key=lambda i: (-shared[i], i))[:WINDOWS_READ]
            windows = [windows[i] for i in best]
        return max([LCSseq.similarity(window, claim) for window in windows], default=0) / len(claim)


def read_source(source: str, left_out: frozenset[str]) -> SourceOverlap:
    """The source without some words, ready to be compared; one met before is kept."""
    return (_of_short if len(source) <= SHORT_SOURCE else _of_long)(source, left_out)


def _read(source: str, left_out: frozenset[str]) -> SourceOverlap:
    return SourceOverlap([word for word in fold_source(source).words if word not in left_out])


_of_short = functools.lru_cache(maxsize=128)(_read)
_of_long = functools.lru_cache(maxsize=2)(_read)
