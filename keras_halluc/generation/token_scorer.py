"""Token log-probabilities of given texts. Compiled; only `(batch, seq)` leaves the device."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_halluc._compiled_apart import CompiledApart
from keras_halluc._types import Tensor
from keras_halluc.ops import token_entropies
from keras_halluc.ops import token_log_probs


class TokenScorer(CompiledApart):
    """Wraps a model so that `predict_on_batch` returns scores of `target_ids` instead of logits.

    It is a `keras.Model` of its own, with its own compiled function, so that the functions of the
    model being trained stay as they are.

    Args:
        model: keras.Model, shared, never copied.
        logits: callable from `(model, inputs)` to float logits `(batch, seq, vocab)`.

    Call arguments:
        inputs: dict with `"inputs"`, what `logits` takes, and `"targets"`, int `(batch, seq)`.

    Returns:
        dict of float32 `(batch, seq)`: `"log_probs"` and `"entropies"`, in nats.
    """

    def __init__(self, model: keras.Model, logits: Callable[[Any, Any], Tensor]) -> None:
        super().__init__(name="token_scorer")
        self.model = model
        self.logits = logits
        self.built = True
        self.compile(optimizer=None)

    def call(self, inputs: dict[str, Any], training: bool = False) -> dict[str, Tensor]:
        logits = ops.cast(self.logits(self.model, inputs["inputs"]), "float32")
        return {
            "log_probs": token_log_probs(logits, inputs["targets"]),
            "entropies": token_entropies(logits),
        }
