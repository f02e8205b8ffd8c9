"""Does every public objective keep the contract?"""

import keras
import objective_contracts
import pytest
from contracts import each
from contracts import lacking
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc._register import register
from keras_halluc.objectives.targets import weighted_mean
from keras_halluc.testing import OBJECTIVE_PROMISES
from keras_halluc.testing import ObjectiveContract
from keras_halluc.testing import assert_objective

CONTRACTS = objective_contracts.objective_contracts()
BASES = {"Batch", "Objective"}
OTHERS = {contract.objective.__name__ for contract in CONTRACTS} - {"SelfDistillation"}


def test_every_public_objective_has_a_contract():
    names = set(kh.objectives.__all__) - BASES
    found = {contract.objective.__name__ for contract in CONTRACTS}
    assert lacking("objectives", names, found, "tests/objective_contracts.py") == []


@pytest.mark.parametrize(
    "contract, promise", each(CONTRACTS, OBJECTIVE_PROMISES, "objective", slow=OTHERS)
)
def test_contract(contract, promise):
    promise(contract)


@register("FaultyObjective")
class FaultyObjective(kh.objectives.Objective):
    """Mean square of the logits that count; `fault` names the promise that is broken."""

    def __init__(self, weight=1.0, fault="none", name="faulty"):
        if fault == "arguments" and weight != abs(weight):
            weight = 1.0
        super().__init__(weight, name)
        self.fault = fault
        self.steps = 0

    def term(self, batch):
        self.steps += 1
        squares = keras.ops.mean(keras.ops.square(batch.y_pred), axis=-1)
        if self.fault == "save":  # counts what is not saved
            squares = squares * self.steps
        if self.fault == "weight":
            squares = keras.ops.stop_gradient(squares)
        if self.fault == "term":
            return keras.ops.mean(squares, axis=-1)
        if self.fault == "padding":
            return keras.ops.mean(squares)
        return weighted_mean(squares, batch.sample_weight)

    def get_config(self):
        config = {"weight": self.weight, "fault": self.fault, "name": self.name}
        if self.fault == "config":
            del config["weight"]
        return config


def faulty(fault):
    made = objective_contracts
    return ObjectiveContract(
        FaultyObjective,
        {"weight": 0.3, "name": "mine", "fault": fault},
        made.task,
        made.rows(0),
        made.junk(),
        at_default=("fault",),
    )


@quick_on_torch
@pytest.mark.parametrize("fault", ["arguments", "config", "term", "weight", "padding", "save"])
def test_a_planted_fault_is_found(fault):
    (promise,) = [one for one in OBJECTIVE_PROMISES if one.__name__.endswith(fault)]
    with pytest.raises((AssertionError, RuntimeError, ValueError)):
        promise(faulty(fault))


@quick_on_torch
def test_an_objective_without_fault_passes_them_all():
    assert_objective(faulty("none"))
