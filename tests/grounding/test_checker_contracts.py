"""Does every public checker keep the contract, and is one found that does not?"""

import pickle
from dataclasses import replace

import checker_contracts
import pytest
from contracts import lacking

import keras_halluc as kh
from keras_halluc.grounding import Verdict
from keras_halluc.grounding.required_arguments import require_batch
from keras_halluc.testing import CHECKER_PROMISES
from keras_halluc.testing import CheckerContract
from keras_halluc.testing import assert_checker
from keras_halluc.testing import hostile_texts

CONTRACTS = checker_contracts.checker_contracts()


def test_every_public_checker_has_a_contract():
    names = {name for name in kh.grounding.__all__ if name.endswith("Checker")} - {"Checker"}
    found = {contract.checker.__name__ for contract in CONTRACTS}
    assert lacking("grounding", names, found, "tests/checker_contracts.py") == []


HOSTILE = ("AnswerChecker", "EntailmentChecker", "OverlapChecker", "ValueChecker")


def _all():
    """Hostile texts go through what others are made of; through those others only if slow."""
    for contract in CONTRACTS:
        for promise in CHECKER_PROMISES:
            name = contract.checker.__name__
            again = name not in HOSTILE and promise.__name__ == "assert_checker_hostile"
            marks = [pytest.mark.slow] if again else []
            yield pytest.param(contract, promise, id=f"{name}-{promise.__name__}", marks=marks)


@pytest.mark.parametrize(("contract", "promise"), _all())
def test_contract(contract, promise):
    promise(contract)


def test_hostile_texts_are_200_and_always_the_same():
    texts = hostile_texts()
    assert len(set(texts)) == 200 and texts == hostile_texts()
    assert "" in texts and max(map(len, texts)) == 250_000
    assert any("\ud800" <= char <= "\udfff" for text in texts for char in text)
    assert hostile_texts(10) == texts[:10]


class Faulty:
    """Looks for the whole output in the source; `fault` changes the verdicts it comes to."""

    requires = ("source",)

    def __init__(self, fault):
        self.fault = fault

    def check(self, cases, outputs):
        cases, outputs = require_batch(cases, outputs)
        verdicts = map(self.verdict, cases, outputs)
        return [self.fault(v, i, output) for i, (v, output) in enumerate(zip(verdicts, outputs))]

    def verdict(self, case, output):
        if case.source is None:
            return Verdict("unmeasured", reason="the case has no source")
        if not any(char.isalnum() for char in output):
            return Verdict("abstained", reason="it says nothing")
        if output in case.source:
            return Verdict("supported", 1.0, reason="it is there")
        return Verdict("unsupported", 0.5, ((0, len(output), "unsupported"),), "it is not there")


def without_reason(verdict, index, output):
    return replace(verdict, reason="" if verdict.label == "unmeasured" else verdict.reason)


def with_nan(verdict, index, output):
    return replace(verdict, score=float("nan") if "\x00" in output else verdict.score)


def with_span_outside(verdict, index, output):
    wrong = ((0, len(output) + 1, "unsupported"),)
    return replace(verdict, spans=wrong if verdict.hallucinated else ())


def with_spans_over_each_other(verdict, index, output):
    return replace(verdict, spans=verdict.spans * 2)


def with_integer_score(verdict, index, output):
    return replace(verdict, score=int(verdict.score) if verdict.score else verdict.score)


def by_place(verdict, index, output):
    return replace(verdict, score=verdict.score / (1 + index) if verdict.score else verdict.score)


def that_cannot_encode(verdict, index, output):
    output.encode("utf-8")
    return verdict


@pytest.mark.parametrize(
    "fault, promise",
    [
        (without_reason, "assert_checker_verdicts"),
        (with_span_outside, "assert_checker_verdicts"),
        (with_spans_over_each_other, "assert_checker_verdicts"),
        (with_integer_score, "assert_checker_verdicts"),
        (lambda verdict, index, output: Verdict("unsupported", 0.0, reason="no"), "verdicts"),
        (by_place, "assert_checker_batches"),
        (with_nan, "assert_checker_hostile"),
        (that_cannot_encode, "assert_checker_hostile"),
        (lambda verdict, index, output: verdict, "assert_checker_pickle"),
    ],
)
def test_a_planted_fault_is_found(fault, promise):
    contract = CheckerContract(Faulty, {"fault": fault}, checker_contracts.ABOUT_SOURCE)
    (promise,) = [one for one in CHECKER_PROMISES if one.__name__.endswith(promise)]
    with pytest.raises((AssertionError, UnicodeEncodeError, pickle.PicklingError, AttributeError)):
        promise(contract)


def test_a_checker_without_fault_passes_them_all():
    contract = CheckerContract(Faulty, {"fault": unchanged}, checker_contracts.ABOUT_SOURCE)
    assert_checker(contract)


def unchanged(verdict, index, output):
    return verdict
