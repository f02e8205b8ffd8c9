"""Among how many tokens, on average, does the model waver?"""

from typing import Any

import keras
import keras_hub
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_choice
from keras_halluc._types import Tensor
from keras_halluc.metrics._inputs import counted_weight
from keras_halluc.metrics._inputs import int_labels
from keras_halluc.metrics._inputs import require_ignore_class
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape


@register("Perplexity")
class Perplexity(keras_hub.metrics.Perplexity):  # type: ignore[misc]  # keras has no types
    """`keras_hub.metrics.Perplexity`, pinned to float32 and, by default, on logits.

    The parent casts token ids to its dtype, so that bfloat16 turns id 257 into 256; it counts a
    row of many tokens as one where there is one weight a row, and tokens masked by Keras
    (`mask_zero=True`) as perfectly predicted; and it lets ids such as -100 reach the loss. In
    `compile`, put it into `weighted_metrics`, so that padding, which has weight 0, does not count.

    Args:
        from_logits: bool, whether `y_pred` holds logits or probabilities. Defaults to `True`.
        ignore_class: int or None. Positions with this id in `y_true` do not count.
        name: str. Defaults to `"perplexity"`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.

    Call arguments:
        y_true: int `(batch, seq)`, ids in `[0, vocab)`. An id outside raises ValueError where
            `y_true` is a list or a numpy array, and makes the result NaN where it is a tensor,
            unless its weight is 0.
        y_pred: float `(batch, seq, vocab)`.
        sample_weight: float or bool, `(batch,)` or `(batch, seq)`; 0 for padding.

    Returns:
        float32 scalar >= 1, lower is better; 0 where nothing counted.

    Example:

    >>> import numpy as np
    >>> import keras_halluc as kh
    >>> metric = kh.metrics.Perplexity()
    >>> metric.update_state(np.array([[1, 2, 3]]), np.zeros((1, 3, 8)))
    >>> round(float(metric.result()), 4)  # all 8 tokens are alike to the model
    8.0
    """

    higher_is_better = False

    def __init__(
        self,
        from_logits: bool = True,
        ignore_class: int | None = None,
        name: str = "perplexity",
        dtype: str | keras.DTypePolicy | None = None,
    ) -> None:
        require_choice("from_logits", from_logits, (True, False))
        self.ignore_class = require_ignore_class(ignore_class)
        super().__init__(from_logits=bool(from_logits), dtype="float32", name=name)
        self._direction = "down"  # see SumsMetric

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Any = None) -> None:
        """Adds one batch."""
        y_pred = require_rank("y_pred", ops.convert_to_tensor(y_pred), ("batch", "seq", "vocab"))
        labels = int_labels("y_true", y_true)
        require_shape("y_true", labels, "y_pred", y_pred.shape[:-1])
        weight = counted_weight(y_true, labels, y_pred, sample_weight, self.ignore_class)
        known = ops.logical_and(labels >= 0, labels < y_pred.shape[-1])
        fine = ops.logical_or(known, weight == 0.0)
        weight = ops.where(fine, weight, ops.full_like(weight, float("nan")))
        super().update_state(ops.where(known, labels, ops.zeros_like(labels)), y_pred, weight)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        config = {**super().get_config(), "ignore_class": self.ignore_class}
        del config["mask_token_id"]  # what the parent calls it
        return config
