"""Does every public layer keep the contract?"""

import contracts
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc.testing import LAYER_PROMISES
from keras_halluc.testing import layer_contract

CONTRACTS = contracts.layer_contracts()


def test_every_public_layer_has_a_contract():
    found = {contract.layer.__name__ for contract in CONTRACTS}
    assert lacking("layers", kh.layers.__all__, found) == []


@pytest.mark.parametrize("contract, promise", contracts.each(CONTRACTS, LAYER_PROMISES, "layer"))
def test_contract(contract, promise, request, monkeypatch):
    if request.node.get_closest_marker("eager"):  # where every way to compile is the same
        monkeypatch.setattr(layer_contract, "MODES", {"default": {}})
    promise(contract)
