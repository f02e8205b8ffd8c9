"""What does an answer mean, as far as its words tell?"""

from typing import TypeAlias

from keras_halluc.grounding.abstention_reader import AbstentionReader
from keras_halluc.grounding.answer_text import says_nothing
from keras_halluc.grounding.same_answer import answer_key
from keras_halluc.text import OutputReader

Meaning: TypeAlias = tuple[str, ...]
NO_ANSWER: Meaning = ()  # of all ways not to answer


class MeaningReader:
    """Tells the meaning by words, values and signs, as `AnswerChecker` compares answers.

    Args:
        abstentions: `AbstentionReader`.
        reader: `OutputReader`, which finds the answer in a sample.
    """

    def __init__(self, abstentions: AbstentionReader, reader: OutputReader) -> None:
        self._abstentions = abstentions
        self._reader = reader

    def answer(self, sample: str) -> str:
        """The answer in a sample."""
        return self._reader.read(sample).text.strip()

    def meaning(self, answer: str) -> Meaning:
        """Equal for answers that say the same; `NO_ANSWER` for one that says it does not know."""
        if says_nothing(answer) or self._abstentions.only_abstains(answer):
            return NO_ANSWER
        return answer_key(answer)
