"""How is a model kept close to what it said before fine-tuning?"""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._check import check_choice
from keras_halluc._check import check_int
from keras_halluc._check import check_number
from keras_halluc._check import received
from keras_halluc._register import register
from keras_halluc._types import Tensor
from keras_halluc.objectives.frozen_copy import frozen_copy
from keras_halluc.objectives.objective import Objective
from keras_halluc.ops import forbid
from keras_halluc.ops import kl_divergence
from keras_halluc.ops import masked_mean


@register("SelfDistillation")
class SelfDistillation(Objective):
    """KL divergence from the base model to the model in training, averaged over target tokens.

    The base model is a frozen copy of the task as it is when `FineTuner` is made. On the training
    batch itself this holds back the fit to what the base model finds unlikely; on `replay` text it
    protects what the model knew and leaves the new task free, for one more pass of each model.

    Args:
        weight: float >= 0, multiplies the term. Defaults to `1.0`; on `replay` 10 is a good start.
        temperature: float > 0, divides both logits. Defaults to `1.0`.
        mask_gold: bool. Take the target token out of both distributions before comparing them, so
            that only the alternatives are held. Not with `replay`. Defaults to `False`.
        replay: None, or `(x, y, sample_weight)` of arrays as `fit` takes them: text to compare on
            instead of the training batch. Defaults to `None`.
        replay_batch_size: int, replay rows drawn each step. Defaults to `32`.
        seed: int, of the replay draw. Defaults to `0`.
        name: str. Defaults to `"self_distillation"`, reported as `loss_self_distillation`.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> tuner = kh.models.FineTuner(task, objectives=[kh.objectives.SelfDistillation(weight=0.5)])
    >>> [objective.name for objective in tuner.objectives]
    ['self_distillation']

    References:
        Kaplan et al. 2026, https://arxiv.org/abs/2604.15574
    """

    def __init__(
        self,
        weight: float = 1.0,
        temperature: float = 1.0,
        mask_gold: bool = False,
        replay: Any = None,
        replay_batch_size: int = 32,
        seed: int = 0,
        name: str = "self_distillation",
        replay_spec: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(weight=weight, name=name, **kwargs)
        self.temperature = check_number("temperature", temperature, above=0.0)
        self.mask_gold = check_choice("mask_gold", mask_gold, (True, False))
        self.replay_batch_size = check_int("replay_batch_size", replay_batch_size, minimum=1)
        self.seed = check_int("seed", seed, minimum=0)
        if mask_gold and (replay is not None or replay_spec is not None):
            raise ValueError("`mask_gold` must be False when `replay` is given: both are set.")
        self.base_model: keras.Model | None = None
        self.draws = keras.random.SeedGenerator(self.seed)
        arrays = None if replay is None else _replay_arrays(replay)
        if arrays is not None:
            replay_spec = {key: [list(a.shape), str(a.dtype)] for key, a in arrays.items()}
        self.replay_spec = replay_spec
        self.replay = {}
        for key, (shape, dtype) in (replay_spec or {}).items():
            self.replay[key] = self.add_weight(
                shape=tuple(shape),
                dtype=dtype,
                initializer="zeros",
                trainable=False,
                autocast=False,
                name=f"replay_{key}",
            )
            if arrays is not None:
                self.replay[key].assign(arrays[key])

    def attach(self, task: keras.Model) -> None:
        self.base_model = frozen_copy(task)

    def term(
        self,
        task: keras.Model,
        x: Any,
        y: Tensor,
        y_pred: Tensor,
        sample_weight: Tensor | None,
        training: bool,
    ) -> Tensor:
        if self.replay:
            x, y, sample_weight = self._replay_batch(training)
            y_pred = task(x, training=training)
        teacher = ops.stop_gradient(self.base_model(x, training=False))  # type: ignore[misc]
        if len(y_pred.shape) == 2:
            teacher, y_pred = teacher[:, None], y_pred[:, None]
            y = ops.reshape(y, (-1, 1))
        teacher, y_pred = ops.cast(teacher, "float32"), ops.cast(y_pred, "float32")
        if self.mask_gold:
            teacher, y_pred = forbid(teacher, y), forbid(y_pred, y)
        divergence = kl_divergence(teacher, y_pred, self.temperature)
        if sample_weight is None:
            return ops.mean(divergence)
        mask = ops.cast(sample_weight, "float32")
        mask = mask if len(mask.shape) == 2 else mask[:, None]
        return masked_mean(divergence, mask * ops.ones_like(divergence))

    def _replay_batch(self, training: bool) -> tuple[Any, Tensor, Tensor]:
        size = self.replay["y"].shape[0]
        if training:
            rows = keras.random.randint((self.replay_batch_size,), 0, size, seed=self.draws)
        else:
            rows = ops.arange(min(self.replay_batch_size, size))
        batch = {
            k: ops.take(ops.convert_to_tensor(v), rows, axis=0) for k, v in self.replay.items()
        }
        y, mask = batch.pop("y"), batch.pop("sample_weight")
        return (batch["x"] if set(batch) == {"x"} else batch), y, mask

    def save_own_variables(self, store: Any) -> None:
        """Saves the state of the draw too, so that a resumed `fit` draws what comes next."""
        super().save_own_variables(store)
        store["draws"] = ops.convert_to_numpy(self.draws.state)

    def load_own_variables(self, store: Any) -> None:
        self.draws.state.assign(store["draws"])
        super().load_own_variables({key: store[key] for key in store.keys() if key != "draws"})

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(
            temperature=self.temperature,
            mask_gold=self.mask_gold,
            replay_batch_size=self.replay_batch_size,
            seed=self.seed,
            replay_spec=self.replay_spec,
        )
        return config


def _replay_arrays(replay: Any) -> dict[str, np.ndarray]:
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(replay)
    if y is None or sample_weight is None:
        raise ValueError(
            "`replay` must be (x, y, sample_weight), as `answer_inputs` and `text_inputs` return. "
            + received("replay", type(replay))
        )
    arrays = {k: np.asarray(v) for k, v in (x if isinstance(x, dict) else {"x": x}).items()}
    arrays = {
        k: v.astype("int32" if v.dtype.kind in "iub" else "float32") for k, v in arrays.items()
    }
    arrays["y"] = np.asarray(y, "int32")
    arrays["sample_weight"] = np.asarray(sample_weight, "float32")
    rows = {key: len(array) for key, array in arrays.items()}
    if len(set(rows.values())) != 1 or not rows["y"]:
        raise ValueError(f"All parts of `replay` must have the same rows, > 0. Received: {rows}")
    return arrays
