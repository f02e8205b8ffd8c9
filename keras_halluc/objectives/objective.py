"""What must an extra loss term be able to do?"""

from typing import Any

import keras

from keras_halluc._check import check_number
from keras_halluc._types import Tensor


class Objective(keras.layers.Layer):
    """Base class of the terms that `FineTuner` adds to the loss.

    Subclasses write `term`, and `attach` if they need something of the task before training, such
    as a frozen copy. The term is a layer only so that what it owns is tracked and saved.

    Args:
        weight: float >= 0, multiplies the term in the loss.
        name: str. The term is reported, unweighted, as `loss_<name>`.
    """

    def __init__(self, weight: float = 1.0, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.weight = check_number("weight", weight, minimum=0.0)
        self.built = True

    def attach(self, task: keras.Model) -> None:
        """Prepares the term for a task; called once, before training. Default: nothing."""

    def term(
        self,
        task: keras.Model,
        x: Any,
        y: Tensor,
        y_pred: Tensor,
        sample_weight: Tensor | None,
        training: bool,
    ) -> Tensor:
        """Returns the unweighted scalar term for one batch, in float32.

        Args:
            task: the model being trained.
            x: inputs as the task takes them.
            y: targets of the batch.
            y_pred: what the task returned for `x`.
            sample_weight: weights of the targets, or None.
            training: bool, False in `evaluate` and on validation data, where the term is measured
                but not added.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `term`.")

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "weight": self.weight}
