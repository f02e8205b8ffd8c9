"""Does a layer keep the promises every layer makes?"""

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

LEARNING_RATE = 0.1


@dataclasses.dataclass(frozen=True)
class LayerContract:
    """A layer, how to make one, and what to feed it.

    Args:
        layer: the class.
        kwargs: every argument of the constructor and `name`, none of them at its default.
        inputs: numpy arrays, or lists of them, by the name of the argument of `call`, in its
            order; at least 4 rows each.
        targets: numpy array, what `fit` is given for the first output. None: nothing to train.
        loss: for `compile`. Defaults to `"mean_squared_error"`.
        options: further arguments of `call`, not tensors.
        same_inputs: other inputs, with padding or with other values where a mask says that they
            do not count. The output must be the same, save for the positions that were added.
        no_draws: arguments of the constructor with which no random numbers are drawn in training,
            such as a dropout of 0; none where the layer never draws any.
        no_gradient: endings of the paths of weights that have no gradient by nature, such as the
            bias of a key.
        at_default: names of arguments that this contract leaves at their default on purpose.
        bad_kwargs: wrong arguments, one dict a mistake, the one at fault first.
    """

    layer: type[Any]
    kwargs: Mapping[str, Any]
    inputs: Mapping[str, Any]
    targets: np.ndarray | None
    loss: Any = "mean_squared_error"
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    same_inputs: tuple[Mapping[str, Any], ...] = ()
    no_draws: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    no_gradient: tuple[str, ...] = ()
    at_default: tuple[str, ...] = ()
    bad_kwargs: tuple[Mapping[str, Any], ...] = ()

    def make(self, **kwargs: Any) -> Any:
        """A fresh layer, with the same seeds each time."""
        keras.utils.set_random_seed(0)
        return self.layer(**{**self.kwargs, **kwargs})

    def model(self, layer: Any = None) -> keras.Model:
        """The layer as a model, by default a fresh one, with weights that are no start values.

        An axis that is longer in one of `same_inputs` has no length of its own here.
        """
        layer = self.make() if layer is None else layer
        symbols = _map(_symbol, self.inputs, *self.same_inputs)
        model = keras.Model(_flat(symbols), layer(**symbols, **self.options))
        rng = np.random.default_rng(0)
        layer.set_weights([w + 0.4 * rng.uniform(0.2, 1.0, w.shape) for w in layer.get_weights()])
        return model


def assert_layer(contract: LayerContract) -> None:
    """Asserts every promise of `LAYER_PROMISES`.

    Args:
        contract: `LayerContract`.

    Raises:
        AssertionError: with the promise that was broken.
    """
    for promise in LAYER_PROMISES:
        promise(contract)


def assert_layer_config(contract: LayerContract) -> None:
    """Constructor arguments survive `get_config`, JSON and back, with the values passed."""
    parameters = inspect.signature(contract.layer).parameters.values()
    names = {one.name for one in parameters if one.kind is not one.VAR_KEYWORD}
    equal("kwargs of the contract", set(contract.kwargs), names | {"name"})
    assert_config(contract.make(), contract.kwargs, contract.at_default)


def assert_layer_arguments(contract: LayerContract) -> None:
    """Bad constructor arguments raise, and the error names the argument and what came."""
    assert_bad_arguments(contract.layer, contract.bad_kwargs)


def assert_layer_symbolic(contract: LayerContract) -> None:
    """A symbolic call foretells shapes and dtypes, and compiled it gives what a plain call does."""
    layer = contract.make()
    model = contract.model(layer)
    plain = keras.tree.flatten(layer(**contract.inputs, **contract.options))
    compiled = _predict(model, contract.inputs)
    symbols = keras.tree.flatten(model.outputs)
    equal("number of outputs", len(plain), len(symbols))
    for i, (symbol, one) in enumerate(zip(symbols, plain)):
        dtype = keras.backend.standardize_dtype(one.dtype)
        equal(f"dtype of output {i}", dtype, keras.backend.standardize_dtype(symbol.dtype))
        shape = [b if a is None else a for a, b in zip(symbol.shape, one.shape)]
        equal(f"shape of output {i}", tuple(one.shape), tuple(shape))
        equal(f"rank of output {i}", len(one.shape), len(symbol.shape))
        _same(f"output {i}", _numbers(one), compiled[i])


