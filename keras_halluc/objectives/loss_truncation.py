"""Which examples does the model find so unlikely that it had better not learn them?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._distribution import of_all_replicas
from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective
from keras_halluc.objectives.targets import as_tokens
from keras_halluc.objectives.targets import cross_entropy
from keras_halluc.objectives.targets import require_logits
from keras_halluc.objectives.targets import token_mask
from keras_halluc.objectives.targets import weighted_mean
from keras_halluc.ops import sequence_mean


@register("LossTruncation")
class LossTruncation(Objective):
    """Leaves the examples of highest loss out of each step: noise, and facts the model never knew.

    An example is left out while its loss, a mean over its targets, is among the highest `share` of
    the last `window` examples. It needs no labels of what is known. What it leaves out is not
    learned, which is the point: do not take it where the new facts matter. Reported as
    `loss_<name>` is the share left out of each batch.

    Args:
        share: float in (0, 1), part of the examples to leave out: the share that is unknown or
            noisy, if you can guess it. Defaults to `0.5`.
        window: int, examples over which the threshold is taken. Defaults to `512`.
        warmup_steps: int, steps in which nothing is left out yet, so that the form of the task is
            learned from all. Defaults to `0`.
        name: str. Defaults to `"truncation"`, reported as `loss_truncation`.

    Example:

    >>> import keras_halluc as kh
    >>> truncation = kh.objectives.LossTruncation(share=0.3)
    >>> tuner = kh.models.FineTuner(kh.presets.load_facts_gpt2(), objectives=[truncation])

    References:
        Kang and Hashimoto 2020, https://arxiv.org/abs/2004.14589
    """

    def __init__(
        self,
        share: float = 0.5,
        window: int = 512,
        warmup_steps: int = 0,
        name: str = "truncation",
        **kwargs: Any,
    ) -> None:
        if kwargs.get("weight"):
            raise TypeError(
                "LossTruncation takes no `weight`: it changes which examples count and adds "
                f"nothing. Received: weight={kwargs['weight']!r}"
            )
        kwargs["weight"] = 0.0  # it changes what counts in the loss and adds nothing
        super().__init__(name=name, **kwargs)
        self.share = require_number("share", share, above=0.0)
        if self.share >= 1.0:
            require_number("share", share, maximum=0.999)
        self.window = require_int("window", window, minimum=8)
        self.warmup_steps = require_int("warmup_steps", warmup_steps, minimum=0)
        # Losses are >= 0; -1 is a place not yet filled.
        self.recent = self.add_weight(
            (self.window,),
            initializer=keras.initializers.Constant(-1.0),
            trainable=False,
            dtype="float32",
            autocast=False,
            name="recent",
        )
        self.steps = self.add_weight(
            (), initializer="zeros", trainable=False, dtype="int32", autocast=False, name="steps"
        )

    def attach(self, task: keras.Model) -> None:
        require_logits(task, "LossTruncation")

    def reweigh(self, batch: Batch) -> Tensor:
        losses = self._example_losses(batch)
        latest = [of_all_replicas(losses), ops.convert_to_tensor(self.recent)]
        recent = ops.concatenate(latest)[: self.window]
        recent = ops.reshape(recent, (self.window,))
        self.recent.assign(recent)
        self.steps.assign_add(1)
        warm = ops.cast(self.steps > self.warmup_steps, "float32")
        kept = 1.0 - warm * self._dropped(losses, recent)
        weight = batch.sample_weight
        if weight is None:
            return kept
        weight = ops.cast(weight, "float32")
        return weight * (kept if len(weight.shape) == 1 else kept[:, None])

    def term(self, batch: Batch) -> Tensor:
        losses = self._example_losses(batch)
        counted = ops.cast(losses >= 0.0, "float32")
        dropped = self._dropped(losses, ops.convert_to_tensor(self.recent))
        warm = ops.cast(self.steps > self.warmup_steps, "float32")
        return warm * weighted_mean(dropped[:, None], counted)

    def _example_losses(self, batch: Batch) -> Tensor:
        """Mean loss of each example, `(batch,)`; -1 where no target counts."""
        y_pred = as_tokens(ops.stop_gradient(batch.y_pred))
        losses = cross_entropy(batch.y, y_pred)
        mask = token_mask(batch.sample_weight, losses)
        means = sequence_mean(losses, mask)
        return ops.where(ops.sum(mask, axis=-1) > 0.0, means, -1.0)

    def _dropped(self, losses: Tensor, recent: Tensor) -> Tensor:
        """1 for each example whose loss is among the highest of the window."""
        filled = ops.sum(ops.cast(recent >= 0.0, "float32"))
        count = ops.cast(ops.floor(self.share * filled), "int32")
        threshold = ops.take(ops.sort(recent), self.window - 1 - count)
        return ops.cast(losses > threshold, "float32")

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["weight"]
        config.update(share=self.share, window=self.window, warmup_steps=self.warmup_steps)
        return config
