"""Does a monitor keep the promises every monitor makes?"""

import dataclasses
import inspect
import math
import tempfile
import warnings
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from keras_halluc.testing.monitor_results import assert_monitor_history
from keras_halluc.testing.monitor_results import assert_monitor_shown
from keras_halluc.testing.promises import assert_bad_arguments
from keras_halluc.testing.promises import assert_unknown_argument
from keras_halluc.testing.promises import close
from keras_halluc.testing.promises import equal
from keras_halluc.testing.promises import random_numbers
from keras_halluc.testing.watched_fit import EPOCHS
from keras_halluc.testing.watched_fit import PowerCut
from keras_halluc.testing.watched_fit import read_scalars
from keras_halluc.testing.watched_fit import watched_fit

PREFIX = "mine_"
STEPS = 2  # of an epoch that is measured within
# What every monitor takes, last and in this order, with these defaults; and what it must not take.
SHARED: Mapping[str, Any] = {
    "log_dir": None,
    "prefix": "",
    "budget": 0.05,
    "strict": False,
    "verbose": "auto",
    "every": None,
}
WRONG: Mapping[str, Any] = {
    "log_dir": 3,
    "prefix": 3,
    "budget": 0.0,
    "strict": "yes",
    "verbose": 3,
    "every": 0,
}


@dataclasses.dataclass(frozen=True)
class MonitorContract:
    """A monitor, how to make one, and what to fit.

    Args:
        monitor: the class.
        kwargs: arguments of the constructor without those of every monitor, or a function from the
            model to them.
        model: function without arguments. Returns a new compiled model, of the same weights each
            time.
        data: `(x, y)` or `(x, y, sample_weight)`, for training and validation.
        unmeasured: keys, without prefix, that cannot be measured on this model and these data.
        without: names among `log_dir`, `prefix`, `budget`, `strict`, `verbose` and `every` that
            mean nothing to this monitor.
        bad_kwargs: wrong arguments, one dict a mistake, the one at fault first; the rest are
            `kwargs`.
    """

    monitor: type[Any]
    kwargs: Mapping[str, Any] | Callable[[keras.Model], Mapping[str, Any]]
    model: Callable[[], keras.Model]
    data: tuple[Any, ...]
    unmeasured: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    bad_kwargs: tuple[Mapping[str, Any], ...] = ()

    def arguments(self, model: keras.Model) -> dict[str, Any]:
        """Arguments of the constructor for this model."""
        return dict(self.kwargs(model) if callable(self.kwargs) else self.kwargs)

    def make(self, model: keras.Model, **kwargs: Any) -> Any:
        """A fresh monitor; it measures everything."""
        if "budget" not in self.without:
            kwargs.setdefault("budget", None)
        return self.monitor(**self.arguments(model), **kwargs)


def assert_monitor(contract: MonitorContract) -> None:
    """Asserts every promise of `MONITOR_PROMISES`.

    Args:
        contract: `MonitorContract`.

    Raises:
        AssertionError: with the promise that was broken.
    """
    for promise in MONITOR_PROMISES:
        promise(contract)


