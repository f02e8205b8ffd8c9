"""How far has a model moved from what it was, on text that it should still speak as before?"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_halluc._distribution import evenly_shared_rows
from keras_halluc._distribution import shared_evenly
from keras_halluc.data import text_inputs
from keras_halluc.objectives.base_model import BaseModel
from keras_halluc.objectives.row_pool import example_arrays
from keras_halluc.objectives.row_pool import examples_of
from keras_halluc.objectives.targets import require_logits
from keras_halluc.objectives.teachers import top_k_record
from keras_halluc.objectives.token_divergence import TokenDivergence
from keras_halluc.statistics import paired_bootstrap
from keras_halluc.statistics.estimates import CONFIDENCE
from keras_halluc.statistics.estimates import Estimate
from keras_halluc.statistics.ranking import per_token

BATCH_SIZE = 32
RESAMPLES = 1000


class AnchorDivergence:
    """KL(base, current) in nats a token; the base is the model when this object is made.

    Args:
        task: keras.Model that returns logits `(batch, seq, vocab)` or `(batch, class)`.
        anchor: list of str, or `(x, y, sample_weight)` of arrays.
        top_k: int or None. How many of the base's likeliest tokens are kept at each position; None
            keeps a copy of the weights.
    """

    def __init__(self, task: keras.Model, anchor: Any, top_k: int | None) -> None:
        require_logits(task, "base_divergence")
        texts = isinstance(anchor, Sequence) and all(isinstance(text, str) for text in anchor)
        arrays = example_arrays("anchor", text_inputs(task, anchor) if texts else anchor)
        x, y, weight = examples_of(arrays)
        self.weight = np.reshape(weight, (len(weight), -1)).astype("float64")
        if top_k is None:
            self._inputs = {"x": x}
            self._model = TokenDivergence(task, BaseModel(task))
        else:
            self._inputs = {"x": x, **top_k_record(task, x, y, top_k, mask_gold=False)}
            self._model = TokenDivergence(task)

    def estimate(self) -> Estimate:
        """The divergence now, with a bootstrap interval over texts."""
        inputs, real = evenly_shared_rows(self._inputs)
        found = self._model.predict(inputs, batch_size=shared_evenly(BATCH_SIZE), verbose=0)[:real]
        total = np.where(self.weight > 0.0, found * self.weight, 0.0).sum(axis=1)
        tokens = self.weight.sum(axis=1)
        if not np.isfinite(total).all():
            raise ValueError(
                "The divergence from the base model is not finite: the model gives probabilities "
                "that are no numbers. Lower the learning rate, or clip gradients."
            )
        before = (np.zeros_like(total), tokens)
        values = paired_bootstrap(per_token, before, (total, tokens), RESAMPLES, CONFIDENCE, seed=0)
        return Estimate(*values, len(total))
