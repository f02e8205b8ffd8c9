"""Does a class keep the promises every class of its kind makes?

Describe a metric by a `MetricContract` and call `check_metric(contract)`, or a layer by a
`LayerContract` and call `check_layer(contract)`; or call each of `METRIC_CHECKS` or
`LAYER_CHECKS` on its own, so that a test names the promise that was broken. Every check raises
AssertionError with what it found.
"""

from keras_halluc.testing.layer_contract import LAYER_CHECKS
from keras_halluc.testing.layer_contract import LayerContract
from keras_halluc.testing.layer_contract import check_layer
from keras_halluc.testing.metric_contract import METRIC_CHECKS
from keras_halluc.testing.metric_contract import MetricContract
from keras_halluc.testing.metric_contract import check_metric
from keras_halluc.testing.promises import MODES

__all__ = [
    "LAYER_CHECKS",
    "METRIC_CHECKS",
    "MODES",
    "LayerContract",
    "MetricContract",
    "check_layer",
    "check_metric",
]
