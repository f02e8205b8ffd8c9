"""How large a share of the outputs could be checked at all?"""

import keras

from keras_halluc._register import register
from keras_halluc.metrics.verdict_rate import VerdictRate


@register("CheckCoverage")
class CheckCoverage(VerdictRate):
    """Measured outputs over all outputs.

    Every other rate speaks of the measured outputs only; where this is low, they speak of few.

    Args:
        name: str. Defaults to `"check_coverage"`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.

    Call arguments:
        labels: int `(batch,)`, ids into `("supported", "unsupported", "contradicted",
            "abstained", "unmeasured")`.
        sample_weight: float or bool `(batch,)`; 0 drops an output.

    Returns:
        float32 scalar in [0, 1], higher is better; 0 where there was no output.

    Example:

    >>> import keras_halluc as kh
    >>> metric = kh.metrics.CheckCoverage()
    >>> metric.update_state([0, 1, 3, 4])  # one of four not measured
    >>> float(metric.result()), float(metric.counted())
    (0.75, 4.0)
    """

    higher_is_better = True
    rate = "check_coverage"

    def __init__(
        self, name: str = "check_coverage", dtype: str | keras.DTypePolicy | None = None
    ) -> None:
        super().__init__(name=name, dtype=dtype)
