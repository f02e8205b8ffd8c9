"""State of a monitor: what it has measured, over how many cases, and what a resumed `fit` gets."""

from collections.abc import Mapping
from typing import Any

from keras_halluc.callbacks.monitors.case_choice import CaseChoice
from keras_halluc.callbacks.monitors.monitor_hooks import MonitorHooks
from keras_halluc.callbacks.monitors.step_clock import StepClock
from keras_halluc.callbacks.monitors.value_sink import ValueSink
from keras_halluc.callbacks.monitors.value_sink import values_from_json
from keras_halluc.callbacks.monitors.value_sink import values_to_json
from keras_halluc.callbacks.results.record import Record
from keras_halluc.callbacks.results.results import Results
from keras_halluc.callbacks.session.fit_session import FitSession
from keras_halluc.callbacks.session.guard import Guard
from keras_halluc.callbacks.session.resumable_state import ResumableState
from keras_halluc.callbacks.session.said_later import SaidLater
from keras_halluc.callbacks.session.state_folder import Arrays
from keras_halluc.callbacks.session.time_budget import Cost
from keras_halluc.callbacks.session.time_budget import TimeBudget
from keras_halluc.statistics.estimates import Estimate


class MonitorState(Results, MonitorHooks):
    """What a monitor remembers; a base of `Monitor`, which says when it is measured."""

    budget: float | None
    every: int | None
    _guard: Guard
    _said: SaidLater

    def _begin_empty(self) -> None:
        self.baseline: dict[str, Estimate | float] = {}
        self.latest: dict[str, Estimate | float] = {}
        self.by_step: dict[int, dict[str, Estimate | float]] = {}
        self.seconds = 0.0
        self.session = FitSession(None)
        self._budget = TimeBudget(None, 0)
        self._rungs: dict[int, dict[str, Estimate | float]] = {}
        self._clock = StepClock(self.every)
        self._step = self._epoch = 0
        self._measured = self._remarked = False
        self._record = Record()
        self._sink = self._step_sink = ValueSink(type(self).__name__, None, "")
        self._state = ResumableState(self, self._restore, self._restore_base)

    def _named(self, values: Mapping[str, Estimate | float]) -> dict[str, Estimate | float]:
        return {self.prefix + key: values[key] for key in self.keys if key in values}

    def _planned(self) -> int | None:
        """Epochs of this `fit`; None where they are not known."""
        return (self.params or {}).get("epochs")

    # Over how many cases

    def _monitors(self) -> int:
        return max(sum(isinstance(one, MonitorState) for one in self.session.callbacks), 1)

    def _share(self) -> float | None:
        return None if self.budget is None else self.budget / self._monitors()

    def _affordable(self, epoch: int, trained: float) -> int:
        """How many cases or rows the budget buys; chosen once, at the first measurement."""
        if self._budget.chosen is not None or not self.available:
            return self._budget.chosen or self.available
        planned = self._planned()
        with self.session.undisturbed(self.model):
            seconds = 0.0 if self._budget.share is None else self.seconds_each()
        left = self._clock.measurements((planned or 1) - epoch, self.params)
        cost = Cost(seconds, trained, self.available if planned and self.measures_base else 0, left)
        cost = self.session.processes.gathered(lambda: cost)[0]
        needed = {self.prefix + key for key in self.keys if key not in self.optional_keys}
        needed |= self.session.watched(self.log_keys)
        choice = CaseChoice(self._budget, self.available, cost, self._rungs, self.baseline, needed)
        self._budget.chosen = choice.count
        name, monitors = type(self).__name__, self._monitors()
        self._said.add(choice.sentences(name, self.unit, self.budget, monitors))
        if self._rungs:
            values = self._rungs.get(choice.count, self.baseline)
            self._guard("save its state", self._base_is, values, choice.count)
        return choice.count

    def _base_waits(self) -> bool:
        """Whether it is still open which cases count of those that the base model was asked."""
        return bool(self._rungs) and self._budget.chosen is None

    def _base_is(self, values: dict[str, Estimate | float], count: int) -> None:
        """The base model is compared on the cases that are measured from now on."""
        self.baseline = values
        if self._record.base is not None:
            base, answers = self._record.base, self._answers_at(self._record.base)
            self._record.add(base, values, self.part(answers, count) or (), is_base=True)
            self._guard("write to TensorBoard", self._sink.write, values, base)
        self._keep_base()

    # What a `fit` that is resumed takes over

    def _keep_base(self) -> None:
        values = values_to_json(self.baseline)
        rungs = {count: values_to_json(found) for count, found in self._rungs.items()}
        state = {"baseline": values, "own": self.base_state(), "rungs": list(rungs.items())}
        self._state.keep_base(state, self.base_arrays())
        self._keep(self._step)

    def _keep(self, step: int) -> None:
        state = {
            "chosen": self._budget.chosen,
            "said": [self._measured, self._remarked],
            "history": self._record.to_json(),
            "steps": [
                self._clock.done,
                [[step, values_to_json(v)] for step, v in self.by_step.items()],
            ],
        }
        self._state.keep(step, state, {})

    def _restore_base(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        self.baseline = values_from_json(state["baseline"])
        self._rungs = {count: values_from_json(one) for count, one in state.get("rungs", ())}
        self.restore_base(state["own"], arrays)

    def _restore(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        self._budget.chosen = state["chosen"]
        self._measured, self._remarked = state["said"]
        self._record.restore(state["history"], self._base_answers())
        done, rows = state.get("steps", (0, ()))  # earlier versions had none
        self._clock.begin(done)
        self.by_step = {step: values_from_json(saved) for step, saved in rows}
