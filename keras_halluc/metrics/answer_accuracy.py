"""How often is the answer right?"""

import keras

from keras_halluc._register import register
from keras_halluc.metrics.verdict_rate import VerdictRate


@register("AnswerAccuracy")
class AnswerAccuracy(VerdictRate):
    """Outputs supported by their references over measured outputs.

    An abstention counts as measured and not right, so a model cannot raise this by staying silent.

    Args:
        name: str. Defaults to `"answer_accuracy"`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.

    Call arguments:
        labels: int `(batch,)`, ids into `("supported", "unsupported", "contradicted",
            "abstained", "unmeasured")`.
        sample_weight: float or bool `(batch,)`; 0 drops an output.

    Returns:
        float32 scalar in [0, 1], higher is better; 0 where nothing was measured.

    Example:

    >>> import keras_halluc as kh
    >>> metric = kh.metrics.AnswerAccuracy()
    >>> metric.update_state([0, 0, 1, 3, 4])  # two right, one wrong, one silent, one not measured
    >>> float(metric.result()), float(metric.counted())
    (0.5, 4.0)
    """

    higher_is_better = True
    rate = "answer_accuracy"

    def __init__(
        self, name: str = "answer_accuracy", dtype: str | keras.DTypePolicy | None = None
    ) -> None:
        super().__init__(name=name, dtype=dtype)
