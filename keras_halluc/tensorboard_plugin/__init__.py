"""The Hallucination tab of TensorBoard: needs neither Keras nor TensorFlow."""

from keras_halluc.tensorboard_plugin.plugin import HallucinationPlugin

__all__ = ["HallucinationPlugin"]
