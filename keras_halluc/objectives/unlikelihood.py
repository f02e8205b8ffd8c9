"""What should the model not say?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._types import Tensor
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective
from keras_halluc.objectives.row_pool import Examples
from keras_halluc.objectives.row_pool import RowPool
from keras_halluc.objectives.row_pool import example_arrays
from keras_halluc.objectives.row_pool import examples_of
from keras_halluc.objectives.row_pool import rows_to_load
from keras_halluc.objectives.targets import as_tokens
from keras_halluc.objectives.targets import cross_entropy
from keras_halluc.objectives.targets import require_logits
from keras_halluc.objectives.targets import token_mask
from keras_halluc.objectives.targets import token_targets
from keras_halluc.objectives.targets import weighted_mean

SMALLEST = 1e-6  # of 1 - p, as in the paper's code: keeps the loss of a sure mistake finite


@register("Unlikelihood")
class Unlikelihood(Objective):
    """Unlikelihood training: the cost `-log(1 - p)` of tokens that should not come.

    With `negatives`, such as answers a checker found unsupported, these are the tokens with a
    weight in `sample_weight`. Without, they are the tokens that stood earlier in the same target,
    which works against repetition.

    Args:
        weight: float >= 0, multiplies the term. Defaults to `1.0`.
        negatives: None, or `(x, y, sample_weight)` of arrays, as `answer_inputs(task, prompts,
            wrong_answers)` returns. Weigh only the wrong words where the rest of a text is right.
        batch_size: int, negatives drawn each step. Defaults to `32`.
        seed: int, of the draw. Defaults to `0`.
        name: str. Defaults to `"unlikelihood"`, reported as `loss_unlikelihood`.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> wrong = kh.data.answer_inputs(task, ["Where was Karl Marx born?"], [" Rome"])
    >>> tuner = kh.models.FineTuner(task, objectives=[kh.objectives.Unlikelihood(negatives=wrong)])

    References:
        Welleck et al. 2020, https://arxiv.org/abs/1908.04319
    """

    def __init__(
        self,
        weight: float = 1.0,
        negatives: Examples | None = None,
        batch_size: int = 32,
        seed: int = 0,
        name: str = "unlikelihood",
        **kwargs: Any,
    ) -> None:
        super().__init__(weight=weight, name=name, **kwargs)
        self.batch_size = require_int("batch_size", batch_size, minimum=1)
        self.seed = require_int("seed", seed, minimum=0)
        self.pool: RowPool | None = None
        if negatives is not None:
            arrays = example_arrays("negatives", negatives)
            self.pool = RowPool(arrays, self.batch_size, self.seed)

    def attach(self, task: keras.Model) -> None:
        require_logits(task, "Unlikelihood")
        if self.pool is None and len(task.output_shape) != 3:
            raise ValueError(
                "Unlikelihood of a classifier needs `negatives`: a class has no tokens before it. "
                f"Received: outputs of shape {task.output_shape}"
            )

    def term(self, batch: Batch) -> Tensor:
        if self.pool is not None:
            x, y, weight = examples_of(self.pool.draw(batch.training))
            y_pred = batch.task(x, training=batch.training)
            return weighted_mean(_unlikelihood(ops.exp(-cross_entropy(y, y_pred))), weight)
        logits = as_tokens(batch.y_pred)
        y = token_targets(batch.y, logits)
        mask = token_mask(batch.sample_weight, ops.cast(y, "float32"))
        costs = _unlikelihood(ops.softmax(logits, axis=-1)) * _earlier(y, mask, logits)
        return weighted_mean(ops.sum(costs, axis=-1), mask)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(
            batch_size=self.batch_size,
            seed=self.seed,
            negatives_spec=None if self.pool is None else self.pool.spec,
        )
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Unlikelihood":
        config = dict(config)
        spec = config.pop("negatives_spec")
        return cls(**config, negatives=None if spec is None else rows_to_load(spec))


def _unlikelihood(probabilities: Tensor) -> Tensor:
    return -ops.log(ops.maximum(1.0 - probabilities, SMALLEST))


def _earlier(y: Tensor, mask: Tensor, logits: Tensor) -> Tensor:
    """1 for each token that was a target that counts before, and is not the target now."""
    counts = ops.cast(mask > 0.0, "float32")[..., None]
    tokens = ops.one_hot(ops.cast(y, "int32"), logits.shape[-1], dtype="float32")
    before = ops.cumsum(tokens * counts, axis=1) - tokens * counts
    return ops.cast(before > 0.0, "float32") * (1.0 - tokens)
