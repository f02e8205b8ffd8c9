"""Under which name is a class saved in a `.keras` file?"""

from collections.abc import Callable
from typing import TypeVar

import keras

T = TypeVar("T", bound=type)


def register(name: str) -> Callable[[T], T]:
    """Registers a class as `keras_halluc>name` for Keras serialisation."""
    decorate: Callable[[T], T] = keras.saving.register_keras_serializable("keras_halluc", name)
    return decorate
