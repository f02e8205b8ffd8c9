"""Does every public generator keep the contract?"""

import generator_contracts
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc.testing import GENERATOR_PROMISES

CONTRACTS = generator_contracts.generator_contracts()


def test_every_public_generator_has_a_contract():
    names = {name for name in kh.generation.__all__ if name.endswith("Generator")} - {"Generator"}
    found = {contract.generator.__name__ for contract in CONTRACTS}
    assert lacking("generation", names, found, "tests/generator_contracts.py") == []


@pytest.mark.parametrize("promise", GENERATOR_PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.generator.__name__)
def test_contract(contract, promise):
    promise(contract)
