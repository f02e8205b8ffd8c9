"""How often are gradients clipped, and how large are they before?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import received

# Keras before 3.13 has none; the class is there but says so when made.
_Base: Any = getattr(keras.optimizers, "MultiOptimizer", keras.optimizers.Optimizer)


@register("ClipCounter")
class ClipCounter(_Base):  # type: ignore[misc]
    """An optimizer that counts the steps in which it clips; the steps themselves stay the same.

    `GradientClipMonitor` reports what it counts.

    Args:
        optimizer: Keras optimizer with `clipnorm`, `global_clipnorm` or `clipvalue`.
        name: str. Defaults to `"clip_counter"`.

    Raises:
        ImportError: if this Keras has no `MultiOptimizer`, which this is built on.
        ValueError: if the optimizer does not clip, or accumulates gradients.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> optimizer = kh.schedules.ClipCounter(keras.optimizers.AdamW(1e-3, global_clipnorm=1.0))
    >>> float(optimizer.clipped_steps), float(optimizer.norm_sum)
    (0.0, 0.0)
    """

    def __init__(
        self, optimizer: keras.optimizers.Optimizer, name: str = "clip_counter", **kwargs: Any
    ) -> None:
        if not hasattr(keras.optimizers, "MultiOptimizer"):
            raise ImportError(
                "`ClipCounter` needs `keras.optimizers.MultiOptimizer`: pip install -U keras "
                f"(Python 3.11 or later). Received: keras {keras.__version__}"
            )
        if not isinstance(optimizer, keras.optimizers.Optimizer) or isinstance(optimizer, _Base):
            raise TypeError(
                f"`optimizer` must be one plain Keras optimizer. {received('optimizer', optimizer)}"
            )
        if not (optimizer.clipnorm or optimizer.global_clipnorm or optimizer.clipvalue):
            raise ValueError(
                "`optimizer` must clip: give it `global_clipnorm=1.0`, `clipnorm` or `clipvalue`. "
                + received("optimizer", optimizer.name)
            )
        if optimizer.gradient_accumulation_steps:
            raise ValueError(
                "`optimizer` must not accumulate gradients: it clips their mean, which cannot be "
                f"seen from here. {received('steps', optimizer.gradient_accumulation_steps)}"
            )
        super().__init__(keras.optimizers.OptimizerMap(optimizer), name=name, **kwargs)
        self.inner = optimizer
        self.clipped_steps = self._counter("clipped_steps")
        self.counted_steps = self._counter("counted_steps")
        self.norm_sum = self._counter("norm_sum")

    def _counter(self, name: str) -> Any:
        return self.add_variable((), dtype="float32", initializer="zeros", name=name)

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Counts, then lets the optimizer clip and step."""
        found = [ops.cast(grad, "float32") for grad in grads if grad is not None]
        norms = ops.stack([ops.sqrt(ops.sum(ops.square(grad))) for grad in found])
        norm = ops.sqrt(ops.sum(ops.square(norms)))
        if self.inner.global_clipnorm:
            clipped = norm > self.inner.global_clipnorm
        elif self.inner.clipnorm:
            clipped = ops.max(norms) > self.inner.clipnorm
        else:
            largest = ops.stack([ops.max(ops.abs(grad)) for grad in found])
            clipped = ops.max(largest) > self.inner.clipvalue
        self.clipped_steps.assign_add(ops.cast(clipped, "float32"))
        self.counted_steps.assign_add(1.0)
        self.norm_sum.assign_add(norm)
        super().apply(grads, trainable_variables)

    def get_config(self) -> dict[str, Any]:
        """Returns the constructor arguments."""
        return {"optimizer": keras.saving.serialize_keras_object(self.inner), "name": self.name}

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "ClipCounter":
        config = dict(config)
        config["optimizer"] = keras.saving.deserialize_keras_object(
            config["optimizer"], custom_objects
        )
        return cls(**config)
