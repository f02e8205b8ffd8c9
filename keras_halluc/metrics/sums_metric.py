"""How does a metric add up over batches, whatever the precision and the mode of training?"""

from typing import Any

import keras

from keras_halluc._types import Tensor


class SumsMetric(keras.metrics.Metric):  # type: ignore[misc]  # keras has no types
    """A metric that is a function of sums over the batches.

    To write one: set `higher_is_better`, write `sums` (arguments of `update_state` -> sums of one
    batch) and `compute` (summed sums -> value), and `get_config` if the constructor takes more
    than `name` and `dtype`. Because sums add, splitting the data into batches differently, or in
    another order, changes nothing. They are kept in float32 whatever the dtype policy:
    `dtype="bfloat16"` would otherwise stop counting at 256.

    `higher_is_better` is `True`, `False`, or `None` where neither end is good. With `True` or
    `False`, `keras.callbacks.EarlyStopping(monitor=name, mode="auto")` finds the direction of a
    metric passed to `compile`.

    Args:
        shape: tuple of int, the shape of the sums.
        name: str. Optional name of the metric, also its key in `logs`.
        dtype: Optional dtype, kept for Keras; the sums are float32.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> class MeanLength(kh.metrics.SumsMetric):
    ...     higher_is_better = None
    ...     def __init__(self, name="mean_length", dtype=None):
    ...         super().__init__(shape=(2,), name=name, dtype=dtype)
    ...     def sums(self, lengths):
    ...         lengths = keras.ops.cast(lengths, "float32")
    ...         return keras.ops.stack([keras.ops.sum(lengths), keras.ops.sum(lengths * 0 + 1)])
    ...     def compute(self, sums):
    ...         return keras.ops.divide_no_nan(sums[0], sums[1])
    >>> metric = MeanLength()
    >>> metric.update_state([1, 2])
    >>> metric.update_state([6])
    >>> float(metric.result())
    3.0
    """

    higher_is_better: bool | None

    def __init__(
        self,
        shape: tuple[int, ...],
        name: str | None = None,
        dtype: str | keras.DTypePolicy | None = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if not hasattr(self, "higher_is_better"):
            raise TypeError(
                f"`{type(self).__name__}` must set the class attribute `higher_is_better` to "
                "True, False, or None where neither end is good."
            )
        if self.higher_is_better is not None:
            # Keras has no public way to say it: MonitorCallback reads this attribute.
            self._direction = "up" if self.higher_is_better else "down"
        # Not `add_weight`: inside a layer of a mixed precision model its float32 variable would be
        # read as bfloat16, and that rounded value stored again.
        with keras.name_scope(self.name.replace("/", ">"), caller=self):
            self.state = keras.Variable(
                initializer="zeros",
                shape=shape,
                dtype="float32",
                trainable=False,
                autocast=False,
                aggregation="sum",
                synchronization="on_read",
                name="sums",
            )

    def sums(self, *args: Any, **kwargs: Any) -> Tensor:
        """Returns the float32 sums of one batch, of the constructor's `shape`."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `sums`.")

    def compute(self, sums: Tensor) -> Tensor:
        """Returns the scalar value for sums over any number of batches; 0 where they are empty."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `compute`.")

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Adds one batch. Takes what `sums` takes."""
        self.state.assign_add(self.sums(*args, **kwargs))

    def result(self) -> Tensor:
        """Returns the float32 value over all batches since the last `reset_state`."""
        return self.compute(keras.ops.convert_to_tensor(self.state))
