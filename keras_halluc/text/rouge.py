"""How much of a reference is in a text, and of the text in the reference, by ROUGE?"""

import collections
import functools
import unicodedata
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_strings
from keras_halluc.text.summary_lcs import union_lcs_hits
from keras_halluc.text.tokens import tokenize

KINDS = ("rouge1", "rouge2", "rougeL", "rougeLsum")
# Byte to byte: a-z and 0-9 stay, all others become a space. Several times faster than a pattern.
_PLAIN = bytes(b if b in b"abcdefghijklmnopqrstuvwxyz0123456789" else 32 for b in range(256))


class RougeScore(NamedTuple):
    """Three views of one overlap, each a float in [0, 1], higher is more alike.

    Args:
        precision: float, share of the text that is in the reference.
        recall: float, share of the reference that is in the text.
        f1: float, harmonic mean of both; 0 where both are.

    Example:

    >>> import keras_halluc as kh
    >>> kh.text.RougeScorer("it rained in Rome").score("it rained")["rouge1"]
    RougeScore(precision=1.0, recall=0.5, f1=0.6666666666666666)
    """

    precision: float
    recall: float
    f1: float


class RougeScorer:
    """ROUGE of any number of texts against one reference, which is split once.

    Values are those of the `rouge-score` package to the last bit, without its stemmer, and come
    some ten times faster. For grounding, the source is the reference and precision the figure to
    read: the share of what was said that the source says too.

    Args:
        reference: str.
        kinds: list of str, what to score. `"rouge1"`, `"rouge2"`: single words and pairs of
            neighbours. `"rougeL"`: longest common subsequence of the whole texts. `"rougeLsum"`:
            the same line by line, for texts with one sentence a line.
        tokenizer: str. `"rouge"`: runs of a-z and 0-9 in lower case, as `rouge-score` has it. It
            leaves nothing of Chinese, Russian or Arabic, and cuts `"café"` in two. `"words"`: our
            `tokenize`, for texts in any script.

    Example:

    >>> import keras_halluc as kh
    >>> scorer = kh.text.RougeScorer("The river rose by two metres overnight.")
    >>> found = scorer.score("The river rose by six metres.")
    >>> [round(found[kind].precision, 3) for kind in ("rouge1", "rouge2", "rougeL")]
    [0.833, 0.6, 0.833]
    >>> scorer = kh.text.RougeScorer("东京在日本", tokenizer="words")
    >>> scorer.score("东京在中国")["rouge1"].f1
    0.6

    References:
        Lin 2004, "ROUGE: a package for automatic evaluation of summaries",
        https://aclanthology.org/W04-1013
    """

    def __init__(
        self,
        reference: str,
        kinds: Sequence[str] = ("rouge1", "rouge2", "rougeL"),
        tokenizer: str = "rouge",
    ) -> None:
        if not isinstance(reference, str):
            raise TypeError(f"`reference` must be a str. {received('reference', reference)}")
        self.kinds = tuple(
            require_choice("kinds", kind, KINDS) for kind in require_strings("kinds", kinds)
        )
        self.tokenizer = require_choice("tokenizer", tokenizer, tuple(_TOKENIZERS))
        self._cut = _TOKENIZERS[tokenizer]
        self._tokens = self._cut(reference)
        self._words = _Bag(self._tokens if "rouge1" in self.kinds else [])
        self._pairs = _pairs(self._tokens if "rouge2" in self.kinds else [])
        self._lines = _lines(reference, self._cut) if "rougeLsum" in self.kinds else []

    def score(self, text: str) -> dict[str, RougeScore]:
        """Returns the scores of one text.

        Args:
            text: str.

        Returns:
            dict of kind to `RougeScore`. All 0 where text or reference has no token.
        """
        if not isinstance(text, str):
            raise TypeError(f"`text` must be a str. {received('text', text)}")
        tokens = self._cut(text)
        own, there = len(tokens), len(self._tokens)
        found = {}
        for kind in self.kinds:
            if kind == "rouge1":
                found[kind] = _score(self._words.common(_Bag(tokens)), own, there)
            elif kind == "rouge2":
                found[kind] = _score(self._pairs.common(_pairs(tokens)), own - 1, there - 1)
            elif kind == "rougeL":
                found[kind] = _score(LCSseq.similarity(self._tokens, tokens), own, there)
            else:
                lines = _lines(text, self._cut)
                sizes = (sum(map(len, lines)), sum(map(len, self._lines)))
                found[kind] = _score(union_lcs_hits(self._lines, lines), *sizes)
        return found


class _Bag:
    """Items of which some may be the same. They are counted at need: few pairs of words repeat."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.distinct = set(items)

    @functools.cached_property
    def counts(self) -> collections.Counter[Any]:
        return collections.Counter(self.items)

    def common(self, other: "_Bag") -> int:
        """How many items both have, each as often as both have it."""
        both = self.distinct & other.distinct
        if len(self.distinct) == len(self.items) or len(other.distinct) == len(other.items):
            return len(both)
        here, there = self.counts, other.counts
        return sum([min(here[item], there[item]) for item in both])


def _score(common: int, own: int, there: int) -> RougeScore:
    if not common:
        return RougeScore(0.0, 0.0, 0.0)
    precision, recall = common / own, common / there
    return RougeScore(precision, recall, 2 * precision * recall / (precision + recall))


def _pairs(tokens: list[str]) -> _Bag:
    return _Bag(list(zip(tokens, tokens[1:])))


def _lines(text: str, cut: Callable[[str], list[str]]) -> list[list[str]]:
    return [cut(line) for line in text.split("\n") if line]


def _plain_words(text: str) -> list[str]:
    return text.lower().encode("ascii", "replace").translate(_PLAIN).decode("ascii").split()


def _words_of_any_script(text: str) -> list[str]:
    return tokenize(unicodedata.normalize("NFKC", text).casefold())


_TOKENIZERS: dict[str, Callable[[str], list[str]]] = {
    "rouge": _plain_words,
    "words": _words_of_any_script,
}
