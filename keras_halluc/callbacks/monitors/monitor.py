"""What do all monitors share: keys in `logs`, TensorBoard, and errors that do not end `fit`?"""

import abc
import os
import time
import warnings
from collections.abc import Mapping
from typing import Any
from typing import TypeVar

import keras

from keras_halluc._check import check_choice
from keras_halluc._check import check_folder
from keras_halluc._check import check_number
from keras_halluc._check import received
from keras_halluc.callbacks.session.callback_order import check_order
from keras_halluc.callbacks.session.callback_order import neighbours
from keras_halluc.statistics.estimates import Estimate

T = TypeVar("T")


class Monitor(keras.callbacks.Callback, abc.ABC):
    """Base of what measures the model at the end of each epoch.

    A subclass sets `name` and writes `keys`, `begin` and `measure`.

    Args:
        log_dir: path or None. Folder of the TensorBoard run; events go to `<log_dir>/<name>`.
        prefix: str, put before every key.
        budget: float in (0, 1] or None. Share of fit time, divided by the monitors of the `fit`.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: 0 or 1.

    Attributes:
        latest: dict by log key of what the latest epoch measured, `Estimate` or float.
        seconds: float, time spent measuring in the latest `fit`, compilation included.
    """

    name: str

    def __init__(
        self,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: int = 1,
    ) -> None:
        super().__init__()
        self.log_dir = None if log_dir is None else check_folder("log_dir", log_dir)
        if not isinstance(prefix, str):
            raise TypeError(f"`prefix` must be a str. {received('prefix', prefix)}")
        self.prefix = prefix
        if budget is not None:
            check_number("budget", budget, above=0.0, maximum=1.0)
        self.budget = budget
        self.strict = check_choice("strict", strict, (True, False))
        self.verbose = check_choice("verbose", verbose, (0, 1))
        self.latest: dict[str, Estimate | float] = {}
        self.seconds = 0.0

    @property
    @abc.abstractmethod
    def keys(self) -> tuple[str, ...]:
        """Names of the values this monitor writes, without prefix."""

    @property
    def log_keys(self) -> tuple[str, ...]:
        """Names of the values this monitor writes, as they stand in `logs`."""
        return tuple(self.prefix + key for key in self.keys)

    @abc.abstractmethod
    def begin(self) -> None:
        """Called before the first step; an error here ends `fit`."""

    @abc.abstractmethod
    def measure(self, epoch: int, logs: Mapping[str, Any]) -> Mapping[str, Estimate | float]:
        """Values by key at the end of an epoch; one that cannot be measured is left out."""

    def nothing_measured(self) -> str:
        """Why nothing may have been measured, for the warning at the end of `fit`."""
        return ""

    def on_train_begin(self, logs: Any = None) -> None:
        self._others = neighbours()
        check_order(self, self.log_keys, self._others)
        monitors = max(sum(isinstance(other, Monitor) for other in self._others), 1)
        self._share = None if self.budget is None else self.budget / monitors
        self._warned = False
        self._overwritten: set[str] = set()
        self._measured = False
        self.latest = {}
        self._writer = self._open_writer()
        start = time.perf_counter()
        self.begin()
        self.seconds = time.perf_counter() - start
        self._epoch_start = time.perf_counter()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch_start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        start = time.perf_counter()
        self._epoch_seconds = start - self._epoch_start
        self.latest = {}
        try:
            self.latest = self._named(self.measure(epoch, logs or {}))
            if twice := sorted(set(self.latest) & set(logs or {})):
                self._warn_of_overwriting(twice[0])
            if logs is not None:
                logs.update({key: number(value) for key, value in self.latest.items()})
            self._write(self.latest, step=epoch + 1)
        except Exception as error:
            if self.strict:
                raise
            if not self._warned:
                self._warned = True
                warnings.warn(
                    f"{type(self).__name__} could not measure epoch {epoch + 1} and goes on; "
                    f"said once (strict=True raises instead): {type(error).__name__}: {error}",
                    stacklevel=2,
                )
        self.seconds += time.perf_counter() - start

    def _warn_of_overwriting(self, key: str) -> None:
        if key not in self._overwritten:
            self._overwritten.add(key)
            ours = type(self).__name__
            warnings.warn(
                f"{ours} writes {key!r} over a value of the same name, that of a compiled metric "
                f"perhaps. Give it a name of its own: {ours}(..., prefix='monitored_').",
                stacklevel=3,
            )

    def on_train_end(self, logs: Any = None) -> None:
        if not self._measured:
            warnings.warn(
                f"{type(self).__name__} never measured anything: {self.nothing_measured()}",
                stacklevel=2,
            )
        if self._writer is not None:
            self._writer.close()

    def _named(self, values: Mapping[str, T]) -> dict[str, T]:
        return {self.prefix + key: values[key] for key in self.keys if key in values}

    def _open_writer(self) -> Any:
        if self.log_dir is None:
            return None
        from keras_halluc.tensorboard import EventWriter

        writer = EventWriter(os.path.join(self.log_dir, self.prefix + self.name))
        writer.layout({self.prefix + self.name: self.charts()})
        return writer

    def charts(self) -> list[Any]:
        """What the Custom Scalars page shows. Default: each key with its interval."""
        from keras_halluc.tensorboard import MarginChart

        return [MarginChart(key, [key]) for key in self.log_keys]

    def _write(self, values: Mapping[str, Estimate | float], step: int) -> None:
        if self._writer is None:
            return
        for key, value in values.items():
            if isinstance(value, Estimate):
                self._writer.interval(key, value.value, value.low, value.high, step)
            else:
                self._writer.scalar(key, value, step)
        self.write_details(self._writer, step)

    def write_details(self, writer: Any, step: int) -> None:
        """Writes more than the values into TensorBoard. Default: nothing."""


def number(value: Estimate | float) -> float:
    """The value alone, without its interval."""
    return value.value if isinstance(value, Estimate) else value
