"""What did a task say before its weights moved?"""

from collections.abc import Iterator
from typing import Any

import keras
from keras import ops

from keras_halluc._require import received
from keras_halluc._types import Tensor
from keras_halluc.objectives.kept_weights import keep_weights
from keras_halluc.objectives.kept_weights import renew_weights
from keras_halluc.objectives.teachers import adapters_off
from keras_halluc.objectives.teachers import constant
from keras_halluc.objectives.teachers import lora_layers


class BaseModel(keras.layers.Layer):
    """The weights of a task as they are now, beside it: the same task speaks with them later.

    No second model is made, so that a task need not be made again from its config: a subclass, a
    functional model and a KerasHub task are held alike. Memory is one set of weights. LoRA adapters
    are not held; the base model speaks without them. Weights that `quantize` puts in later are not
    held either: then the base model is the quantized one.

    Args:
        task: keras.Model, built.
        name: str.

    Raises:
        ValueError: if the task is not built.
    """

    def __init__(self, task: keras.Model, name: str = "base_model") -> None:
        if not task.built or not task.weights:
            raise ValueError(
                "The model must be built before its weights are kept: call it on one batch first. "
                f"{received('built', task.built)} with {len(task.weights)} weights"
            )
        super().__init__(name=name, trainable=False, dtype=task.dtype_policy)
        # Past the tracking of Keras: the task is not part of this layer. By object, since weights
        # may share a path.
        adapters = {id(v) for layer in lora_layers(task) for v in _adapters(layer)}
        of = tuple(v for v in task.weights if id(v) not in adapters)
        object.__setattr__(self, "_task", task)
        object.__setattr__(self, "_of", of)
        self.held = keep_weights(self, of, "weight")
        self.built = True

    _task: keras.Model
    _of: tuple[Any, ...]

    def renew(self) -> None:
        """Takes the weights the task has now."""
        renew_weights(self.held, self._of)

    def call(self, x: Any, training: bool = False) -> Tensor:
        """What the task said to `x` with the weights held: float32; it never trains."""
        with keras.StatelessScope(state_mapping=list(self._values())):
            if not lora_layers(self._task):
                return constant(self._task(x, training=False))
            with adapters_off(self._task):
                return constant(self._task(x, training=False))

    def _values(self) -> Iterator[tuple[Any, Any]]:
        """Each variable of the task, and its value: held, or as it is in this step."""
        held = {id(variable) for variable in self._of}
        yield from ((v, v.value) for v in self._task.variables if id(v) not in held)
        yield from ((v, ops.convert_to_tensor(mine)) for v, mine in zip(self._of, self.held))


def _adapters(layer: Any) -> list[Any]:
    """The LoRA weights of a layer that has some."""
    names = (name for name in vars(layer) if name.startswith("lora_"))
    return [v for v in (getattr(layer, name) for name in names) if isinstance(v, keras.Variable)]
