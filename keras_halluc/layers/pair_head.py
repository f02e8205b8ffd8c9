"""How do two texts relate, such as premise and hypothesis?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._types import Tensor
from keras_halluc.layers.heads import ProjectionHead
from keras_halluc.ops._shapes import require_shape


@register("PairHead")
class PairHead(ProjectionHead):
    """Logits of a class for two vectors u and v, from (u, v, |u - v|, u * v).

    Args:
        num_classes: int, at least 2.
        hidden_dim: int or None. Units of a tanh layer before the logits; None has none.
        dropout: float in [0, 1], before the logits while training. Defaults to `0.0`.
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        pair: list of two float tensors `(batch, hidden)`, u and v.
        training: bool.

    Returns:
        float32 `(batch, num_classes)`, logits.

    Example:

    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> head = kh.layers.PairHead(num_classes=3)
    >>> tuple(head([np.zeros((4, 16)), np.ones((4, 16))]).shape)
    (4, 3)

    References:
        Conneau et al. 2017, "Supervised learning of universal sentence representations from
        natural language inference data", https://arxiv.org/abs/1705.02364
    """

    def __init__(
        self,
        num_classes: int,
        hidden_dim: int | None = None,
        dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        self.num_classes = require_int("num_classes", num_classes, minimum=2)
        super().__init__(self.num_classes, dropout, **kwargs)
        self.hidden_dim = hidden_dim
        self.between = None
        if hidden_dim is not None:
            self.hidden_dim = require_int("hidden_dim", hidden_dim, minimum=1)
            self.between = keras.layers.Dense(
                self.hidden_dim, activation="tanh", dtype=self.dtype_policy, name="between"
            )

    def build(self, pair_shape: Any) -> None:
        if len(pair_shape) != 2 or not isinstance(pair_shape[0], (tuple, list)):
            raise ValueError(f"`pair` must be a list of two tensors. Received: shapes {pair_shape}")
        wide = (*pair_shape[0][:-1], 4 * pair_shape[0][-1])
        if self.between is None:
            super().build(wide)
        else:
            self.between.build(wide)
            super().build((*wide[:-1], self.hidden_dim))

    def call(self, pair: list[Tensor], training: bool | None = None) -> Tensor:
        u, v = pair
        require_shape("pair[1]", v, "pair[0]", u.shape)
        features = ops.concatenate([u, v, ops.abs(u - v), u * v], axis=-1)
        if self.between is not None:
            features = self.between(features)
        return self.project(features, training)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """One output for two inputs: neither mask goes on."""

    def compute_output_shape(self, pair_shape: Any) -> Any:
        return (*pair_shape[0][:-1], self.num_classes)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(num_classes=self.num_classes, hidden_dim=self.hidden_dim)
        return config
