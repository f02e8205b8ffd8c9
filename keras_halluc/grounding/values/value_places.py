"""Between which words does a value stand?"""

import bisect

from keras_halluc.text import Value
from keras_halluc.text import sentence_spans
from keras_halluc.text import tokenize_spans

EDGE = "\n"  # stands for the start or end of a sentence
LONG = 30  # words on either side that a sentence is compared by
NEAR = 4  # words on either side that make two places alike
_WIDE, _NARROW = (6, 3), (3, 2)  # words on one side, on both sides; more where words are characters


class ValuePlaces:
    """The words of a text, and the words around a value in it.

    Args:
        text: str.
    """

    def __init__(self, text: str) -> None:
        tokens = [(start, end, token.casefold()) for token, start, end in tokenize_spans(text)]
        for start, end in sentence_spans(text):
            tokens += [(start, start, EDGE), (end, end, EDGE)]
        tokens.sort(key=lambda token: token[:2])
        self._tokens = [
            token
            for i, token in enumerate(tokens)
            if not (i and token[2] == EDGE and tokens[i - 1][2] == EDGE)
        ]
        self._starts = [token[0] for token in self._tokens]
        self._ends = [token[1] for token in self._tokens]

    def around(self, value: Value, count: int) -> tuple[list[str], list[str]]:
        """Up to `count` words to the left, nearest first, and to the right."""
        first = bisect.bisect_right(self._ends, value.start)
        last = bisect.bisect_left(self._starts, value.end)
        left = [token for _, _, token in self._tokens[max(0, first - count) : first][::-1]]
        return left, [token for _, _, token in self._tokens[last : last + count]]

    def near(self, value: Value) -> frozenset[str]:
        """The words around a value, without the edges of sentences."""
        left, right = self.around(value, NEAR)
        return frozenset((*left, *right)) - {EDGE}

    def sentence(self, value: Value) -> frozenset[str]:
        """The words around a value in its sentence, of a long one those that are nearest."""
        left, right = self.around(value, LONG)
        return frozenset((*_sentence(left), *_sentence(right))) - {EDGE}

    def sentences(self) -> list[frozenset[str]]:
        """The words of each sentence."""
        found: list[set[str]] = [set()]
        for _, _, token in self._tokens:
            if token != EDGE:
                found[-1].add(token)
            elif found[-1]:
                found.append(set())
        return [frozenset(words) for words in found if words]

    def keys(self, value: Value) -> list[tuple[str, ...]]:
        """Places alike share one of these, the surest first; each begins with how sure it is."""
        left, right = self.around(value, _WIDE[0])
        wide = any(len(word) == 1 and word > "\u0e00" for word in left[:1] + right[:1])
        one, both = _WIDE if wide else _NARROW
        before, behind = _sentence(left), _sentence(right)
        if before == [EDGE] and not wide:  # it opens the sentence, where nothing else tells
            both += 1
        found = []
        for name, l_count, r_count in (
            ("most", both, both),
            ("both", both, both - 1),
            ("both", both - 1, both),
        ):
            words = (*before[:l_count][::-1], *behind[:r_count])
            enough = _closed(before, l_count) and _closed(behind, r_count)
            if enough and len(words) - words.count(EDGE) >= both:
                found.append((name, str(min(l_count, len(before))), *words))
        for name, side in (("left", left[:one][::-1]), ("right", right[:one])):
            if len(side) == one and any(word != EDGE for word in side):
                found.append((name, str(one if name == "left" else 0), *side))
        return found


def _sentence(words: list[str]) -> list[str]:
    """Words on one side as far as the sentence goes, with its edge."""
    return words[: words.index(EDGE) + 1] if EDGE in words else words


def _closed(words: list[str], count: int) -> bool:
    """Whether there are so many words on one side, or all up to the edge of the sentence."""
    return len(words) >= count or words[-1:] == [EDGE]
