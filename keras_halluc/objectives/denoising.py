"""Does the model find the right answer in corrupted text too?"""

from typing import Any

import keras

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.layers import TokenNoise
from keras_halluc.objectives.embedding_noise import embedding_layer
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective


@register("Denoising")
class Denoising(Objective):
    """The task's loss on the same targets with some input tokens exchanged.

    In evaluation nothing is exchanged, so that it is the loss itself.

    Args:
        weight: float >= 0, multiplies the term. Defaults to `1.0`.
        rate: float in [0, 1], share of tokens exchanged. Defaults to `0.1`.
        mask_token_id: int or None. The token put there; None puts random ones.
        seed: int. Defaults to `0`.
        name: str. Defaults to `"denoising"`, reported as `loss_denoising`.

    Example:

    >>> import keras_halluc as kh
    >>> noisy = kh.objectives.Denoising(0.5, rate=0.2)
    >>> tuner = kh.models.FineTuner(kh.presets.load_facts_gpt2(), objectives=[noisy])

    References:
        Vincent et al. 2008, https://dl.acm.org/doi/10.1145/1390156.1390294
    """

    def __init__(
        self,
        weight: float = 1.0,
        rate: float = 0.1,
        mask_token_id: int | None = None,
        seed: int = 0,
        name: str = "denoising",
        **kwargs: Any,
    ) -> None:
        super().__init__(weight=weight, name=name, **kwargs)
        self.rate = require_number("rate", rate, minimum=0.0, maximum=1.0)
        if mask_token_id is not None:
            require_int("mask_token_id", mask_token_id, minimum=0)
        self.mask_token_id = mask_token_id
        self.seed = require_int("seed", seed, minimum=0)
        self.noise: TokenNoise | None = None

    def attach(self, task: keras.Model) -> None:
        self.noise = token_noise(task, self.rate, self.mask_token_id, self.seed)

    def term(self, batch: Batch) -> Tensor:
        x = corrupted(self.noise, batch.x, batch.training)
        return keras.ops.cast(batch.loss(batch.task(x, training=batch.training)), "float32")

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(rate=self.rate, mask_token_id=self.mask_token_id, seed=self.seed)
        return config


def token_noise(task: keras.Model, rate: float, mask_token_id: int | None, seed: int) -> TokenNoise:
    """Noise over the vocabulary of the task."""
    vocabulary = embedding_layer(task).input_dim
    if mask_token_id is not None and mask_token_id >= vocabulary:
        raise ValueError(
            f"`mask_token_id` must be one of the {vocabulary} ids of the vocabulary. "
            + received("mask_token_id", mask_token_id)
        )
    return TokenNoise(vocabulary, rate, mask_token_id, seed)


def corrupted(noise: TokenNoise | None, x: Any, training: bool, seed: int | None = None) -> Any:
    """Inputs with noise on their token ids, from the layer's own draws or from `seed`."""
    if noise is None:
        raise ValueError("The objective must be given to a `FineTuner` before it has a term.")
    if not training:
        return x
    x = keras.tree.map_structure(keras.ops.convert_to_tensor, x)  # no mix with numpy in eager mode
    draws: Any = noise.draws if seed is None else seed
    if not isinstance(x, dict):
        return noise.noisy(x, None, draws)
    for name in ("token_ids", "encoder_token_ids"):
        if name in x:
            mask = x.get(name.replace("token_ids", "padding_mask"))
            return {**x, name: noise.noisy(x[name], mask, draws)}
    raise ValueError(
        "The inputs must have `token_ids` or `encoder_token_ids` to exchange. "
        + received("keys", sorted(x))
    )
