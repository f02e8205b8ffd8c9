"""How do the smallest weights of a model become 0 while it goes on learning?"""

import warnings
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number


class MagnitudePruning(keras.callbacks.Callback):
    """Sets the smallest weights of each kernel to 0, more and more of them, and keeps them there.

    From `begin_step` to `end_step`, every `frequency` steps, the share of zeros in each kernel is
    set to `final + (initial - final) * (1 - progress) ** 3` (Zhu and Gupta 2017); after each step
    what is pruned is set to 0 again. Steps are those of the optimizer, so that a resumed `fit` goes
    on where it was. The counts are exact: `round(sparsity * size)` zeros in each kernel. `logs`
    gets `sparsity`, the share of zeros among all prunable weights, in [0, 1].

    Zeros save memory and time only in a format or on hardware that makes use of them. Setting them
    costs time at every step, on JAX some milliseconds for each hundred variables. Compare the
    pruned model with the one before by `kh.audit`.

    Args:
        final_sparsity: float in (0, 1).
        end_step: int > `begin_step`.
        begin_step: int >= 0.
        initial_sparsity: float in [0, `final_sparsity`).
        frequency: int >= 1, steps between two prunings; the last is at `end_step` whatever it is.
        prunable: callable from a variable to bool. None takes trainable kernels of two or more
            axes: no biases, norms, embeddings or LoRA adapters.

    Example:

    >>> import keras_halluc as kh
    >>> pruning = kh.callbacks.MagnitudePruning(0.8, end_step=1000)
    >>> [round(pruning.sparsity_at(step), 2) for step in (0, 100, 500, 1000)]
    [0.0, 0.22, 0.7, 0.8]

    References:
        Zhu and Gupta 2017, "To prune, or not to prune", https://arxiv.org/abs/1710.01878
    """

    def __init__(
        self,
        final_sparsity: float,
        end_step: int,
        begin_step: int = 0,
        initial_sparsity: float = 0.0,
        frequency: int = 100,
        prunable: Callable[[Any], bool] | None = None,
    ) -> None:
        super().__init__()
        self.final_sparsity = require_number("final_sparsity", final_sparsity, above=0.0)
        self.initial_sparsity = require_number("initial_sparsity", initial_sparsity, minimum=0.0)
        if not self.initial_sparsity < self.final_sparsity < 1.0:
            raise ValueError(
                "`final_sparsity` must be above `initial_sparsity` and below 1. Received: "
                f"final_sparsity={final_sparsity}, initial_sparsity={initial_sparsity}"
            )
        self.begin_step = require_int("begin_step", begin_step, minimum=0)
        self.end_step = require_int("end_step", end_step, minimum=self.begin_step + 1)
        self.frequency = require_int("frequency", frequency, minimum=1)
        if prunable is not None and not callable(prunable):
            raise TypeError(f"`prunable` must be a callable. {received('prunable', prunable)}")
        self.prunable = prunable or _is_kernel

    def sparsity_at(self, step: int) -> float | None:
        """Share of zeros wanted after so many steps; None before the first pruning."""
        if step < self.begin_step:
            return None
        step = min(step, self.end_step)
        if step < self.end_step:
            step -= (step - self.begin_step) % self.frequency
        rest = 1.0 - (step - self.begin_step) / (self.end_step - self.begin_step)
        return self.final_sparsity + (self.initial_sparsity - self.final_sparsity) * rest**3

    def on_train_begin(self, logs: Any = None) -> None:
        self._variables = [v for v in self.model.trainable_variables if self.prunable(v)]
        if not self._variables:
            raise ValueError(
                "The model has no prunable weights. Give `prunable`, a callable from a variable "
                f"to bool. Received: {len(self.model.trainable_variables)} trainable variables"
            )
        self._masks: list[Any] = []
        self._wanted: float | None = None
        self._began = False
        self._prune()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if not self._began:  # `BackupAndRestore` may have put other weights back since
            self._began, self._wanted = True, None
            self._prune()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._prune()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if logs is not None:
            logs["sparsity"] = self._sparsity()

    def on_train_end(self, logs: Any = None) -> None:
        self._prune()  # an optimizer with `use_ema` has put averages of the weights in
        if self._wanted != self.final_sparsity:
            warnings.warn(
                f"MagnitudePruning did not reach final_sparsity={self.final_sparsity}: `fit` ended "
                f"after {self._step()} steps, before end_step={self.end_step}; sparsity is "
                f"{self._sparsity():.3f}",
                stacklevel=2,
            )

    def _step(self) -> int:
        return int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))

    def _prune(self) -> None:
        wanted = self.sparsity_at(self._step())  # reads `self.model`: up to date on JAX
        if wanted is None:
            return
        if wanted != self._wanted:
            self._wanted = wanted
            self._masks = [_mask(variable, wanted) for variable in self._variables]
        for variable, mask in zip(self._variables, self._masks):
            variable.assign(variable * mask)

    def _sparsity(self) -> float:
        values = [np.asarray(keras.ops.convert_to_numpy(v)) for v in self._variables]
        zeros = sum(int(np.count_nonzero(v == 0)) for v in values)
        return zeros / sum(v.size for v in values)


def _is_kernel(variable: Any) -> bool:
    name = variable.name
    return len(variable.shape) >= 2 and name.endswith("kernel") and "lora" not in variable.path


def _mask(variable: Any, sparsity: float) -> Any:
    """0 for the smallest magnitudes, 1 for all others, in the dtype of the variable."""
    values = np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(variable, "float32")))
    count = round(sparsity * values.size)
    mask = np.ones(values.size, "float32")
    mask[np.argsort(np.abs(values), axis=None, kind="stable")[:count]] = 0.0
    return keras.ops.cast(mask.reshape(values.shape), variable.dtype)
