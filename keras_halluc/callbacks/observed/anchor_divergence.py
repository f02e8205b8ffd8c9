"""How far has a model moved from what it was, on text that it should still speak as before?"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

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
RECORD = ("ids", "log_probs")  # of the base model's likeliest tokens


class AnchorDivergence:
    """KL(base, current) in nats a token; the base is the model when this object is made.

    Args:
        task: keras.Model that returns logits `(batch, seq, vocab)` or `(batch, class)`.
        anchor: list of str, or `(x, y, sample_weight)` of arrays.
        top_k: int or None. How many of the base's likeliest tokens are kept at each position; None
            keeps a copy of the weights.
        kept: None, or what `base_arrays` returned of the base model, which `task` is no more.
        name: str, of the argument `anchor` was given as, for errors.
    """

    def __init__(
        self,
        task: keras.Model,
        anchor: Any,
        top_k: int | None,
        kept: Sequence[np.ndarray] | None = None,
        name: str = "anchor",
    ) -> None:
        require_logits(task, f"the divergence on `{name}`")
        texts = isinstance(anchor, Sequence) and all(isinstance(text, str) for text in anchor)
        arrays = example_arrays(name, text_inputs(task, anchor) if texts else anchor)
        x, y, weight = examples_of(arrays)
        self.weight = np.reshape(weight, (len(weight), -1)).astype("float64")
        self._base: BaseModel | None = None
        self._record: dict[str, np.ndarray] = {}
        if top_k is None:
            self._base = BaseModel(task)
            if kept is not None:
                self._base.set_weights(list(kept))
        elif kept is not None:
            self._record = dict(zip(RECORD, kept, strict=True))
        else:
            self._record = top_k_record(task, x, y, top_k, mask_gold=False)
        self._inputs = {"x": x, **self._record}
        self._model = TokenDivergence(task, self._base)

    def base_arrays(self) -> list[np.ndarray]:
        """What is kept of the base model: its record, or its weights."""
        if self._base is not None:
            return [np.asarray(weight) for weight in self._base.get_weights()]
        return [self._record[name] for name in RECORD]

    def estimate(self) -> Estimate:
        """The divergence now, with a bootstrap interval over texts."""
        found = self._model.of_rows(self._inputs, BATCH_SIZE)
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
