"""How sure was the model of its most likely class or token, and was that right?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._require import require_choice
from keras_halluc._types import Tensor
from keras_halluc.metrics._inputs import counted_weight
from keras_halluc.metrics._inputs import int_labels
from keras_halluc.metrics._inputs import require_ignore_class
from keras_halluc.metrics._inputs import require_scale
from keras_halluc.metrics._inputs import sound_rows
from keras_halluc.metrics.sums_metric import SumsMetric
from keras_halluc.ops._shapes import require_shape


class ConfidenceMetric(SumsMetric):
    """Base of the metrics over confidences: write `confidence_sums` and `compute`.

    Args:
        shape: tuple of int, the shape of the sums.
        from_logits: bool, whether `y_pred` holds logits or probabilities.
        ignore_class: int or None. Positions with this class in `y_true` do not count.
        name: str, the metric's name and key in `logs`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        from_logits: bool,
        ignore_class: int | None,
        name: str,
        dtype: str | keras.DTypePolicy | None,
    ) -> None:
        self.from_logits = bool(require_choice("from_logits", from_logits, (True, False)))
        self.ignore_class = require_ignore_class(ignore_class)
        super().__init__(shape=shape, name=name, dtype=dtype)

    def confidence_sums(self, confidence: Tensor, correct: Tensor, weight: Tensor) -> Tensor:
        """Returns the sums of one batch, of confidences in [0, 1] and whether each was right."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `confidence_sums`.")

    def sums(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Returns the float32 sums of one batch."""
        given, y_pred = y_pred, ops.convert_to_tensor(y_pred)
        labels = int_labels("y_true", y_true)
        if len(y_pred.shape) not in (2, 3) or len(labels.shape) != len(y_pred.shape) - 1:
            raise ValueError(
                "`y_pred` must have shape (batch, vocab) or (batch, seq, vocab), and `y_true` the "
                "same without vocab. "
                f"Received: y_pred shape {tuple(y_pred.shape)}, y_true shape {tuple(labels.shape)}"
            )
        require_shape("y_true", labels, "y_pred", y_pred.shape[:-1])
        weight = counted_weight(y_true, labels, y_pred, sample_weight, self.ignore_class)
        require_scale(y_true, given, sample_weight, self.ignore_class, self.from_logits)
        y_pred = ops.cast(y_pred, "float32")
        probs = ops.softmax(y_pred, axis=-1) if self.from_logits else y_pred
        correct = ops.cast(ops.equal(ops.argmax(probs, axis=-1), labels), "float32")
        known = ops.logical_and(labels >= 0, labels < y_pred.shape[-1])
        known = ops.logical_and(known, sound_rows(probs))
        correct = ops.where(known, correct, ops.full_like(correct, float("nan")))
        return self.confidence_sums(ops.max(probs, axis=-1), correct, weight)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {
            **super().get_config(),
            "from_logits": self.from_logits,
            "ignore_class": self.ignore_class,
        }
