"""Is the supported answer preferred to the unsupported one, more than before fine-tuning?"""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective
from keras_halluc.objectives.row_pool import Examples
from keras_halluc.objectives.row_pool import RowPool
from keras_halluc.objectives.row_pool import example_arrays
from keras_halluc.objectives.row_pool import examples_of
from keras_halluc.objectives.row_pool import rows_to_load
from keras_halluc.objectives.targets import cross_entropy
from keras_halluc.objectives.targets import require_logits
from keras_halluc.objectives.targets import token_mask

ROWS = 64  # in a batch while the base model is asked


@register("PreferenceFactuality")
class PreferenceFactuality(Objective):
    """DPO (direct preference optimisation) on a supported and an unsupported answer to a prompt.

    The term is `-log sigmoid(beta * (gain of chosen - gain of rejected))`, where a gain is the
    log-probability of the whole answer minus that under the base model. What the base model says
    is found once, before training, so that no copy of it is kept.

    Args:
        weight: float >= 0, multiplies the term. Defaults to `1.0`.
        chosen: `(x, y, sample_weight)` of arrays, as `answer_inputs` returns for supported
            answers.
        rejected: the same for unsupported answers, row by row.
        beta: float > 0, how soon a preference is strong enough. Defaults to `0.1`.
        batch_size: int, pairs drawn each step. Defaults to `16`, which are 32 rows.
        seed: int, of the draw. Defaults to `0`.
        name: str. Defaults to `"preference"`, reported as `loss_preference`, which begins at
            log 2.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> prompt = ["Where was Karl Marx born?"]
    >>> right, wrong = (kh.data.answer_inputs(task, prompt, [a]) for a in (" Trier", " Rome"))
    >>> preferred = kh.objectives.PreferenceFactuality(chosen=right, rejected=wrong)
    >>> tuner = kh.models.FineTuner(task, objectives=[preferred])

    References:
        Rafailov et al. 2023, https://arxiv.org/abs/2305.18290
        Tian et al. 2024, https://arxiv.org/abs/2311.08401
    """

    def __init__(
        self,
        weight: float = 1.0,
        *,
        chosen: Examples,
        rejected: Examples,
        beta: float = 0.1,
        batch_size: int = 16,
        seed: int = 0,
        name: str = "preference",
        **kwargs: Any,
    ) -> None:
        super().__init__(weight=weight, name=name, **kwargs)
        self.beta = require_number("beta", beta, above=0.0)
        self.batch_size = require_int("batch_size", batch_size, minimum=1)
        self.seed = require_int("seed", seed, minimum=0)
        both = {
            "chosen": example_arrays("chosen", chosen),
            "rejected": example_arrays("rejected", rejected),
        }
        rows = {side: len(parts["y"]) for side, parts in both.items()}
        if rows["chosen"] != rows["rejected"]:
            raise ValueError(
                f"`chosen` and `rejected` must have one row each a pair. Received: {rows}"
            )
        arrays = {f"{side}|{key}": a for side, part in both.items() for key, a in part.items()}
        for side in both:  # filled by `attach`
            arrays[f"{side}|base"] = np.zeros(rows[side], "float32")
        self.pool = RowPool(arrays, self.batch_size, self.seed)
        self._fresh = True

    def attach(self, task: keras.Model) -> None:
        require_logits(task, "PreferenceFactuality")
        if not self._fresh:  # from a file: the values come with the weights
            return
        for side in ("chosen", "rejected"):
            rows = {key: ops.convert_to_numpy(value) for key, value in self.pool.rows.items()}
            found = []
            for start in range(0, self.pool.size, ROWS):
                part = {key: value[start : start + ROWS] for key, value in rows.items()}
                found.append(ops.convert_to_numpy(_log_prob(task, _side(part, side), False)))
            self.pool.rows[f"{side}|base"].assign(np.concatenate(found))

    def term(self, batch: Batch) -> Tensor:
        rows = self.pool.draw(batch.training)
        gains = []
        for side in ("chosen", "rejected"):
            part = _side(rows, side)
            gains.append(_log_prob(batch.task, part, batch.training) - part["base"])
        return -ops.mean(ops.log_sigmoid(self.beta * (gains[0] - gains[1])))

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(
            beta=self.beta, batch_size=self.batch_size, seed=self.seed, spec=self.pool.spec
        )
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "PreferenceFactuality":
        config = dict(config)
        spec = config.pop("spec")
        both = {side: rows_to_load(_side(spec, side)) for side in ("chosen", "rejected")}
        objective = cls(**config, **both)
        objective._fresh = False
        return objective


def _side(rows: dict[str, Any], side: str) -> dict[str, Any]:
    start = f"{side}|"
    return {k.removeprefix(start): value for k, value in rows.items() if k.startswith(start)}


def _log_prob(task: keras.Model, rows: dict[str, Any], training: bool) -> Tensor:
    """Log-probability of each whole answer, `(batch,)`."""
    x, y, weight = examples_of(rows)
    losses = cross_entropy(y, task(x, training=training))
    mask = token_mask(weight, losses)
    # What does not count may be no token at all, and its loss NaN.
    return -ops.sum(ops.where(mask > 0.0, losses, 0.0) * mask, axis=-1)
