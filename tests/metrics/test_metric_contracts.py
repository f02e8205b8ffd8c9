"""Does every public metric keep the contract?"""

import contracts
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc.testing import METRIC_PROMISES
from keras_halluc.testing import metric_contract

CONTRACTS = contracts.metric_contracts()
BASES = {"SumsMetric"}


def test_every_public_metric_has_a_contract():
    found = {contract.metric.__name__ for contract in CONTRACTS}
    assert lacking("metrics", set(kh.metrics.__all__) - BASES, found) == []


@pytest.mark.parametrize("contract, promise", contracts.each(CONTRACTS, METRIC_PROMISES, "metric"))
def test_contract(contract, promise, request, monkeypatch):
    if request.node.get_closest_marker("eager"):  # where every way to compile is the same
        monkeypatch.setattr(metric_contract, "MODES", {"default": {}})
    promise(contract)
