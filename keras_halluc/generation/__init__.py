"""Text and token log-probabilities out of any Keras model."""

from keras_halluc._types import Generator
from keras_halluc._types import TokenScores
from keras_halluc.generation.chat_template import ChatTemplate
from keras_halluc.generation.familiarity_scorer import FamiliarityScorer
from keras_halluc.generation.familiarity_uncertainty import FamiliarityUncertainty
from keras_halluc.generation.function_generator import FunctionGenerator
from keras_halluc.generation.generator_of_model import as_generator
from keras_halluc.generation.next_token_generator import NextTokenGenerator
from keras_halluc.generation.rauq import rauq_score
from keras_halluc.generation.selective_generator import SelectiveAnswer
from keras_halluc.generation.selective_generator import SelectiveGenerator
from keras_halluc.generation.task_generator import TaskGenerator
from keras_halluc.generation.uncertainty_scorer import UncertaintyScorer

__all__ = [
    "ChatTemplate",
    "FamiliarityScorer",
    "FamiliarityUncertainty",
    "FunctionGenerator",
    "Generator",
    "NextTokenGenerator",
    "SelectiveAnswer",
    "SelectiveGenerator",
    "TaskGenerator",
    "TokenScores",
    "UncertaintyScorer",
    "as_generator",
    "rauq_score",
]
