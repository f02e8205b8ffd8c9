"""Does the model still say the same when its embeddings are pushed the wrong way?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.objectives.embedding_noise import direction
from keras_halluc.objectives.embedding_noise import embedding_layer
from keras_halluc.objectives.embedding_noise import noise_shape
from keras_halluc.objectives.embedding_noise import norms
from keras_halluc.objectives.embedding_noise import perturbed
from keras_halluc.objectives.embedding_noise import real_tokens
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective

METHODS = ("fgm", "pgd", "freelb")


@register("AdversarialPerturbation")
class AdversarialPerturbation(Objective):
    """FGM, PGD or FreeLB: the task's loss under the noise on embeddings that raises it most.

    FGM takes one step of length `epsilon` up the gradient. PGD takes `steps` steps of `step_size`
    and stays within the ball of `epsilon`. FreeLB begins at random on the ball and averages the
    loss over the noise after every step. Noise is measured over all real tokens of an example. It
    helps classifiers a little; what a language model knew it did not protect but harm. It is 0 in
    evaluation. The first gradient costs a pass, unless XLA compiles the step of a model without
    dropout, and finds that the step has it already (`jit_compile=True`, or JAX).

    Args:
        weight: float >= 0, multiplies the term. Defaults to `1.0`.
        method: str, `"fgm"`, `"pgd"` or `"freelb"`. Defaults to `"fgm"`.
        epsilon: float > 0, Euclidean norm of the noise on one example. Defaults to `1.0`.
        steps: int >= 1, gradient steps of PGD and FreeLB. Defaults to `3`.
        step_size: float > 0 or None. None is `epsilon` for one step, else `1.5 epsilon / steps`.
        seed: int, of the beginnings of FreeLB. Defaults to `0`.
        name: str. Defaults to `"adversarial"`, reported as `loss_adversarial`.

    Example:

    >>> import keras_halluc as kh
    >>> noise = kh.objectives.AdversarialPerturbation(method="pgd", epsilon=0.5, steps=2)
    >>> tuner = kh.models.FineTuner(kh.presets.load_facts_gpt2(), objectives=[noise])

    References:
        FGM: Miyato et al. 2017, https://arxiv.org/abs/1605.07725
        PGD: Madry et al. 2018, https://arxiv.org/abs/1706.06083
        FreeLB: Zhu et al. 2020, https://arxiv.org/abs/1909.11764
    """

    def __init__(
        self,
        weight: float = 1.0,
        method: str = "fgm",
        epsilon: float = 1.0,
        steps: int = 3,
        step_size: float | None = None,
        seed: int = 0,
        name: str = "adversarial",
        **kwargs: Any,
    ) -> None:
        super().__init__(weight=weight, name=name, **kwargs)
        self.method = require_choice("method", method, METHODS)
        self.epsilon = require_number("epsilon", epsilon, above=0.0)
        self.steps = require_int("steps", steps, minimum=1)
        if step_size is not None:
            require_number("step_size", step_size, above=0.0)
        self.step_size = step_size
        self.seed = require_int("seed", seed, minimum=0)
        self.draws = keras.random.SeedGenerator(self.seed)

    def attach(self, task: keras.Model) -> None:
        embedding_layer(task)

    def term(self, batch: Batch) -> Tensor:
        if not batch.training:
            return ops.zeros((), "float32")
        layer, real = embedding_layer(batch.task), real_tokens(batch.x)

        def loss(noise: Tensor) -> Tensor:
            with perturbed(layer, noise):
                y_pred = batch.task(batch.x, training=True)
            return ops.cast(batch.loss(y_pred), "float32")

        shape = noise_shape(batch.task, batch.x)
        if self.method == "freelb":
            noise = keras.random.uniform(shape, -1.0, 1.0, seed=self.draws) * real
            noise = self.epsilon * direction(noise)
        else:
            noise = ops.zeros(shape, "float32")  # plain, so that XLA finds this pass in the step
        steps = 1 if self.method == "fgm" else self.steps
        length = self.step_size or (1.5 * self.epsilon / steps if steps > 1 else self.epsilon)
        losses = []
        for _ in range(steps):
            noise = noise + length * direction(batch.gradient(loss, noise) * real)
            noise = ops.stop_gradient(noise * ops.minimum(1.0, self.epsilon / norms(noise)))
            if self.method == "freelb":
                losses.append(loss(noise))
        return sum(losses) / steps if losses else loss(noise)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(
            method=self.method,
            epsilon=self.epsilon,
            steps=self.steps,
            step_size=self.step_size,
            seed=self.seed,
        )
        return config