def assert_monitor_arguments(contract: MonitorContract) -> None:
    """What every monitor takes stands in the signature; bad arguments raise and say what came."""
    parameters = inspect.signature(contract.monitor).parameters
    hidden = [p.name for p in parameters.values() if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    equal("arguments that are hidden", hidden, [])
    shared = [name for name in SHARED if name not in contract.without]
    equal("last arguments", list(parameters)[-len(shared) :], shared)
    for name in shared:
        equal(f"default of `{name}`", parameters[name].default, SHARED[name])
    arguments = contract.arguments(contract.model())
    assert_unknown_argument(contract.monitor, arguments)
    wrong = [{name: WRONG[name]} for name in shared]
    bad = [
        {**one, **{k: v for k, v in arguments.items() if k not in one}}
        for one in (*wrong, *contract.bad_kwargs)
    ]
    assert_bad_arguments(contract.monitor, bad)


def assert_monitor_keys(contract: MonitorContract) -> None:
    """It writes its `log_keys`, each under the prefix, at every epoch, and no other."""
    model = contract.model()
    monitor = contract.make(model, prefix=PREFIX)
    watched, _ = watched_fit(contract, model, monitor)
    plain = {start + name for name in model.get_metrics_result() for start in ("", "val_")}
    equal("keys with their prefix", monitor.log_keys, tuple(PREFIX + key for key in monitor.keys))
    expected = set(monitor.log_keys) - {PREFIX + key for key in contract.unmeasured}
    equal("keys in `logs`", set(watched) - plain, expected)
    for key in expected:
        equal(f"values of {key}", len(watched[key]), EPOCHS)
        assert np.isfinite(watched[key]).all(), f"{key} is {watched[key]}"


def assert_monitor_results(contract: MonitorContract) -> None:
    """`baseline` is of the model before training, `latest` what stands in `logs`."""
    model = contract.model()
    monitor = contract.make(model)
    history, _ = watched_fit(contract, model, monitor)
    latest = {key: _number(value) for key, value in monitor.latest.items()}
    own = {key: history[key][-1] for key in history if key in monitor.log_keys}
    equal("latest", latest, own)
    assert set(monitor.baseline) <= set(monitor.log_keys), f"baseline: {monitor.baseline}"
    equal("measured before training", bool(monitor.baseline), monitor.measures_base)
    for values in (monitor.baseline, monitor.latest):
        for key, value in values.items():
            low, high = getattr(value, "low", value), getattr(value, "high", value)
            assert low <= _number(value) <= high, f"{key} is outside its interval: {value}"
    assert monitor.seconds > 0.0, "no time was counted"


def assert_monitor_undisturbed(contract: MonitorContract) -> None:
    """History, weights, optimizer and random numbers are, to the last bit, those without it.

    It measures within an epoch too, after each training step, if it can.
    """
    runs = []
    rows = len(keras.tree.flatten(contract.data)[0])
    each_step = {} if "every" in contract.without else {"every": 1}
    for watched in (False, True):
        keras.utils.set_random_seed(7)
        model = contract.model()
        monitors = [contract.make(model, **each_step)] if watched else []
        keras.utils.set_random_seed(7)  # what was made above may have drawn
        size = math.ceil(rows / STEPS)
        history, _ = watched_fit(contract, model, *monitors, shuffle=True, batch_size=size)
        for monitor in monitors if each_step else ():
            steps = list(range(1, STEPS * EPOCHS + 1))
            equal("training steps after which it measured", list(monitor.by_step), steps)
            latest = monitor.by_step[STEPS * EPOCHS]
            equal("values after the last step", latest, monitor.latest)
        variables = [*model.variables, *model.optimizer.variables]
        values = [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]
        runs.append((history, values, random_numbers()))
    (history, values, numbers), (seen, others, drawn) = runs
    equal("history", {key: seen.get(key) for key in history}, history)
    equal("number of variables", len(others), len(values))
    same = all(np.array_equal(one, other, True) for one, other in zip(others, values))
    assert same, "weights or optimizer are not what they are without it"
    equal("random numbers after `fit`", drawn, numbers)


def assert_monitor_errors(contract: MonitorContract) -> None:
    """An error while measuring is warned of once and ends no `fit`, unless `strict`."""
    model = contract.model()
    monitor = contract.make(model)
    _break(monitor, 1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history, _ = watched_fit(contract, model, monitor)
    planted = [str(one.message) for one in caught if "planted" in str(one.message)]
    equal("warnings", len(planted), 1)
    assert contract.monitor.__name__ in planted[0], f"who failed is not said: {planted[0]}"
    equal("epochs", len(history["loss"]), EPOCHS)
    equal("keys written", [key for key in history if key in monitor.log_keys], [])
    for step in (0, 1):
        monitor = contract.make(model, strict=bool(step))
        if step == 0 and not monitor.measures_base:
            continue
        _break(monitor, step)
        try:
            watched_fit(contract, model, monitor)
        except RuntimeError as error:
            assert "planted" in str(error), f"another error: {error}"
        else:
            raise AssertionError("strict=True did not raise" if step else "fit began on an error")


def assert_monitor_quiet(contract: MonitorContract) -> None:
    """Under `fit(verbose=0)` nothing is printed."""
    model = contract.model()
    _, printed = watched_fit(contract, model, contract.make(model))
    equal("printed", printed, "")


def assert_monitor_resumed(contract: MonitorContract) -> None:
    """Interrupted and resumed by `BackupAndRestore`, it goes on with the same base model."""
    model = _untrained(contract)
    monitor = contract.make(model)
    history, _ = watched_fit(contract, model, monitor)
    expected = {key: history[key][1:] for key in monitor.log_keys if key in history}
    with tempfile.TemporaryDirectory() as folder:
        model = _untrained(contract)
        cut = [contract.make(model), keras.callbacks.BackupAndRestore(folder), PowerCut()]
        try:
            watched_fit(contract, model, *cut)
        except InterruptedError:
            pass
        model = _untrained(contract)
        resumed = contract.make(model)
        model.set_weights([1.5 * weight for weight in model.get_weights()])  # no base model
        history, _ = watched_fit(contract, model, resumed, keras.callbacks.BackupAndRestore(folder))
    equal("epochs after it was resumed", len(history["loss"]), EPOCHS - 1)
    equal("baseline of the resumed fit", resumed.baseline, monitor.baseline)
    found = {key: history[key] for key in resumed.log_keys if key in history}
    equal("values of the resumed fit", found, expected)
    equal("`history` of the resumed fit", resumed.history.to_csv(), monitor.history.to_csv())


def assert_monitor_events(contract: MonitorContract) -> None:
    """TensorBoard reads every value that stands in `logs`, and the baseline at step 0."""
    model = contract.model()
    with tempfile.TemporaryDirectory() as folder:
        monitor = contract.make(model, log_dir=folder)
        history, _ = watched_fit(contract, model, monitor)
        events = read_scalars(f"{folder}/{monitor.name}")
    for key in monitor.log_keys:
        first = {0: _number(monitor.baseline[key])} if key in monitor.baseline else {}
        expected = {**first, **{i + 1: value for i, value in enumerate(history.get(key, ()))}}
        found = events.get(key, {})
        equal(f"steps of {key}", sorted(found), sorted(expected))
        for step, value in expected.items():
            close(f"{key} at step {step}", found[step], value)


MONITOR_PROMISES: tuple[Callable[[MonitorContract], None], ...] = (
    assert_monitor_arguments,
    assert_monitor_keys,
    assert_monitor_results,
    assert_monitor_history,
    assert_monitor_shown,
    assert_monitor_undisturbed,
    assert_monitor_errors,
    assert_monitor_quiet,
    assert_monitor_events,
    assert_monitor_resumed,
)


def _break(monitor: Any, step: int) -> None:
    """Makes each look from `step` on an error."""
    look = monitor.look

    def failing(moment: Any) -> Any:
        if moment.step >= step:
            raise RuntimeError("planted")
        return look(moment)

    monitor.look = failing


def _number(value: Any) -> float:
    return float(getattr(value, "value", value))


def _untrained(contract: MonitorContract) -> keras.Model:
    """A model that does not move, so that no dropout makes a difference."""
    model = contract.model()
    model.optimizer.learning_rate = 0.0
    return model
