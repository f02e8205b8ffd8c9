"""Does every public generator keep the contract?"""

import dataclasses
import random

import generator_contracts
import numpy as np
import pytest
from contracts import each
from contracts import lacking

import keras_halluc as kh
from keras_halluc._require import require_strings
from keras_halluc.testing import GENERATOR_PROMISES
from keras_halluc.testing import GeneratorContract
from keras_halluc.testing import assert_generator

CONTRACTS = generator_contracts.generator_contracts()


def test_every_public_generator_has_a_contract():
    names = {name for name in kh.generation.__all__ if name.endswith("Generator")} - {"Generator"}
    found = {contract.generator.__name__ for contract in CONTRACTS}
    assert lacking("generation", names, found, "tests/generator_contracts.py") == []


@pytest.mark.parametrize(
    "contract, promise", each(CONTRACTS, GENERATOR_PROMISES, "generator", slow=["TaskGenerator"])
)
def test_contract(contract, promise):
    promise(contract)


class Faulty(generator_contracts.Capitals):
    """Draws samples too; `fault` names the promise that is broken."""

    def __init__(self, fault):
        self.fault = fault

    def generate(self, prompts):
        if self.fault == "inputs":
            return ["" for _ in prompts or ()]
        if self.fault == "state":
            random.random()
        texts = super().generate(prompts)
        return [text + "!" * (self.fault == "texts" and i) for i, text in enumerate(texts)]

    def sample(self, prompts, num_samples, temperature=1.0, seed=0):
        prompts = require_strings("prompts", prompts)
        one = np.random.randint(10**9) if self.fault == "samples" else seed
        return [[f"{prompt}{one}"] * num_samples for prompt in prompts]

    def score(self, prompts, continuations):
        scores = super().score(prompts, continuations)
        wrong = 0.01 * scores.mask.shape[1] * (self.fault == "scores")
        return dataclasses.replace(scores, log_probs=scores.mask * (wrong - 1.0))


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
