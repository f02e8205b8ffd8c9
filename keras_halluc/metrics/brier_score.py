"""How far is a model's confidence from 1 where it is right, and from 0 where it is wrong?"""

import keras

from keras_halluc._register import register
from keras_halluc._types import Tensor
from keras_halluc.metrics.confidence_metric import ConfidenceMetric
from keras_halluc.ops import brier_score
from keras_halluc.ops.calibration import brier_sums


@register("BrierScore")
class BrierScore(ConfidenceMetric):
    """Mean squared error of the confidence in the most likely class or token.

    It falls both when confidence fits how often the model is right and when the model tells its
    right answers from its wrong ones, where `ExpectedCalibrationError` sees the first alone. For
    the squared error of all classes, `keras.metrics.MeanSquaredError` takes one-hot labels. In
    `compile`, put it into `weighted_metrics`, so that padding, which has weight 0, does not count.

    Args:
        from_logits: bool, whether `y_pred` holds logits or probabilities. Defaults to `True`.
        ignore_class: int or None. Positions with this class in `y_true` do not count.
        name: str. Defaults to `"brier_score"`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.

    Call arguments:
        y_true: int `(batch,)` or `(batch, seq)`, class ids in `[0, vocab)`. An id outside raises
            ValueError where `y_true` is a list or a numpy array, and makes the result NaN where it
            is a tensor, unless its weight is 0.
        y_pred: float `(batch, vocab)` or `(batch, seq, vocab)`, logits, or probabilities in [0, 1].
            Anything else, such as percent, logits in place of probabilities, or NaN, raises
            ValueError where it is a list or a numpy array. In a tensor it makes the result NaN,
            unless its weight is 0.
        sample_weight: float or bool, `(batch,)` or the shape of `y_true`; 0 for padding.

    Returns:
        float32 scalar in [0, 1], lower is better; 0 where nothing counted.

    Example:

    >>> import keras_halluc as kh
    >>> metric = kh.metrics.BrierScore(from_logits=False)
    >>> metric.update_state([0, 0], [[0.5, 0.5], [1.0, 0.0]])  # right: off by 0.5 and by 0
    >>> float(metric.result())
    0.125
    >>> metric.update_state([1, 1], [[1.0, 0.0], [1.0, 0.0]])  # sure and wrong
    >>> float(metric.result())
    0.5625

    References:
        Brier 1950, "Verification of forecasts expressed in terms of probability", Monthly
        Weather Review 78
    """

    higher_is_better = False

    def __init__(
        self,
        from_logits: bool = True,
        ignore_class: int | None = None,
        name: str = "brier_score",
        dtype: str | keras.DTypePolicy | None = None,
    ) -> None:
        super().__init__((2,), from_logits, ignore_class, name, dtype)

    def confidence_sums(self, confidence: Tensor, correct: Tensor, weight: Tensor) -> Tensor:
        """Returns the float32 `(2,)` sums of one batch."""
        return brier_sums(confidence, correct, weight)

    def compute(self, sums: Tensor) -> Tensor:
        """Returns the score for `(2,)` sums."""
        return brier_score(sums)
