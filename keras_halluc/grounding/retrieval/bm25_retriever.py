"""`BM25Retriever`: passages of a corpus in memory, ranked by BM25."""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np

from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_strings
from keras_halluc._types import Passage
from keras_halluc.grounding.retrieval.passages import require_passages
from keras_halluc.grounding.retrieval.search_terms import search_terms


class BM25Retriever:
    """Finds passages by their words, with BM25 as `bm25s` computes it.

    Terms are words and numbers without case, width and accents. In Chinese, Japanese, Thai and the
    like they are single characters and pairs of them, so that no word list is needed.

    The corpus is kept in memory. One that outgrows it belongs in a search server: see
    `PostgresRetriever`, or write a class with `search` for yours.

    Args:
        passages: list of str, or mapping from id to str. Cut long documents by
            `keras_halluc.text.chunk_text` first. Ids of a list are `"0"`, `"1"`, ...
        k1: float >= 0, how much a term counts that comes up again.
        b: float in [0, 1], how much longer passages are put down.

    Example:

    >>> import keras_halluc as kh
    >>> corpus = {"a": "Paris is the capital of France.", "b": "罗马是意大利的首都。"}
    >>> retriever = kh.grounding.BM25Retriever(corpus)
    >>> for found in retriever.search(["意大利的首都在哪里", "Oslo"], k=1):
    ...     print([passage.id for passage in found])
    ['b']
    []

    References:
        Robertson and Zaragoza 2009, "The probabilistic relevance framework: BM25 and beyond",
        https://doi.org/10.1561/1500000019
        Lù 2024, "BM25S: orders of magnitude faster lexical search via eager sparse scoring",
        https://arxiv.org/abs/2407.03618
    """

    def __init__(
        self, passages: Sequence[str] | Mapping[str, str], k1: float = 1.5, b: float = 0.75
    ) -> None:
        texts = require_passages(passages)
        self.k1 = require_number("k1", k1, minimum=0.0)
        self.b = require_number("b", b, minimum=0.0, maximum=1.0)
        try:
            import bm25s
        except ImportError:
            raise ImportError(
                "`BM25Retriever` needs bm25s. Install it with: pip install bm25s"
            ) from None
        self._ids, self._texts = list(texts), list(texts.values())
        self._index = bm25s.BM25(k1=self.k1, b=self.b)
        terms = [search_terms(text) for text in self._texts]
        self._vocabulary = frozenset(term for own in terms for term in own)
        if self._vocabulary:
            self._index.index(terms, show_progress=False)

    def search(self, queries: Sequence[str], k: int) -> list[list[Passage]]:
        """Returns the passages that fit each query best.

        Args:
            queries: list of str.
            k: int >= 1.

        Returns:
            for each query a list of at most `k` `Passage`, best first, of equal ones the earlier;
            none that shares no term with the query.
        """
        queries = require_strings("queries", queries, empty_ok=True)
        k = require_int("k", k, minimum=1)
        return [self._best(query, k) for query in queries]

    def _best(self, query: str, k: int) -> list[Passage]:
        terms = [term for term in search_terms(query) if term in self._vocabulary]
        if not terms:
            return []
        scores = self._index.get_scores(terms)
        best = np.argsort(-scores, kind="stable")[:k]
        return [
            Passage(self._texts[i], self._ids[i], float(scores[i])) for i in best if scores[i] > 0
        ]
