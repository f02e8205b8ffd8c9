"""Does a class keep the promises every class of its kind makes?

Describe a class by the contract of its kind, such as `MetricContract`, and call the function of
that kind, such as `assert_metric(contract)`. Or call each of `METRIC_PROMISES` on its own, so that
a test names the promise that was broken. Each raises AssertionError with what it found.
"""

from keras_halluc.testing.checker_contract import CHECKER_PROMISES
from keras_halluc.testing.checker_contract import CheckerContract
from keras_halluc.testing.checker_contract import assert_checker
from keras_halluc.testing.generator_contract import GENERATOR_PROMISES
from keras_halluc.testing.generator_contract import GeneratorContract
from keras_halluc.testing.generator_contract import assert_generator
from keras_halluc.testing.hostile import hostile_texts
from keras_halluc.testing.layer_contract import LAYER_PROMISES
from keras_halluc.testing.layer_contract import LayerContract
from keras_halluc.testing.layer_contract import assert_layer
from keras_halluc.testing.metric_contract import METRIC_PROMISES
from keras_halluc.testing.metric_contract import MetricContract
from keras_halluc.testing.metric_contract import assert_metric
from keras_halluc.testing.monitor_contract import MONITOR_PROMISES
from keras_halluc.testing.monitor_contract import MonitorContract
from keras_halluc.testing.monitor_contract import assert_monitor
from keras_halluc.testing.objective_contract import OBJECTIVE_PROMISES
from keras_halluc.testing.objective_contract import ObjectiveContract
from keras_halluc.testing.objective_contract import assert_objective
from keras_halluc.testing.promises import MODES
from keras_halluc.testing.schedule_contract import SCHEDULE_PROMISES
from keras_halluc.testing.schedule_contract import ScheduleContract
from keras_halluc.testing.schedule_contract import assert_schedule

__all__ = [
    "CHECKER_PROMISES",
    "CheckerContract",
    "GENERATOR_PROMISES",
    "GeneratorContract",
    "LAYER_PROMISES",
    "LayerContract",
    "METRIC_PROMISES",
    "MODES",
    "MONITOR_PROMISES",
    "MetricContract",
    "MonitorContract",
    "OBJECTIVE_PROMISES",
    "ObjectiveContract",
    "SCHEDULE_PROMISES",
    "ScheduleContract",
    "assert_checker",
    "assert_generator",
    "assert_layer",
    "assert_metric",
    "assert_monitor",
    "assert_objective",
    "assert_schedule",
    "hostile_texts",
]
