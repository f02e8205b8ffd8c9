"""What must an extra loss term be able to do, and what is it told of a training step?"""

import dataclasses
from collections.abc import Callable
from typing import Any
from typing import NamedTuple

import keras

from keras_halluc._require import require_number
from keras_halluc._types import Tensor


class OwnRows(NamedTuple):
    """Rows of an objective's own, after they went through the task with a training batch.

    Args:
        x: inputs as the task takes them.
        y_pred: what the task returned for them.
        more: what else `Objective.own_rows` returned.
    """

    x: Any
    y_pred: Any
    more: Any


@dataclasses.dataclass(frozen=True)
class Batch:
    """One training or evaluation step, as an objective sees it.

    Args:
        task: the model being trained.
        x: inputs as the task takes them.
        y: targets.
        y_pred: what the task returned for `x`.
        sample_weight: weights of the targets, or None.
        training: bool, False in `evaluate` and on validation data, where terms are measured but
            not added.
        loss: the compiled loss as a function of other predictions for the same targets.
        gradient: gradient of a scalar function of one tensor, at a tensor: `gradient(f, at)`.
        columns: what `Objective.columns` returned for these rows; empty in `evaluate`.
        own: what became of `Objective.own_rows`; None where there are none, in `evaluate`, and for
            a weight of 0.
    """

    task: keras.Model
    x: Any
    y: Tensor
    y_pred: Tensor
    sample_weight: Tensor | None
    training: bool
    loss: Callable[[Tensor], Tensor]
    gradient: Callable[[Callable[[Tensor], Tensor], Tensor], Tensor]
    columns: dict[str, Tensor] = dataclasses.field(default_factory=dict)
    own: OwnRows | None = None


class Objective(keras.layers.Layer):
    """Base class of the terms that `FineTuner` adds to the loss.

    A subclass writes `term`, or `reweigh` if it changes which targets count, and any of the other
    hooks it needs. It is a layer only so that what it owns is tracked and saved.

    Args:
        weight: float >= 0, multiplies the term in the loss.
        name: str. The term is reported, unweighted, as `loss_<name>`.
    """

    wants_columns = False

    def __init__(self, weight: float = 1.0, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.weight = require_number("weight", weight, minimum=0.0)
        self.built = True

    def attach(self, task: keras.Model) -> None:
        """Prepares the term for a task; called once, before training. Default: nothing."""

    def columns(self, task: keras.Model, x: Any, y: Any, sample_weight: Any) -> dict[str, Any]:
        """Arrays with one row an example, found once before `fit` and given back in each batch.

        Called with numpy arrays at the start of `fit`, for training and validation rows, while the
        task is still as it was; only where `wants_columns` is True.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `columns`.")

    def epoch_begins(self, task: keras.Model, epoch: int) -> None:
        """Called before each epoch. Default: nothing."""

    def own_rows(self) -> tuple[Any, Any] | None:
        """Rows that go through the task in one pass with each training batch. Default: none.

        Returns:
            None, or `(x, more)`: inputs of the structure that the task takes, and whatever else
            `term` needs of these rows. It finds both in `batch.own`, with what the task returned.
        """
        return None

    def reweigh(self, batch: Batch) -> Tensor | None:
        """Sample weights for the loss of this training step. Default: as they are."""
        return batch.sample_weight

    def term(self, batch: Batch) -> Tensor | None:
        """Returns the unweighted scalar term of one batch, in float32.

        None in `evaluate` where the columns of `fit` are missing (`wants_columns`): then it is not
        reported, rather than as 0.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `term`.")

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "weight": self.weight}
