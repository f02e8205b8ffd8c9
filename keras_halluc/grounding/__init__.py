"""Checkers: what a case allows, compared with what the model said."""

from keras_halluc._types import Checker
from keras_halluc._types import Verdict
from keras_halluc.grounding.abstentions import DEFAULT_ABSTENTIONS
from keras_halluc.grounding.answer_checker import AnswerChecker
from keras_halluc.grounding.entailment_checker import EntailmentChecker
from keras_halluc.grounding.keras_pair_scorer import KerasPairScorer
from keras_halluc.grounding.overlap_checker import OverlapChecker
from keras_halluc.grounding.value_checker import ValueChecker

__all__ = [
    "AnswerChecker",
    "Checker",
    "DEFAULT_ABSTENTIONS",
    "EntailmentChecker",
    "KerasPairScorer",
    "OverlapChecker",
    "ValueChecker",
    "Verdict",
]
