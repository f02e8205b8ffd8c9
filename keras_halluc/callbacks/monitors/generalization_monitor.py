"""How much worse does the model fit texts it has not seen than those it trains on?"""

import contextlib
import inspect
import math
import time
from collections.abc import Iterator
from typing import Any

import keras

from keras_halluc._processes import require_one_process
from keras_halluc._require import require_int
from keras_halluc.callbacks.monitors.moment import Moment
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.callbacks.observed.fixed_rows import FixedRows
from keras_halluc.callbacks.observed.metric_state import same_metrics
from keras_halluc.callbacks.observed.model_calls import bound_method
from keras_halluc.callbacks.observed.model_calls import preprocessed

KERAS_BATCH_SIZE = 32  # what `evaluate` takes where none is given


class GeneralizationMonitor(Monitor):
    """Writes validation loss minus training loss, both without dropout, at the end of each epoch.

    The `loss` of an epoch is a mean over weights that were still changing, with dropout on: it can
    stay above `val_loss` while the model learns its training data by heart. Here the same training
    rows are measured as the validation data are, with the weights the epoch ended with.
    Put it before `EarlyStopping`, `ModelCheckpoint` and `CSVLogger`. It writes into `logs`:

    | key | better | meaning |
    |---|---|---|
    | `generalization_gap` | lower | `val_loss` minus loss on fixed training rows, in loss units |

    The loss on these rows goes to TensorBoard as `training_subset_loss`. An epoch without
    validation (`validation_freq`) has no gap.

    Args:
        training_data: what `fit` trains on: `x`, `(x, y)` or `(x, y, sample_weight)` of arrays or
            texts, of which at most `max_rows`, evenly spread, are measured; or a dataset that ends
            and yields the same rows each time, measured whole. A tf.data dataset may shuffle: it is
            cached.
        batch_size: int or None. That of the validation data, where the loss depends on it (a mean
            over the tokens of each batch). None is Keras' 32, and right for a dataset.
        max_rows: int >= 1 or None, which is all.
        log_dir: path or None. Folder of the TensorBoard run.
        prefix: str, put before the key.
        budget: float in (0, 1] or None. Share of fit time this may take, divided by the monitors
            of the `fit`. Before the first value the monitor chooses how many rows that buys, never
            fewer than 32 or one batch. None always measures all.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2. Whether to say when rows are left out.

    Raises:
        ValueError: at the start of a `fit` without validation data.

    Example:

    >>> import keras
    >>> import numpy as np
    >>> import keras_halluc as kh
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x, y = np.ones((4, 2)), np.ones((4, 1))
    >>> monitor = kh.callbacks.GeneralizationMonitor((x, y))
    >>> history = model.fit(x, y, validation_data=(x, y), callbacks=[monitor], verbose=0)
    >>> history.history["generalization_gap"]
    [0.0]
    """

    name = "generalization"
    keys = ("generalization_gap",)

    def __init__(
        self,
        training_data: Any,
        batch_size: int | None = None,
        max_rows: int | None = 1024,
        log_dir: Any = None,
        prefix: str = "",
        budget: float | None = 0.05,
        strict: bool = False,
        verbose: str | int = "auto",
    ) -> None:
        super().__init__(log_dir, prefix, budget, strict, verbose)
        self.batch_size = None if batch_size is None else require_int("batch_size", batch_size, 1)
        self.max_rows = None if max_rows is None else require_int("max_rows", max_rows, 1)
        self.rows = FixedRows("training_data", training_data)
        if self.rows.is_dataset and self.batch_size is not None:
            raise ValueError(
                "`batch_size` must be None where `training_data` is a dataset, which has its own. "
                f"Received: batch_size={batch_size}"
            )

    unit = "training rows"
    measures_base = False  # there is no `val_loss` before the first epoch

    @property
    def available(self) -> int:
        return min(self.rows.count, self.max_rows or self.rows.count)

    @property
    def minimum(self) -> int:
        return max(self.batch_size or KERAS_BATCH_SIZE, KERAS_BATCH_SIZE)

    def begin(self) -> None:
        require_one_process(type(self).__name__)
        if _validates(self.model) is False:
            raise ValueError(
                f"{type(self).__name__} needs `val_loss`: give `validation_data` to `fit`. "
                "Received: validation_data=None"
            )
        self._training_loss: float | None = None
        self._prepared: tuple[int, Any] = (0, None)
        with self.session.undisturbed(self.model):
            self._loss(self.minimum)  # compiles; and wrong data are an error before training

    def seconds_each(self) -> float:
        if self.available <= self.minimum:
            return 0.0
        start = time.perf_counter()
        self._loss(self.minimum)
        return (time.perf_counter() - start) / self.minimum

    def look(self, moment: Moment) -> tuple[float, float] | None:
        """`val_loss` and the loss on training rows; None in an epoch without validation."""
        self._training_loss = None
        if "val_loss" not in moment.logs:
            return None
        with _as_validated(self):
            self._training_loss = self._loss(moment.count)
        return float(moment.logs["val_loss"]), self._training_loss

    def summarize(self, seen: tuple[float, float] | None) -> dict[str, float]:
        if seen is None:
            return {}
        validation_loss, training_loss = seen
        gap = validation_loss - training_loss
        if not math.isfinite(gap):
            self._training_loss = None
            raise ValueError(
                "`val_loss` and the loss on training data must be finite. Received: "
                f"val_loss={validation_loss}, training loss={training_loss}"
            )
        return {"generalization_gap": gap}

    def nothing_measured(self) -> str:
        return (
            "no epoch had a finite `val_loss` and loss on training data. Give `fit` a "
            "`validation_data`, and a `validation_freq` that some epoch meets."
        )

    def charts(self) -> list[Any]:
        from keras_halluc.tensorboard import MultilineChart

        tags = [*self.log_keys, self.prefix + "training_subset_loss"]
        return [MultilineChart(tag, [tag]) for tag in tags]

    def write_details(self, writer: Any, step: int) -> None:
        if self._training_loss is not None:
            writer.scalar(self.prefix + "training_subset_loss", self._training_loss, step)

    def _loss(self, count: int) -> float:
        model = self.model
        with same_metrics(model):
            if self._prepared[0] != count:
                self._prepared = count, preprocessed(model, *self.rows.take(count))
            x, y, sample_weight = self._prepared[1]
            result = bound_method(model, "evaluate", x)(
                x,
                y,
                sample_weight=sample_weight,
                batch_size=self.batch_size,
                verbose=0,
                return_dict=True,
            )
        return float(result["loss"])


def _validates(model: Any) -> bool | None:
    """Whether the running `fit` has validation data; None where there is no `fit` of Keras.

    Keras tells callbacks only after the first epoch, but `fit` stands further up the stack.
    """
    frame = inspect.currentframe()
    while frame is not None:
        found = frame.f_locals
        if frame.f_code.co_name == "fit" and found.get("self") is model:
            return found.get("validation_data") is not None
        frame = frame.f_back
    return None


@contextlib.contextmanager
def _as_validated(monitor: Monitor) -> Iterator[None]:
    """The weights that validation saw: those of `SwapEMAWeights`, where there is one."""
    before = monitor.session.before(monitor)
    # One that swaps for the epoch's end, and comes before the monitor, has done so.
    due = [
        other
        for other in monitor.session.callbacks
        if isinstance(other, keras.callbacks.SwapEMAWeights)
        and not (other.swap_on_epoch and any(other is one for one in before))
    ]
    for swap in due:
        swap.on_test_begin()
    try:
        yield
    finally:
        for swap in due:
            swap.on_test_end()
