"""What happens at the end of an epoch, from top to bottom, whatever is measured."""

import time
import warnings
from typing import Any

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_folder
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_verbose
from keras_halluc.callbacks.monitors.moment import Moment
from keras_halluc.callbacks.monitors.monitor_state import MonitorState
from keras_halluc.callbacks.monitors.step_clock import steps_of
from keras_halluc.callbacks.monitors.value_sink import ValueSink
from keras_halluc.callbacks.observed.finite_weights import require_finite_weights
from keras_halluc.callbacks.session.asked_order import rungs
from keras_halluc.callbacks.session.fit_session import FitSession
from keras_halluc.callbacks.session.guard import Guard
from keras_halluc.callbacks.session.said_later import SaidLater
from keras_halluc.callbacks.session.time_budget import TimeBudget
from keras_halluc.statistics.estimates import Estimate


class Monitor(MonitorState):
    """Base of what measures the model before training and at the end of each epoch.

    A monitor is made of three parts. *When*: every epoch, and every so many training steps if
    `every` is given, with as many cases as `budget` buys.
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
        every: int >= 1 or None. Training steps after which it also measures within an epoch; the
            values go to `by_step` and, with intervals, to `<key>/by_step` in the TensorBoard run
            `<log_dir>/<name>_by_step`; `logs` has those of the end of the epoch.

    Attributes:
        baseline: dict by log key of what was measured before training, `Estimate`, or float where
            there is no interval.
        latest: dict as `baseline`, of the latest epoch.
        by_step: dict from training steps done to a dict as `baseline`; empty without `every`.
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
        every: int | None = None,
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
        self.every = None if every is None else require_int("every", every, minimum=1)
        if every is not None:  # for the class it would slow down every `fit`
            self.on_train_batch_end = self._step_ends
        self._begin_empty()

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
        self._epoch = epoch
        self._said.say()
        self._clock.epoch_begins()
        self._epoch_start = time.perf_counter()

    def _step_ends(self, batch: int, logs: Any = None) -> None:
        """`on_train_batch_end`, where `every` is given."""
        if self._clock.step_ends(batch, self.params):
            start = time.perf_counter()
            step = self._clock.done
            self._guard(f"measure training step {step}", self._measure_step, step)
            self.seconds += time.perf_counter() - start

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
        self.baseline, self.latest, self.by_step = {}, {}, {}
        self._record.begin()
        self._step = self.session.given_epoch
        self._clock.begin(self._step * (steps_of(self.params) or 0))
        self._budget, self._rungs = TimeBudget(self._share(), self.minimum), {}
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
        if self._sink.begins and not self._base_waits():  # the folder is another, or was deleted
            self._guard("write to TensorBoard", self._sink.write, self.baseline, 0, starting=True)

    def _measure(self, epoch: int, trained: float, logs: Any) -> None:
        moment = Moment(epoch + 1, self._affordable(epoch, trained), logs or {})  # when
        seen, self.latest = self._look(moment)  # what
        self._put(seen, self.latest, epoch + 1, logs)  # where to
        if self.every is not None:
            self._put_step(self.latest, self._clock.done)

    def _measure_step(self, step: int) -> None:
        count = self._affordable(self._epoch, self._clock.trained())
        seen, values = self._look(Moment(self._epoch, count, {}, step))
        self._measured = self._measured or self.measures(seen, values)
        self._put_step(values, step)

    def _look(self, moment: Moment) -> tuple[Any, dict[str, Estimate | float]]:
        with self.session.undisturbed(self.model):  # reading it brings JAX' weights up to date
            require_finite_weights(self.model)
            seen = self.look(moment)
            return seen, self._named(self.summarize(seen))

    def _look_at_base(self) -> tuple[Any, dict[str, Estimate | float]]:
        with self.session.undisturbed(self.model):
            require_finite_weights(self.model)
            seen = self.look(Moment(self._step, self.available, {}))
            self.base_measured(seen)
            if self._budget.share is not None and self._budget.chosen is None:
                for count in rungs(self.minimum, self.available):
                    part = self.part(seen, count)
                    if part is not None:
                        self._rungs[count] = self._named(self.summarize(part))
            return seen, self._named(self.summarize(seen))

    def _open_sink(self, resumes: bool) -> None:
        self._guard("close its event file", self._sink.close)  # that of a `fit` cut short
        name = self.prefix + self.name
        folders = self.session.folders
        log_dir = self.session.log_dir(self.log_dir)
        self._sink = ValueSink(type(self).__name__, log_dir, name, resumes, folders)
        self._guard("close its event file", self._step_sink.close)
        by_step = None if self.every is None else log_dir
        owner = type(self).__name__
        self._step_sink = ValueSink(owner, by_step, name + "_by_step", resumes, folders)
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

    def _put_step(self, values: dict[str, Any], step: int) -> None:
        self.by_step[step] = values
        named = {f"{key}/by_step": value for key, value in values.items()}
        self._guard("write to TensorBoard", self._step_sink.write, named, step)

    def _write(self, values: dict[str, Any], step: int) -> None:
        if not self._base_waits():
            self._sink.write(values, step)
        if self._sink.writer is not None:
            self.write_details(self._sink.writer, step)
            self.write_record(self._sink.writer, step)

    def _end_record(self) -> None:
        try:
            if self._base_waits():
                self._sink.write(self.baseline, self._step)
            if self._sink.writer is not None:
                self.write_record(self._sink.writer, self._step, ended=True)
        finally:
            self._sink.close()
            self._step_sink.close()
