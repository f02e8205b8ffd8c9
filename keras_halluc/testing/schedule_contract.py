"""Does a schedule of the learning rate keep the promises every schedule makes?"""

import dataclasses
import inspect
import os
import tempfile
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from keras_halluc.testing.promises import assert_bad_arguments
from keras_halluc.testing.promises import assert_config
from keras_halluc.testing.promises import close
from keras_halluc.testing.promises import equal

STEPS = (0, 1, 2, 3, 7, 50, 10**3, 10**6, 10**9)


@dataclasses.dataclass(frozen=True)
class ScheduleContract:
    """A schedule, and how to make one.

    Args:
        schedule: the class.
        kwargs: every argument of the constructor, none of them at its default.
        at_default: names of arguments that this contract leaves at their default on purpose.
        bad_kwargs: wrong arguments, one dict a mistake, the one at fault first.
    """

    schedule: type[Any]
    kwargs: Mapping[str, Any]
    at_default: Collection[str] = ()
    bad_kwargs: tuple[Mapping[str, Any], ...] = ()

    def make(self) -> Any:
        """A fresh schedule."""
        return self.schedule(**self.kwargs)


def assert_schedule(contract: ScheduleContract) -> None:
    """Asserts every promise of `SCHEDULE_PROMISES`.

    Args:
        contract: `ScheduleContract`.

    Raises:
        AssertionError: with the promise that was broken.
    """
    for promise in SCHEDULE_PROMISES:
        promise(contract)


def assert_schedule_arguments(contract: ScheduleContract) -> None:
    """Bad constructor arguments raise, and the error names the argument and what came."""
    assert_bad_arguments(contract.schedule, contract.bad_kwargs)


def assert_schedule_config(contract: ScheduleContract) -> None:
    """Constructor arguments survive `get_config`, JSON and back, and the rates with them."""
    parameters = inspect.signature(contract.schedule).parameters
    equal("kwargs of the contract", set(contract.kwargs), set(parameters))
    made = contract.make()
    assert_config(made, contract.kwargs, contract.at_default)
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(made))
    close("rates after serialisation", _rates(copy), _rates(made), rtol=0.0, atol=0.0)


def assert_schedule_rates(contract: ScheduleContract) -> None:
    """Rates are finite, not negative and not all alike, from step 0 to far beyond the end."""
    rates = _rates(contract.make())
    assert np.isfinite(rates).all(), f"rates at steps {STEPS}: {rates}"
    assert min(rates) >= 0.0, f"rates at steps {STEPS}: {rates}"
    assert len(set(rates)) > 1, f"all rates are {rates[0]}"


def assert_schedule_steps(contract: ScheduleContract) -> None:
    """A step may be an int, a float, a number of numpy or a tensor: the rate is the same."""
    schedule = contract.make()
    for step in (0, 3, 50):
        expected = float(schedule(step))
        for kind in (float, np.int64, np.float32):
            close(f"rate at {kind.__name__} step {step}", float(schedule(kind(step))), expected)
        for dtype in ("int32", "int64", "float32"):
            tensor = keras.ops.convert_to_tensor(step, dtype)
            rate = schedule(tensor)
            equal(f"shape of the rate at a {dtype} tensor", tuple(np.shape(rate)), ())
            close(f"rate at {dtype} tensor {step}", float(rate), expected)


def assert_schedule_in_fit(contract: ScheduleContract) -> None:
    """In a compiled optimizer each step takes its own rate, and goes on after loading."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.zeros((1, 1), "float32")])
    model.compile(keras.optimizers.SGD(contract.make()), "mean_absolute_error")
    x, y = np.ones((4, 1), "float32"), np.full((4, 1), -1e6, "float32")  # a gradient of 1
    fit = {"batch_size": 1, "shuffle": False, "verbose": 0}
    model.fit(x, y, **fit)
    schedule = contract.make()
    rates = [float(schedule(step)) for step in range(8)]
    close("weight after 4 steps", _weight(model), -sum(rates[:4]), rtol=1e-4)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model.save(path)
        loaded = keras.saving.load_model(path)
    loaded.fit(x, y, **fit)
    close("weight after loading and 8 steps", _weight(loaded), -sum(rates), rtol=1e-4)


SCHEDULE_PROMISES: tuple[Callable[[ScheduleContract], None], ...] = (
    assert_schedule_arguments,
    assert_schedule_config,
    assert_schedule_rates,
    assert_schedule_steps,
    assert_schedule_in_fit,
)


def _rates(schedule: Any) -> list[float]:
    return [float(schedule(step)) for step in STEPS]


def _weight(model: keras.Model) -> float:
    return float(model.get_weights()[0][0, 0])
