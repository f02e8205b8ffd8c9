"""Does every public metric keep the contract?"""

import contracts
import pytest

import keras_halluc as kh
from keras_halluc.testing import METRIC_CHECKS
from keras_halluc.testing import metric_contract

CONTRACTS = contracts.metric_contracts()
BASES = {"SumsMetric"}


def test_every_public_metric_has_a_contract():
    assert {c.metric.__name__ for c in CONTRACTS} | BASES == set(kh.metrics.__all__)


@pytest.mark.parametrize("contract, check", contracts.each(CONTRACTS, METRIC_CHECKS, "metric"))
def test_contract(contract, check, request, monkeypatch):
    if request.node.get_closest_marker("eager"):  # where every way to compile is the same
        monkeypatch.setattr(metric_contract, "MODES", {"default": {}})
    check(contract)
