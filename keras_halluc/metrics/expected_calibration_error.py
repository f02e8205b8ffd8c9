"""Is a model that says 80 % right 80 % of the time?"""

import keras

from keras_halluc._register import register
from keras_halluc._types import Tensor
from keras_halluc.metrics.binned_confidence_metric import BinnedConfidenceMetric
from keras_halluc.ops import calibration_error
from keras_halluc.ops.calibration import calibration_sums


@register("ExpectedCalibrationError")
class ExpectedCalibrationError(BinnedConfidenceMetric):
    r"""Expected calibration error (ECE) of the most likely class or token.

    Confidences are put into `num_bins` bins of equal width:

    .. math:: \sum_b \frac{w_b}{w} \left|\mathrm{accuracy}_b - \mathrm{confidence}_b\right|

    A fine-tuned model that became surer than it is right has a high value, and will state what it
    does not know as firmly as what it does. In `compile`, put it into `weighted_metrics`, so that
    padding, which has weight 0, does not count. Positions masked by Keras (`mask_zero=True`) do
    not count either.

    Args:
        num_bins: int >= 1. Defaults to 15.
        from_logits: bool, whether `y_pred` holds logits or probabilities. Defaults to `True`.
        ignore_class: int or None. Positions with this class in `y_true` do not count.
        name: str. Defaults to `"expected_calibration_error"`.
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
    >>> metric = kh.metrics.ExpectedCalibrationError(num_bins=10, from_logits=False)
    >>> metric.update_state([0, 0, 0, 1], [[0.75, 0.25]] * 4)  # sure by 0.75, right 3 times of 4
    >>> float(metric.result())
    0.0
    >>> metric.update_state([1, 1, 1, 1], [[0.75, 0.25]] * 4)  # now right 3 times of 8
    >>> float(metric.result())
    0.375

    References:
        Naeini et al. 2015, "Obtaining well calibrated probabilities using Bayesian binning",
        https://doi.org/10.1609/aaai.v29i1.9602; Guo et al. 2017, "On calibration of modern neural
        networks", https://arxiv.org/abs/1706.04599
    """

    higher_is_better = False

    def __init__(
        self,
        num_bins: int = 15,
        from_logits: bool = True,
        ignore_class: int | None = None,
        name: str = "expected_calibration_error",
        dtype: str | keras.DTypePolicy | None = None,
    ) -> None:
        super().__init__(num_bins, from_logits, ignore_class, name, dtype)

    def confidence_sums(self, confidence: Tensor, correct: Tensor, weight: Tensor) -> Tensor:
        """Returns the float32 `(3, num_bins)` sums of one batch."""
        return calibration_sums(confidence, correct, weight, self.num_bins)

    def compute(self, sums: Tensor) -> Tensor:
        """Returns the error for `(3, num_bins)` sums."""
        return calibration_error(sums)
