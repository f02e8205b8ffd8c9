"""How is a model kept close to what it said before fine-tuning?"""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.objectives.base_model import BaseModel
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective
from keras_halluc.objectives.row_pool import Examples
from keras_halluc.objectives.row_pool import RowPool
from keras_halluc.objectives.row_pool import example_arrays
from keras_halluc.objectives.row_pool import examples_of
from keras_halluc.objectives.row_pool import rows_to_load
from keras_halluc.objectives.targets import as_tokens
from keras_halluc.objectives.targets import require_logits
from keras_halluc.objectives.targets import token_targets
from keras_halluc.objectives.targets import weighted_mean
from keras_halluc.objectives.teachers import adapters_off
from keras_halluc.objectives.teachers import constant
from keras_halluc.objectives.teachers import lora_layers
from keras_halluc.objectives.teachers import top_k_record
from keras_halluc.ops import kl_divergence
from keras_halluc.ops import top_k_kl_divergence
from keras_halluc.ops.divergence import forbid

TEACHERS = ("live", "cached", "lora_off")


@register("SelfDistillation")
class SelfDistillation(Objective):
    """LwF (learning without forgetting): KL from the model as it was, over target tokens.

    On the training batch itself this holds back the fit to what the model found unlikely. On
    `replay` text it protects what the model knew and leaves the new task free. Replay may be text
    like that of the pretraining, or text the base model wrote itself (`kh.data.generate_replay`),
    where there is none. The replay rows of a step go through the task in one pass with the training
    batch. A replay `batch_size` of half the batch makes that half as large again.

    | teacher | is | memory | time |
    |---|---|---|---|
    | `"live"` | the task with its weights of before | one set of weights | one forward pass |
    | `"lora_off"` | the task without its LoRA adapters | none | one forward pass |
    | `"cached"` | a record of its `top_k` likeliest tokens, made before training | 8 `top_k` \
bytes a token | none |

    Args:
        weight: float >= 0 or None, multiplies the term. None is `10.0` on `replay`, else `1.0`.
        temperature: float > 0, divides both logits; the term shrinks with its square, and is not
            multiplied by it. Defaults to `1.0`; not with a cached teacher.
        mask_gold: bool. Take the target token out of both distributions before comparing them, so
            that only the alternatives are held. Not with `replay`. Defaults to `False`.
        teacher: str, `"live"`, `"lora_off"` or `"cached"`. Without `replay` a record is made of the
            training rows when `fit` begins, which must be arrays or texts; of replay rows, when the
            objective is given to `FineTuner`. The cached term leaves out how the tokens beyond
            `top_k` differ among themselves: it is never above the full one. Defaults to `"live"`.
        top_k: int, tokens a cached teacher keeps at each position. Defaults to `16`.
        snapshot_epoch: int or None. The live teacher is the model as it is at the beginning of
            this epoch, and the term is 0 before: first the form of the task is learned, then the
            knowledge is held (Kaplan et al. 2026). None is the model before training.
        replay: None, or `(x, y, sample_weight)` of arrays as `fit` takes them: text to compare on
            instead of the training batch. Defaults to `None`.
        batch_size: int, replay rows drawn each step. Defaults to `32`.
        seed: int, of the replay draw. Defaults to `0`.
        name: str. Defaults to `"self_distillation"`, reported as `loss_self_distillation`.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> tuner = kh.models.FineTuner(task, objectives=[kh.objectives.SelfDistillation(weight=0.5)])
    >>> [objective.name for objective in tuner.objectives]
    ['self_distillation']

    References:
        Li and Hoiem 2016, https://arxiv.org/abs/1606.09282
        Kaplan et al. 2026, https://arxiv.org/abs/2604.15574
    """

    def __init__(
        self,
        weight: float | None = None,
        temperature: float = 1.0,
        mask_gold: bool = False,
        teacher: str = "live",
        top_k: int = 16,
        snapshot_epoch: int | None = None,
        replay: Examples | None = None,
        batch_size: int = 32,
        seed: int = 0,
        name: str = "self_distillation",
        **kwargs: Any,
    ) -> None:
        replays = replay is not None
        if weight is None:
            weight = 10.0 if replays else 1.0  # by `benchmarks/known_unknown.py`
        super().__init__(weight=weight, name=name, **kwargs)
        self.temperature = require_number("temperature", temperature, above=0.0)
        self.mask_gold = require_choice("mask_gold", mask_gold, (True, False))
        self.teacher = require_choice("teacher", teacher, TEACHERS)
        self.top_k = require_int("top_k", top_k, minimum=1)
        if snapshot_epoch is not None:
            require_int("snapshot_epoch", snapshot_epoch, minimum=1)
        self.snapshot_epoch = snapshot_epoch
        self.batch_size = require_int("batch_size", batch_size, minimum=1)
        self.seed = require_int("seed", seed, minimum=0)
        if mask_gold and replays:
            raise ValueError("`mask_gold` must be False when `replay` is given: both are set.")
        if teacher == "cached" and temperature != 1.0:
            raise ValueError(
                "`temperature` must be 1 with a cached teacher, which is recorded without one. "
                + received("temperature", temperature)
            )
        if teacher != "live" and snapshot_epoch is not None:
            raise ValueError(
                "`snapshot_epoch` must be None unless the teacher is a copy that can be renewed. "
                + received("teacher", teacher)
            )
        self.wants_columns = teacher == "cached" and not replays
        self.base_model: BaseModel | None = None
        self.pool: RowPool | None = None
        if replays:
            arrays = example_arrays("replay", replay)
            self.pool = RowPool(arrays, self.batch_size, self.seed)
        self._record_will_be_loaded = False
        if snapshot_epoch is not None:
            self.switch = self.add_weight((), initializer="zeros", trainable=False, name="switch")

    def attach(self, task: keras.Model) -> None:
        require_logits(task, "SelfDistillation")
        if self.teacher == "live":
            self.base_model = BaseModel(task)
        if self.teacher == "cached" and self.pool is not None and not self._record_will_be_loaded:
            arrays = {key: ops.convert_to_numpy(value) for key, value in self.pool.rows.items()}
            x, y, _ = examples_of(arrays)
            self.pool.hold(top_k_record(task, x, y, self.top_k, mask_gold=False))
        self._record_will_be_loaded = False

    def columns(self, task: keras.Model, x: Any, y: Any, sample_weight: Any) -> dict[str, Any]:
        return top_k_record(task, x, y, self.top_k, self.mask_gold)

    def epoch_begins(self, task: keras.Model, epoch: int) -> None:
        if self.snapshot_epoch is None:
            return
        if lora_layers(task):
            raise ValueError(
                "`snapshot_epoch` must be None for a task with LoRA adapters: the teacher speaks "
                f"without them. {received('snapshot_epoch', self.snapshot_epoch)}"
            )
        if epoch < self.snapshot_epoch:
            return
        if float(ops.convert_to_numpy(self.switch)) == 0.0:  # also when `fit` begins later
            self.base_model.renew()  # type: ignore[union-attr]
            self.switch.assign(1.0)

    def own_rows(self) -> tuple[Any, dict[str, Tensor]] | None:
        if self.pool is None:
            return None
        rows = self.pool.draw(training=True)
        return examples_of(rows)[0], rows

    def term(self, batch: Batch) -> Tensor | None:
        if self.wants_columns and not batch.columns:
            return None
        x, y, weight, y_pred = batch.x, batch.y, batch.sample_weight, batch.y_pred
        record = batch.columns
        if self.pool is not None:
            own = batch.own
            record = own.more if own else self.pool.draw(batch.training)
            x, y, weight = examples_of(record)
            y_pred = own.y_pred if own else batch.task(x, training=batch.training)
        student = as_tokens(y_pred)
        if self.mask_gold:
            student = forbid(student, token_targets(y, student))
        if self.teacher == "cached":
            divergence = top_k_kl_divergence(record["ids"], record["log_probs"], student)
        else:
            teacher = as_tokens(self._teacher_logits(batch.task, x))
            if self.mask_gold:
                teacher = forbid(teacher, token_targets(y, teacher))
            divergence = kl_divergence(teacher, student, self.temperature)
        term = weighted_mean(divergence, weight)
        if self.snapshot_epoch is not None:
            term = term * ops.cast(self.switch, "float32")
        return term

    def _teacher_logits(self, task: keras.Model, x: Any) -> Tensor:
        if self.teacher == "live":
            return self.base_model(x)  # type: ignore[misc]
        with adapters_off(task):
            return constant(task(x, training=False))

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(
            temperature=self.temperature,
            mask_gold=self.mask_gold,
            teacher=self.teacher,
            top_k=self.top_k,
            snapshot_epoch=self.snapshot_epoch,
            batch_size=self.batch_size,
            seed=self.seed,
            replay_spec=None if self.pool is None else self.pool.spec,
        )
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "SelfDistillation":
        config = dict(config)
        spec = config.pop("replay_spec")
        if spec is None:
            return cls(**config)
        objective = cls(**config, replay=rows_to_load(spec))
        recorded = {key: np.zeros(*spec[key]) for key in ("ids", "log_probs") if key in spec}
        objective.pool.hold(recorded)  # type: ignore[union-attr]
        objective._record_will_be_loaded = bool(recorded)
        return objective
