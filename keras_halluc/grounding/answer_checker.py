"""Is an output one of the answers that its case accepts?"""

import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Sequence

from keras_halluc._check import check_choice
from keras_halluc._check import check_number
from keras_halluc._check import check_strings
from keras_halluc._check import received
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.grounding._inputs import check_batch
from keras_halluc.grounding.abstentions import DEFAULT_ABSTENTIONS
from keras_halluc.grounding.abstention_reader import AbstentionReader
from keras_halluc.text import contains_answer
from keras_halluc.text import normalize_answer
from keras_halluc.text import token_f1
from keras_halluc.text import tokenize
