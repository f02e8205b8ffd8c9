"""What does every class promise, whatever its kind?"""

import inspect
import json
import random
from collections.abc import Callable
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
    """The values passed, none of them a default, survive `get_config`, JSON and back.

    Arrays, models and other objects are not compared: a config has them in another form, or not.
    """
    parameters = inspect.signature(type(made)).parameters
    kwargs = {name: value for name, value in kwargs.items() if is_plain(value)}
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


def assert_unknown_argument(kind: Any, kwargs: Mapping[str, Any]) -> None:
    """An argument that there is not is answered by the class that was called, not by a base."""
    try:
        kind(**kwargs, no_such_argument=1)
    except TypeError as error:
        for part in (kind.__name__, "no_such_argument"):
            assert part in str(error), f"{part} not in the error: {error}"
    else:
        raise AssertionError(f"{kind.__name__} took an argument it does not have")


def given(kwargs: Mapping[str, Any] | Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """The arguments themselves, where they are made only when they are needed."""
    return dict(kwargs() if callable(kwargs) else kwargs)


def is_plain(value: Any) -> bool:
    """Whether JSON can hold a value."""
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


def random_numbers() -> list[float]:
    """What each global random generator gives next, from Python, numpy and Keras."""
    drawn = keras.ops.convert_to_numpy(keras.random.uniform((2,)))
    return [random.random(), float(np.random.random()), *(float(x) for x in drawn)]


def equal(what: str, found: Any, expected: Any) -> None:
    """Raises unless both are the same."""
    assert found == expected, f"{what}: {found!r}, expected {expected!r}"


def close(what: str, found: Any, expected: Any, rtol: float = 1e-5, atol: float = 1e-6) -> None:
    """Raises unless both are equal up to rounding; NaN equals nothing."""
    is_close = np.shape(found) == np.shape(expected) and np.allclose(found, expected, rtol, atol)
    assert is_close, f"{what}: {found!r}, expected {expected!r}"
