"""How often does the model say that it does not know?"""

import keras

from keras_halluc._register import register
from keras_halluc.metrics.verdict_rate import VerdictRate


@register("AbstentionRate")
class AbstentionRate(VerdictRate):
    """Abstentions over measured outputs.

    Neither end is good: 0 may be a model that always guesses, 1 is one that never answers. Read it
    beside `HallucinationRate` and `AnswerAccuracy`; `EarlyStopping` on it needs a `mode`.

    Args:
        name: str. Defaults to `"abstention_rate"`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.

    Call arguments:
        labels: int `(batch,)`, ids into `("supported", "unsupported", "contradicted",
            "abstained", "unmeasured")`.
        sample_weight: float or bool `(batch,)`; 0 drops an output.

    Returns:
        float32 scalar in [0, 1]; 0 where nothing was measured.

    Example:

    >>> import keras_halluc as kh
    >>> metric = kh.metrics.AbstentionRate()
    >>> metric.update_state([0, 3, 3, 2, 4])  # two abstentions, one output not measured
    >>> float(metric.result()), float(metric.counted())
    (0.5, 4.0)
    """

    higher_is_better = None
    rate = "abstention_rate"

    def __init__(
        self, name: str = "abstention_rate", dtype: str | keras.DTypePolicy | None = None
    ) -> None:
        super().__init__(name=name, dtype=dtype)
