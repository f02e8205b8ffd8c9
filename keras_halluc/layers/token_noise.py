"""What does a text look like with some of its tokens exchanged?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor


@register("TokenNoise")
class TokenNoise(keras.layers.Layer):
    """Exchanges random tokens for a mask token, or for random tokens of the vocabulary.

    The first token, which is often a start token, and padding stay. Only in training, unless
    called with `training=True`.

    Args:
        vocabulary_size: int, ids drawn are in `[0, vocabulary_size)`.
        rate: float in [0, 1], probability of a token to be exchanged. Defaults to `0.15`.
        mask_token_id: int or None. Put this token there; None puts a random one.
        seed: int. Defaults to `0`.
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        token_ids: int `(batch, seq)`.
        padding_mask: int or bool `(batch, seq)`, 0 for padding. None: there is none.
        training: bool.

    Returns:
        int tensor like `token_ids`.

    Example:

    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> noise = kh.layers.TokenNoise(vocabulary_size=10, rate=1.0, mask_token_id=7)
    >>> ids = noise(np.array([[1, 2, 3, 0]]), np.array([[1, 1, 1, 0]]), training=True)
    >>> [int(i) for i in ids[0]]
    [1, 7, 7, 0]
    """

    def __init__(
        self,
        vocabulary_size: int,
        rate: float = 0.15,
        mask_token_id: int | None = None,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size = require_int("vocabulary_size", vocabulary_size, minimum=1)
        self.rate = require_number("rate", rate, minimum=0.0, maximum=1.0)
        if mask_token_id is not None:
            require_int("mask_token_id", mask_token_id, minimum=0)
        self.mask_token_id = mask_token_id
        self.seed = require_int("seed", seed, minimum=0)
        self.draws = keras.random.SeedGenerator(self.seed)
        self.built = True

    def call(
        self, token_ids: Tensor, padding_mask: Tensor = None, training: bool | None = None
    ) -> Tensor:
        return self.noisy(token_ids, padding_mask, self.draws) if training else token_ids

    def noisy(self, token_ids: Tensor, padding_mask: Tensor, seed: Any) -> Tensor:
        """The ids with noise from `seed`: an int gives the same noise each time."""
        shape = ops.shape(token_ids)
        hit = keras.random.uniform(shape, seed=seed) < self.rate
        hit = ops.logical_and(hit, ops.arange(shape[1]) > 0)
        if padding_mask is not None:
            hit = ops.logical_and(hit, ops.cast(padding_mask, "bool"))
        if self.mask_token_id is None:
            new = keras.random.randint(shape, 0, self.vocabulary_size, seed=seed)
        else:
            new = ops.full(shape, self.mask_token_id)
        return ops.where(hit, ops.cast(new, token_ids.dtype), token_ids)

    def compute_output_spec(
        self, token_ids: Tensor, padding_mask: Tensor = None, training: bool | None = None
    ) -> Any:
        return keras.KerasTensor(token_ids.shape, dtype=token_ids.dtype)

    def compute_output_shape(self, token_ids_shape: Any) -> Any:
        return token_ids_shape

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(
            vocabulary_size=self.vocabulary_size,
            rate=self.rate,
            mask_token_id=self.mask_token_id,
            seed=self.seed,
        )
        return config
