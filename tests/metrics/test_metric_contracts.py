"""Does every public metric keep the contract?"""

import contracts
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc.testing import METRIC_PROMISES

CONTRACTS = contracts.metric_contracts()
BASES = {"SumsMetric"}


def test_every_public_metric_has_a_contract():
    found = {contract.metric.__name__ for contract in CONTRACTS}
    assert lacking("metrics", set(kh.metrics.__all__) - BASES, found) == []


@pytest.mark.parametrize("promise", METRIC_PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.metric.__name__)
def test_contract(contract, promise):
    promise(contract)
