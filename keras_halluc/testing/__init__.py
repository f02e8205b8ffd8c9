"""Does a class keep the promises every class of its kind makes?

Describe a metric by a `MetricContract` and call `check_metric(contract)`, a layer by a
`LayerContract` and call `check_layer(contract)`, or a checker by a `CheckerContract` and call
`check_checker(contract)`; or call each of `METRIC_CHECKS`, `LAYER_CHECKS` or `CHECKER_CHECKS` on
its own, so that a test names the promise that was broken. Every check raises AssertionError with
what it found.
"""

from keras_halluc.testing.checker_contract import CHECKER_CHECKS
from keras_halluc.testing.checker_contract import CheckerContract
from keras_halluc.testing.checker_contract import check_checker
from keras_halluc.testing.hostile import hostile_texts
from keras_halluc.testing.layer_contract import LAYER_CHECKS
from keras_halluc.testing.layer_contract import LayerContract
from keras_halluc.testing.layer_contract import check_layer
from keras_halluc.testing.metric_contract import METRIC_CHECKS
from keras_halluc.testing.metric_contract import MetricContract
from keras_halluc.testing.metric_contract import check_metric
from keras_halluc.testing.promises import MODES

__all__ = [
    "CHECKER_CHECKS",
    "CheckerContract",
    "LAYER_CHECKS",
    "LayerContract",
    "METRIC_CHECKS",
    "MODES",
    "MetricContract",
    "check_checker",
    "check_layer",
    "check_metric",
    "hostile_texts",
]
