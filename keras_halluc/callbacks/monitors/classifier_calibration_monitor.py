"""Is a classifier as sure of its classes as they are right, and does it know when to be silent?"""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._processes import require_one_process
from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._types import LABELS
from keras_halluc.callbacks.monitors.moment import Moment
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.callbacks.observed.fixed_rows import FixedRows
from keras_halluc.callbacks.observed.model_calls import bound_method
from keras_halluc.callbacks.observed.model_calls import preprocessed
from keras_halluc.metrics._inputs import like_probabilities
from keras_halluc.statistics.confidence_estimates import KEYS
from keras_halluc.statistics.confidence_estimates import THRESHOLDS
from keras_halluc.statistics.confidence_estimates import abstention_estimates
from keras_halluc.statistics.confidence_estimates import confidence_estimates
from keras_halluc.statistics.confidence_estimates import reliability
from keras_halluc.statistics.estimates import Estimate


class ClassifierCalibrationMonitor(Monitor):
    """Compares the probability of the likeliest class with how often it is right, epoch by epoch.

    Put it before `EarlyStopping`, `ModelCheckpoint` and `CSVLogger`. It writes into `logs` the keys
    of `CalibrationMonitor`. `expected_calibration_error`, `brier_score` and `aurc` are better when
    lower, `auroc` when higher. `auroc` is left out where all rows are right or all are wrong, and
    all four below 30 rows. `abstention_score_t50`, `_t75` and `_t90` (higher is better) are those
    of a classifier that keeps silent where it is less sure than the threshold. The reliability
    diagram goes to TensorBoard as `reliability`. For these numbers within `compile`, or of each
    token, use `kh.metrics`.

    Args:
        validation_data: `(x, y)` of arrays or texts, `y` int class ids `(row,)`.
        from_logits: bool. Whether the model returns logits, as KerasHub classifiers do, or
            probabilities. One output is that of class 1.
        batch_size: int or None, which is Keras' 32.
        max_rows: int >= 1 or None, which is all. The rows are evenly spread.
        resamples: int >= 1, of each bootstrap interval.
        log_dir: path or None. Folder of the TensorBoard run.
        prefix: str, put before every key.
        strict: bool. Whether an error while measuring ends `fit`.
        verbose: `"auto"`, 0, 1 or 2, as in `fit`.

    Example:

    >>> import keras
    >>> import numpy as np
    >>> import keras_halluc as kh
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2)])
    >>> model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    >>> x, y = np.linspace(-9, 9, 40)[:, None], np.repeat([0, 1], 20)
    >>> monitor = kh.callbacks.ClassifierCalibrationMonitor((x, y), resamples=10)
    >>> history = model.fit(x, y, callbacks=[monitor], verbose=0).history
    >>> 0.0 <= history["expected_calibration_error"][0] <= 1.0
    True

    References:
        Guo et al. 2017, "On calibration of modern neural networks",
        https://arxiv.org/abs/1706.04599; Geifman and El-Yaniv 2017,
        https://arxiv.org/abs/1705.08500
    """

    name = "calibration"
    keys = KEYS

    def __init__(
        self,
        validation_data: Any,
        from_logits: bool = True,
        batch_size: int | None = None,
        max_rows: int | None = 4096,
        resamples: int = 200,
        log_dir: Any = None,
        prefix: str = "",
        strict: bool = False,
        verbose: str | int = "auto",
    ) -> None:
        super().__init__(log_dir, prefix, None, strict, verbose)
        self.from_logits = require_choice("from_logits", from_logits, (True, False))
        self.batch_size = None if batch_size is None else require_int("batch_size", batch_size, 1)
        self.resamples = require_int("resamples", resamples, minimum=1)
        rows = FixedRows("validation_data", validation_data)
        if rows.is_dataset or len(rows.parts) < 2:
            raise TypeError(
                "`validation_data` must be (x, y) of arrays or lists. "
                + received("validation_data", type(validation_data))
            )
        count = (
            rows.count
            if max_rows is None
            else min(rows.count, require_int("max_rows", max_rows, 1))
        )
        self.x, y, _ = rows.take(count)
        self.y = np.asarray(y).reshape(len(y), -1)
        if self.y.shape[1] != 1 or self.y.dtype.kind not in "iub":
            raise ValueError(
                "`validation_data` must have int class ids of shape (row,) for labels. "
                f"Received: dtype {self.y.dtype}, shape {np.shape(y)}"
            )
        self.y = self.y[:, 0].astype("int64")

    def begin(self) -> None:
        require_one_process(type(self).__name__)
        with self.session.undisturbed(self.model):
            self._x = preprocessed(self.model, self.x)[0]

    def look(self, moment: Moment) -> np.ndarray:
        """Probabilities `(row, class)`."""
        predict = bound_method(self.model, "predict", self._x)
        found = np.asarray(predict(self._x, batch_size=self.batch_size, verbose=0), "float32")
        if found.ndim != 2:
            raise ValueError(
                "The model must return (row, class), or (row, 1) for two classes. "
                f"Received: shape {found.shape}"
            )
        if self.from_logits:
            if like_probabilities(found):
                raise ValueError(
                    "The model must return logits; for one that ends in a softmax give "
                    f"from_logits=False. {received('outputs', found[0][:4])}"
                )
            squash = keras.ops.sigmoid if found.shape[1] == 1 else keras.ops.softmax
            found = np.asarray(ops.convert_to_numpy(squash(found)))
        if not ((found >= 0.0) & (found <= 1.0 + 1e-3)).all():
            raise ValueError(
                "The model must return finite logits, or with from_logits=False probabilities. "
                + received("outputs", found.ravel()[:4])
            )
        if found.shape[1] == 1:
            found = np.concatenate([1.0 - found, found], axis=1)
        if self.y.min() < 0 or self.y.max() >= found.shape[1]:
            raise ValueError(
                f"`validation_data` must have class ids in [0, {found.shape[1]}), as the model "
                f"has. Received: ids in [{self.y.min()}, {self.y.max()}]"
            )
        return found

    def summarize(self, seen: np.ndarray) -> dict[str, Estimate]:
        confidence = np.minimum(seen.max(axis=1), 1.0).astype("float32")
        correct = (seen.argmax(axis=1) == self.y).astype("float32")
        values = confidence_estimates(confidence, correct, self.resamples, KEYS)
        for key, threshold in THRESHOLDS.items():
            silent = confidence < threshold
            labels = np.where(silent, "abstained", np.where(correct, "supported", "contradicted"))
            sums = [float(np.sum(labels == label)) for label in LABELS]
            values[key] = abstention_estimates(sums)[key]
        self._sums = reliability(confidence, correct)
        return values

    def write_details(self, writer: Any, step: int) -> None:
        from keras_halluc.tensorboard.reliability_diagram import reliability_diagram

        writer.image(self.prefix + "reliability", reliability_diagram(self._sums), step)
