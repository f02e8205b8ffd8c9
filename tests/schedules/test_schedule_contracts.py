"""Does every public schedule keep the contract?"""

import contracts
import keras
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc._register import register
from keras_halluc.testing import SCHEDULE_PROMISES
from keras_halluc.testing import ScheduleContract
from keras_halluc.testing import assert_schedule

CONTRACTS = contracts.schedule_contracts()


def is_schedule(name):
    thing = getattr(kh.schedules, name)
    base = keras.optimizers.schedules.LearningRateSchedule
    return isinstance(thing, type) and issubclass(thing, base)


def test_every_public_schedule_has_a_contract():
    names = set(filter(is_schedule, kh.schedules.__all__))
    found = {contract.schedule.__name__ for contract in CONTRACTS}
    assert lacking("schedules", names, found) == []


@pytest.mark.parametrize("promise", SCHEDULE_PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.schedule.__name__)
def test_contract(contract, promise):
    promise(contract)


@register("FaultyRate")
class FaultyRate(keras.optimizers.schedules.LearningRateSchedule):
    """Falls with the step; `fault` names what is wrong with it."""

    def __init__(self, rate, fault="none"):
        super().__init__()
        if fault != "arguments" and rate <= 0.0:
            raise ValueError(f"`rate` must be > 0. Received: rate={rate}")
        self.rate, self.fault = rate, fault

    def __call__(self, step):
        if self.fault == "steps" and isinstance(step, int):
            return self.rate
        step = keras.ops.cast(step, "float32")
        if self.fault == "rates":
            return self.rate * (1.0 - step)
        return self.rate / keras.ops.sqrt(1.0 + step)

    def get_config(self):
        return {"rate": 2 * self.rate if self.fault == "config" else self.rate, "fault": self.fault}


@pytest.mark.parametrize("fault", ["arguments", "config", "rates", "steps"])
def test_a_planted_fault_is_found(fault):
    (promise,) = [one for one in SCHEDULE_PROMISES if one.__name__.endswith(fault)]
    with pytest.raises(AssertionError):
        promise(faulty(fault))


def test_a_schedule_without_fault_passes_them_all():
    assert_schedule(faulty("none"))


def faulty(fault):
    bad = ({"rate": -1.0, "fault": fault},)
    return ScheduleContract(FaultyRate, {"rate": 0.5, "fault": fault}, ("fault",), bad)
