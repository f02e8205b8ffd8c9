"""Does every public monitor keep the contract, and is each of its keys known to the tab?"""

import contextlib
import random

import monitor_contracts
import numpy as np
import pytest
from contracts import each
from contracts import lacking
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.tensorboard.directions import BETTER
from keras_halluc.testing import MONITOR_PROMISES
from keras_halluc.testing import MonitorContract
from keras_halluc.testing import assert_monitor

pytestmark = pytest.mark.eager

CONTRACTS = monitor_contracts.monitor_contracts()
BASES = {"CaseMonitor", "Monitor"}
ELSEWHERE = {"EvalHarnessMonitor"}  # tests/evaluation, where lm-eval is installed


def is_monitor(name):
    thing = getattr(kh.callbacks, name)
    return isinstance(thing, type) and issubclass(thing, Monitor)


def test_every_public_monitor_has_a_contract():
    names = set(filter(is_monitor, kh.callbacks.__all__)) - BASES - ELSEWHERE
    found = {contract.monitor.__name__ for contract in CONTRACTS}
    assert lacking("callbacks", names, found, "tests/monitor_contracts.py") == []


OTHERS = {contract.monitor.__name__ for contract in CONTRACTS} - {
    "HallucinationMonitor",  # one that asks, and one that does not
    "ShiftMonitor",
}


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.monitor.__name__)
def test_every_key_has_a_direction(contract):
    keys = contract.make(contract.model()).keys
    unknown = [key for key in keys if not key.endswith(tuple(BETTER))]
    where = "BETTER in keras_halluc/tensorboard/directions.py"
    assert [f"Which end of `{key}` is good? Add it to {where}." for key in unknown] == []


@pytest.mark.parametrize(
    "contract, promise",
    each(CONTRACTS, MONITOR_PROMISES, "monitor", slow=OTHERS),
)
def test_contract(contract, promise):
    promise(contract)


class Faulty(Monitor):
    """The largest weight; `fault` names the promise that is broken."""

    name = "faulty"
    keys = ("largest_weight",)

    def __init__(
        self,
        fault,
        log_dir=None,
        prefix="",
        budget=0.05,
        strict=False,
        verbose="auto",
        every=None,
    ):
        prefix = "mine" if fault == "arguments" and not isinstance(prefix, str) else prefix
        super().__init__(log_dir, prefix, budget, strict, verbose, every)
        self.fault = fault

    def look(self, moment):
        if self.fault == "undisturbed" and moment.training_step:
            self.model.layers[-1].bias.assign_add([1e-6, 0.0, 0.0])
        if self.fault == "quiet":
            print("looking")
        return [np.abs(weight).max() for weight in self.model.get_weights()]

    def summarize(self, seen):
        values = {"largest_weight": float(max(seen))}
        return {} if self.fault == "keys" else values

    def on_epoch_end(self, epoch, logs=None):
        super().on_epoch_end(epoch, logs)
        if self.fault == "results":
            self.latest = {}
        if self.fault == "history":
            logs["largest_weight"] += 1.0
        if self.fault == "events":
            self._sink.writer and self._sink.writer.scalar("largest_weight", random.random(), 9)

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        if self.fault == "errors":
            self._guard = unheard

    def _repr_html_(self):
        page = super()._repr_html_()
        return page + f"<p>{self.prefix}" if self.fault == "shown" else page

    def _go_on(self):
        super()._begin_anew() if self.fault == "resumed" else super()._go_on()


def unheard(what, function, *args):
    with contextlib.suppress(RuntimeError):
        function(*args)


def faulty(fault):
    made = monitor_contracts
    return MonitorContract(Faulty, {"fault": fault}, made.classifier, (made.X, made.CLASSES))


FAULTS = [one.__name__.removeprefix("assert_monitor_") for one in MONITOR_PROMISES]


@quick_on_torch
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault):
    (promise,) = [one for one in MONITOR_PROMISES if one.__name__.endswith(fault)]
    with pytest.raises(AssertionError):
        promise(faulty(fault))


@quick_on_torch
def test_a_monitor_without_fault_passes_them_all():
    assert_monitor(faulty("none"))
