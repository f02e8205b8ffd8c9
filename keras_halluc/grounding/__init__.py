"""Checkers: what a case allows, compared with what the model said."""

from keras_halluc._types import Checker
from keras_halluc._types import Verdict
from keras_halluc.grounding.abstentions import DEFAULT_ABSTENTIONS
from keras_halluc.grounding.answer_checker import AnswerChecker

__all__ = ["AnswerChecker", "Checker", "DEFAULT_ABSTENTIONS", "Verdict"]
