"""The model wrapper that trains so that hallucination happens less, and ready tasks for it."""

from typing import TYPE_CHECKING
from typing import Any

from keras_halluc.models.fine_tuner import FineTuner
from keras_halluc.models.head_pruning import head_importance
from keras_halluc.models.head_pruning import prune_heads
from keras_halluc.models.lazy_tasks import MODULES
from keras_halluc.models.lazy_tasks import load_class as _load_class
from keras_halluc.models.lazy_tasks import register_stand_ins as _register_stand_ins
from keras_halluc.models.lora import enable_lora
from keras_halluc.models.recipe_cost import RecipeCost
from keras_halluc.models.weight_averaging import average_weights
from keras_halluc.models.weight_averaging import averaged_weights
from keras_halluc.models.weight_averaging import averaging_curve

if TYPE_CHECKING:  # with the first use, since they need KerasHub or most of the package
    from keras_halluc.models.retention_recipe import RetentionRecipe
    from keras_halluc.models.tasks.copy_preprocessor import CopyPreprocessor
    from keras_halluc.models.tasks.extractive_qa import ExtractiveQA
    from keras_halluc.models.tasks.pair_entailment import PairEntailment
    from keras_halluc.models.tasks.pointer_generator_seq2seq import PointerGeneratorSeq2Seq
    from keras_halluc.models.tasks.question_preprocessor import QuestionPreprocessor
    from keras_halluc.models.tasks.sequence_classifier import SequenceClassifier
    from keras_halluc.models.tasks.sequence_regressor import SequenceRegressor
    from keras_halluc.models.tasks.tagging_preprocessor import TaggingPreprocessor
    from keras_halluc.models.tasks.text_preprocessor import TextPreprocessor
    from keras_halluc.models.tasks.token_tagger import TokenTagger

_register_stand_ins()

__all__ = [
    "CopyPreprocessor",
    "ExtractiveQA",
    "FineTuner",
    "PairEntailment",
    "PointerGeneratorSeq2Seq",
    "QuestionPreprocessor",
    "RecipeCost",
    "RetentionRecipe",
    "SequenceClassifier",
    "SequenceRegressor",
    "TaggingPreprocessor",
    "TextPreprocessor",
    "TokenTagger",
    "average_weights",
    "averaged_weights",
    "averaging_curve",
    "enable_lora",
    "head_importance",
    "prune_heads",
]


def __getattr__(name: str) -> Any:
    if name in MODULES:
        return _load_class(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
