"""`as_generator`: the generator that fits a given model."""

from typing import Any

import keras

from keras_halluc._require import received
from keras_halluc._types import Generator
from keras_halluc.generation.function_generator import FunctionGenerator
from keras_halluc.generation.task_generator import TaskGenerator


def as_generator(model: Any) -> Generator:
    """Picks a generator: a generator stays, a KerasHub task or wrapper of one, or a callable.

    Args:
        model: a `Generator`; a KerasHub `CausalLM` or `Seq2SeqLM`; a model whose `task` is one
            (such as `FineTuner`); or a callable from prompts to texts. Any other Keras model needs
            a tokenizer: give `NextTokenGenerator(model, tokenizer, ...)` yourself.

    Returns:
        a `Generator`.

    Raises:
        TypeError: if nothing fits, with the way out.

    Example:

    >>> import keras_halluc as kh
    >>> type(kh.generation.as_generator(lambda prompts: prompts)).__name__
    'FunctionGenerator'
    """
    if hasattr(model, "generate_step"):  # first: many tasks have `generate` and `score` too
        return TaskGenerator(model)
    if isinstance(model, Generator):
        return model
    if isinstance(model, keras.Model) and hasattr(model, "task"):  # a callable may have one too
        return as_generator(model.task)
    if isinstance(model, keras.layers.Layer):
        raise TypeError(
            f"`model` cannot generate text by itself: a {type(model).__name__} has no "
            "`generate`. Give `generator=kh.generation.NextTokenGenerator(model, tokenizer, ...)` "
            "for a model that returns next-token logits, or a callable from prompts to texts."
        )
    if callable(model):
        return FunctionGenerator(model)
    raise TypeError(
        "`model` must be a Generator, a KerasHub CausalLM or Seq2SeqLM, or a callable from "
        f"prompts to texts. {received('model', model)}"
    )
