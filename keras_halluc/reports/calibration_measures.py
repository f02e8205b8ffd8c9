"""Is the model as sure of its answers as it is right, before and after?"""

from collections.abc import Sequence

import numpy as np

from keras_halluc._types import LABELS
from keras_halluc._types import Verdict
from keras_halluc.reports.measure import Measure
from keras_halluc.reports.model_answers import ModelAnswers
from keras_halluc.statistics.confidence_estimates import MIN_ANSWERS
from keras_halluc.statistics.confidence_estimates import THRESHOLDS
from keras_halluc.statistics.confidence_estimates import WITHOUT_AUROC
from keras_halluc.statistics.confidence_estimates import abstention_estimates
from keras_halluc.statistics.confidence_estimates import bootstrap_statistics
from keras_halluc.statistics.confidence_estimates import confidence_estimates
from keras_halluc.statistics.confidence_estimates import interval_of
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.estimates import bootstrap_difference
from keras_halluc.statistics.estimates import mean_estimate

KEYS = (*WITHOUT_AUROC, "auroc")
NAMES = ("confidence", *KEYS)
ABSTENTION_SCORE = "abstention_score_t75"
Side = tuple[ModelAnswers, Sequence[Verdict]]
Answers = dict[int, tuple[float, float]]


def calibration_measures(
    variant: str, checker: str, before: Side, after: Side, resamples: int, seed: int
) -> list[Measure]:
    """Confidence, its calibration and its order, over answers that are no abstention."""
    rows = _answers(*before), _answers(*after)
    values = [_estimates(answers, resamples) for answers in rows]
    both = sorted(set(rows[0]) & set(rows[1]))
    difference: dict[str, Estimate | None] = {}
    if len(both) >= MIN_ANSWERS:
        one, other = (_columns(answers, both) for answers in rows)
        first, second = (bootstrap_statistics(*own, resamples, seed, KEYS) for own in (one, other))
        difference = {key: interval_of(second[key] - first[key], len(both)) for key in KEYS}
        difference["confidence"] = bootstrap_difference(
            np.mean, one[:1], other[:1], resamples, seed
        )
    return [
        Measure(
            name,
            "calibration",
            variant,
            checker,
            before=values[0].get(name),
            after=values[1].get(name),
            difference=difference.get(name),
            reason="" if name in values[1] else _reason(after[0], rows[1]),
        )
        for name in NAMES
    ]


def abstention_measure(
    variant: str,
    checker: str,
    pairs: Sequence[tuple[Verdict, Verdict]],
    resamples: int,
    seed: int,
) -> Measure:
    """What an answer is worth where a wrong one costs three times what a right one brings."""
    values = []
    for side in (0, 1):
        labels = [LABELS.index(pair[side].label) for pair in pairs]
        sums = np.bincount(labels, minlength=len(LABELS)).tolist()
        values.append(abstention_estimates(sums).get(ABSTENTION_SCORE))
    both = [
        [_worth(verdict) for verdict in pair] for pair in pairs if all(v.measured for v in pair)
    ]
    difference = None
    if both:
        first, second = zip(*both)
        difference = bootstrap_difference(np.mean, (first,), (second,), resamples, seed)
    return Measure(
        ABSTENTION_SCORE,
        "calibration",
        variant,
        checker,
        before=values[0],
        after=values[1],
        difference=difference,
        reason="" if values[1] is not None else "no case was measured",
    )


def _worth(verdict: Verdict) -> float:
    threshold = THRESHOLDS[ABSTENTION_SCORE]
    if verdict.hallucinated:
        return -threshold / (1.0 - threshold)
    return 1.0 if verdict.label == "supported" else 0.0


def _answers(answers: ModelAnswers, verdicts: Sequence[Verdict]) -> Answers:
    """`(confidence, right)` by case, of answers that were measured and are no abstention."""
    return {
        i: (confidence, float(verdict.label == "supported"))
        for i, (confidence, verdict) in enumerate(zip(answers.confidences, verdicts))
        if confidence is not None and verdict.measured and verdict.label != "abstained"
    }


def _estimates(answers: Answers, resamples: int) -> dict[str, Estimate]:
    if len(answers) < MIN_ANSWERS:
        return {}
    confidence, right = _columns(answers, sorted(answers))
    found = confidence_estimates(confidence, right, resamples, KEYS)
    return {"confidence": mean_estimate(confidence.tolist()), **found}


def _columns(answers: Answers, chosen: list[int]) -> tuple[np.ndarray, np.ndarray]:
    confidence, right = np.array([answers[i] for i in chosen], "float32").T
    return confidence, right


def _reason(answers: ModelAnswers, rows: Answers) -> str:
    if answers.reason:
        return answers.reason
    if all(confidence is None for confidence in answers.confidences):
        return "no answer came with a confidence: give models, not their outputs"
    if len(rows) < MIN_ANSWERS:
        return f"{len(rows)} answers have a confidence and a verdict; {MIN_ANSWERS} are needed"
    return "all answers are right, or all are wrong"
