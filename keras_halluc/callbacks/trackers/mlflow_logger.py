"""Logger of a `fit` with monitors to MLflow: settings, numbers, intervals and cases."""

import contextlib
import importlib.util
import math
import numbers
import os
import re
import time
import warnings
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

import keras

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc.callbacks.monitors.case_monitor import CaseMonitor
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.callbacks.monitors.value_sink import number
from keras_halluc.callbacks.session.fit_session import FitSession
from keras_halluc.callbacks.session.guard import Guard
from keras_halluc.callbacks.trackers.case_table import case_table
from keras_halluc.callbacks.trackers.case_table import table_name
from keras_halluc.statistics.estimates import Estimate

MOST_CHARACTERS = 500  # of a parameter's value, all that every MLflow store takes
PROGRESS_BAR = "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"
BATCH = 100  # parameters MLflow takes at once


class MlflowLogger(keras.callbacks.Callback):
    """Logs settings, every number in `logs`, and the intervals and cases of monitors to MLflow.

    Put it last. It logs into the active run, which stays open, or else into a run of its own, which
    it ends with `fit`. Epoch `e` is step `e + 1`; what monitors measured of the base model is step
    0. An interval is `<key>.low` and `<key>.high`. The answers to the cases of a monitor are the
    table `<name>_cases.json` with the columns of `case_history`, which grows with each epoch;
    MLflow compares runs by it. Tables need pandas, and are left out without it. An error of the
    MLflow server is warned of once and does not end `fit`, unless `strict`. Needs
    `pip install keras_halluc[mlflow]`.

    Args:
        experiment: str. Name of the experiment of a new run, made where there is none.
        run_name: str or None.
        tracking_uri: str or None. None is where MLflow logs anyhow.
        params: dict of further settings, such as the name of the data.
        strict: bool. Whether an error while logging ends `fit`.
        log_cases: bool. Whether to log the answers to cases.

    Attributes:
        run_id: str or None, of the latest run.

    Example:

    >>> import keras_halluc as kh
    >>> logger = kh.callbacks.MlflowLogger("facts", params={"data": "facts v2"})
    >>> logger.run_id is None
    True
    """

    reads_all_keys = True  # so that a monitor after it is an error

    def __init__(
        self,
        experiment: str = "Default",
        run_name: str | None = None,
        tracking_uri: str | None = None,
        params: Mapping[str, Any] | None = None,
        strict: bool = False,
        log_cases: bool = True,
    ) -> None:
        super().__init__()
        for name, value in (("run_name", run_name), ("tracking_uri", tracking_uri)):
            if value is not None and not isinstance(value, str):
                raise TypeError(f"`{name}` must be a str or None. {received(name, value)}")
        if not isinstance(experiment, str) or not experiment:
            raise TypeError(
                f"`experiment` must be a str, not empty. {received('experiment', experiment)}"
            )
        if params is not None and not isinstance(params, Mapping):
            raise TypeError(f"`params` must be a dict. {received('params', params)}")
        self.experiment = experiment
        self.run_name = run_name
        self.tracking_uri = tracking_uri
        self.extra_params = dict(params or {})
        self.strict = require_choice("strict", strict, (True, False))
        self.log_cases = require_choice("log_cases", log_cases, (True, False))
        self.run_id: str | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        try:
            import mlflow
        except ImportError as error:
            raise ImportError(
                "MlflowLogger needs MLflow. Install it with: pip install keras_halluc[mlflow]"
            ) from error
        self._mlflow = mlflow
        self.run_id = None
        self.session = FitSession.join(self)
        self._guard = Guard(type(self).__name__, self.strict, self.session.said)
        self._monitors = [o for o in self.session.callbacks if isinstance(o, Monitor)]
        if not self.session.processes.is_first:
            return
        self._guard("log", self._begin)
        self._guard("log", self._log_settings)
        base: dict[str, Any] = {}
        for monitor in self._monitors:
            base |= {key: number(value) for key, value in monitor.baseline.items()}
            base |= _ends(monitor.baseline)
        self._guard("log", self._log, base, 0)
        self._guard("log cases", self._log_tables, 0)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        values = dict(logs or {})
        for monitor in self._monitors:
            values |= _ends(monitor.latest)
        self._guard("log", self._log, values, epoch + 1)
        self._guard("log cases", self._log_tables, epoch + 1)

    def on_train_end(self, logs: Any = None) -> None:
        if self.run_id is not None and self._own:
            self._guard("log", self._client.set_terminated, self.run_id)

    def _begin(self) -> None:
        active = self._mlflow.active_run() if self.tracking_uri is None else None
        self._client = self._mlflow.MlflowClient(self.tracking_uri)
        self._own = active is None
        if active is not None:
            run_id = active.info.run_id
        else:
            found = self._client.get_experiment_by_name(self.experiment)
            place = (
                self._client.create_experiment(self.experiment)
                if found is None
                else found.experiment_id
            )
            run_id = self._client.create_run(place, run_name=self.run_name).info.run_id
        self.run_id = run_id

    def _log_settings(self) -> None:
        if self.run_id is None:
            return
        settings = {
            _allowed(key): str(value)[:MOST_CHARACTERS] for key, value in self._settings().items()
        }
        # MLflow refuses to change a setting of an active run, and with it all others of the batch.
        known = self._client.get_run(self.run_id).data.params
        items = [
            self._mlflow.entities.Param(key, value)
            for key, value in settings.items()
            if key not in known
        ]
        for start in range(0, len(items), BATCH):
            self._client.log_batch(self.run_id, params=items[start : start + BATCH])
        if kept := [key for key, value in settings.items() if known.get(key, value) != value]:
            warnings.warn(
                f"The active MLflow run kept its settings {', '.join(map(repr, kept))} of an "
                "earlier `fit`; give this one a run of its own.",
                stacklevel=2,
            )

    def _settings(self) -> dict[str, Any]:
        model = self.model
        params = {
            "keras": keras.__version__,
            "backend": keras.backend.backend(),
            "model": type(model).__name__,
            "parameters": model.count_params(),
            **{key: value for key, value in (self.params or {}).items() if key != "verbose"},
        }
        objectives = getattr(model, "objectives", None)
        if objectives:
            params["objectives"] = ", ".join(f"{o.name} {o.weight}" for o in objectives)
        optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
        if optimizer is not None:
            params["optimizer"] = type(optimizer).__name__
            config = optimizer.get_config()
            params |= {f"optimizer.{key}": value for key, value in config.items() if key != "name"}
        for monitor in self._monitors:
            if isinstance(monitor, CaseMonitor):
                name = monitor.prefix + monitor.name
                params[f"{name}.cases"] = len(monitor.cases)
                params[f"{name}.checker"] = type(monitor.checker).__name__
        return {**params, **self.extra_params}

    def _log(self, values: Mapping[str, Any], step: int) -> None:
        if self.run_id is None:
            return
        now = int(1000 * time.time())
        metrics = [
            self._mlflow.entities.Metric(_allowed(key), float(value), now, step)
            for key, value in values.items()
            if isinstance(value, numbers.Real) and math.isfinite(value)
        ]
        if metrics:
            self._client.log_batch(self.run_id, metrics=metrics)

    def _log_tables(self, step: int) -> None:
        if self.run_id is None or not self.log_cases or not importlib.util.find_spec("pandas"):
            return
        for monitor in self._monitors:
            if columns := case_table(monitor, step):
                file = f"{_allowed(table_name(monitor)).replace('/', '_')}.json"
                with _no_bars():  # MLflow fetches the table to add to it
                    self._client.log_table(self.run_id, columns, file)


@contextlib.contextmanager
def _no_bars() -> Iterator[None]:
    before = os.environ.get(PROGRESS_BAR)
    os.environ[PROGRESS_BAR] = "false"
    try:
        yield
    finally:
        if before is None:
            del os.environ[PROGRESS_BAR]
        else:
            os.environ[PROGRESS_BAR] = before


def _allowed(key: str) -> str:
    """The key with `_` for what MLflow refuses, along with the whole batch it stands in."""
    return re.sub(r"[^\w.\- :/]", "_", key)


def _ends(values: Mapping[str, Estimate | float]) -> dict[str, float]:
    """Both ends of each value that has an interval."""
    found: dict[str, float] = {}
    for key, value in values.items():
        if isinstance(value, Estimate):
            found |= {f"{key}.low": value.low, f"{key}.high": value.high}
    return found
