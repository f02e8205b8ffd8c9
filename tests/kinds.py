"""Which of several of a kind does a quick run take? All on PyTorch, which is eager; elsewhere some.

`make test-all` takes all of them on every backend.
"""

import keras
import pytest

TORCH = keras.backend.backend() == "torch"


def quick(values, elsewhere=()):
    """Parameters for `pytest.mark.parametrize`: those not in `elsewhere` are slow there."""
    return [value if TORCH or value in elsewhere else _slow(value) for value in values]


def quick_on_torch(test):
    """Marks a test that is slow elsewhere."""
    return test if TORCH else pytest.mark.slow(test)


def slow_on_jax(test):
    """Marks a test that JAX compiles for most of a minute."""
    return pytest.mark.slow(test) if keras.backend.backend() == "jax" else test


def _slow(value):
    values = value if isinstance(value, tuple) else (value,)
    return pytest.param(*values, marks=pytest.mark.slow)
