"""`AnswerChecker`: exact match, containment and F1 against the accepted answers of a case."""

from collections.abc import Sequence

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.answer_text import first_line_end
from keras_halluc.grounding.answer_text import says_nothing
from keras_halluc.grounding.output_checker import OutputChecker
from keras_halluc.grounding.same_answer import answer_f1
from keras_halluc.grounding.same_answer import has_answer
from keras_halluc.grounding.same_answer import same_answer
from keras_halluc.text.languages import guess_language

MODES = ("exact", "contains", "f1")
# A wrong answer may hold all tokens of a reference in another order; it still is not right.
WRONG_AT_MOST = 0.99


class AnswerChecker(OutputChecker):
    """Compares outputs with the accepted answers of their cases, in any script.

    | output | label | score |
    |---|---|---|
    | fits a reference | `supported` | 1.0 |
    | fits none | `unsupported` | best token F1 over the references, at most 0.99 |
    | no word and no number, or only that it does not know | `abstained` | None |
    | the case has no references | `unmeasured` | None |

    An abstention has no score, so a mean over scores must leave it out: not to answer is neither
    right nor made up. Where a reference is an abstention itself (an unanswerable question with the
    reference `"unknown"`), abstaining in whatever words is supported. A guess is judged as an
    answer even if hedged: `"I don't know, maybe Paris"` is supported where Paris is right and
    unsupported where it is wrong.

    Words are compared without case, width, punctuation and English articles, values as values, in
    any form that `keras_halluc.text.find_values` reads: `"March 3, 2024"` is `"2024-03-03"`,
    `"eighteen"` is `"18"`, `"5 pm"` is `"17:00"`, `"5 km"` is `"5,000 metres"`. A number of one
    side may lack the unit of the other: `"$29.00"` is `"29"`. Signs that change an answer count:
    `"10²"` is not `"102"`, `"C++"` not `"C"`, `"≥5"` not `"≤5"`, `"1:2"` not `"1/2"`, and a value
    is no part of another one: `"12 million"` is not `"12"`. A reference of one letter is an
    option: `"(a)"`, `"a) Paris"` and `"The answer is A"` choose `"A"`, `"A dog barked."` does not.

    Args:
        mode: str. `"contains"`: a reference stands in the output, in whole words (and in scripts
            without spaces as a row of characters). `"exact"`: output and reference are the same.
            `"f1"`: their token F1 reaches `f1_threshold`. The default suits models that answer in
            a sentence; it cannot see a denial (`"not Paris"`).
        f1_threshold: float in (0, 1], used by mode `"f1"`.
        first_line_only: bool, whether to judge the first line with something on it and leave out
            what follows. A model that runs on often writes further questions and answers there,
            and one of them must not make a wrong answer right.
        abstentions: list of str, phrases that say "I don't know". None takes
            `keras_halluc.grounding.DEFAULT_ABSTENTIONS`, of some fifteen languages. An empty list:
            only an empty output abstains.
        fold_accents: bool or None, whether accents are left out: `"Beyonce"` is `"Beyoncé"`. None
            leaves them out of a word that the other side writes without any, so that `"pêche"` is
            not `"péché"`. False: an accent that differs is another answer.

    Example:

    >>> import keras_halluc as kh
    >>> case = kh.data.Case("The capital of France is", references=("Paris",))
    >>> checker = kh.grounding.AnswerChecker()
    >>> outputs = [" Paris.", " Lyon.\\nParis", "I don't know."]
    >>> [verdict.label for verdict in checker.check([case] * 3, outputs)]
    ['supported', 'unsupported', 'abstained']
    """

    requires = ("references",)

    def __init__(
        self,
        mode: str = "contains",
        f1_threshold: float = 0.5,
        first_line_only: bool = True,
        abstentions: Sequence[str] | None = None,
        fold_accents: bool | None = None,
    ) -> None:
        super().__init__(abstentions)
        self.fold_accents = require_choice("fold_accents", fold_accents, (None, True, False))
        self.mode = require_choice("mode", mode, MODES)
        self.f1_threshold = require_number("f1_threshold", f1_threshold, above=0.0, maximum=1.0)
        if not isinstance(first_line_only, bool):
            raise TypeError(
                f"`first_line_only` must be a bool. {received('first_line_only', first_line_only)}"
            )
        self.first_line_only = first_line_only

    def _abstention(self, output: str) -> Verdict | None:
        return None  # where the references say "unknown" it is the answer: see `_verdict`

    def _verdict(self, case: Case, output: str) -> Verdict:
        references = case.references
        end = first_line_end(output) if self.first_line_only else len(output)
        answer = output[:end].strip()
        spoken = guess_language(case.prompt)
        fitting = [reference for reference in references if self._fits(answer, reference, spoken)]
        abstained = super()._abstention(answer)
        if abstained is not None and not says_nothing(answer):
            if any(self._reader.only_abstains(reference) for reference in fitting) or any(
                self._reader.is_phrase(reference) for reference in references
            ):
                return Verdict("supported", 1.0, reason="an abstention is the accepted answer")
            return abstained
        if fitting:
            return Verdict("supported", 1.0, reason=f"fits the reference {_short(fitting[0])}")
        if abstained is not None:
            return abstained
        score = max(answer_f1(answer, reference, spoken) for reference in references)
        accepted = ", ".join(_short(reference) for reference in references[:3])
        return Verdict(
            "unsupported",
            min(score, WRONG_AT_MOST),
            spans=((0, end, "unsupported"),),
            reason=f"fits none of the {len(references)} references: {accepted}",
        )

    def _fits(self, answer: str, reference: str, language: str) -> bool:
        """Whether an answer fits a reference; `language` is that of the prompt."""
        if self.mode == "contains":
            return has_answer(answer, reference, self.fold_accents, language)
        if self.mode == "f1" and answer:
            return answer_f1(answer, reference, language) >= self.f1_threshold
        return bool(answer) and same_answer(answer, reference, self.fold_accents, language)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
