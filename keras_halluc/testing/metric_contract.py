"""Does a metric keep the promises every metric makes?"""

import dataclasses
import inspect
import os
import tempfile
from collections.abc import Callable
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from keras_halluc.testing.promises import MODES
from keras_halluc.testing.promises import assert_bad_arguments
from keras_halluc.testing.promises import assert_config
from keras_halluc.testing.promises import close
from keras_halluc.testing.promises import equal


@dataclasses.dataclass(frozen=True)
class MetricContract:
    """A metric, how to make one, and what to feed it.

    In `fit`, `y_pred`, or for a metric of labels alone the `sample_weight`, is what comes out of
    the model.

    Args:
        metric: the class.
        kwargs: every argument of the constructor, none of them at its default.
        inputs: numpy arrays, the arguments of `update_state` without `sample_weight`, with at
            least 4 rows. `(y_true, y_pred)`, or only labels.
        bad_kwargs: wrong arguments, one dict a mistake.
    """

    metric: type[Any]
    kwargs: Mapping[str, Any]
    inputs: tuple[np.ndarray, ...]
    bad_kwargs: tuple[Mapping[str, Any], ...] = ()

    def make(self) -> Any:
        """A fresh metric."""
        return self.metric(**self.kwargs)


def assert_metric(contract: MetricContract) -> None:
    """Asserts every promise of `METRIC_PROMISES`.

    Args:
        contract: `MetricContract`.

    Raises:
        AssertionError: with the promise that was broken.
    """
    for promise in METRIC_PROMISES:
        promise(contract)


def assert_metric_config(contract: MetricContract) -> None:
    """Constructor arguments survive `get_config`, JSON and back, with the values passed."""
    parameters = inspect.signature(contract.metric).parameters
    equal("kwargs of the contract", set(contract.kwargs), set(parameters))
    assert_config(contract.make(), contract.kwargs)
    with_defaults = contract.metric()
    equal("default name", with_defaults.name, parameters["name"].default)


def assert_metric_arguments(contract: MetricContract) -> None:
    """Bad constructor arguments raise, and the error names the argument and what came."""
    assert_bad_arguments(contract.metric, contract.bad_kwargs)


def assert_metric_state(contract: MetricContract) -> None:
    """Batches add up in any split and order; weights count; `reset_state` starts anew."""
    inputs = contract.inputs
    rows = len(inputs[0])
    whole = _value(contract, [inputs])
    assert np.isfinite(whole), f"result is {whole}"
    assert whole != 0.0, "the example inputs must not give 0, as an empty metric does"
    cut = rows // 4  # unequal parts, so that a mean of means is found out
    parts = [tuple(x[:cut] for x in inputs), tuple(x[cut:] for x in inputs)]
    rest = _value(contract, parts[1:])
    close("two batches", _value(contract, parts), whole)
    close("two batches, swapped", _value(contract, parts[::-1]), whole)
    close("rows reversed", _value(contract, [tuple(x[::-1] for x in inputs)]), whole)

    keep = np.arange(rows) >= cut
    for dtype in ("float32", "int32", "bool"):
        weighted = _value(contract, [(*inputs, keep.astype(dtype))])
        close(f"{dtype} weight 0 against rows dropped", weighted, rest)
    wide = np.broadcast_to(keep.reshape((rows,) + (1,) * (inputs[0].ndim - 1)), inputs[0].shape)
    weighted = _value(contract, [(*inputs, wide.astype("float32"))])
    close("weight 0 of the labels' shape against rows dropped", weighted, rest)
    close("weights of 2", _value(contract, [(*inputs, np.full(rows, 2.0, "float32"))]), whole)
    close("all weights 0", _value(contract, [(*inputs, np.zeros(rows, "float32"))]), 0.0)
    close("nothing fed", _value(contract, []), 0.0)

    metric = contract.make()
    metric.update_state(*inputs)
    metric.reset_state()
    close("after reset_state", float(metric.result()), 0.0)
    metric.update_state(*parts[1])
    close("fed again", float(metric.result()), rest)
    for variable in metric.variables:
        equal("dtype of the state", keras.backend.standardize_dtype(variable.dtype), "float32")
    wrong = np.ones(rows + 1, "float32")
    try:
        contract.make().update_state(*inputs, wrong)
    except Exception:  # a backend's own error will do here
        return
    raise AssertionError("a sample_weight with one row too many was taken")


def assert_metric_direction(contract: MetricContract) -> None:
    """`EarlyStopping(mode="auto")` finds the direction, or asks for it where there is none."""
    higher = contract.metric.higher_is_better
    stop = keras.callbacks.EarlyStopping(f"val_{contract.kwargs['name']}")
    try:
        _fit(_model(contract, "default"), contract, callbacks=[stop])
    except ValueError as error:
        assert "mode=" in str(error), f"fit failed: {error}"
        assert higher is None, "EarlyStopping found no direction"
        return
    assert higher is not None, "EarlyStopping found a direction where there is none"
    expected = keras.ops.greater if higher else keras.ops.less
    assert stop.monitor_op is expected, "EarlyStopping found the wrong direction"


