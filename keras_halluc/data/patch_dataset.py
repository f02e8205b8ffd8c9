"""How does fine-tuning end on what the model knew?"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc.data.knowledge import Knowledge
from keras_halluc.data.recipes import category_names
from keras_halluc.data.token_inputs import Inputs


def known_patch(
    inputs: Inputs,
    knowledge: Sequence[Knowledge | str],
    epochs: int,
    patch_epochs: int = 2,
    batch_size: int = 32,
    seed: int = 0,
) -> "KnownPatch":
    """All examples in the first epochs, only those the model knew in the last.

    Args:
        inputs: `(x, y, sample_weight)` of arrays, such as `answer_inputs` returns.
        knowledge: what `categorize_knowledge` returned, or category names, one a row.
        epochs: int, epochs of the `fit` it is for.
        patch_epochs: int in [1, epochs), last epochs on known rows. They have as many batches.
        batch_size: int, rows of a batch.
        seed: int. Rows are shuffled anew each epoch; do not shuffle in `fit`.

    Returns:
        `KnownPatch`, a `keras.utils.PyDataset`: `FineTuner.fit(dataset, epochs=epochs)`, or any
        other `fit(dataset, epochs=epochs, callbacks=[dataset.callback()])`.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> rows = kh.data.answer_inputs(task, ["Who?", "Where?"], [" Karl Marx", " Trier"])
    >>> dataset = kh.data.known_patch(rows, ["highly_known", "unknown"], epochs=5, batch_size=1)
    >>> len(dataset)
    2

    References:
        Dang et al. 2025, https://arxiv.org/abs/2511.02626
    """
    names = category_names(knowledge)
    require_same_length(rows=inputs[1], knowledge=names)
    require_int("epochs", epochs, minimum=2)
    if require_int("patch_epochs", patch_epochs, minimum=1) >= epochs:
        raise ValueError(
            f"`patch_epochs` must be less than `epochs` ({epochs}). "
            + received("patch_epochs", patch_epochs)
        )
    known = np.flatnonzero([name != "unknown" for name in names])
    if not len(known):
        raise ValueError("`knowledge` must hold known rows to end on. Received: all are unknown")
    require_int("batch_size", batch_size, minimum=1)
    return KnownPatch(inputs, known, epochs - patch_epochs, batch_size, seed)


class KnownPatch(keras.utils.PyDataset):  # type: ignore[misc]
    """What `known_patch` returns.

    Keras does not tell a dataset which epoch it is, and after a resume it is not the first: a
    callback does. `FineTuner` brings its own.
    """

    def __init__(
        self, inputs: Inputs, known: np.ndarray, switch: int, batch_size: int, seed: int
    ) -> None:
        super().__init__()
        self.inputs, self.known, self.switch = inputs, known, switch
        self.batch_size, self.seed = batch_size, seed
        self.rows = len(inputs[1])
        self.epoch: int | None = None
        self._served = 0
        self._order: tuple[int, np.ndarray] | None = None

    def __len__(self) -> int:
        return -(-self.rows // self.batch_size)

    def __getitem__(self, index: int) -> Any:
        epoch = self.epoch or 0  # Keras looks at a first batch before the first epoch
        self._served += 1
        if self._order is None or self._order[0] != epoch:  # once an epoch, not once a batch
            self._order = (epoch, self._shuffled(epoch))
        rows = self._order[1][index * self.batch_size : (index + 1) * self.batch_size]
        return keras.tree.map_structure(lambda array: array[rows], self.inputs)

    def _shuffled(self, epoch: int) -> np.ndarray:
        rng = np.random.default_rng((self.seed, epoch))
        if epoch < self.switch:
            return rng.permutation(self.rows)
        return rng.permutation(np.resize(self.known, self.rows))

    def epoch_begins(self, task: Any, epoch: int) -> None:
        """Says which epoch it is; `FineTuner` and `callback` call this."""
        self.epoch = epoch

    def callback(self) -> keras.callbacks.Callback:
        """A callback that tells this dataset which epoch begins."""
        return keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: self.epoch_begins(None, epoch)
        )

    def on_epoch_end(self) -> None:
        if self.epoch is None and self._served >= max(len(self), 2):
            raise ValueError(
                "`fit` must tell this dataset which epoch it is: pass "
                "`callbacks=[dataset.callback()]`, or use `FineTuner`. Received: no epoch"
            )
