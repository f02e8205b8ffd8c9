"""What does an answer mean, as far as its words tell?"""

from typing import TypeAlias

from keras_halluc.grounding.abstention_reader import AbstentionReader
from keras_halluc.grounding.answer_text import first_line_end
from keras_halluc.grounding.answer_text import says_nothing
from keras_halluc.grounding.same_answer import answer_key

Meaning: TypeAlias = tuple[str, ...]
NO_ANSWER: Meaning = ()  # of all ways not to answer


class MeaningReader:
    """Tells the meaning by words, values and signs, as `AnswerChecker` compares answers.

    Args:
        reader: `AbstentionReader`.
        first_line_only: bool, whether what follows the first line is no part of the answer.
    """

    def __init__(self, reader: AbstentionReader, first_line_only: bool) -> None:
        self._reader = reader
        self._first_line_only = first_line_only

    def answer(self, output: str) -> str:
        """The answer in an output."""
        end = first_line_end(output) if self._first_line_only else len(output)
        return output[:end].strip()

    def meaning(self, answer: str) -> Meaning:
        """Equal for answers that say the same; `NO_ANSWER` for one that says it does not know."""
        if says_nothing(answer) or self._reader.only_abstains(answer):
            return NO_ANSWER
        return answer_key(answer)
