"""Cases, knowledge categories, recipes and the embedded facts."""

from keras_halluc._types import Case
from keras_halluc.data.facts import Fact
from keras_halluc.data.facts import load_facts

__all__ = ["Case", "Fact", "load_facts"]
