"""Which value does a source state where it speaks of what a sentence of the output speaks of?"""

import math
from collections import Counter
from collections.abc import Callable
from collections.abc import Sequence

from keras_halluc.grounding.values.value_places import ValuePlaces
from keras_halluc.text import Value

KINDS = ("number", "date")  # a name stands in many sentences, of which none is the only right one
MOST = 200  # values of a source that are kept
LEAST_MORE = 0.5  # share of what the output's sentence says, by how rare its words are


class SentenceRivals:
    """The numbers and dates of a source, each with the words of its sentence.

    A text in words of its own has other words around a value than its source, but speaks of the
    same. So the sentence of the output is held against those that state the value, and against
    those that state another one. Words count by how few sentences of the source have them.

    Args:
        values: the values of the source.
        places: `ValuePlaces` of the source.
    """

    def __init__(self, values: Sequence[Value], places: ValuePlaces) -> None:
        kept = [value for value in values if value.kind in KINDS and not value.weak][:MOST]
        self._stated = [(value, places.sentence(value)) for value in kept]
        sentences = places.sentences() if kept else []
        counts = Counter(word for words in sentences for word in words)
        self._rarity = {
            word: math.log((1 + len(sentences)) / count) for word, count in counts.items()
        }

    def find(
        self, value: Value, places: ValuePlaces, same: Callable[[Value, Value], bool]
    ) -> Value | None:
        """A value that stands where the source speaks of the output's sentence, unlike this one.

        Args:
            value: `Value` of the output, which the source states somewhere.
            places: `ValuePlaces` of the output.
            same: whether two values say the same.

        Returns:
            `Value` of the source, None where its sentences do not tell.
        """
        if value.kind not in KINDS:
            return None
        said = {word: self._rarity.get(word, 0.0) for word in places.sentence(value)}
        shared = [sum(said[word] for word in said.keys() & words) for _, words in self._stated]
        least = LEAST_MORE * sum(said.values())
        if max(shared, default=0.0) <= least:  # no sentence speaks of it
            return None
        nearest = sorted(range(len(shared)), key=shared.__getitem__, reverse=True)
        own, rival = None, None
        for i in nearest:
            other = self._stated[i][0]
            if same(value, other):
                own = i
                break
            if rival is None and (other.kind, other.unit) == (value.kind, value.unit):
                rival = i
        if own is None or rival is None:
            return None
        return self._stated[rival][0] if shared[rival] - shared[own] > least else None
