"""Does every public generator keep the contract?"""

import random

import generator_contracts
import numpy as np
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc._check import check_same_length
from keras_halluc._check import check_strings
from keras_halluc.testing import GENERATOR_PROMISES
from keras_halluc.testing import GeneratorContract
from keras_halluc.testing import assert_generator

CONTRACTS = generator_contracts.generator_contracts()


def test_every_public_generator_has_a_contract():
    names = {name for name in kh.generation.__all__ if name.endswith("Generator")} - {"Generator"}
    found = {contract.generator.__name__ for contract in CONTRACTS}
    assert lacking("generation", names, found, "tests/generator_contracts.py") == []


@pytest.mark.parametrize("promise", GENERATOR_PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.generator.__name__)
def test_contract(contract, promise):
    promise(contract)


class Faulty:
    """Says the prompt backwards, letter by letter; `fault` names the promise that is broken."""

    def __init__(self, fault):
        self.fault = fault

    def generate(self, prompts):
        if self.fault != "inputs":
            prompts = check_strings("prompts", prompts)
        if self.fault == "state":
            random.random()
        return [p[::-1] + "!" * (self.fault == "texts" and i) for i, p in enumerate(prompts)]

    def sample(self, prompts, num_samples, temperature=1.0, seed=0):
        prompts = check_strings("prompts", prompts)
        one = np.random.randint(9) if self.fault == "samples" else seed
        return [[f"{prompt}{one}"] * num_samples for prompt in prompts]

    def score(self, prompts, continuations):
        prompts = check_strings("prompts", prompts)
        check_same_length(prompts=prompts, continuations=continuations)
        longest = max(map(len, continuations))
        mask = np.array([[i < len(t) for i in range(longest)] for t in continuations], "float32")
        wrong = 0.01 * longest if self.fault == "scores" else 0.0
        return kh.generation.TokenScores(mask * (wrong - 1.0), mask, mask)


def faulty(fault):
    made = generator_contracts
    return GeneratorContract(Faulty, {"fault": fault}, made.PROMPTS, made.CONTINUATIONS)


@pytest.mark.parametrize("fault", ["inputs", "texts", "scores", "samples", "state"])
def test_a_planted_fault_is_found(fault):
    (promise,) = [one for one in GENERATOR_PROMISES if one.__name__.endswith(fault)]
    with pytest.raises(AssertionError):
        promise(faulty(fault))


def test_a_generator_without_fault_passes_them_all():
    assert_generator(faulty("none"))
