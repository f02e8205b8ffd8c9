"""Does every public monitor keep the contract, and is each of its keys known to the tab?"""

import monitor_contracts
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.tensorboard.directions import BETTER
from keras_halluc.testing import MONITOR_PROMISES

pytestmark = pytest.mark.eager

CONTRACTS = monitor_contracts.monitor_contracts()
BASES = {"CaseMonitor", "Monitor"}


def is_monitor(name):
    thing = getattr(kh.callbacks, name)
    return isinstance(thing, type) and issubclass(thing, Monitor)


def test_every_public_monitor_has_a_contract():
    names = set(filter(is_monitor, kh.callbacks.__all__)) - BASES
    found = {contract.monitor.__name__ for contract in CONTRACTS}
    assert lacking("callbacks", names, found, "tests/monitor_contracts.py") == []


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.monitor.__name__)
def test_every_key_has_a_direction(contract):
    keys = contract.make(contract.model()).keys
    unknown = [key for key in keys if not key.endswith(tuple(BETTER))]
    where = "BETTER in keras_halluc/tensorboard/directions.py"
    assert [f"Which end of `{key}` is good? Add it to {where}." for key in unknown] == []


@pytest.mark.parametrize("promise", MONITOR_PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.monitor.__name__)
def test_contract(contract, promise):
    promise(contract)
