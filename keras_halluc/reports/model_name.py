"""Name of a model, as a report gives it, with what tells it from another of its class."""

from typing import Any

from keras_halluc.generation import FunctionGenerator
from keras_halluc.generation import NextTokenGenerator


def model_of(model: Any) -> Any:
    """The model, task or function inside of generators and wrappers."""
    if isinstance(model, FunctionGenerator):
        return model.function
    if isinstance(model, NextTokenGenerator):
        return model.model
    return model_of(model.task) if hasattr(model, "task") else model


def model_name(model: Any) -> str:
    """Class, name and number of parameters of a Keras model; of anything else what it is called."""
    inner = model_of(model)
    if isinstance(inner, (list, tuple)):
        return "a list of outputs"
    if not callable(getattr(inner, "count_params", None)):
        return str(getattr(inner, "__qualname__", type(inner).__qualname__))
    words = f"{type(inner).__name__} {inner.name}"
    return f"{words}, {inner.count_params():,} parameters" if inner.built else words
