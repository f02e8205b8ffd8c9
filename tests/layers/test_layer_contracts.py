"""Does every public layer keep the contract?"""

import contracts
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc.testing import LAYER_PROMISES

CONTRACTS = contracts.layer_contracts()


def test_every_public_layer_has_a_contract():
    found = {contract.layer.__name__ for contract in CONTRACTS}
    assert lacking("layers", kh.layers.__all__, found) == []


@pytest.mark.parametrize("promise", LAYER_PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.layer.__name__)
def test_contract(contract, promise):
    promise(contract)
