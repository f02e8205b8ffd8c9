"""The model wrapper that trains so that hallucination happens less, and what goes with it."""

from keras_halluc.models.fine_tuner import FineTuner
from keras_halluc.models.lora import enable_lora
from keras_halluc.models.weight_averaging import average_weights
from keras_halluc.models.weight_averaging import averaged_weights
from keras_halluc.models.weight_averaging import averaging_curve

__all__ = ["FineTuner", "average_weights", "averaged_weights", "averaging_curve", "enable_lora"]
