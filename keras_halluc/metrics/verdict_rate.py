"""Of the outputs that count, how large a share got a certain verdict?"""

import keras
from keras import ops

from keras_halluc._types import LABELS
from keras_halluc._types import Tensor
from keras_halluc.metrics._inputs import int_labels
from keras_halluc.metrics._inputs import require_range
from keras_halluc.metrics._inputs import weight_like
from keras_halluc.metrics.sums_metric import SumsMetric
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops.verdicts import VERDICT_RATES
from keras_halluc.ops.verdicts import verdict_sums


class VerdictRate(SumsMetric):
    """Base of the rates over verdicts: set `rate`, which `VERDICT_RATES` defines.

    Args:
        name: str, the metric's name and key in `logs`.
        dtype: Optional dtype, kept for Keras; everything is computed in float32.
    """

    rate: str

    def __init__(self, name: str, dtype: str | keras.DTypePolicy | None = None) -> None:
        super().__init__(shape=(len(LABELS),), name=name, dtype=dtype)

    def sums(self, labels: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Returns the float32 `(5,)` summed weight of each label in one batch."""
        ids = require_rank("labels", int_labels("labels", labels), ("batch",))
        weight = weight_like(sample_weight, "labels", ids)
        require_range("labels", labels, len(LABELS), None, sample_weight, f", ids into {LABELS}")
        return verdict_sums(ids, weight)

    def compute(self, sums: Tensor) -> Tensor:
        """Returns the rate for `(5,)` sums."""
        counted, over = VERDICT_RATES[self.rate]
        return ops.divide_no_nan(_part(sums, counted), _part(sums, over))

    def counted(self) -> Tensor:
        """Returns the summed weight of the outputs the rate is taken over, a float32 scalar.

        Where it is 0, a `result()` of 0 means that nothing was measured.
        """
        return _part(ops.convert_to_tensor(self.state), VERDICT_RATES[self.rate][1])


def _part(sums: Tensor, labels: tuple[str, ...]) -> Tensor:
    chosen = ops.convert_to_tensor([float(label in labels) for label in LABELS], dtype="float32")
    return ops.sum(sums * chosen)
