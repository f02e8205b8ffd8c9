"""Are a model's errors where it is least confident, so that it could have kept silent there?"""

import keras

from keras_halluc._register import register
from keras_halluc._types import Tensor
from keras_halluc.metrics.binned_confidence_metric import BinnedConfidenceMetric
from keras_halluc.ops import risk_coverage_area
from keras_halluc.ops.selective_prediction import risk_coverage_sums


@register("AURC")
class AURC(BinnedConfidenceMetric):
    """Area under the risk-coverage curve, of the most likely class or token.

    Only the surest share of the predictions is kept, the coverage; the risk is the share of errors
    among them, and the area its mean over all coverages. A model that is unsure where it is wrong
    has a low one; where confidence says nothing it is the error rate. Unlike a calibration error
    it does not change if all confidences are squeezed or spread, and cannot be lowered by that.

    To add up over batches, confidences are put into bins of equal width in log-odds, and what is
    in one bin counts as tied; `keras_halluc.ops.aurc` is exact on arrays. How well confidence
    tells right from wrong whatever the error rate is `keras.metrics.AUC`. In `compile`, put it
    into `weighted_metrics`, so that padding, which has weight 0, does not count.

    Args:
        num_bins: int >= 1. Defaults to 1000, 0.034 log-odds wide.
        from_logits: bool, whether `y_pred` holds logits or probabilities. Defaults to `True`.
        ignore_class: int or None. Positions with this class in `y_true` do not count.
        name: str. Defaults to `"aurc"`.
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
    >>> metric = kh.metrics.AURC(from_logits=False)
    >>> metric.update_state([0, 0, 0], [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])  # wrong where unsure
    >>> round(float(metric.result()), 3)  # risks of 0, 0 and 1/3
    0.111
    >>> metric.update_state([1], [[1.0, 0.0]])  # and now where it is surest
    >>> round(float(metric.result()), 3)
    0.583

    References:
        Geifman and El-Yaniv 2017, "Selective classification for deep neural networks",
        https://arxiv.org/abs/1705.08500; Geifman et al. 2019, "Bias-reduced uncertainty estimation
        for deep neural classifiers", https://arxiv.org/abs/1805.08206
    """

    higher_is_better = False

    def __init__(
        self,
        num_bins: int = 1000,
        from_logits: bool = True,
        ignore_class: int | None = None,
        name: str = "aurc",
        dtype: str | keras.DTypePolicy | None = None,
    ) -> None:
        super().__init__(num_bins, from_logits, ignore_class, name, dtype)

    def confidence_sums(self, confidence: Tensor, correct: Tensor, weight: Tensor) -> Tensor:
        """Returns the float32 `(3, num_bins)` sums of one batch."""
        return risk_coverage_sums(confidence, correct, weight, self.num_bins)

    def compute(self, sums: Tensor) -> Tensor:
        """Returns the area for `(3, num_bins)` sums."""
        return risk_coverage_area(sums)
