"""How are confidences counted in bins, so that they add up over batches?"""

from typing import Any

import keras

from keras_halluc._require import require_int
from keras_halluc.metrics.confidence_metric import ConfidenceMetric


class BinnedConfidenceMetric(ConfidenceMetric):
    """Base of the confidence metrics over bins, three sums in each.

    Args:
        num_bins: int >= 1.
        from_logits: bool, whether `y_pred` holds logits or probabilities.
        ignore_class: int or None. Positions with this class in `y_true` do not count.
        name: str, the metric's name and key in `logs`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.
    """

    def __init__(
        self,
        num_bins: int,
        from_logits: bool,
        ignore_class: int | None,
        name: str,
        dtype: str | keras.DTypePolicy | None,
    ) -> None:
        self.num_bins = require_int("num_bins", num_bins, minimum=1)
        super().__init__((3, self.num_bins), from_logits, ignore_class, name, dtype)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {**super().get_config(), "num_bins": self.num_bins}
