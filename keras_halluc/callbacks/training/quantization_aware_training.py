"""How does a model learn to be right with weights that will be rounded?"""

import math
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._types import Tensor

MODES = ("int8", "int4")
BLOCK = 128  # weights of one input that share a scale in int4, as Keras has it by default


class QuantizationAwareTraining(keras.callbacks.Callback):
    """Trains with the weights that `quantize` will leave, so that rounding them costs less.

    From `begin_step` on the model holds rounded weights: those of `Dense`, `EinsumDense` and
    `Embedding`, also the tied ones of KerasHub. They are rounded as Keras' `quantize` rounds them
    by default: in int8 with one scale an output channel, in int4 with one scale and zero point for
    128 weights of it. The callback keeps the weights as they are before rounding. It adds to them
    what each step of the optimizer changed (the gradient goes straight through the rounding), and
    rounds them anew. Validation, monitors and checkpoints so see the model that will be used;
    `quantize` after `fit` changes these weights no more. In int8 Keras rounds activations too: that
    is not trained for.

    Take a learning rate well below that of training. On the embedded facts a quarter of it brought
    back what int4 had cost, and the whole of it did not (`benchmarks/audit_compression.py`).
    Compare what comes out with the model before by `kh.audit`, and with `quantize` alone: where
    rounding costs nothing, this gains nothing.

    A `fit` that is resumed starts from the rounded weights, since a checkpoint has no others. Each
    step costs a rounding of all weights on the host.

    Args:
        mode: str, `"int8"` or `"int4"`, to be given to `quantize` afterwards.
        begin_step: int >= 0, steps of the optimizer before weights are rounded.

    Example:

    >>> import keras
    >>> import numpy as np
    >>> import keras_halluc as kh
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    >>> model.compile("sgd", "mse")
    >>> x, y = np.ones((8, 4)), np.ones((8, 2))
    >>> aware = kh.callbacks.QuantizationAwareTraining("int4")
    >>> history = model.fit(x, y, callbacks=[aware], verbose=0)
    >>> len(np.unique(model.get_weights()[0][:, 0])) <= 16
    True
    >>> model.quantize("int4")

    References:
        Jacob et al. 2018, "Quantization and training of neural networks for efficient
        integer-arithmetic-only inference", https://arxiv.org/abs/1712.05877
        Bengio et al. 2013, "Estimating or propagating gradients through stochastic neurons",
        https://arxiv.org/abs/1308.3432
    """

    def __init__(self, mode: str = "int8", begin_step: int = 0) -> None:
        super().__init__()
        self.mode = require_choice("mode", mode, MODES)
        self.begin_step = require_int("begin_step", begin_step, minimum=0)

    def on_train_begin(self, logs: Any = None) -> None:
        self._rounding = list(_rounding(self.model))
        if not self._rounding:
            raise ValueError(
                "The model must have trainable weights of Dense, EinsumDense or Embedding layers "
                f"that are not quantized yet. Received: {type(self.model).__name__} with "
                f"{len(self.model.trainable_variables)} trainable variables"
            )
        self._whole: list[np.ndarray] = []
        self._began = False
        self._begin()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if not self._began and self._whole:  # `BackupAndRestore` may have put other weights back
            now = [_on_host(variable) for variable, _ in self._rounding]
            if not all(map(np.array_equal, now, self._rounded)):
                self._begin()
        self._began = True

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if not self._whole:
            self._begin()
            return
        self.model.optimizer  # noqa: B018  reading the model brings its weights up to date on JAX
        for whole, rounded, (variable, _) in zip(self._whole, self._rounded, self._rounding):
            whole += _on_host(variable) - rounded
        self._round()

    def _begin(self) -> None:
        if int(ops.convert_to_numpy(self.model.optimizer.iterations)) >= self.begin_step:
            self._whole = [_on_host(variable).copy() for variable, _ in self._rounding]
            self._round()

    def _round(self) -> None:
        self._rounded = [
            rounded_weights(whole, axes, self.mode)
            for whole, (_, axes) in zip(self._whole, self._rounding)
        ]
        for i, (variable, _) in enumerate(self._rounding):
            variable.assign(self._rounded[i])
            self._rounded[i] = _on_host(variable)  # which its dtype may have rounded further


def rounded_weights(weights: np.ndarray, axes: tuple[int, ...], mode: str) -> np.ndarray:
    """Weights as they are once `quantize` has rounded them.

    Args:
        weights: float array of two or more axes.
        axes: those along which a layer sums; weights along them share a scale.
        mode: str, `"int8"` or `"int4"`.

    Returns:
        float array of the same shape.
    """
    order = (*axes, *(i for i in range(weights.ndim) if i not in axes))
    turned = weights.transpose(order)
    table = turned.reshape(math.prod(turned.shape[: len(axes)]), -1)
    if mode == "int8":
        parts = keras.quantizers.abs_max_quantize(table, axis=0, to_numpy=True)
        whole, scale = map(_on_host, parts)
        table = whole / scale
    else:
        quantize = keras.quantizers.abs_max_quantize_grouped_with_zero_point
        whole, scale, zero = map(_on_host, quantize(table, BLOCK, to_numpy=True))
        scale, zero = (np.repeat(part, BLOCK, axis=0)[: len(table)] for part in (scale, zero))
        table = (whole - zero) * scale
    rounded: np.ndarray = table.reshape(turned.shape).transpose(np.argsort(order))
    return rounded


def _on_host(values: Tensor) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(values), "float32")


def _rounding(model: Any) -> Iterator[tuple[Any, tuple[int, ...]]]:
    """`(variable, axes)` of each weight that `quantize` will round."""
    for layer in model._flatten_layers():
        if getattr(layer, "quantization_mode", None) is not None:
            continue
        axes: tuple[int, ...] = (0,)
        if isinstance(layer, keras.layers.Embedding):
            variable, axes = layer.embeddings, (1,)
        elif isinstance(layer, keras.layers.Dense):
            variable = layer.kernel
        elif isinstance(layer, keras.layers.EinsumDense):
            inputs, output = layer.equation.split("->")
            letters = inputs.split(",")[1]
            variable = layer.kernel
            axes = tuple(i for i, letter in enumerate(letters) if letter not in output)
        else:
            continue
        if variable.trainable:
            yield variable, axes
