"""Layers that Keras and KerasHub do not have."""

from keras_halluc.layers.token_noise import TokenNoise

__all__ = ["TokenNoise"]
