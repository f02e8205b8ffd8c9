"""`token_model_of`: the token model of a given generator."""

from typing import Any

from keras_halluc.evaluation.task_tokens import TaskTokens
from keras_halluc.evaluation.token_model import TokenModel
from keras_halluc.evaluation.window_tokens import WindowTokens
from keras_halluc.generation import NextTokenGenerator
from keras_halluc.generation import TaskGenerator


def token_model_of(generator: Any, max_length: int | None) -> TokenModel | None:
    """The token model of a generator; None of one that only writes text.

    Args:
        generator: `Generator`.
        max_length: int or None, most tokens the model reads at once. None asks the model.
    """
    if isinstance(generator, TaskGenerator):
        return TaskTokens(generator, max_length)
    if isinstance(generator, NextTokenGenerator):
        return WindowTokens(generator, max_length)
    return None
