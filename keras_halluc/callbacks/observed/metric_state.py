"""What keeps `evaluate` inside a `fit` from changing what the metrics hold?"""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np


@contextlib.contextmanager
def same_metrics(model: Any) -> Iterator[None]:
    """Puts the metrics of a compiled model back to where they were: `evaluate` resets them.

    Args:
        model: keras.Model being fitted.
    """
    held = [(v, np.array(keras.ops.convert_to_numpy(v))) for v in model.metrics_variables]
    try:
        yield
    finally:
        for variable, value in held:
            variable.assign(value)
