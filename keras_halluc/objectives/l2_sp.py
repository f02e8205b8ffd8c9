"""How far may the weights move from where fine-tuning began?"""

import re
from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._types import Tensor
from keras_halluc.objectives.kept_weights import keep_weights
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective


@register("L2SP")
class L2SP(Objective):
    """L2-SP: half the squared distance of the trainable weights from where they began.

    It costs a copy of the weights and next to no time. Keeping weights close keeps what the model
    says close only roughly: of the ways to protect knowledge it is among the weaker ones.

    Args:
        weight: float >= 0, multiplies the term. Defaults to `0.1`.
        variables: str, a regular expression. Weights whose path it matches are held. Defaults to
            all.
        name: str. Defaults to `"l2_sp"`, reported as `loss_l2_sp`.

    Example:

    >>> import keras_halluc as kh
    >>> held = kh.objectives.L2SP(0.1, variables="transformer_layer")
    >>> tuner = kh.models.FineTuner(kh.presets.load_facts_gpt2(), objectives=[held])

    References:
        Li et al. 2018, https://arxiv.org/abs/1802.01483
    """

    def __init__(
        self, weight: float = 0.1, variables: str = "", name: str = "l2_sp", **kwargs: Any
    ) -> None:
        super().__init__(weight=weight, name=name, **kwargs)
        try:
            re.compile(variables)
        except (re.error, TypeError) as error:
            raise ValueError(
                f"`variables` must be a regular expression: {error}. "
                + received("variables", variables)
            ) from None
        self.pattern = variables
        # Past the tracking of Keras: what a layer keeps becomes its own, and is frozen with it. By
        # object, since weights may share a path, and LoRA puts others between them.
        object.__setattr__(self, "_held", ())
        self.starts: list[Any] = []

    _held: tuple[Any, ...]

    def attach(self, task: keras.Model) -> None:
        if self.starts:
            raise ValueError(
                "L2SP holds the weights of one task: make another objective for this one. "
                f"Received: {self.name}, which holds {len(self.starts)} weights already"
            )
        held = [v for v in task.trainable_variables if re.search(self.pattern, v.path)]
        if not held:
            raise ValueError(
                "`variables` must match the path of some trainable weight, such as "
                f"{task.trainable_variables[0].path!r}. {received('variables', self.pattern)}"
            )
        self.starts = keep_weights(self, held, "start")
        object.__setattr__(self, "_held", tuple(held))

    def term(self, batch: Batch) -> Tensor:
        total = 0.0
        for variable, start in zip(self._held, self.starts):
            gap = ops.convert_to_tensor(variable) - ops.convert_to_tensor(start)
            total = total + ops.sum(ops.square(ops.cast(gap, "float32")))
        return 0.5 * total

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "variables": self.pattern}
