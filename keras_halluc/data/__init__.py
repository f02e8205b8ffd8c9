"""Cases, knowledge categories, fine-tuning recipes and the embedded facts."""

from keras_halluc._types import Case
from keras_halluc.data.augment import negate
from keras_halluc.data.augment import reword
from keras_halluc.data.augment import swap_answers
from keras_halluc.data.augment import swap_entities
from keras_halluc.data.augment import swap_numbers
from keras_halluc.data.augment import swap_roles
from keras_halluc.data.cases import read_cases
from keras_halluc.data.counterfactuals import counterfactual_pairs
from keras_halluc.data.facts import Fact
from keras_halluc.data.facts import load_facts
from keras_halluc.data.knowledge import Knowledge
from keras_halluc.data.knowledge import categorize_knowledge
from keras_halluc.data.patch_dataset import known_patch
from keras_halluc.data.recipes import abstain_on_unknown
from keras_halluc.data.recipes import drop_unknown
from keras_halluc.data.recipes import weight_by_knowledge
from keras_halluc.data.replay import generate_replay
from keras_halluc.data.replay import mix_replay
from keras_halluc.data.self_consistency import agreed_answers
from keras_halluc.data.token_inputs import answer_inputs
from keras_halluc.data.token_inputs import text_inputs

__all__ = [
    "Case",
    "Fact",
    "Knowledge",
    "abstain_on_unknown",
    "agreed_answers",
    "answer_inputs",
    "categorize_knowledge",
    "counterfactual_pairs",
    "drop_unknown",
    "generate_replay",
    "known_patch",
    "load_facts",
    "mix_replay",
    "negate",
    "read_cases",
    "reword",
    "swap_answers",
    "swap_entities",
    "swap_numbers",
    "swap_roles",
    "text_inputs",
    "weight_by_knowledge",
]
