"""What would a larger model have said?"""

import weakref
from typing import Any

import keras

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.objectives.frozen_copy import frozen_copy
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective
from keras_halluc.objectives.targets import as_tokens
from keras_halluc.objectives.targets import require_logits
from keras_halluc.objectives.targets import weighted_mean
from keras_halluc.objectives.teachers import constant
from keras_halluc.ops import kl_divergence


@register("Distillation")
class Distillation(Objective):
    """KL from a teacher of the same vocabulary, at a temperature, over the targets that count.

    `keras.distillation.Distiller` counts padding too; this term does not.

    Args:
        weight: float >= 0, multiplies the term. Defaults to `1.0`.
        teacher: keras.Model, such as a larger task, that takes the same inputs. It is copied.
        temperature: float > 0, divides both logits; the term is multiplied by its square, so that
            gradients keep their size. Defaults to `2.0`.
        name: str. Defaults to `"distillation"`, reported as `loss_distillation`.

    Example:

    >>> import keras_halluc as kh
    >>> taught = kh.objectives.Distillation(teacher=kh.presets.load_facts_gpt2())
    >>> tuner = kh.models.FineTuner(kh.presets.load_facts_gpt2(), objectives=[taught])

    References:
        Hinton et al. 2015, https://arxiv.org/abs/1503.02531
    """

    def __init__(
        self,
        weight: float = 1.0,
        *,
        teacher: keras.Model,
        temperature: float = 2.0,
        name: str = "distillation",
        **kwargs: Any,
    ) -> None:
        super().__init__(weight=weight, name=name, **kwargs)
        if not isinstance(teacher, keras.Model):
            raise TypeError(f"`teacher` must be a keras.Model. {received('teacher', teacher)}")
        self.temperature = require_number("temperature", temperature, above=0.0)
        self._given = weakref.ref(teacher)  # an id could be that of a later task
        # A copy: metrics of a compiled model inside would be taken for those of `FineTuner`.
        self.teacher = frozen_copy(teacher, "teacher")

    def attach(self, task: keras.Model) -> None:
        require_logits(self.teacher, "Distillation")
        require_logits(task, "Distillation")
        given: Any = self._given()
        if given is task:
            raise ValueError(
                "`teacher` must be another model than the task; to keep the task near itself take "
                f"SelfDistillation. Received: {task.name} for both"
            )
        # `output` is not there for Sequential.
        theirs, ours = self.teacher.output_shape[-1], task.output_shape[-1]
        if theirs != ours:
            raise ValueError(
                "`teacher` must predict over the same vocabulary or classes as the task. Received: "
                f"{theirs} in the teacher, {ours} in the task"
            )

    def term(self, batch: Batch) -> Tensor:
        teacher = as_tokens(constant(self.teacher(batch.x, training=False)))
        divergence = kl_divergence(teacher, as_tokens(batch.y_pred), self.temperature)
        return self.temperature**2 * weighted_mean(divergence, batch.sample_weight)

    def get_config(self) -> dict[str, Any]:
        teacher = keras.saving.serialize_keras_object(self.teacher)
        return {**super().get_config(), "teacher": teacher, "temperature": self.temperature}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Distillation":
        config = dict(config)
        config["teacher"] = keras.saving.deserialize_keras_object(config["teacher"])
        return cls(**config)
