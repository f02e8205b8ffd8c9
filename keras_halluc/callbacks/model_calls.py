"""Which method of a model takes data that are preprocessed already, and which raw ones?"""

import functools
from collections.abc import Callable
from typing import Any

import keras


def bound_method(model: Any, name: str, x: Any) -> Callable[..., Any]:
    """`model.evaluate` or `model.predict`; for `x` in the form of the network's own inputs, Keras'.

    Those of a KerasHub task preprocess what they are given, even if `fit` was called past them.
    """
    names = getattr(model, "input", None)
    spec = getattr(x, "element_spec", x)
    inputs = spec[0] if isinstance(spec, tuple) else spec
    ready = isinstance(names, dict) and isinstance(inputs, dict) and set(names) <= set(inputs)
    method: Callable[..., Any] = getattr(keras.Model if ready else type(model), name)
    return functools.partial(method, model)
