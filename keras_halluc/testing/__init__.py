"""Does a class keep the promises every class of its kind makes?

Describe a metric by a `MetricContract` and call `assert_metric(contract)`, a layer by a
`LayerContract` and call `assert_layer(contract)`, or a checker by a `CheckerContract` and call
`assert_checker(contract)`; or call each of `METRIC_PROMISES`, `LAYER_PROMISES` or `CHECKER_PROMISES` on
its own, so that a test names the promise that was broken. Every check raises AssertionError with
what it found.
"""

from keras_halluc.testing.checker_contract import CHECKER_PROMISES
from keras_halluc.testing.checker_contract import CheckerContract
from keras_halluc.testing.checker_contract import assert_checker
from keras_halluc.testing.hostile import hostile_texts
from keras_halluc.testing.layer_contract import LAYER_PROMISES
from keras_halluc.testing.layer_contract import LayerContract
from keras_halluc.testing.layer_contract import assert_layer
from keras_halluc.testing.metric_contract import METRIC_PROMISES
from keras_halluc.testing.metric_contract import MetricContract
from keras_halluc.testing.metric_contract import assert_metric
from keras_halluc.testing.promises import MODES

__all__ = [
    "CHECKER_PROMISES",
    "CheckerContract",
    "LAYER_PROMISES",
    "LayerContract",
    "METRIC_PROMISES",
    "MODES",
    "MetricContract",
    "assert_checker",
    "assert_layer",
    "assert_metric",
    "hostile_texts",
]