def assert_layer_rows(contract: LayerContract) -> None:
    """A row gives the same whatever rows stand beside it, and in whatever order."""
    model = contract.model()
    whole = _predict(model, contract.inputs)
    cut = len(whole[0]) // 4
    parts = [_map(lambda x, rows=rows: x[rows], contract.inputs) for rows in _slices(cut)]
    split = [_predict(model, part) for part in parts]
    back = _predict(model, _map(lambda x: x[::-1], contract.inputs))
    for i, one in enumerate(whole):
        _same(f"output {i} in two batches", np.concatenate([part[i] for part in split]), one)
        _same(f"output {i} with the rows reversed", back[i][::-1], one)


def assert_layer_padding(contract: LayerContract) -> None:
    """What a mask takes out changes nothing, whatever stands there, NaN too."""
    model = contract.model()
    expected = _predict(model, contract.inputs)
    for number, inputs in enumerate(contract.same_inputs):
        found = _predict(model, {name: inputs[name] for name in contract.inputs})
        for i, (one, wanted) in enumerate(zip(found, expected)):
            start = one[tuple(slice(0, size) for size in wanted.shape)]
            _same(f"output {i} with same_inputs[{number}]", start, wanted)


def assert_layer_training(contract: LayerContract) -> None:
    """Random numbers are drawn in training alone, and new ones each time."""
    layer = contract.make()
    contract.model(layer)
    if "training" not in inspect.signature(layer.call).parameters:
        assert not contract.no_draws, "`call` has no `training`"
        return

    def first(training: bool | None) -> np.ndarray:
        outputs = layer(**contract.inputs, **contract.options, training=training)
        return _numbers(keras.tree.flatten(outputs)[0])

    _same("without `training`", first(None), first(False))
    drawn, again = first(True), first(True)
    differ = not np.allclose(drawn, again)
    equal("draws in training differ", differ, bool(contract.no_draws))


def assert_layer_in_fit(contract: LayerContract) -> None:
    """`fit` gives the same history in every mode, and each trainable weight learns."""
    if contract.targets is None:
        equal("trainable weights", len(contract.model().trainable_weights), 0)
        return
    losses = {}
    for mode, how in MODES.items():
        layer, before, losses[mode] = _trained(contract, contract.inputs, how)
        for weight, old in zip(layer.weights, before):
            new = _numbers(weight)
            assert np.isfinite(new).all(), f"{weight.path} is not finite in mode {mode!r}"
            moved = bool((new != old).any())
            if not weight.path.endswith(contract.no_gradient or "?"):
                equal(f"{weight.path} moved in mode {mode!r}", moved, weight.trainable)
    for mode, history in losses.items():
        close(f"losses in mode {mode!r}", history, losses["default"], rtol=1e-4)


def assert_layer_gradients(contract: LayerContract) -> None:
    """What a mask takes out does not train the layer either, where it leaves the shape alone."""
    if contract.targets is None:
        return
    sizes = [x.shape for x in _flat(contract.inputs)]
    expected = None
    for number, inputs in enumerate(contract.same_inputs):
        data = {name: inputs[name] for name in contract.inputs}
        if [x.shape for x in _flat(data)] != sizes:
            continue
        if expected is None:
            expected = _trained(contract, contract.inputs, {})[0].get_weights()
        for one, wanted in zip(_trained(contract, data, {})[0].get_weights(), expected):
            _same(f"weights trained on same_inputs[{number}]", one, wanted)


