"""Which class do these features have, how sure is that, and is it sure enough?"""

from typing import Any

import numpy as np
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.layers.heads import ProjectionHead
from keras_halluc.layers.temperature_scaling import fit_temperature
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape


@register("ClassificationHead")
class ClassificationHead(ProjectionHead):
    """Logits of a class, calibrated by a temperature, with a class of its own for "not sure".

    After training, `calibrate` sets `temperature`, a weight that is saved and never trained.
    Logits are divided by it outside training only: a fit that goes on after it learns from the
    logits it always did, while predictions and validation losses are of the calibrated ones.

    Args:
        num_classes: int, at least 2.
        dropout: float in [0, 1], of the features while training. Defaults to `0.0`.
        abstain_below: float in [0, 1]. `decide` abstains where the top probability is lower.
            Defaults to `0.0`, which never abstains.
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        features: float `(..., hidden)`.
        training: bool.

    Returns:
        float32 `(..., num_classes)`, logits.

    Example:

    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> head = kh.layers.ClassificationHead(num_classes=2, abstain_below=0.7)
    >>> head.build((None, 4))
    >>> too_sure = np.array([[9.0, 0.0], [9.0, 0.0], [9.0, 0.0], [9.0, 0.0], [0.0, 9.0]])
    >>> round(head.calibrate(too_sure, np.array([0, 0, 0, 1, 1])), 2)  # sure at 0.8: log(4) = 1.39
    6.49
    >>> [int(i) for i in head.decide(np.array([[0.0, 2.0], [1.0, 1.0]]))]
    [1, -1]

    References:
        Guo et al. 2017, "On calibration of modern neural networks",
        https://arxiv.org/abs/1706.04599
        Geifman and El-Yaniv 2017, "Selective classification for deep neural networks",
        https://arxiv.org/abs/1705.08500
    """

    def __init__(
        self,
        num_classes: int,
        dropout: float = 0.0,
        abstain_below: float = 0.0,
        **kwargs: Any,
    ) -> None:
        self.num_classes = require_int("num_classes", num_classes, minimum=2)
        super().__init__(self.num_classes, dropout, **kwargs)
        self.abstain_below = require_number(
            "abstain_below", abstain_below, minimum=0.0, maximum=1.0
        )

    def build(self, features_shape: Any) -> None:
        super().build(features_shape)
        self.temperature = self.add_weight(
            (),
            initializer="ones",
            trainable=False,
            dtype="float32",
            autocast=False,
            name="temperature",
        )

    def call(self, features: Tensor, training: bool | None = None) -> Tensor:
        logits = self.project(features, training)
        return logits if training else logits / self.temperature

    def calibrate(self, logits: Tensor, labels: Tensor) -> float:
        """Fits the temperature on held-out rows, by maximum likelihood.

        Args:
            logits: float `(rows, num_classes)`, of this layer outside training, such as
                `model.predict(rows)`. A temperature set before is taken out of them first, so
                that calibrating twice gives the same.
            labels: int `(rows,)`, classes. Rows the model was trained on make it too sure.

        Returns:
            float > 0, the temperature. Above 1 the model was too sure.
        """
        scores = np.asarray(ops.convert_to_numpy(logits), "float64")
        classes = np.asarray(ops.convert_to_numpy(labels))
        require_rank("logits", scores, ("rows", "num_classes"))
        require_shape("logits", scores, "num_classes", (None, self.num_classes))
        require_shape("labels", classes, "logits", scores.shape[:1])
        if not len(scores) or not np.isfinite(scores).all():
            raise ValueError(
                f"`logits` must be finite, at least one row. Received: shape {scores.shape}"
            )
        if not np.issubdtype(classes.dtype, np.integer):
            raise TypeError(f"`labels` must be integers. Received: dtype {classes.dtype}")
        if classes.min() < 0 or classes.max() >= self.num_classes:
            raise ValueError(
                f"`labels` must be in [0, {self.num_classes}). Received: labels from "
                f"{classes.min()} to {classes.max()}"
            )
        before = float(ops.convert_to_numpy(self.temperature.value))
        temperature = fit_temperature(scores * before, classes)
        self.temperature.assign(temperature)
        return temperature

    def decide(self, logits: Tensor) -> Tensor:
        """The class of each row, or -1 where the top probability is below `abstain_below`.

        Args:
            logits: float `(..., num_classes)`, of this layer outside training.

        Returns:
            int32 of shape `(...)`.
        """
        probs = ops.softmax(ops.cast(ops.convert_to_tensor(logits), "float32"), axis=-1)
        sure = ops.max(probs, axis=-1) >= self.abstain_below
        return ops.where(sure, ops.cast(ops.argmax(probs, axis=-1), "int32"), -1)

    def compute_output_shape(self, features_shape: Any) -> Any:
        return (*features_shape[:-1], self.num_classes)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.update(num_classes=self.num_classes, abstain_below=self.abstain_below)
        return config
