"""What does a model say to the cases, and how sure is it of each answer?"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_halluc._progress import Progress
from keras_halluc._require import received
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc._require import require_verbose
from keras_halluc._types import Case
from keras_halluc._types import Generator
from keras_halluc.data.cases import require_cases
from keras_halluc.generation import as_generator
from keras_halluc.generation.batches import chunk_size
from keras_halluc.reports.model_name import model_name
from keras_halluc.reports.token_record import TokenRecord
from keras_halluc.reports.token_record import token_record


@dataclasses.dataclass(frozen=True)
class ModelAnswers:
    """The answers of one model to a list of cases.

    Args:
        outputs: tuple of str, one a case.
        confidences: tuple of float in [0, 1] or None, one a case: the probability the model gives
            its whole answer. None where that is not known. Defaults to none known.
        reason: str, why confidences are not known.
        model: str, name of the model, for the report. Defaults to none.
        tokens: `TokenRecord` that `record_answers` makes of a KerasHub task, for the divergence of
            a later model from it; or None.

    Example:

    >>> import keras_halluc as kh
    >>> kh.reports.ModelAnswers(("Paris", "Rome"), (0.9, 0.4)).confidences
    (0.9, 0.4)
    """

    outputs: tuple[str, ...]
    confidences: tuple[float | None, ...] = ()
    reason: str = ""
    model: str = ""
    tokens: TokenRecord | None = dataclasses.field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "outputs", tuple(require_strings("outputs", self.outputs)))
        given = tuple(self.confidences) or (None,) * len(self.outputs)
        require_same_length(outputs=self.outputs, confidences=given)
        for confidence in given:
            if confidence is not None and not 0.0 <= confidence <= 1.0:
                raise ValueError(
                    "`confidences` must be None or in [0, 1]. " + received("confidence", confidence)
                )
        object.__setattr__(self, "confidences", given)


def record_answers(
    generator: Any, cases: Sequence[Case], verbose: bool | int | str = "auto"
) -> ModelAnswers:
    """Asks a model all cases once, to compare with later: a task is trained in place.

    Of a KerasHub task the likeliest tokens along its answers are kept too, at most 256 answers and
    16 tokens a position, so that the audit can say how far a later model is from it.

    Args:
        generator: `Generator`, KerasHub task or callable; what `as_generator` takes.
        cases: list of `Case`.
        verbose: `"auto"`, 0, 1 or 2. 0 is silent; where it takes more than a few seconds, 1
            (`"auto"`) shows a progress bar, and 2 a line at the end.

    Returns:
        `ModelAnswers`.

    Example:

    >>> import keras_halluc as kh
    >>> cases = [kh.data.Case("1 + 1 =", references=("2",))]
    >>> before = kh.reports.record_answers(lambda prompts: ["2"], cases)
    >>> kh.audit(before, ["3"], cases).find("answer_accuracy").before.value
    1.0
    """
    made, asked = as_generator(generator), require_cases(cases)
    answers = answers_of(made, asked, "", require_verbose(verbose))
    return dataclasses.replace(answers, tokens=token_record(made, asked, answers.outputs))


def answers_of(
    generator: Generator, cases: Sequence[Case], name: str, verbose: int
) -> ModelAnswers:
    """`record_answers` of a generator; `name` is for the progress bar."""
    prompts = sorted({case.prompt for case in cases}, key=lambda prompt: (len(prompt), prompt))
    size = chunk_size(generator)
    progress = Progress(f"Asking {name or 'the model'}", len(prompts), verbose)
    said: dict[str, str] = {}
    sure: dict[str, float | None] = {}
    reason = ""
    for start in range(0, len(prompts), size):  # of like length: a batch is as long as its longest
        chunk = prompts[start : start + size]
        outputs = require_strings("outputs", generator.generate(chunk))
        require_same_length(prompts=chunk, outputs=outputs)
        said.update(zip(chunk, outputs))
        try:
            found = _sure(generator, chunk, outputs) if not reason else [None] * len(chunk)
            sure.update(zip(chunk, found))
        except (ValueError, NotImplementedError) as error:
            reason = str(error)
        progress.update(len(said))
    confidences = tuple(None if reason else sure[case.prompt] for case in cases)
    all_said = tuple(said[case.prompt] for case in cases)
    return ModelAnswers(all_said, confidences, reason, model_name(generator))


def _sure(generator: Generator, prompts: list[str], outputs: list[str]) -> list[float | None]:
    """Probability of each whole answer; None for an answer without a token."""
    scores = generator.score(prompts, outputs)
    found = np.exp(np.sum(scores.log_probs * scores.mask, axis=1))
    return [
        min(float(value), 1.0) if mask.any() else None for value, mask in zip(found, scores.mask)
    ]
