"""Which class has each token, such as supported or hallucinated?"""

from typing import Any

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._types import Tensor
from keras_halluc.layers.heads import ProjectionHead


@register("TokenTaggingHead")
class TokenTaggingHead(ProjectionHead):
    """Logits of the class of each token.

    A Keras mask of the features goes on to the loss, so that padding does not count there. Without
    one, give `sample_weight` `(batch, seq)`.

    Args:
        num_classes: int, at least 2.
        dropout: float in [0, 1], of the features while training. Defaults to `0.0`.
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        features: float `(batch, seq, hidden)`.
        training: bool.

    Returns:
        float32 `(batch, seq, num_classes)`, logits.

    Example:

    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> head = kh.layers.TokenTaggingHead(num_classes=2)
    >>> tuple(head(np.zeros((4, 7, 16))).shape)
    (4, 7, 2)

    References:
        Zhou et al. 2021, "Detecting hallucinated content in conditional neural sequence
        generation", https://arxiv.org/abs/2011.02593
    """

    def __init__(self, num_classes: int, dropout: float = 0.0, **kwargs: Any) -> None:
        self.num_classes = require_int("num_classes", num_classes, minimum=2)
        super().__init__(self.num_classes, dropout, **kwargs)

    def call(self, features: Tensor, training: bool | None = None) -> Tensor:
        return self.project(features, training)

    def compute_output_shape(self, features_shape: Any) -> Any:
        return (*features_shape[:-1], self.num_classes)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(num_classes=self.num_classes)
        return config
