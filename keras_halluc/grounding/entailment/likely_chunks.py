"""Chunk selection: which chunks of a source are worth comparing with a claim?"""

import collections
from collections.abc import Sequence

from keras_halluc.grounding.overlap.folded_words import fold_words


class LikelyChunks:
    """Chunks of one source, to be looked up by the words of a claim.

    Args:
        chunks: list of str, at least one.
        most: int or None, how many are returned for a claim; None: all.
    """

    def __init__(self, chunks: Sequence[str], most: int | None) -> None:
        self.chunks = list(chunks)
        self.most = most
        self._of_word: dict[str, list[int]] = {}
        if most is not None and most < len(self.chunks):
            for i, chunk in enumerate(self.chunks):
                for word in {word.folded for word in fold_words(chunk, 0, len(chunk))}:
                    self._of_word.setdefault(word, []).append(i)

    def of(self, claim: str) -> list[str]:
        """The chunks that share most with a claim, a word counting less the more chunks have it.

        Args:
            claim: str.

        Returns:
            list of str in the order of the source, `most` or all if there are no more.
        """
        if self.most is None or self.most >= len(self.chunks):
            return self.chunks
        shared: dict[int, float] = collections.defaultdict(float)
        for word in {word.folded for word in fold_words(claim, 0, len(claim))}:
            places = self._of_word.get(word, ())
            for i in places:
                shared[i] += 1 / len(places)
        best = sorted(range(len(self.chunks)), key=lambda i: (-shared[i], i))[: self.most]
        return [self.chunks[i] for i in sorted(best)]
