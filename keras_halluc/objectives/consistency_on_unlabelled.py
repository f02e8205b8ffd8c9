"""Does the model say the same of a text without labels and of the same text, changed?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.layers import TokenNoise
from keras_halluc.objectives.denoising import corrupted
from keras_halluc.objectives.denoising import token_noise
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective
from keras_halluc.objectives.row_pool import Examples
from keras_halluc.objectives.row_pool import Inputs
from keras_halluc.objectives.row_pool import RowPool
from keras_halluc.objectives.row_pool import examples_of
from keras_halluc.objectives.row_pool import rows_to_load
from keras_halluc.objectives.row_pool import unlabelled_arrays
from keras_halluc.objectives.targets import as_tokens
from keras_halluc.objectives.targets import default_weight
from keras_halluc.objectives.targets import require_logits
from keras_halluc.objectives.targets import token_mask
from keras_halluc.ops import kl_divergence
from keras_halluc.ops import masked_mean


@register("ConsistencyOnUnlabelled")
class ConsistencyOnUnlabelled(Objective):
    """UDA: KL from the prediction on a row to that on the same row with tokens exchanged.

    Only positions where the model is sure count, and no gradient flows into what it is compared
    with (unsupervised data augmentation). Rows without labels are drawn beside each batch.

    Args:
        weight: float >= 0, multiplies the term. Defaults to `1.0`.
        unlabelled: inputs `x` of arrays as `fit` takes them, or `(x, y, sample_weight)`, of which
            `sample_weight` says at which positions predictions are compared.
        rate: float in [0, 1], share of tokens exchanged. Defaults to `0.1`.
        mask_token_id: int or None. The token put there; None puts random ones.
        confidence: float in [0, 1], least probability of the likeliest token or class for a
            position to count. Defaults to `0.8`.
        temperature: float > 0; below 1 the prediction to agree with is sharpened. Defaults to
            `0.4`.
        batch_size: int, unlabelled rows drawn each step. Defaults to `32`.
        seed: int. Defaults to `0`.
        name: str. Defaults to `"consistency"`, reported as `loss_consistency`.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> rows = kh.data.text_inputs(task, ["Karl Marx worked in Cologne."] * 4)
    >>> agree = kh.objectives.ConsistencyOnUnlabelled(unlabelled=rows, batch_size=2)
    >>> tuner = kh.models.FineTuner(task, objectives=[agree])

    References:
        Xie et al. 2020, https://arxiv.org/abs/1904.12848
    """

    def __init__(
        self,
        weight: float = 1.0,
        *,
        unlabelled: Inputs | Examples,
        rate: float = 0.1,
        mask_token_id: int | None = None,
        confidence: float = 0.8,
        temperature: float = 0.4,
        batch_size: int = 32,
        seed: int = 0,
        name: str = "consistency",
        **kwargs: Any,
    ) -> None:
        super().__init__(weight=weight, name=name, **kwargs)
        self.rate = require_number("rate", rate, minimum=0.0, maximum=1.0)
        if mask_token_id is not None:
            require_int("mask_token_id", mask_token_id, minimum=0)
        self.mask_token_id = mask_token_id
        self.confidence = require_number("confidence", confidence, minimum=0.0, maximum=1.0)
        self.temperature = require_number("temperature", temperature, above=0.0)
        self.batch_size = require_int("batch_size", batch_size, minimum=1)
        self.seed = require_int("seed", seed, minimum=0)
        self.noise: TokenNoise | None = None
        arrays = unlabelled_arrays("unlabelled", unlabelled)
        self.pool = RowPool(arrays, self.batch_size, self.seed)

    def attach(self, task: keras.Model) -> None:
        require_logits(task, "ConsistencyOnUnlabelled")
        self.noise = token_noise(task, self.rate, self.mask_token_id, self.seed)

    def term(self, batch: Batch) -> Tensor:
        x, _, weight = examples_of(self.pool.draw(batch.training))
        clean = as_tokens(ops.stop_gradient(batch.task(x, training=False)))
        moved = as_tokens(batch.task(self._corrupted(x, batch.training), training=batch.training))
        sure = ops.max(ops.softmax(clean, axis=-1), axis=-1) >= self.confidence
        # Both sides of `kl_divergence` have one temperature: only the target is sharpened.
        divergence = kl_divergence(clean / self.temperature, moved, 1.0)
        mask = token_mask(default_weight(x, weight, divergence), divergence)
        # Over all positions, as in UDA: a few sure ones must not weigh like a whole batch.
        return masked_mean(ops.where(sure, divergence, 0.0), mask)

    def _corrupted(self, x: Any, training: bool) -> Any:
        """In evaluation the noise is the same each time, and no draw of training is used up."""
        return corrupted(self.noise, x, True, None if training else self.seed)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(
            rate=self.rate,
            mask_token_id=self.mask_token_id,
            confidence=self.confidence,
            temperature=self.temperature,
            batch_size=self.batch_size,
            seed=self.seed,
            unlabelled_spec=self.pool.spec,
        )
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "ConsistencyOnUnlabelled":
        config = dict(config)
        spec = config.pop("unlabelled_spec")
        return cls(**config, unlabelled=rows_to_load(spec))
