"""Which layers may change yet, when training begins at the head and goes down?"""

from typing import Any

import keras

from keras_halluc._require import received
from keras_halluc._require import require_int


class GradualUnfreezing(keras.callbacks.Callback):
    """Trains the highest layer first and lets in one more, from the top, every few epochs.

    The rate of a frozen layer is 0, so that nothing is compiled again and no `trainable` flag
    changes; it saves no time. At the end of `fit` all rates are as they were. `logs` gets
    `unfrozen_layers`, of which the embeddings are one.

    Args:
        optimizer: what `layerwise_optimizer` returned, with plain rates, and what the model is
            compiled with.
        epochs_per_layer: int >= 1. Defaults to `1`.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> optimizer = kh.schedules.layerwise_optimizer(keras.optimizers.AdamW(1e-3), task)
    >>> kh.callbacks.GradualUnfreezing(optimizer).layers == len(optimizer.optimizers)
    True

    References:
        Howard and Ruder 2018, https://arxiv.org/abs/1801.06146
    """

    def __init__(self, optimizer: Any, epochs_per_layer: int = 1) -> None:
        super().__init__()
        parts = getattr(optimizer, "optimizers", None)
        if not parts or not all(part.name.startswith("layer_") for part in parts):
            raise TypeError(
                "`optimizer` must come from `kh.schedules.layerwise_optimizer`. "
                + received("optimizer", optimizer)
            )
        if any(isinstance(part.get_config()["learning_rate"], dict) for part in parts):
            raise ValueError(
                "`optimizer` must have plain learning rates: a schedule sets its own rate at every "
                f"step. {received('optimizer', optimizer)}"
            )
        self.epochs_per_layer = require_int("epochs_per_layer", epochs_per_layer, minimum=1)
        self.optimizer = optimizer
        # From the top; read here, since a resumed optimizer comes back with its zeros.
        self.parts = sorted(parts, key=lambda part: -int(part.name.removeprefix("layer_")))
        self.rates = [float(keras.ops.convert_to_numpy(part.learning_rate)) for part in self.parts]
        self.layers = len(self.parts)
        if not all(self.rates):
            raise ValueError(
                "`optimizer` must have rates above 0: a `fit` that was interrupted leaves zeros. "
                f"Make it anew. {received('rates', self.rates)}"
            )

    def on_train_begin(self, logs: Any = None) -> None:
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # under a loss scale
        if optimizer is not self.optimizer:
            raise ValueError(
                "The model must be compiled with the `optimizer` given here. "
                + received("optimizer", optimizer)
            )

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._unfreeze(self._count(epoch))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if logs is not None:
            logs["unfrozen_layers"] = self._count(epoch)

    def on_train_end(self, logs: Any = None) -> None:
        self._unfreeze(self.layers)

    def _count(self, epoch: int) -> int:
        return min(1 + epoch // self.epochs_per_layer, self.layers)

    def _unfreeze(self, count: int) -> None:
        _ = self.model  # reading it brings the optimizer up to date on JAX
        for i, (part, rate) in enumerate(zip(self.parts, self.rates)):
            part.learning_rate = rate if i < count else 0.0
