"""Does every public schedule keep the contract?"""

import contracts
import keras
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc.testing import SCHEDULE_PROMISES

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
