"""Does every public objective keep the contract?"""

import objective_contracts
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc.testing import OBJECTIVE_PROMISES

CONTRACTS = objective_contracts.objective_contracts()
BASES = {"Batch", "Objective"}


def test_every_public_objective_has_a_contract():
    names = set(kh.objectives.__all__) - BASES
    found = {contract.objective.__name__ for contract in CONTRACTS}
    assert lacking("objectives", names, found, "tests/objective_contracts.py") == []


@pytest.mark.parametrize("promise", OBJECTIVE_PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.objective.__name__)
def test_contract(contract, promise):
    promise(contract)
