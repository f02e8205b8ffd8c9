"""Does every public layer keep the contract?"""

import contracts
import pytest

import keras_halluc as kh
from keras_halluc.testing import LAYER_CHECKS
from keras_halluc.testing import layer_contract

CONTRACTS = contracts.layer_contracts()


def test_every_public_layer_has_a_contract():
    assert {contract.layer.__name__ for contract in CONTRACTS} == set(kh.layers.__all__)


@pytest.mark.parametrize("contract, check", contracts.each(CONTRACTS, LAYER_CHECKS, "layer"))
def test_contract(contract, check, request, monkeypatch):
    if request.node.get_closest_marker("eager"):  # where every way to compile is the same
        monkeypatch.setattr(layer_contract, "MODES", {"default": {}})
    check(contract)
