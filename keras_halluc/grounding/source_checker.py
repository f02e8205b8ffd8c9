"""`SourceChecker`: the check of outputs against a source that is taken where none is named."""

from collections.abc import Sequence

from keras_halluc._types import Case
from keras_halluc._types import Checker
from keras_halluc._types import Verdict
from keras_halluc.grounding.entailment.entailment_checker import EntailmentChecker
from keras_halluc.grounding.overlap.overlap_checker import OverlapChecker
from keras_halluc.grounding.required_arguments import require_batch
from keras_halluc.grounding.required_arguments import require_checker
from keras_halluc.grounding.shared_rows import check_shared
from keras_halluc.grounding.united_spans import united_spans
from keras_halluc.grounding.values.value_checker import ValueChecker
from keras_halluc.text.languages import guess_language


class SourceChecker:
    """Asks entailment what an output says, and has its values looked up one by one.

    Where an output seems to be English, `EntailmentChecker.default()` judges; elsewhere
    `OverlapChecker()`, which knows no language. `ValueChecker()` has a veto: an output with a
    number, date or name that the source has otherwise is a hallucination, whatever the other says.
    What the judge is not sure of is unmeasured, so look at the coverage.

    | output | label | score |
    |---|---|---|
    | a value is not in the source | that of `ValueChecker` | the lower of the two |
    | else | that of the other checker | its score |

    `benchmarks/verdicts.py` says how often it is right on texts that people judged. It needs no
    model but the one that comes along, and no network.

    Args:
        english: `Checker` of outputs in English. None is `EntailmentChecker.default()`.
        others: `Checker` of outputs in other languages. None is `OverlapChecker()`.

    Example:

    >>> import keras_halluc as kh
    >>> case = kh.data.Case("Sum up.", source="The bridge was closed on Monday after heavy rain.")
    >>> outputs = ["The bridge was closed after rain.", "The bridge was closed on Friday."]
    >>> checker = kh.grounding.SourceChecker()
    >>> [verdict.label for verdict in checker.check([case] * 2, outputs)]
    ['supported', 'contradicted']
    """

    requires = ("source",)

    def __init__(self, english: Checker | None = None, others: Checker | None = None) -> None:
        self.values = ValueChecker()
        self.english = EntailmentChecker.default() if english is None else english
        self.others = OverlapChecker() if others is None else others
        for name in ("english", "others"):
            require_checker(name, getattr(self, name))

    def check(self, cases: Sequence[Case], outputs: Sequence[str]) -> list[Verdict]:
        """Returns one verdict an output.

        Args:
            cases: list of `Case`.
            outputs: list of str, as many.

        Returns:
            list of `Verdict` in the same order. A verdict depends on its own case and output alone.
        """
        cases, outputs = require_batch(cases, outputs)
        english = [_is_english(case, output) for case, output in zip(cases, outputs)]
        judged = check_shared(
            cases, outputs, english, lambda kind: self.english if kind else self.others
        )
        return [*map(_with_veto, judged, self.values.check(cases, outputs))]


def _is_english(case: Case, output: str) -> bool:
    """By the output, or where it does not tell, by the source."""
    return (guess_language(output) or guess_language(case.source or "", "en")) == "en"


def _with_veto(judged: Verdict, values: Verdict) -> Verdict:
    if not values.hallucinated:
        return judged
    scores = [verdict.score for verdict in (judged, values) if verdict.score is not None]
    spans = united_spans([*values.spans, *(judged.spans if judged.hallucinated else ())])
    return Verdict(values.label, min(scores, default=None), spans, values.reason)
