"""Does what is known of a case's subject support the output, where the case brings no source?"""

import dataclasses
from collections.abc import Callable
from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Passage
from keras_halluc._types import Retriever
from keras_halluc._types import Verdict
from keras_halluc.grounding.required_arguments import require_batch
from keras_halluc.grounding.required_arguments import require_checker

MOST_SHOWN = 3  # ids in a reason


class RetrievalChecker:
    """Gives a case without a source the passages found for it, and hands it to another checker.

    A case that has a source keeps it. One for which nothing is found is unmeasured. The reason of a
    verdict names the passages. What was not found cannot support: where the corpus has gaps, a true
    output comes out unsupported.

    Args:
        retriever: `Retriever`, such as `BM25Retriever(passages)`.
        checker: `Checker` that reads the source, such as `ValueChecker()`.
        k: int >= 1, passages a case. More of them support more true outputs, and more false ones.
        query: callable of a `Case` and an output that returns the str to search for. None searches
            for the prompt, so that what is found does not hang on what the model made up.

    Example:

    >>> import keras_halluc as kh
    >>> corpus = ["The Harbour Bridge opened in 1932.", "The Opera House opened in 1973."]
    >>> retriever = kh.grounding.BM25Retriever(corpus)
    >>> checker = kh.grounding.RetrievalChecker(retriever, kh.grounding.ValueChecker(), k=1)
    >>> case = kh.data.Case("When was the Harbour Bridge opened?")
    >>> (verdict,) = checker.check([case], ["The bridge opened in 1973."])
    >>> verdict.label, verdict.spans, verdict.reason.endswith("(found: '0')")
    ('contradicted', ((21, 25, 'contradicted'),), True)
    """

    def __init__(
        self,
        retriever: Retriever,
        checker: Checker,
        k: int = 3,
        query: Callable[[Case, str], str] | None = None,
    ) -> None:
        if isinstance(retriever, type) or not isinstance(retriever, Retriever):
            raise TypeError(
                "`retriever` must be an object with `search(queries, k)`. "
                f"{received('retriever', retriever)}"
            )
        self.checker = require_checker("checker", checker)
        needs = getattr(checker, "requires", ("source",))
        if "source" not in needs:
            raise ValueError(
                "`checker` must read the source of a case, as OverlapChecker, ValueChecker and "
                f"EntailmentChecker do. {received('checker', checker)}"
            )
        if query is not None and not callable(query):
            raise TypeError(f"`query` must be a callable or None. {received('query', query)}")
        self.retriever = retriever
        self.k = require_int("k", k, minimum=1)
        self.query = query
        self.requires = tuple(need for need in needs if need != "source")

    def check(self, cases: Sequence[Case], outputs: Sequence[str]) -> list[Verdict]:
        """Returns one verdict an output.

        Args:
            cases: list of `Case`.
            outputs: list of str, as many.

        Returns:
            list of `Verdict` in the same order. What comes up again is searched for once.
        """
        cases, outputs = require_batch(cases, outputs)
        queries = {
            i: case.prompt if self.query is None else self.query(case, output)
            for i, (case, output) in enumerate(zip(cases, outputs))
            if case.source is None
        }
        found = self._search(list(dict.fromkeys(queries.values())))
        sourced = list(cases)
        for i, query in queries.items():
            if found[query]:
                source = "\n".join(passage.text for passage in found[query])
                sourced[i] = dataclasses.replace(cases[i], source=source)
        verdicts = list(self.checker.check(sourced, outputs))
        for i, query in queries.items():
            verdicts[i] = _with_passages(verdicts[i], query, found[query])
        return verdicts

    def _search(self, queries: list[str]) -> dict[str, list[Passage]]:
        if not queries:
            return {}
        found = list(self.retriever.search(queries, self.k))
        require_same_length(queries=queries, found=found)
        return dict(zip(queries, found))


def _with_passages(verdict: Verdict, query: str, found: list[Passage]) -> Verdict:
    if not found:
        reason = f"no passage found for {query[:60]!r}"
        return dataclasses.replace(verdict, reason=reason) if not verdict.measured else verdict
    ids = ", ".join(repr(passage.id[:60]) for passage in found[:MOST_SHOWN])
    more = ", ..." if len(found) > MOST_SHOWN else ""
    return dataclasses.replace(verdict, reason=f"{verdict.reason} (found: {ids}{more})")
