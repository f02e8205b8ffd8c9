"""Evaluation with lm-eval, the Language Model Evaluation Harness, on Keras models."""

from keras_halluc.evaluation.harness_lm import HarnessLM

__all__ = ["HarnessLM"]
