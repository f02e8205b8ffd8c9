"""The model wrapper that trains so that hallucination happens less."""

from keras_halluc.models.fine_tuner import FineTuner

__all__ = ["FineTuner"]
