"""Logger of cases for any experiment tracker that has tables, such as Weights & Biases."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import keras

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.callbacks.session.fit_session import FitSession
from keras_halluc.callbacks.session.guard import Guard
from keras_halluc.callbacks.trackers.case_table import case_table
from keras_halluc.callbacks.trackers.case_table import table_name

LogTable = Callable[[str, Mapping[str, list[Any]], int], Any]


class CaseTableLogger(keras.callbacks.Callback):
    """Sends what the model answered to each case to an experiment tracker, as one table an epoch.

    The numbers of monitors stand in `logs`, so that every tracker with a Keras callback has them
    already (`wandb.integration.keras.WandbMetricsLogger`, for instance). This adds the cases. Put
    it behind the monitors. `MlflowLogger` logs cases itself. Of a `fit` in several processes the
    first one logs. An error of the tracker is warned of once and does not end `fit`, unless
    `strict`.

    Args:
        log: callable `(name, columns, epoch)`, or the module `wandb`, of which a run must be
            active. `name` is a str, such as `"hallucination_cases"`; `columns` a dict from `epoch`,
            `case`, `prompt`, `output`, `label`, `score`, `reason`, `group` and `flip`, which
            `HallucinationMonitor.case_history` explains, to lists of the same length; `epoch` an
            int, 0 before training. Comet takes
            `lambda name, columns, epoch: experiment.log_table(f"{name}.csv", DataFrame(columns))`.
        strict: bool. Whether an error while logging ends `fit`.

    Example:

    >>> import keras_halluc as kh
    >>> tables = []
    >>> logger = kh.callbacks.CaseTableLogger(lambda name, columns, epoch: tables.append(columns))
    """

    reads_all_keys = True  # so that a monitor after it is an error

    def __init__(self, log: LogTable | Any, strict: bool = False) -> None:
        super().__init__()
        has_tables = callable(getattr(log, "Table", None)) and callable(getattr(log, "log", None))
        if not has_tables and not callable(log):
            raise TypeError(
                "`log` must be a callable `(name, columns, epoch)`, or the module wandb. "
                + received("log", log)
            )
        self.log: LogTable = _to_wandb(log) if has_tables else log
        self.strict = require_choice("strict", strict, (True, False))

    def on_train_begin(self, logs: Any = None) -> None:
        self.session = FitSession.join(self)
        self._guard = Guard(type(self).__name__, self.strict, self.session.said)
        self._log(0)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._log(epoch + 1)

    def _log(self, epoch: int) -> None:
        if not self.session.processes.is_first:
            return
        for monitor in self.session.callbacks:
            if isinstance(monitor, Monitor) and (columns := case_table(monitor, epoch)):
                self._guard("log cases", self.log, table_name(monitor), columns, epoch)


def _to_wandb(wandb: Any) -> LogTable:
    def log(name: str, columns: Mapping[str, list[Any]], epoch: int) -> None:
        rows = [list(row) for row in zip(*columns.values())]
        wandb.log({name: wandb.Table(columns=list(columns), data=rows)})

    return log
