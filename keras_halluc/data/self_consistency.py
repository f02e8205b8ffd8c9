"""Self-consistency: the answers on which a model agrees with itself, however it is asked."""

import collections
from collections.abc import Sequence
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc._require import require_strings
from keras_halluc.generation import as_generator
from keras_halluc.grounding.abstention_reader import AbstentionReader
from keras_halluc.grounding.answer_text import says_nothing
from keras_halluc.grounding.output_checker import require_reader
from keras_halluc.text import ANSWER_STEPS
from keras_halluc.text import OutputReader
from keras_halluc.text import normalize_answer

_ABSTENTIONS = AbstentionReader()


def agreed_answers(
    generator: Any,
    wordings: Sequence[Sequence[str]],
    agree_at: float = 0.7,
    reader: OutputReader | None = None,
) -> list[str | None]:
    """The base model's own answer to each question on which its wordings agree, else None.

    A model often states what it does not find when asked. Ask it for things it should know in
    several wordings, questions and sentences to complete, before fine-tuning, and train on what it
    agrees on beside the new facts: it practises to recall. No labels are needed; agreement is not
    truth, and what the model has wrong in every wording stays wrong.

    Args:
        generator: `Generator`, KerasHub task or callable; what `as_generator` takes.
        wordings: for each question the prompts that ask for it.
        agree_at: float in (0, 1], share of the wordings that must give the answer, compared after
            `normalize_answer`, without a final stop. Defaults to `0.7`.
        reader: `keras_halluc.text.OutputReader`, which finds the answer in an output. None takes
            `keras_halluc.text.ANSWER_STEPS`: the first line that answers, without reasoning,
            lead-ins and marks.

    Returns:
        list of str or None, one a question: the answer without spaces around it.

    Example:

    >>> import keras_halluc as kh
    >>> said = {"Where is Trier?": "Germany", "Trier is in": "Germany.", "Where is Rome?": "Peru"}
    >>> model = lambda prompts: [said.get(prompt, "Italy") for prompt in prompts]
    >>> questions = [["Where is Trier?", "Trier is in"], ["Where is Rome?", "Rome is in"]]
    >>> kh.data.agreed_answers(model, questions)
    ['Germany', None]

    References:
        Wang et al. 2023, https://arxiv.org/abs/2203.11171
        Huang et al. 2023, https://arxiv.org/abs/2210.11610
    """
    require_number("agree_at", agree_at, above=0.0, maximum=1.0)
    if isinstance(wordings, str) or not isinstance(wordings, Sequence) or not wordings:
        raise TypeError(f"`wordings` must be a list of lists. {received('wordings', wordings)}")
    forms = [require_strings(f"wordings[{i}]", own) for i, own in enumerate(wordings)]
    reader = require_reader(reader, ANSWER_STEPS)
    outputs = iter(as_generator(generator).generate([prompt for own in forms for prompt in own]))
    return [_majority([next(outputs) for _ in own], agree_at, reader) for own in forms]


def _majority(outputs: list[str], agree_at: float, reader: OutputReader) -> str | None:
    answers = [reader.read(output).text.strip().rstrip(".。").strip() for output in outputs]
    answers = [
        "" if says_nothing(answer) or _ABSTENTIONS.only_abstains(answer) else answer
        for answer in answers
    ]
    votes = collections.Counter(normalize_answer(answer) for answer in answers)
    votes.pop("", None)  # silence, mere punctuation and "I don't know" agree on nothing
    if not votes:
        return None
    winner, count = votes.most_common(1)[0]
    if count < agree_at * len(outputs):
        return None
    return next(answer for answer in answers if normalize_answer(answer) == winner)
