"""How large a share of the measured outputs says what nothing supports?"""

import keras

from keras_halluc._register import register
from keras_halluc.metrics.verdict_rate import VerdictRate


@register("HallucinationRate")
class HallucinationRate(VerdictRate):
    """Unsupported or contradicted outputs over measured outputs.

    An abstention is measured and is no hallucination. An unmeasured output does not count:
    `CheckCoverage` tells how many there were, and `counted()` how many are left.

    Args:
        name: str. Defaults to `"hallucination_rate"`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.

    Call arguments:
        labels: int `(batch,)`, ids into `("supported", "unsupported", "contradicted",
            "abstained", "unmeasured")`.
        sample_weight: float or bool `(batch,)`; 0 drops an output.

    Returns:
        float32 scalar in [0, 1], lower is better; 0 where nothing was measured.

    Example:

    >>> import keras_halluc as kh
    >>> metric = kh.metrics.HallucinationRate()
    >>> metric.update_state([0, 1, 2, 3, 4])  # one of each verdict
    >>> float(metric.result()), float(metric.counted())
    (0.5, 4.0)
    """

    higher_is_better = False
    rate = "hallucination_rate"

    def __init__(
        self, name: str = "hallucination_rate", dtype: str | keras.DTypePolicy | None = None
    ) -> None:
        super().__init__(name=name, dtype=dtype)
