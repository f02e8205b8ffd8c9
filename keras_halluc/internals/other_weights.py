"""What would a model do with other weights, such as those it had before fine-tuning?"""

import contextlib
from collections.abc import Iterator
from collections.abc import Sequence

import keras
import numpy as np


def weights_of(model: keras.Model) -> list[np.ndarray]:
    """Copies in main memory of the weights as they are now."""
    return [np.array(weight) for weight in model.get_weights()]


@contextlib.contextmanager
def other_weights(model: keras.Model, weights: Sequence[np.ndarray]) -> Iterator[keras.Model]:
    """Within the block the model has these weights; then its own are put back."""
    own = weights_of(model)
    try:
        model.set_weights(weights)
        yield model
    finally:
        model.set_weights(own)
