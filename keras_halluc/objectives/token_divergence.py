"""How far is each token's distribution from that of the base model, for one batch of text?"""

import operator
from typing import Any

import keras
import numpy as np

from keras_halluc._compiled_apart import CompiledApart
from keras_halluc._distribution import shared_evenly
from keras_halluc._types import Tensor
from keras_halluc.objectives.base_model import BaseModel
from keras_halluc.objectives.targets import as_tokens
from keras_halluc.ops import kl_divergence
from keras_halluc.ops import top_k_kl_divergence


class TokenDivergence(CompiledApart):
    """KL of each token, compiled apart; only `(batch, seq)` leaves the device."""

    def __init__(self, task: keras.Model, base: keras.Model | BaseModel | None = None) -> None:
        super().__init__(name="divergence")
        self.task = task
        self.base = base
        self.built = True
        self.compile(optimizer=None)

    def of_rows(self, inputs: dict[str, Any], batch_size: int) -> np.ndarray:
        """Float32 `(row, seq)` of arrays of any number of rows."""
        rows = len(keras.tree.flatten(inputs)[0])
        size = shared_evenly(min(batch_size, rows))
        found = []
        for start in range(0, rows, size):
            places = np.minimum(np.arange(start, start + size), rows - 1)  # filled up with the last
            batch = keras.tree.map_structure(operator.itemgetter(places), inputs)
            found.append(np.asarray(self.predict_on_batch(batch)))
        return np.concatenate(found)[:rows]

    def call(self, inputs: dict[str, Any], training: bool = False) -> Tensor:
        now = as_tokens(self.task(inputs["x"], training=False))
        if self.base is None:
            return top_k_kl_divergence(inputs["ids"], inputs["log_probs"], now)
        return kl_divergence(as_tokens(self.base(inputs["x"], training=False)), now, 1.0)
