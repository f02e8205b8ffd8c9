"""What numbers about cases are worth: estimates with intervals, and tests.

What needs Keras is loaded on first use, so that TensorBoard can use the rest without it.
"""

import importlib
from typing import TYPE_CHECKING
from typing import Any

from keras_halluc.statistics.intervals import newcombe_interval
from keras_halluc.statistics.intervals import wilson_interval
from keras_halluc.statistics.paired_rates import mcnemar_test
from keras_halluc.statistics.paired_rates import paired_rate_interval

if TYPE_CHECKING:
    from keras_halluc.statistics.calibration_chance import calibration_error_by_chance
    from keras_halluc.statistics.conformal import conformal_threshold
    from keras_halluc.statistics.estimates import Estimate
    from keras_halluc.statistics.estimates import mean_estimate
    from keras_halluc.statistics.estimates import rate_estimate
    from keras_halluc.statistics.estimates import verdict_estimates
    from keras_halluc.statistics.ranking import auroc
    from keras_halluc.statistics.ranking import paired_bootstrap
    from keras_halluc.statistics.two_sample_tests import classifier_test
    from keras_halluc.statistics.two_sample_tests import mmd_test

__all__ = [
    "Estimate",
    "auroc",
    "calibration_error_by_chance",
    "classifier_test",
    "conformal_threshold",
    "mcnemar_test",
    "mean_estimate",
    "mmd_test",
    "newcombe_interval",
    "paired_bootstrap",
    "paired_rate_interval",
    "rate_estimate",
    "verdict_estimates",
    "wilson_interval",
]

_WITH_KERAS = {
    "calibration_error_by_chance": "calibration_chance",
    "conformal_threshold": "conformal",
    "Estimate": "estimates",
    "mean_estimate": "estimates",
    "rate_estimate": "estimates",
    "verdict_estimates": "estimates",
    "auroc": "ranking",
    "paired_bootstrap": "ranking",
    "classifier_test": "two_sample_tests",
    "mmd_test": "two_sample_tests",
}


def __getattr__(name: str) -> Any:
    if name not in _WITH_KERAS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{_WITH_KERAS[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
