"""What happens at the end of an epoch, from top to bottom, whatever is measured?"""

import abc
import dataclasses
import time
import warnings
from collections.abc import Mapping
from typing import Any

import keras

from keras_halluc._progress import say
from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_folder
from keras_halluc._require import require_number
from keras_halluc._require import require_verbose
from keras_halluc.callbacks.monitors.value_sink import ValueSink
from keras_halluc.callbacks.session.fit_session import FitSession
from keras_halluc.callbacks.session.time_budget import TimeBudget
from keras_halluc.statistics.estimates import Estimate


@dataclasses.dataclass(frozen=True)
class Moment:
    """When a monitor looks at the model.

    Args:
        step: int, 0 before training and `e + 1` after epoch `e`.
        count: int, how many of its cases or rows it may measure.
        logs: what Keras and earlier callbacks wrote of this epoch; empty at step 0.

    Example:

    >>> import keras_halluc as kh
    >>> kh.callbacks.Moment(step=0, count=100, logs={}).step  # before training
    0
    """

    step: int
    count: int
    logs: Mapping[str, Any]


class Monitor(keras.callbacks.Callback, abc.ABC):
    """Base of what measures the model before training and at the end of each epoch.

    A monitor is made of three parts. *When*: every epoch, with as many cases as `budget` buys.
    *What*: `look` collects what there is to see, `summarize` makes values with intervals of it.
    *Where to*: `logs`, TensorBoard, and `baseline` and `latest`. A subclass sets `name` and writes
    `keys`, `look` and `summarize`; `CaseMonitor` has a `look` that asks cases.

    What is wrong at the start of `fit` is an error. Later errors are warned of once and never end
    `fit`, unless `strict`.

    Args:
        log_dir: path or None. Folder of the TensorBoard run; events go to `<log_dir>/<name>`.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time this may take, divided by the monitors
            of the `fit`. None measures all.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2. What is said: nothing, or sentences and the progress of long
            work, as a bar (1) or as one line (2). `"auto"` is what `fit` was given.

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

    name: str
    unit = "cases"  # what `count` counts
    measures_base = True  # whether there is anything to see before training

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

    # What a subclass writes

    @property
    @abc.abstractmethod
    def keys(self) -> tuple[str, ...]:
        """Names of the values this monitor writes, without prefix."""

    @abc.abstractmethod
    def look(self, moment: Moment) -> Any:
        """Collects what there is to see in the model now; an error at step 0 ends `fit`."""

    @abc.abstractmethod
    def summarize(self, seen: Any) -> Mapping[str, Estimate | float]:
        """Values by key of what `look` returned; a key that cannot be measured is left out."""

    # What a subclass may write

    @property
    def available(self) -> int:
        """How many cases or rows there are to measure. Default: 0, nothing is counted."""
        return 0

    @property
    def minimum(self) -> int:
        """How many of them are measured whatever they cost. Default: 0."""
        return 0

    def begin(self) -> None:
        """Called before the first look; an error here ends `fit`. Default: nothing."""

    def base_measured(self, seen: Any) -> None:
        """Called with what was seen before training, before `summarize`. Default: nothing."""

    def seconds_each(self) -> float:
        """What measuring one case or row takes, without compilation. Default: 0."""
        return 0.0

    def measures(self, seen: Any, values: Mapping[str, Estimate | float]) -> bool:
        """Whether anything was measured. Default: whether there are values."""
        return bool(values)

    def nothing_measured(self) -> str:
        """Why nothing may have been measured, for the warning at the end of `fit`."""
        return ""

    def remark(self, values: Mapping[str, Estimate | float]) -> str:
        """A sentence about the values of an epoch, said once. Default: none."""
        return ""

    def charts(self) -> list[Any]:
        """What the Custom Scalars page shows. Default: each key with its interval."""
        from keras_halluc.tensorboard import MarginChart

        return [MarginChart(key, [key]) for key in self.log_keys]

    def write_details(self, writer: Any, step: int) -> None:
        """Writes more than the values into TensorBoard. Default: nothing."""

    def write_record(self, writer: Any, step: int, ended: bool = False) -> None:
        """Writes what the Hallucination tab reads, and at the end of `fit` that it ended."""

    # What happens, from top to bottom

    @property
    def log_keys(self) -> tuple[str, ...]:
        """Names of the values this monitor writes, as they stand in `logs`."""
        return tuple(self.prefix + key for key in self.keys)

    def on_train_begin(self, logs: Any = None) -> None:
        start = time.perf_counter()
        self.session = FitSession.join(self)
        self.session.require_order(self, self.log_keys)
        self._loudness = require_verbose(self.verbose, auto=(self.params or {}).get("verbose", 1))
        self._warned = self._remarked = self._measured = False
        self._step = -1
        self.latest = {}
        name = self.prefix + self.name
        self._sink = ValueSink(type(self).__name__, self.log_dir, name, self._charts())
        self.begin()
        self._budget = TimeBudget(self._share(), self.minimum)
        self.baseline = {}
        if self.measures_base:
            with self.session.undisturbed(self.model):  # reading it brings JAX' weights up to date
                seen = self.look(Moment(0, self.available, {}))
                self.base_measured(seen)
                self.baseline = self._named(self.summarize(seen))
            self._put(seen, self.baseline, 0, None)
        self._epoch_start = time.perf_counter()
        self.seconds = self._epoch_start - start

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch_start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        start = time.perf_counter()
        trained = start - self._epoch_start
        self.latest = {}
        try:
            with self.session.undisturbed(self.model):
                count = self._affordable(epoch, trained)  # when
                seen = self.look(Moment(epoch + 1, count, logs or {}))  # what
                self.latest = self._named(self.summarize(seen))
            self._put(seen, self.latest, epoch + 1, logs)  # where to
        except Exception as error:
            if self.strict:
                raise
            self._warn_once(epoch, error)
        self.seconds += time.perf_counter() - start

    def on_train_end(self, logs: Any = None) -> None:
        if self._sink.writer is not None:
            self.write_record(self._sink.writer, self._step, ended=True)
        if not self._measured:
            warnings.warn(
                f"{type(self).__name__} never measured anything: {self.nothing_measured()}",
                stacklevel=2,
            )
        self._sink.close()

    # The steps of it

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
        if chosen < self.available and self._loudness:
            say(
                f"{type(self).__name__}: measures {chosen} of {self.available} {self.unit} an "
                f"epoch to stay within budget={self.budget}; budget=None measures all."
            )
        return chosen

    def _named(self, values: Mapping[str, Estimate | float]) -> dict[str, Estimate | float]:
        return {self.prefix + key: values[key] for key in self.keys if key in values}

    def _put(self, seen: Any, values: dict[str, Any], step: int, logs: Any) -> None:
        self._step = step
        self._measured = self._measured or self.measures(seen, values)
        self._sink.put(values, step, logs)
        if self._sink.writer is not None:
            self.write_details(self._sink.writer, step)
            self.write_record(self._sink.writer, step)
        remark = self.remark(values) if step and self._loudness and not self._remarked else ""
        if remark:
            self._remarked = True
            say(f"{type(self).__name__}: {remark}")

    def _warn_once(self, epoch: int, error: Exception) -> None:
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"{type(self).__name__} could not measure epoch {epoch + 1} and goes on; "
                f"said once (strict=True raises instead): {type(error).__name__}: {error}",
                stacklevel=3,
            )

    def _charts(self) -> list[Any]:
        return [] if self.log_dir is None else self.charts()

    def _planned(self) -> int | None:
        """Epochs of this `fit`; None where they are not known."""
        return (self.params or {}).get("epochs")
