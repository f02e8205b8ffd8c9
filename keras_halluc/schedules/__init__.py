"""Learning-rate schedules that Keras has none for."""

from keras_halluc.schedules.warmup_linear import WarmupLinear

__all__ = ["WarmupLinear"]
