"""`OverlapChecker`: word overlap of each sentence of the output with the source."""

from collections.abc import Sequence

from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._require import require_strings
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.output_checker import OutputChecker
from keras_halluc.grounding.overlap.folded_words import FoldedWord
from keras_halluc.grounding.overlap.folded_words import fold_source
from keras_halluc.grounding.overlap.folded_words import fold_words
from keras_halluc.grounding.overlap.folded_words import words_left_out
from keras_halluc.grounding.overlap.source_overlap import read_source
from keras_halluc.grounding.required_arguments import require_below
from keras_halluc.text import OutputReader
from keras_halluc.text import normalize_answer
from keras_halluc.text import sentence_spans
from keras_halluc.text.function_words import function_words_of

SUPPORTED_AT, UNSUPPORTED_BELOW = 0.54, 0.14


class OverlapChecker(OutputChecker):
    """Compares the words of each sentence with those of the source, without any model.

    The support of a sentence is the mean of three shares: its content words that stand in the
    source; its pairs of neighbouring content words that do; and its content words that stand in the
    same order in one stretch of 120 content words of the source. For a sentence of more than 60
    that stretch is all of it. A sentence of one content word has no pairs. Words are compared
    without case and width; in Chinese, Japanese, Korean and Thai a word is a character. Function
    words of nine languages are left out of the comparison unless a sentence has no others;
    negations count as content.

    | output | label | score |
    |---|---|---|
    | support of all sentences reaches `supported_at` | `supported` | mean (or least) support |
    | a sentence below `unsupported_below` | `unsupported` | the same |
    | no such sentence, and one in between | `unmeasured` | None |
    | nothing, or only that it does not know | `abstained` | None |
    | the case has no source | `unmeasured` | None |

    Spans mark the content words of unsupported sentences that the source lacks, or the sentence if
    it lacks none. This sees what was made up out of new words. It cannot tell a paraphrase from it,
    and leaves it unmeasured, nor see a false claim in the source's own words.

    Args:
        supported_at: float in (0, 1], support from which on a sentence counts as supported.
        unsupported_below: float in [0, `supported_at`]. What lies between may be a paraphrase or
            made up, and words do not tell which. Where both are None they are 0.54 and 0.14, chosen
            on texts that people judged (`benchmarks/verdicts.py`). With `supported_at` alone there
            is nothing between: each output has a verdict.
        aggregate: str, score of an output with several sentences: `"mean"` or `"min"`.
        function_words: list of str to leave out of the comparison, in any case. None takes those of
            the language that the source seems to be in, else the output. An empty list: none.
        reader: `keras_halluc.text.OutputReader`, which leaves out what only wraps what an output
            says: reasoning, lead-ins, Markdown, citation marks. None takes its default steps;
            `OutputReader(steps=[])` reads outputs as they are written.
        abstentions: list of str, phrases that say "I don't know"; `"{en}"` is the grammar of a
            language. None takes `keras_halluc.grounding.DEFAULT_ABSTENTIONS`, the grammars of 13
            languages.

    Example:

    >>> import keras_halluc as kh
    >>> case = kh.data.Case("Summarise.", source="It rained all day. The match was called off.")
    >>> checker = kh.grounding.OverlapChecker()
    >>> (verdict,) = checker.check([case], ["The match was called off. Nobody came."])
    >>> verdict.label, verdict.score, verdict.spans
    ('unsupported', 0.5, ((26, 37, 'unsupported'),))

    References:
        Honovich et al. 2022, "TRUE: re-evaluating factual consistency evaluation",
        https://arxiv.org/abs/2204.04991
        Lin 2004, "ROUGE: a package for automatic evaluation of summaries",
        https://aclanthology.org/W04-1013
    """

    requires = ("source",)

    def __init__(
        self,
        supported_at: float | None = None,
        unsupported_below: float | None = None,
        aggregate: str = "mean",
        function_words: Sequence[str] | None = None,
        reader: OutputReader | None = None,
        abstentions: Sequence[str] | None = None,
    ) -> None:
        super().__init__(abstentions, reader)
        if supported_at is None:
            supported_at = SUPPORTED_AT
            unsupported_below = (
                UNSUPPORTED_BELOW if unsupported_below is None else unsupported_below
            )
        self.supported_at = require_number("supported_at", supported_at, above=0.0, maximum=1.0)
        self.unsupported_below = require_below("unsupported_below", unsupported_below, supported_at)
        self.aggregate = require_choice("aggregate", aggregate, ("mean", "min"))
        self.function_words = None
        if function_words is not None:
            words = require_strings("function_words", function_words, empty_ok=True)
            self.function_words = frozenset(map(normalize_answer, words))

    def _verdict(self, case: Case, output: str) -> Verdict:
        source = case.source or ""
        known = fold_source(source)
        claims = [
            (span, words) for span in sentence_spans(output) if (words := fold_words(output, *span))
        ]
        left_out = self.function_words
        if left_out is None:
            said = (word.folded for _, words in claims for word in words)
            left_out = known.function_words or function_words_of(said)
        supports, marked = [], []
        for span, words in claims:
            support, spans = self._judge(source, left_out, span, words)
            supports.append(support)
            marked.append(spans)
        score = sum(supports) / len(supports) if self.aggregate == "mean" else min(supports)
        wrong = [spans for spans in marked if spans]
        unsure = sum(support < self.supported_at for support in supports)
        if not wrong and unsure:
            reason = f"{unsure} of {len(claims)} sentences may be reworded or made up"
            return Verdict("unmeasured", reason=reason)
        if not wrong:
            return Verdict("supported", score, reason=f"all {len(claims)} sentences in the source")
        start, end, _ = wrong[0][0]
        reason = f"{len(wrong)} of {len(claims)} sentences not in the source, first: "
        flat = tuple(span for spans in wrong for span in spans)
        return Verdict("unsupported", score, flat, reason + repr(output[start:end][:60]))

    def _judge(
        self, source: str, left_out: frozenset[str], span: tuple[int, int], words: list[FoldedWord]
    ) -> tuple[float, list[tuple[int, int, str]]]:
        """The support of a sentence, and what to mark in it."""
        left_out = words_left_out([word.folded for word in words], left_out)
        content = [word for word in words if word.folded not in left_out]
        overlap = read_source(source, left_out)
        support = overlap.support([word.folded for word in content])
        if support >= self.unsupported_below:
            return support, []
        spans: list[tuple[int, int, str]] = []
        last = -1
        for word in content:
            if word.folded in overlap.words:
                continue
            if word.place == last + 1 and spans:
                spans[-1] = (spans[-1][0], word.end, "unsupported")
            else:
                spans.append((word.start, word.end, "unsupported"))
            last = word.place
        return support, spans or [(*span, "unsupported")]
