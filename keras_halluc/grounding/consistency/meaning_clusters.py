"""Semantic clusters: which samples for one prompt say the same?"""

import collections
from collections.abc import Callable
from collections.abc import Sequence
from typing import TypeAlias

from keras_halluc.grounding.consistency.meaning_reader import NO_ANSWER
from keras_halluc.grounding.consistency.meaning_reader import Meaning
from keras_halluc.grounding.same_answer import same_answer

LONGEST_COMPARED = 1000  # characters of an answer; longer ones say the same if their keys do
Same: TypeAlias = Callable[[str, str], bool]


class MeaningClusters:
    """Clusters of samples, the same ones in whatever order the samples came.

    Meanings are gone through from the commonest on. Each joins the first cluster whose first
    answer says the same, as `AnswerChecker` compares answers or as a scorer tells, or begins one.
    Samples that do not answer are a cluster of their own.

    Args:
        answers: list of str, the samples.
        meanings: list of `Meaning`, one a sample.
    """

    def __init__(self, answers: Sequence[str], meanings: Sequence[Meaning]) -> None:
        self._meanings = meanings
        count = collections.Counter(meanings)
        texts: dict[Meaning, str] = {}
        for answer, meaning in zip(answers, meanings):
            texts[meaning] = min(texts.get(meaning, answer), answer)
        self._texts = {m: texts[m] for m in sorted(texts, key=lambda m: (-count[m], m))}
        self._clusters: dict[Meaning, int] = {}
        self._firsts: list[str | None] = []  # None for the cluster that does not answer

    @property
    def texts(self) -> list[str]:
        """One answer of each meaning."""
        return [text for meaning, text in self._texts.items() if meaning != NO_ANSWER]

    def build(self, same: Same) -> None:
        """Makes the clusters; `same` tells of two answers whether they say the same."""
        for meaning, text in self._texts.items():
            at = self.find(text, meaning, same)
            if at is None:
                at = len(self._firsts)
                self._firsts.append(None if meaning == NO_ANSWER else text)
            self._clusters[meaning] = at

    def find(self, answer: str, meaning: Meaning, same: Same) -> int | None:
        """The cluster of an answer, which need not be among the samples; None if it has none."""
        if meaning in self._clusters or meaning == NO_ANSWER:
            return self._clusters.get(meaning)
        firsts = enumerate(self._firsts)
        return next((i for i, first in firsts if first and _alike(answer, first, same)), None)

    @property
    def numbers(self) -> list[int]:
        """The cluster of each sample."""
        return [self._clusters[meaning] for meaning in self._meanings]


def _alike(answer: str, first: str, same: Same) -> bool:
    """Whether neither of two answers says more than the other, or `same` takes them for one."""
    short = max(len(answer), len(first)) <= LONGEST_COMPARED
    both = short and same_answer(answer, first) and same_answer(first, answer)
    return both or same(answer, first)
