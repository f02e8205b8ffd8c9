"""Do two dropout masks of one model agree?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._types import Tensor
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective
from keras_halluc.objectives.targets import as_tokens
from keras_halluc.objectives.targets import has_dropout
from keras_halluc.objectives.targets import require_logits
from keras_halluc.objectives.targets import weighted_mean
from keras_halluc.ops import kl_divergence


@register("RDrop")
class RDrop(Objective):
    """R-Drop: symmetric KL between the predictions of two training passes over one batch.

    It is a regulariser of classifiers, where it gained little, and did harm to what small language
    models knew: measure before you rely on it. The task's loss stays that of the first pass; the
    paper averages both, which is the same in expectation. It is 0 in evaluation.

    Args:
        weight: float >= 0, multiplies the term. Defaults to `1.0`.
        name: str. Defaults to `"r_drop"`, reported as `loss_r_drop`.

    Raises:
        ValueError: if the task has no dropout, so that both passes are the same.

    Example:

    >>> import keras_halluc as kh
    >>> kh.objectives.RDrop(0.5).weight
    0.5

    References:
        Liang et al. 2021, https://arxiv.org/abs/2106.14448
    """

    def __init__(self, weight: float = 1.0, name: str = "r_drop", **kwargs: Any) -> None:
        super().__init__(weight=weight, name=name, **kwargs)

    def attach(self, task: keras.Model) -> None:
        require_logits(task, "RDrop")
        if not has_dropout(task):
            raise ValueError(
                "RDrop needs a task with dropout > 0, or both passes are the same and the term is "
                f"always 0. Load the model with dropout=0.1. Received: {task.name} without dropout"
            )

    def term(self, batch: Batch) -> Tensor:
        if not batch.training:
            return ops.zeros((), "float32")
        first = as_tokens(batch.y_pred)
        second = as_tokens(batch.task(batch.x, training=True))
        both = kl_divergence(first, second, 1.0) + kl_divergence(second, first, 1.0)
        return 0.5 * weighted_mean(both, batch.sample_weight)
