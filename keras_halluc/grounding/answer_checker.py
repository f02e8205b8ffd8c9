"""`AnswerChecker`: exact match, containment and F1 against the accepted answers of a case."""

import re
from collections.abc import Sequence

from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding.answer_text import says_nothing
from keras_halluc.grounding.option_letters import chooses
from keras_halluc.grounding.option_letters import option_letter
from keras_halluc.grounding.output_checker import OutputChecker
from keras_halluc.grounding.same_answer import answer_f1
from keras_halluc.grounding.same_answer import has_answer
from keras_halluc.grounding.same_answer import same_answer
from keras_halluc.text import ANSWER_STEPS
from keras_halluc.text import OutputReader
from keras_halluc.text.languages import guess_language

MODES = ("exact", "contains", "f1")
# A wrong answer may hold all tokens of a reference in another order; it still is not right.
WRONG_AT_MOST = 0.99
# What a reference may be written in too; of an output the reader leaves it out.
MARKS = ("html", "latex", "emphasis")
_OPTION_NUMBER = re.compile(r"\s*\(?(\d{1,2})[.):]\s[^\n]*\n?\s*")


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
        reader: `keras_halluc.text.OutputReader`, which finds the answer in an output. None takes
            `keras_halluc.text.ANSWER_STEPS`: reasoning, lead-ins and marks are left out, and what
            follows the first line that answers. A model that runs on often writes further questions
            and answers there, and one of them must not make a wrong answer right.
            `OutputReader(steps=[])` reads outputs as they are written.
        abstentions: list of str, phrases that say "I don't know"; `"{en}"` is the grammar of a
            language. None takes `keras_halluc.grounding.DEFAULT_ABSTENTIONS`, the grammars of 13
            languages. An empty list: only an empty output abstains.
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
    reading_steps = ANSWER_STEPS

    def __init__(
        self,
        mode: str = "contains",
        f1_threshold: float = 0.5,
        reader: OutputReader | None = None,
        abstentions: Sequence[str] | None = None,
        fold_accents: bool | None = None,
    ) -> None:
        super().__init__(abstentions, reader)
        self.fold_accents = require_choice("fold_accents", fold_accents, (None, True, False))
        self.mode = require_choice("mode", mode, MODES)
        self.f1_threshold = require_number("f1_threshold", f1_threshold, above=0.0, maximum=1.0)
        steps = self.reader.steps
        self._turn = OutputReader([step for step in steps if step in ("reasoning", "turns")])
        self._marks = OutputReader([step for step in steps if step in MARKS])

    def _word_for_word(self, case: Case, output: str) -> Verdict | None:
        """An output that is a reference as it stands is right, whatever it looks like.

        "Hello, World!" is no greeting where it is the answer, nor is the 1 of "1. Paris" a list
        number where the options have numbers, or the A of "A: Paris" a label.
        """
        written = self._turn.read(output).text
        option = _OPTION_NUMBER.fullmatch(written)
        same = {_plain(written), option[1] if option else ""} - {""}
        line = written.strip().partition("\n")[0]
        for reference in case.references:
            letter = option_letter(reference)
            if _plain(reference) in same or (letter and chooses(line, letter)):
                return Verdict("supported", 1.0, reason=f"fits the reference {_short(reference)}")
        return None

    def _abstention(self, output: str) -> Verdict | None:
        return None  # where the references say "unknown" it is the answer: see `_verdict`

    def _verdict(self, case: Case, output: str) -> Verdict:
        references = case.references
        answer = output.strip()
        spoken = guess_language(case.prompt)
        fitting = [
            reference for reference in references if self._is_given(answer, reference, spoken)
        ]
        abstained = super()._abstention(answer)
        if abstained is not None and not says_nothing(answer):
            if any(
                self._abstention_reader.only_abstains(reference) for reference in fitting
            ) or any(self._abstention_reader.is_phrase(reference) for reference in references):
                return Verdict("supported", 1.0, reason="an abstention is the accepted answer")
            return abstained
        if fitting:
            return Verdict("supported", 1.0, reason=f"fits the reference {_short(fitting[0])}")
        if abstained is not None:
            return abstained
        start = output.index(answer)
        score = max(answer_f1(answer, reference, spoken) for reference in references)
        accepted = ", ".join(_short(reference) for reference in references[:3])
        return Verdict(
            "unsupported",
            min(score, WRONG_AT_MOST),
            spans=((start, start + len(answer), "unsupported"),),
            reason=f"fits none of the {len(references)} references: {accepted}",
        )

    def _is_given(self, answer: str, reference: str, language: str) -> bool:
        """Whether the answer fits the reference, or what the reference says without its marks."""
        said = self._marks.read(reference).text
        return self._fits(answer, reference, language) or (
            said != reference and self._fits(answer, said, language)
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


def _plain(text: str) -> str:
    """A text without its case and spaces, and without a sign at its end."""
    return " ".join(text.casefold().split()).rstrip(".!。！")
