"""What keeps a check from changing what training draws next?"""

import contextlib
import random
import sys
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np


@contextlib.contextmanager
def same_random_state(model: Any) -> Iterator[None]:
    """Puts random generators back to where they were: the global ones and those of the model.

    An LSTM with dropout draws a mask in inference too, which Keras throws away, and a checker or
    a callable may draw for itself; without this the next dropout or shuffle would be another.

    Args:
        model: keras.Model being fitted, or None.
    """
    weights = {id(weight) for weight in getattr(model, "weights", ())}
    others = [v for v in getattr(model, "variables", ()) if id(v) not in weights]  # seeds
    values = [np.array(keras.ops.convert_to_numpy(variable)) for variable in others]
    python, numpy = random.getstate(), np.random.get_state()
    # Where Keras runs on it, torch is loaded, and its dropout draws from its global generators.
    torch = sys.modules.get("torch") if keras.backend.backend() == "torch" else None
    host = torch.get_rng_state() if torch else None
    devices = torch.cuda.get_rng_state_all() if torch and torch.cuda.is_available() else None
    try:
        yield
    finally:
        for variable, value in zip(others, values):
            variable.assign(value)
        random.setstate(python)
        np.random.set_state(numpy)
        if torch:
            torch.set_rng_state(host)
        if torch and devices:
            torch.cuda.set_rng_state_all(devices)