def assert_layer_low_precision(contract: LayerContract) -> None:
    """Under `mixed_bfloat16` outputs are close to float32, weights stay, dtypes are as foretold."""
    plain = contract.model()
    layer = contract.make(dtype="mixed_bfloat16")
    mixed = contract.model(layer)
    equal("compute dtype", layer.compute_dtype, "bfloat16")
    for weight in layer.weights:
        equal(f"dtype of {weight.path}", weight.dtype, "float32")
    outputs = keras.tree.flatten(layer(**contract.inputs, **contract.options))
    for i, (one, symbol) in enumerate(zip(outputs, keras.tree.flatten(mixed.outputs))):
        dtype = keras.backend.standardize_dtype(one.dtype)
        equal(f"dtype of output {i}", dtype, keras.backend.standardize_dtype(symbol.dtype))
    expected = _predict(plain, contract.inputs)
    for i, (one, wanted) in enumerate(zip(_predict(mixed, contract.inputs), expected)):
        close(f"output {i} under mixed_bfloat16", one, wanted, rtol=0.05, atol=0.05)


def assert_layer_save(contract: LayerContract) -> None:
    """A saved model gives the same output when it is loaded."""
    model = contract.model()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model.save(path)
        loaded = keras.saving.load_model(path)
    found = zip(_predict(loaded, contract.inputs), _predict(model, contract.inputs))
    for i, (one, wanted) in enumerate(found):
        _same(f"output {i} after loading", one, wanted)


LAYER_PROMISES: tuple[Callable[[LayerContract], None], ...] = (
    assert_layer_config,
    assert_layer_arguments,
    assert_layer_symbolic,
    assert_layer_rows,
    assert_layer_padding,
    assert_layer_training,
    assert_layer_in_fit,
    assert_layer_gradients,
    assert_layer_low_precision,
    assert_layer_save,
)


def _same(what: str, found: np.ndarray, expected: np.ndarray) -> None:
    close(what, found, expected, rtol=1e-4, atol=1e-5)


def _trained(
    contract: LayerContract, inputs: Mapping[str, Any], how: Mapping[str, bool]
) -> tuple[Any, list[np.ndarray], list[float]]:
    """A layer after two epochs, its weights before, and the losses."""
    layer = contract.make(**contract.no_draws)  # a compiled step may draw other numbers
    model = contract.model(layer)
    before = layer.get_weights()
    model = keras.Model(model.inputs, keras.tree.flatten(model.outputs)[0])
    model.compile(keras.optimizers.SGD(LEARNING_RATE), contract.loss, **how)
    history = model.fit(
        _flat(inputs),
        contract.targets,
        batch_size=len(_flat(inputs)[0]) // 2,
        epochs=2,
        shuffle=False,
        verbose=0,
    )
    return layer, before, list(history.history["loss"])


def _numbers(tensor: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(tensor, "float32")))


def _map(function: Any, inputs: Mapping[str, Any], *others: Mapping[str, Any]) -> dict[str, Any]:
    """The function of each array, and of the same array of the others."""
    mapped = {}
    for name, value in inputs.items():
        rest = [other[name] for other in others]
        if isinstance(value, list):
            mapped[name] = [function(*parts) for parts in zip(value, *rest)]
        else:
            mapped[name] = function(value, *rest)
    return mapped


def _symbol(first: np.ndarray, *others: np.ndarray) -> Any:
    sizes = zip(first.shape[1:], *(other.shape[1:] for other in others))
    shape = [size[0] if len(set(size)) == 1 else None for size in sizes]
    return keras.Input(shape, dtype=str(first.dtype))


def _flat(inputs: Mapping[str, Any]) -> list[Any]:
    return list(keras.tree.flatten(list(inputs.values())))


def _predict(model: keras.Model, inputs: Mapping[str, Any]) -> list[np.ndarray]:
    outputs = model.predict_on_batch(_flat(inputs))
    return [np.asarray(one, "float32") for one in keras.tree.flatten(outputs)]


def _slices(cut: int) -> tuple[slice, slice]:
    return slice(0, cut), slice(cut, None)
