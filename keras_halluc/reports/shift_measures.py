"""How far did the answers, and the probabilities behind them, move?"""

from collections.abc import Sequence

import numpy as np

from keras_halluc._types import Case
from keras_halluc._types import Generator
from keras_halluc.data import answer_inputs
from keras_halluc.generation import TaskGenerator
from keras_halluc.objectives.token_divergence import TokenDivergence
from keras_halluc.reports.measure import Measure
from keras_halluc.statistics.estimates import bootstrap_difference
from keras_halluc.statistics.estimates import rate_estimate
from keras_halluc.statistics.ranking import per_token
from keras_halluc.text import tokenize


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
    outputs: Sequence[str],
    resamples: int,
    seed: int,
) -> Measure:
    """KL(before || after) a token, along the answers `outputs` that the model before gave."""
    if not isinstance(before, TaskGenerator) or not isinstance(after, TaskGenerator):
        reason = "both models must be KerasHub tasks, or TaskGenerator objects, to compare tokens"
        return Measure("base_divergence", "shift", variant, reason=reason)
    prompts = [case.prompt for case in cases]
    try:
        (x, y, weight), (_, other, _) = (
            answer_inputs(generator.task, prompts, list(outputs), template=generator.template)
            for generator in (before, after)
        )
    except ValueError as error:  # an answer up to the last position of the model
        return Measure("base_divergence", "shift", variant, reason=str(error))
    same = np.array_equal(y, other)
    sizes = {generator.task.output_shape[-1] for generator in (before, after)}
    if not same or len(sizes) > 1:
        reason = "the models have other tokens, so that their probabilities cannot be compared"
        return Measure("base_divergence", "shift", variant, reason=reason)
    model = TokenDivergence(after.task, before.task)
    divergence = model.of_rows({"x": x}, before.batch_size)
    total = np.where(weight > 0.0, divergence, 0.0).sum(axis=1, dtype="float64")
    tokens = weight.sum(axis=1, dtype="float64")
    if not np.isfinite(total).all():
        reason = "it is not finite: a model gives probabilities that are no numbers, or are 0"
        return Measure("base_divergence", "shift", variant, reason=reason)
    nothing = np.zeros_like(total)  # the divergence of the model before from itself
    found = bootstrap_difference(per_token, (nothing, tokens), (total, tokens), resamples, seed)
    return Measure("base_divergence", "shift", variant, after=found)