def assert_metric_in_fit(contract: MetricContract) -> None:
    """`fit` and its validation give the same history in every mode, equal to a plain call."""
    name = contract.kwargs["name"]
    histories = {mode: _fit(_model(contract, mode), contract) for mode in MODES}
    first = next(iter(histories.values()))
    for mode, history in histories.items():
        for key, values in first.items():
            assert np.allclose(values, history[key], rtol=1e-4, atol=1e-6), (
                f"{key} differs in mode {mode!r}: {history[key]} against {values}"
            )
    plain = _value(contract, [(*contract.inputs, _weight(contract))])
    close("validation against a plain call", first[f"val_{name}"][-1], plain)
    close("training against a plain call", first[name][-1], plain)


def assert_metric_low_precision(contract: MetricContract) -> None:
    """Under `mixed_bfloat16` the metric is close to what it is in float32."""
    plain = _value(contract, [(*contract.inputs, _weight(contract))])
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = _fit(_model(contract, "default"), contract)
    finally:
        keras.config.set_dtype_policy(before)
    found = mixed[contract.kwargs["name"]]
    assert np.allclose(found, plain, rtol=0.05, atol=0.05), (
        f"{found} under mixed_bfloat16, {plain} in float32"
    )


def assert_metric_save(contract: MetricContract) -> None:
    """A model compiled with the metric gives the same value after saving and loading."""
    name = contract.kwargs["name"]
    x, y, weight = _data(contract)
    model = _model(contract, "default")
    logs = model.evaluate(x, y, sample_weight=weight, verbose=0, return_dict=True)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model.save(path)
        model = keras.saving.load_model(path, custom_objects={"LabelsOnly": _compiled(contract)})
    again = model.evaluate(x, y, sample_weight=weight, verbose=0, return_dict=True)
    close(f"{name} after loading", again[name], logs[name])


METRIC_PROMISES: tuple[Callable[[MetricContract], None], ...] = (
    assert_metric_config,
    assert_metric_arguments,
    assert_metric_state,
    assert_metric_direction,
    assert_metric_in_fit,
    assert_metric_low_precision,
    assert_metric_save,
)


def _value(contract: MetricContract, batches: list[tuple[np.ndarray, ...]]) -> float:
    metric = contract.make()
    for batch in batches:
        metric.update_state(*batch)
    return float(metric.result())


def _weight(contract: MetricContract) -> np.ndarray:
    """Weights of 1 and 0.5, and 0 for the last row, of the shape of the labels."""
    labels = contract.inputs[0]
    weight = np.resize([1.0, 0.5, 1.0], labels.shape)
    weight[-1] = 0.0
    return weight.astype("float32")


def _data(contract: MetricContract) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """What to fit: `x` comes out of the model as it is, to be the last argument of the metric."""
    if len(contract.inputs) == 2:
        return contract.inputs[1], contract.inputs[0], _weight(contract)
    return _weight(contract)[:, None], contract.inputs[0], None


def _model(contract: MetricContract, mode: str) -> keras.Model:
    """A model that hands its input on, with the metric compiled in."""
    x, _, weight = _data(contract)
    inputs = keras.Input(x.shape[1:])
    same = keras.layers.Dense(x.shape[-1], kernel_initializer="identity", use_bias=False)
    outputs = same(inputs)
    still = keras.optimizers.SGD(0.0)
    if weight is None:  # the output is the metric's sample_weight
        outputs = keras.layers.Reshape(())(outputs)
    loss = "mean_squared_error" if weight is None else "sparse_categorical_crossentropy"
    metric = _compiled(contract)(**contract.kwargs)
    model = keras.Model(inputs, outputs)
    model.compile(still, loss, weighted_metrics=[metric], **MODES[mode])
    return model


def _compiled(contract: MetricContract) -> type[Any]:
    """The metric's class, or for a metric of labels one that takes what `compile` gives it."""
    if len(contract.inputs) == 2:
        return contract.metric
    base = contract.metric

    def update_state(self: Any, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        base.update_state(self, y_true, y_pred)

    return type("LabelsOnly", (base,), {"update_state": update_state})


def _fit(model: keras.Model, contract: MetricContract, **kwargs: Any) -> dict[str, list[float]]:
    x, y, weight = _data(contract)
    history = model.fit(
        x,
        y,
        sample_weight=weight,
        batch_size=len(x) // 2,
        epochs=2,
        shuffle=False,
        validation_data=(x, y) if weight is None else (x, y, weight),
        validation_batch_size=len(x) // 2,
        verbose=0,
        **kwargs,
    )
    return dict(history.history)
