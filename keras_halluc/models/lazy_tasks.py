"""How does Keras load a saved task whose class, and with it KerasHub, is not imported yet?"""

import importlib
from typing import Any

from keras_halluc._register import register

# Name of each class that needs KerasHub, and of its module.
MODULES = {
    "CopyPreprocessor": "copy_preprocessor",
    "ExtractiveQA": "extractive_qa",
    "PairEntailment": "pair_entailment",
    "PointerGeneratorSeq2Seq": "pointer_generator_seq2seq",
    "QuestionPreprocessor": "question_preprocessor",
    "SequenceClassifier": "sequence_classifier",
    "SequenceRegressor": "sequence_regressor",
    "TaggingPreprocessor": "tagging_preprocessor",
    "TextPreprocessor": "text_preprocessor",
    "TokenTagger": "token_tagger",
}


def load_class(name: str) -> Any:
    """The class, which registers itself in the place of its stand-in."""
    return getattr(importlib.import_module(f"keras_halluc.models.tasks.{MODULES[name]}"), name)


def register_stand_ins() -> None:
    """Registers for each class what imports it once a saved one is read."""
    for name in MODULES:
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
