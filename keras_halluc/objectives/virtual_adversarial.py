"""Is there a small change of the input that changes what the model says a lot?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.objectives.embedding_noise import direction
from keras_halluc.objectives.embedding_noise import embedding_layer
from keras_halluc.objectives.embedding_noise import noise_shape
from keras_halluc.objectives.embedding_noise import perturbed
from keras_halluc.objectives.embedding_noise import real_tokens
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
from keras_halluc.objectives.targets import has_dropout
from keras_halluc.objectives.targets import require_logits
from keras_halluc.objectives.targets import weighted_mean
from keras_halluc.ops import kl_divergence


@register("VirtualAdversarial")
class VirtualAdversarial(Objective):
    """VAT: KL from the prediction to that under the small noise that changes it most.

    The noise is found by power iteration and needs no target, so that unlabelled rows can be used:
    with `unlabelled` they take the place of the batch. It is 0 in evaluation.

    Args:
        weight: float >= 0, multiplies the term. Defaults to `1.0`.
        epsilon: float > 0, Euclidean norm of the noise on the embeddings of one example. Defaults
            to `1.0`.
        probe: float > 0, norm of the noise at which the gradient is taken. Defaults to `0.1`.
        steps: int >= 1, power iterations. Defaults to `1`.
        unlabelled: None, or inputs `x` of arrays as `fit` takes them, or `(x, y, sample_weight)`,
            of which `sample_weight` says at which positions predictions are compared.
        batch_size: int, unlabelled rows drawn each step. Defaults to `32`.
        seed: int, of the noise and the draw. Defaults to `0`.
        name: str. Defaults to `"virtual_adversarial"`, reported as `loss_virtual_adversarial`.

    Example:

    >>> import keras_halluc as kh
    >>> smooth = kh.objectives.VirtualAdversarial(epsilon=0.5)
    >>> tuner = kh.models.FineTuner(kh.presets.load_facts_gpt2(), objectives=[smooth])

    References:
        Miyato et al. 2018, https://arxiv.org/abs/1704.03976
    """

    def __init__(
        self,
        weight: float = 1.0,
        epsilon: float = 1.0,
        probe: float = 0.1,
        steps: int = 1,
        unlabelled: Inputs | Examples | None = None,
        batch_size: int = 32,
        seed: int = 0,
        name: str = "virtual_adversarial",
        **kwargs: Any,
    ) -> None:
        super().__init__(weight=weight, name=name, **kwargs)
        self.epsilon = require_number("epsilon", epsilon, above=0.0)
        self.probe = require_number("probe", probe, above=0.0)
        self.steps = require_int("steps", steps, minimum=1)
        self.batch_size = require_int("batch_size", batch_size, minimum=1)
        self.seed = require_int("seed", seed, minimum=0)
        self.draws = keras.random.SeedGenerator(self.seed)
        self.pool: RowPool | None = None
        if unlabelled is not None:
            arrays = unlabelled_arrays("unlabelled", unlabelled)
            self.pool = RowPool(arrays, self.batch_size, self.seed)

    def attach(self, task: keras.Model) -> None:
        require_logits(task, "VirtualAdversarial")
        embedding_layer(task)

    def term(self, batch: Batch) -> Tensor:
        if not batch.training:
            return ops.zeros((), "float32")
        x, weight = batch.x, batch.sample_weight
        if self.pool is not None:
            x, _, weight = examples_of(self.pool.draw(True))
        # Without dropout on either side, or its noise would be taken for that of the embeddings.
        reuse = self.pool is None and not has_dropout(batch.task)
        y_pred = batch.y_pred if reuse else batch.task(x, training=False)
        clean = as_tokens(ops.stop_gradient(y_pred))
        layer, real = embedding_layer(batch.task), real_tokens(x)

        def divergence(noise: Tensor) -> Tensor:
            with perturbed(layer, noise * real):
                moved = as_tokens(batch.task(x, training=False))
            values = kl_divergence(clean, moved, 1.0)
            return weighted_mean(values, default_weight(x, weight, values))

        noise = keras.random.normal(noise_shape(batch.task, x), seed=self.draws) * real
        for _ in range(self.steps):
            noise = direction(batch.gradient(divergence, self.probe * direction(noise)))
        return divergence(ops.stop_gradient(self.epsilon * noise))

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(
            epsilon=self.epsilon,
            probe=self.probe,
            steps=self.steps,
            batch_size=self.batch_size,
            seed=self.seed,
            unlabelled_spec=None if self.pool is None else self.pool.spec,
        )
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "VirtualAdversarial":
        config = dict(config)
        spec = config.pop("unlabelled_spec")
        return cls(**config, unlabelled=None if spec is None else rows_to_load(spec))
