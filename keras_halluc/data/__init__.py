"""Cases, knowledge categories, fine-tuning recipes and the embedded facts."""

from keras_halluc._types import Case
from keras_halluc.data.cases import check_cases
from keras_halluc.data.cases import read_cases
from keras_halluc.data.facts import Fact
from keras_halluc.data.facts import load_facts
from keras_halluc.data.inputs import answer_inputs
from keras_halluc.data.inputs import text_inputs
from keras_halluc.data.knowledge import Knowledge
from keras_halluc.data.knowledge import categorize_knowledge
from keras_halluc.data.recipes import drop_unknown
from keras_halluc.data.recipes import weight_by_knowledge

__all__ = [
    "Case",
    "Fact",
    "Knowledge",
    "answer_inputs",
    "categorize_knowledge",
    "check_cases",
    "drop_unknown",
    "load_facts",
    "read_cases",
    "text_inputs",
    "weight_by_knowledge",
]
