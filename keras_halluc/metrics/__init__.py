"""Keras metrics: what of a model's outputs is hallucinated, right, withheld, calibrated."""

from typing import Any

from keras_halluc.metrics.abstention_rate import AbstentionRate
from keras_halluc.metrics.abstention_score import AbstentionScore
from keras_halluc.metrics.answer_accuracy import AnswerAccuracy
from keras_halluc.metrics.aurc import AURC
from keras_halluc.metrics.brier_score import BrierScore
from keras_halluc.metrics.check_coverage import CheckCoverage
from keras_halluc.metrics.expected_calibration_error import ExpectedCalibrationError
from keras_halluc.metrics.hallucination_rate import HallucinationRate
from keras_halluc.metrics.sums_metric import SumsMetric

__all__ = [
    "AURC",
    "AbstentionRate",
    "AbstentionScore",
    "AnswerAccuracy",
    "BrierScore",
    "CheckCoverage",
    "ExpectedCalibrationError",
    "HallucinationRate",
    "Perplexity",
    "SumsMetric",
]


def __getattr__(name: str) -> Any:
    """Loads `Perplexity` on first use: it is the one metric that needs keras_hub."""
    if name == "Perplexity":
        from keras_halluc.metrics.perplexity import Perplexity

        return Perplexity
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
