"""What does every class promise, whatever its kind?"""

import inspect
import json
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

# How `compile` may run a step; each must give the same history. By default a step is compiled on
# JAX and not on TensorFlow, so the other way is added. Torch would compile for minutes.
MODES: Mapping[str, Mapping[str, bool]] = {
    "default": {},
    "eager": {"run_eagerly": True},
    **({"jit": {"jit_compile": True}} if keras.backend.backend() == "tensorflow" else {}),
    **({"no jit": {"jit_compile": False}} if keras.backend.backend() == "jax" else {}),
}


def assert_config(made: Any, kwargs: Mapping[str, Any], at_default: Collection[str] = ()) -> None:
    """The values passed, none of them a default, survive `get_config`, JSON and back."""
    parameters = inspect.signature(type(made)).parameters
    for name, value in kwargs.items():
        default = parameters[name].default if name in parameters else None
        assert value != default or name in at_default, f"`{name}` must not be at its default"
    config = json.loads(json.dumps(made.get_config()))
    saved = keras.saving.serialize_keras_object(made)
    copy = keras.saving.deserialize_keras_object(saved)
    for again in (made, type(made).from_config(config), copy):
        found = {name: again.get_config().get(name) for name in kwargs}
        equal("get_config()", found, dict(kwargs))


def assert_bad_arguments(kind: Any, bad_kwargs: Iterable[Mapping[str, Any]]) -> None:
    """Bad constructor arguments raise, and the error names the argument and what came.

    The argument at fault is the first of each mapping.
    """
    for bad in bad_kwargs:
        try:
            kind(**bad)
        except (TypeError, ValueError) as error:
            name, value = next(iter(bad.items()))
            for part in (f"`{name}`", "Received:", repr(value)):
                assert part in str(error), f"{bad}: {part} not in the error: {error}"
        else:
            raise AssertionError(f"{kind.__name__} took {bad}")


def equal(what: str, found: Any, expected: Any) -> None:
    """Raises unless both are the same."""
    assert found == expected, f"{what}: {found!r}, expected {expected!r}"


def close(what: str, found: Any, expected: Any, rtol: float = 1e-5, atol: float = 1e-6) -> None:
    """Raises unless both are equal up to rounding; NaN equals nothing."""
    is_close = np.shape(found) == np.shape(expected) and np.allclose(found, expected, rtol, atol)
    assert is_close, f"{what}: {found!r}, expected {expected!r}"
