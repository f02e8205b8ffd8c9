"""Which number belongs to these features, such as a score between 0 and 5?"""

from typing import Any

from keras import ops

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.layers.heads import ProjectionHead


@register("RegressionHead")
class RegressionHead(ProjectionHead):
    """One number a row, kept within bounds by a scaled sigmoid where they are given.

    Args:
        minimum: float or None. Give both bounds or none.
        maximum: float or None.
        dropout: float in [0, 1], of the features while training. Defaults to `0.0`.
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        features: float `(..., hidden)`.
        training: bool.

    Returns:
        float32 `(..., 1)`, in `[minimum, maximum]`. The last axis is what losses and metrics of
        Keras take the mean over: without it they would mix rows.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> head = kh.layers.RegressionHead(minimum=1.0, maximum=5.0)
    >>> scores = keras.ops.convert_to_numpy(head(np.zeros((4, 16))))
    >>> scores.shape, float(scores[0, 0])
    ((4, 1), 3.0)
    """

    def __init__(
        self,
        minimum: float | None = None,
        maximum: float | None = None,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        if (minimum is None) != (maximum is None):
            raise ValueError(
                "`minimum` and `maximum` must both be given, or neither. "
                f"{received('minimum', minimum)}, maximum={maximum!r}"
            )
        super().__init__(1, dropout, **kwargs)
        self.minimum, self.maximum = minimum, maximum
        if minimum is not None:
            self.minimum = require_number("minimum", minimum)
            self.maximum = require_number("maximum", maximum, above=self.minimum)

    def call(self, features: Tensor, training: bool | None = None) -> Tensor:
        value = self.project(features, training)
        if self.minimum is None or self.maximum is None:
            return value
        return self.minimum + (self.maximum - self.minimum) * ops.sigmoid(value)

    def compute_output_shape(self, features_shape: Any) -> Any:
        return (*features_shape[:-1], 1)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(minimum=self.minimum, maximum=self.maximum)
        return config
