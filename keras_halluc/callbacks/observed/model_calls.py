"""Which method of a model takes data that are preprocessed already, and which raw ones?"""

import functools
from collections.abc import Callable
from typing import Any

import keras

from keras_halluc._preprocessing import is_dataset
from keras_halluc._preprocessing import is_preprocessed
from keras_halluc._preprocessing import preprocess


def bound_method(model: Any, name: str, x: Any) -> Callable[..., Any]:
    """`model.evaluate` or `model.predict`; for `x` in the form of the network's own inputs, Keras'.

    Those of a KerasHub task preprocess what they are given, even if `fit` was called past them.
    """
    spec = getattr(x, "element_spec", x)
    ready = is_preprocessed(model, spec[0] if isinstance(spec, tuple) else spec)
    method: Callable[..., Any] = getattr(keras.Model if ready else type(model), name)
    return functools.partial(method, model)


def preprocessed(model: Any, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """`(x, y, sample_weight)`, raw texts of a KerasHub task in the form of its network's inputs.

    Its `evaluate` and `predict` take seconds to get ready for texts, each time anew.
    """
    rows = x, y, sample_weight
    if is_dataset(x) or not hasattr(model, "preprocess_samples"):
        return rows
    ready = preprocess(model, *rows)
    return ready if is_preprocessed(model, ready[0]) else rows
