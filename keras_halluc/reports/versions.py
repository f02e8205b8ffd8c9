"""Versions of what an audit was made with."""

import importlib.metadata
import platform
import sys

import keras

PACKAGES = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}  # by backend


def versions() -> dict[str, str]:
    """Version by name: of this package, Keras, its backend and Python."""
    backend = keras.backend.backend()
    found = {"keras_halluc": sys.modules["keras_halluc"].__version__, "keras": keras.__version__}
    try:
        found[backend] = importlib.metadata.version(PACKAGES.get(backend, backend))
    except importlib.metadata.PackageNotFoundError:  # built from source under another name
        found[backend] = "of unknown version"
    return {**found, "python": platform.python_version()}
