"""keras_halluc: see, stop and reduce hallucination while fine-tuning a language model in Keras."""

import importlib
from types import ModuleType

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "callbacks",
    "data",
    "generation",
    "grounding",
    "metrics",
    "models",
    "objectives",
    "ops",
    "presets",
    "schedules",
    "tensorboard",
    "text",
]


def __getattr__(name: str) -> ModuleType:
    """Loads a submodule on first use, so that importing the package costs next to nothing."""
    if name in __all__ and name != "__version__":
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
