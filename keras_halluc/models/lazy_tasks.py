"""Which classes load with their first use, and how does Keras load a saved one of them?"""

import importlib
from typing import Any

from keras_halluc._register import register

# Name of each class that needs KerasHub or most of the package, and of its module.
MODULES = {
    "CopyPreprocessor": "tasks.copy_preprocessor",
    "ExtractiveQA": "tasks.extractive_qa",
    "PairEntailment": "tasks.pair_entailment",
    "PointerGeneratorSeq2Seq": "tasks.pointer_generator_seq2seq",
    "QuestionPreprocessor": "tasks.question_preprocessor",
    "RetentionRecipe": "retention_recipe",
    "SequenceClassifier": "tasks.sequence_classifier",
    "SequenceRegressor": "tasks.sequence_regressor",
    "TaggingPreprocessor": "tasks.tagging_preprocessor",
    "TextPreprocessor": "tasks.text_preprocessor",
    "TokenTagger": "tasks.token_tagger",
}


def load_class(name: str) -> Any:
    """The class; a task registers itself in the place of its stand-in."""
    return getattr(importlib.import_module(f"keras_halluc.models.{MODULES[name]}"), name)


def register_stand_ins() -> None:
    """Registers for each task what imports it once a saved one is read."""
    for name, module in MODULES.items():
        if module.startswith("tasks."):
            register(name)(_stand_in(name))


def _stand_in(name: str) -> type:
    class StandIn:
        def get_config(self) -> dict[str, Any]:
            return {}

        @classmethod
        def from_config(
            cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
        ) -> Any:
            return load_class(name).from_config(config)

    return StandIn
