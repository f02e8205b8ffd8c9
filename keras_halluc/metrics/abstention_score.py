"""Would a model do better to say that it does not know than to guess as it does?"""

from typing import Any

import keras

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.metrics.verdict_rate import VerdictRate
from keras_halluc.ops import abstention_score


@register("AbstentionScore")
class AbstentionScore(VerdictRate):
    """Mean score of outputs: right 1, abstained 0, wrong `-threshold / (1 - threshold)`.

    Under it a guess pays off only where it is right by more than `threshold`. Plain accuracy is the
    score at threshold 0, at which a guess is never worse than to abstain. An unmeasured output
    does not count; `counted()` tells how many are left.

    Args:
        threshold: float in [0, 1). Defaults to `0.75`, at which a wrong output costs 3.
        name: str. Defaults to `"abstention_score"`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.

    Call arguments:
        labels: int `(batch,)`, ids into `("supported", "unsupported", "contradicted",
            "abstained", "unmeasured")`.
        sample_weight: float or bool `(batch,)`; 0 drops an output.

    Returns:
        float32 scalar, at most 1, higher is better; 0 where nothing was measured, and for a model
        that always abstains.

    Example:

    >>> import keras_halluc as kh
    >>> metric = kh.metrics.AbstentionScore(threshold=0.5)
    >>> metric.update_state([0, 0, 0, 1])  # three right, one wrong
    >>> float(metric.result())
    0.5
    >>> metric.reset_state()
    >>> metric.update_state([0, 0, 0, 3])  # says that it does not know instead
    >>> float(metric.result())
    0.75

    References:
        Kalai et al. 2025, "Why language models hallucinate", https://arxiv.org/abs/2509.04664
    """

    higher_is_better = True
    rate = "answer_accuracy"  # which `counted` is of; the score is its own

    def __init__(
        self,
        threshold: float = 0.75,
        name: str = "abstention_score",
        dtype: str | keras.DTypePolicy | None = None,
    ) -> None:
        self.threshold = require_number("threshold", threshold, minimum=0.0)
        if self.threshold >= 1.0:
            raise ValueError(f"`threshold` must be < 1. {received('threshold', threshold)}")
        super().__init__(name=name, dtype=dtype)

    def compute(self, sums: Tensor) -> Tensor:
        """Returns the score for `(5,)` sums."""
        return abstention_score(sums, self.threshold)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor's arguments."""
        return {**super().get_config(), "threshold": self.threshold}
