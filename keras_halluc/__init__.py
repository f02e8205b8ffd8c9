"""keras_halluc: see, stop and reduce hallucination while fine-tuning a language model in Keras."""

import importlib
import sys
from typing import Any

# A class is registered when its module is loaded, and `keras.saving.load_model` finds only those.
# A process without Keras, such as one that reads event files, is left without.
if "keras" in sys.modules:
    from keras_halluc import layers
    from keras_halluc import metrics
    from keras_halluc import models
    from keras_halluc import objectives
    from keras_halluc import schedules

__version__ = "0.2.0"

__all__ = [
    "__version__",
    "audit",
    "callbacks",
    "data",
    "evaluation",
    "generation",
    "grounding",
    "internals",
    "layers",
    "metrics",
    "models",
    "objectives",
    "ops",
    "presets",
    "reports",
    "schedules",
    "statistics",
    "tensorboard",
    "testing",
    "text",
]


def __getattr__(name: str) -> Any:
    """Loads any other submodule on first use, so that importing the package costs little."""
    if name == "audit":  # a function; a folder of that name would take its place once imported
        return importlib.import_module(f"{__name__}.reports").audit
    if name in __all__ and name != "__version__":
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
