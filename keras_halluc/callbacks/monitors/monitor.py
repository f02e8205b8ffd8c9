"""What happens at the end of an epoch, from top to bottom, whatever is measured."""

import time
import warnings
from collections.abc import Mapping
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_folder
from keras_halluc._require import require_number
from keras_halluc._require import require_verbose
from keras_halluc.callbacks.monitors.moment import Moment
from keras_halluc.callbacks.monitors.monitor_hooks import MonitorHooks
from keras_halluc.callbacks.monitors.value_sink import ValueSink
from keras_halluc.callbacks.monitors.value_sink import from_json
from keras_halluc.callbacks.monitors.value_sink import to_json
from keras_halluc.callbacks.observed.finite_weights import require_finite_weights
from keras_halluc.callbacks.results.record import Record
from keras_halluc.callbacks.results.results import Results
from keras_halluc.callbacks.session.fit_session import FitSession
from keras_halluc.callbacks.session.guard import Guard
from keras_halluc.callbacks.session.resumable_state import ResumableState
from keras_halluc.callbacks.session.said_later import SaidLater
from keras_halluc.callbacks.session.state_folder import Arrays
from keras_halluc.callbacks.session.time_budget import TimeBudget
from keras_halluc.statistics.estimates import Estimate


class Monitor(Results, MonitorHooks):
    """Base of what measures the model before training and at the end of each epoch.

    A monitor is made of three parts. *When*: every epoch, with as many cases as `budget` buys.
    *What*: `look` collects what there is to see, `summarize` makes values with intervals of it.
    *Where to*: `logs`, TensorBoard, and the monitor's own results. A subclass sets `name` and
    writes `keys`, `look` and `summarize`; `CaseMonitor` has a `look` that asks cases.

    The results are there during `fit` too: `history` (a DataFrame), `plot()`, and the monitor as
    the last line of a notebook's cell. At the end of `fit` the monitor prints them in one line;
    `headline`, a tuple of keys, says which, and without it the first that was measured is taken.

    What is wrong at the start of `fit` is an error. Later errors are warned of once and never end
    `fit`, unless `strict`; nor does a full disk. A model whose weights hold NaN is not measured.

    A `fit` that is interrupted and resumed with `keras.callbacks.BackupAndRestore` goes on with the
    same base model and the same cases, as does a second `fit` of the same objects with
    `initial_epoch`. Put `BackupAndRestore` after the monitors.

    Args:
        log_dir: path or None. Folder of the TensorBoard run; events go to `<log_dir>/<name>`.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time this may take, divided by the monitors
            of the `fit`. None measures all.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2. What is printed: nothing (0); or sentences, the results at
            the end of `fit`, and the progress of work, in the place of Keras' bar (1) or, where it
            took long, as one line (2). `"auto"` is what `fit` was given.

    Attributes:
        baseline: dict by log key of what was measured before training, `Estimate`, or float where
            there is no interval.
        latest: dict as `baseline`, of the latest epoch.
        seconds: float, time spent measuring in the latest `fit`, compilation included.
        session: `FitSession` of the latest `fit`, shared with its other callbacks.

    Example:

    >>> import keras
    >>> import numpy as np
    >>> import keras_halluc as kh
    >>> class LargestWeight(kh.callbacks.Monitor):
    ...     name = "weights"
    ...     keys = ("largest_weight",)
    ...     def look(self, moment):
    ...         return [np.abs(weight).max() for weight in self.model.get_weights()]
    ...     def summarize(self, seen):
    ...         return {"largest_weight": float(max(seen))}
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    >>> model.compile("sgd", "mse")
    >>> x = np.ones((4, 1))
    >>> history = model.fit(x, x, callbacks=[LargestWeight()], verbose=0).history
    >>> history["largest_weight"][0] > 0.0
    True
    """

    def __init__(
        self,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: str | int = "auto",
    ) -> None:
        super().__init__()
        self.log_dir = None if log_dir is None else require_folder("log_dir", log_dir)
        if not isinstance(prefix, str):
            raise TypeError(f"`prefix` must be a str. {received('prefix', prefix)}")
        self.prefix = prefix
        if budget is not None:
            require_number("budget", budget, above=0.0, maximum=1.0)
        self.budget = budget
        self.strict = require_choice("strict", strict, (True, False))
        require_verbose(verbose)
        self.verbose = verbose
        self.baseline: dict[str, Estimate | float] = {}
        self.latest: dict[str, Estimate | float] = {}
        self.seconds = 0.0
        self.session = FitSession(None)
        self._budget = TimeBudget(None, 0)
        self._measured = self._remarked = False
        self._record = Record()
        self._sink = ValueSink(type(self).__name__, None, "")
        self._state = ResumableState(self, self._restore, self._restore_base)

    # What happens, from top to bottom

    def on_train_begin(self, logs: Any = None) -> None:
        start = time.perf_counter()
        self.session = FitSession.join(self)
        self.session.require_order(self, self.log_keys)
        self.session.require_before_backup(self)
        self._guard = Guard(type(self).__name__, self.strict, self.session.said)
        self._loudness = self.session.loudness(self.verbose, self.params)
        self._said = SaidLater(self._loudness, self._guard)
        self.begin()
        if self._state.begin(self.session, self.prefix + self.name) is None:
            self._begin_anew()
        else:
            self._go_on()
        self._guard("save its state", self._keep_base, starting=True)
        self._epoch_start = time.perf_counter()
        self.seconds = self._epoch_start - start

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._state.epoch_begins(epoch)
        self._said.say()
        self._epoch_start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        start = time.perf_counter()
        trained = start - self._epoch_start
        self.latest = {}
        self._guard(f"measure epoch {epoch + 1}", self._measure, epoch, trained, logs)
        self._guard("save its state", self._keep, epoch + 1)
        self.seconds += time.perf_counter() - start

    def on_train_end(self, logs: Any = None) -> None:
        self._guard("write to TensorBoard", self._end_record)
        if self._measured:
            self._guard("say what it measured", lambda: self._said.add(repr(self)))
        self._said.say()
        if not self._measured:
            warnings.warn(
                f"{type(self).__name__} never measured anything: {self.nothing_measured()}",
                stacklevel=2,
            )

    # The steps of it

    def _begin_anew(self) -> None:
        """Measures the base model, as the first value of the run."""
        self._measured = self._remarked = False
        self.baseline, self.latest = {}, {}
        self._record.begin()
        self._step = self.session.given_epoch
        self._budget = TimeBudget(self._share(), self.minimum)
        self._open_sink(resumes=False)
        if self.measures_base:
            seen, self.baseline = self._look_at_base()
            self._put(seen, self.baseline, self._step, None, starting=True)

    def _go_on(self) -> None:
        """Takes the base model, and which cases are measured, from the `fit` that goes on."""
        self.latest = {}
        self._step = self._state.resumed_at or 0
        self._budget = TimeBudget(self._share(), self.minimum, self._budget.chosen)
        self._open_sink(resumes=True)
        if self._state.is_restored and self.measures_base and self._forgets_base():
            self._look_at_base()
        if self._sink.begins:  # the folder is another, or was deleted
            self._guard("write to TensorBoard", self._sink.write, self.baseline, 0, starting=True)

    def _measure(self, epoch: int, trained: float, logs: Any) -> None:
        with self.session.undisturbed(self.model):  # reading it brings JAX' weights up to date
            require_finite_weights(self.model)
            count = self._affordable(epoch, trained)  # when
            seen = self.look(Moment(epoch + 1, count, logs or {}))  # what
            self.latest = self._named(self.summarize(seen))
        self._put(seen, self.latest, epoch + 1, logs)  # where to

    def _look_at_base(self) -> tuple[Any, dict[str, Estimate | float]]:
        with self.session.undisturbed(self.model):
            require_finite_weights(self.model)
            seen = self.look(Moment(self._step, self.available, {}))
            self.base_measured(seen)
            return seen, self._named(self.summarize(seen))

    def _share(self) -> float | None:
        monitors = sum(isinstance(other, Monitor) for other in self.session.callbacks)
        return None if self.budget is None else self.budget / max(monitors, 1)

    def _affordable(self, epoch: int, trained: float) -> int:
        """How many cases or rows the budget buys; chosen once, after the first epoch."""
        if self._budget.chosen is not None or not self.available:
            return self._budget.chosen or self.available
        epochs = self._planned()
        seconds = 0.0 if self._budget.share is None else self.seconds_each()
        measured = self.available if epochs and self.measures_base else 0
        left = max(epochs - epoch, 1) if epochs else 1
        chosen = self._budget.choose(self.available, seconds, trained, measured, left)
        chosen = self._budget.chosen = self.session.processes.gathered(lambda: chosen)[0]
        if chosen < self.available:
            self._said.add(
                f"{type(self).__name__}: measures {chosen} of {self.available} {self.unit} an "
                f"epoch to stay within budget={self.budget}; budget=None measures all."
            )
        return chosen

    def _named(self, values: Mapping[str, Estimate | float]) -> dict[str, Estimate | float]:
        return {self.prefix + key: values[key] for key in self.keys if key in values}

    def _open_sink(self, resumes: bool) -> None:
        self._guard("close its event file", self._sink.close)  # that of a `fit` cut short
        name = self.prefix + self.name
        folders = self.session.folders
        log_dir = self.session.log_dir(self.log_dir)
        self._sink = ValueSink(type(self).__name__, log_dir, name, resumes, folders)
        if log_dir is not None and self._sink.begins:
            args = self.charts(), 0 if resumes else self._step
            self._guard("write to TensorBoard", self._sink.layout, *args, starting=True)

    def _put(
        self, seen: Any, values: dict[str, Any], step: int, logs: Any, starting: bool = False
    ) -> None:
        self._step = step
        self._measured = self._measured or self.measures(seen, values)
        self._record.add(step, values, self._answers_at(step), is_base=starting)
        self._sink.log(values, logs)
        self._guard("write to TensorBoard", self._write, values, step, starting=starting)
        remark = "" if starting or self._remarked or not self._loudness else self.remark(values)
        if remark:
            self._remarked = True
            self._said.add(f"{type(self).__name__}: {remark}")

    def _write(self, values: dict[str, Any], step: int) -> None:
        self._sink.write(values, step)
        if self._sink.writer is not None:
            self.write_details(self._sink.writer, step)
            self.write_record(self._sink.writer, step)

    def _end_record(self) -> None:
        try:
            if self._sink.writer is not None:
                self.write_record(self._sink.writer, self._step, ended=True)
        finally:
            self._sink.close()

    def _planned(self) -> int | None:
        """Epochs of this `fit`; None where they are not known."""
        return (self.params or {}).get("epochs")

    # What a `fit` that is resumed takes over

    def _keep_base(self) -> None:
        values = {key: to_json(value) for key, value in self.baseline.items()}
        self._state.keep_base({"baseline": values, "own": self.base_state()}, self.base_arrays())
        self._keep(self._step)

    def _keep(self, step: int) -> None:
        state = {
            "chosen": self._budget.chosen,
            "said": [self._measured, self._remarked],
            "history": self._record.to_json(),
        }
        self._state.keep(step, state, {})

    def _restore_base(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        self.baseline = {key: from_json(value) for key, value in state["baseline"].items()}
        self.restore_base(state["own"], arrays)

    def _restore(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        self._budget.chosen = state["chosen"]
        self._measured, self._remarked = state["said"]
        self._record.restore(state["history"], self._base_answers())
