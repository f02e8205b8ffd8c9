"""How far did the answers, and the probabilities behind them, move?"""

from collections.abc import Sequence
from typing import Any
from typing import TypeAlias

import numpy as np

from keras_halluc._types import Case
from keras_halluc._types import Generator
from keras_halluc.generation import TaskGenerator
from keras_halluc.objectives.token_divergence import TokenDivergence
from keras_halluc.reports.measure import Measure
from keras_halluc.reports.model_answers import ModelAnswers
from keras_halluc.reports.token_record import TokenRecord
from keras_halluc.reports.token_record import token_rows
from keras_halluc.statistics.estimates import bootstrap_difference
from keras_halluc.statistics.estimates import rate_estimate
from keras_halluc.statistics.ranking import per_token
from keras_halluc.text import tokenize

NO_TASKS = (
    "both models must be KerasHub tasks, or the one before a task recorded by record_answers, to "
    "compare tokens"
)


def text_measures(
    variant: str, before: Sequence[str], after: Sequence[str], resamples: int, seed: int
) -> list[Measure]:
    """How many answers have another text, and how long answers are."""
    changed = sum(a.strip() != b.strip() for a, b in zip(before, after))
    lengths = [[float(len(tokenize(text))) for text in texts] for texts in (before, after)]
    return [
        Measure("outputs_changed", "shift", variant, after=rate_estimate(changed, len(before))),
        Measure(
            "output_length",
            "shift",
            variant,
            before=float(np.mean(lengths[0])),
            after=float(np.mean(lengths[1])),
            difference=bootstrap_difference(np.mean, (lengths[0],), (lengths[1],), resamples, seed),
        ),
    ]


def divergence_measure(
    variant: str,
    before: Generator | None,
    after: Generator | None,
    cases: Sequence[Case],
    answers: ModelAnswers,
    resamples: int,
    seed: int,
) -> Measure:
    """KL(before || after) a token, along the answers that the model before gave.

    Where that model is no more, it is taken from the record of its likeliest tokens: all others
    count as one outcome, so that the divergence is never above the full one.
    """
    try:
        if not isinstance(after, TaskGenerator):
            raise ValueError(NO_TASKS)
        if isinstance(before, TaskGenerator):
            inputs, base, weight = _beside_task(before, after, cases, answers.outputs)
        elif answers.tokens is not None:
            inputs, base, weight = _beside_record(answers.tokens, after, cases, answers.outputs)
        else:
            raise ValueError(NO_TASKS)
    except ValueError as error:  # or an answer up to the last position of the model
        return Measure("base_divergence", "shift", variant, reason=str(error))
    divergence = TokenDivergence(after.task, base).of_rows(inputs, after.batch_size)
    total = np.where(weight > 0.0, divergence, 0.0).sum(axis=1, dtype="float64")
    tokens = weight.sum(axis=1, dtype="float64")
    if not np.isfinite(total).all():
        reason = "it is not finite: a model gives probabilities that are no numbers, or are 0"
        return Measure("base_divergence", "shift", variant, reason=reason)
    nothing = np.zeros_like(total)  # the divergence of the model before from itself
    found = bootstrap_difference(per_token, (nothing, tokens), (total, tokens), resamples, seed)
    return Measure("base_divergence", "shift", variant, after=found)


Inputs: TypeAlias = tuple[dict[str, Any], Any, np.ndarray]  # the base if it is there, and weights


def _beside_task(
    before: TaskGenerator, after: TaskGenerator, cases: Sequence[Case], outputs: Sequence[str]
) -> Inputs:
    x, y, weight = token_rows(before, cases, outputs)
    _require_same_tokens(y, before.task.output_shape[-1], token_rows(after, cases, outputs), after)
    return {"x": x}, before.task, weight


def _beside_record(
    record: TokenRecord, after: TaskGenerator, cases: Sequence[Case], outputs: Sequence[str]
) -> Inputs:
    places = record.places
    rows = token_rows(after, [cases[i] for i in places], [outputs[i] for i in places])
    _require_same_tokens(record.targets, record.vocabulary, rows, after)
    return {"x": rows[0], **record.inputs}, None, rows[2]


def _require_same_tokens(
    targets: np.ndarray, vocabulary: int, rows: Sequence[Any], after: TaskGenerator
) -> None:
    if not np.array_equal(targets, rows[1]) or vocabulary != after.task.output_shape[-1]:
        raise ValueError(
            "the models have other tokens, so that their probabilities cannot be compared"
        )
