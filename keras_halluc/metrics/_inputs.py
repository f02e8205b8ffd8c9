"""Are the labels and weights that came in such that a metric can count them?

Shapes and dtypes are always checked. The range of labels is checked where they are lists or numpy
arrays; to look into a tensor would halt a GPU at every step, or fail in compiled code, so there a
label out of range makes the result NaN.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._types import Tensor

_WAY_OUT = "; give padding a sample_weight of 0, or name its id to the metric"

SLACK, SUM_SLACK = 1e-3, 0.05  # low precision may miss 0, 1 and a sum of 1 by so much

_HOST = (list, tuple, np.ndarray, np.generic)


def int_labels(name: str, labels: Any) -> Tensor:
    """`labels` as an int32 tensor; they must be integers already."""
    if isinstance(labels, _HOST):
        labels = np.asarray(labels)
        kind = "i" if not labels.size else labels.dtype.kind
        dtype = str(labels.dtype)
        labels = labels if kind not in "iu" else labels.astype("int32")
    else:
        dtype = keras.backend.standardize_dtype(labels.dtype)
        kind = dtype[0] if "int" in dtype else "f"
    if kind not in "iu":
        raise TypeError(f"`{name}` must be integer class ids. Received: dtype {dtype}")
    return ops.cast(ops.convert_to_tensor(labels), "int32")


def weight_like(sample_weight: Any, name: str, labels: Tensor) -> Tensor:
    """`sample_weight` as float32 of the shape of `labels`; ones for None, one a row if 1-D."""
    if sample_weight is None:
        return ops.ones(ops.shape(labels), dtype="float32")
    weight = ops.cast(ops.convert_to_tensor(sample_weight), "float32")
    shape, wanted = tuple(weight.shape), tuple(labels.shape)
    per_row = len(shape) == 1
    pairs = zip(shape, wanted)
    if len(shape) not in (1, len(wanted)) or any(
        isinstance(a, int) and isinstance(b, int) and a != b for a, b in pairs
    ):
        either = f"{wanted}" if len(wanted) == 1 else f"{wanted} or {wanted[:1]}"
        raise ValueError(
            f"`sample_weight` must have shape {either}, as `{name}` has it. Received: shape {shape}"
        )
    if per_row and len(wanted) > 1:
        weight = ops.reshape(weight, (-1,) + (1,) * (len(wanted) - 1))
        weight = ops.broadcast_to(weight, ops.shape(labels))
    return weight


class _Masked(keras.losses.Loss):  # type: ignore[misc]  # keras has no types
    """Hands `y_true` back, times the mask that Keras hung on `y_pred`.

    Keras has no public function that reads the mask, but every loss heeds it.
    """

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return y_true


def masked_weight(weight: Tensor, y_pred: Tensor) -> Tensor:
    """`weight`, 0 where a layer of the model (`mask_zero=True`) has masked `y_pred`."""
    # TensorFlow wants a name that does not start with an underscore.
    return _Masked(name="masked", reduction="none", dtype="float32")(weight, y_pred)


def require_range(
    name: str, labels: Any, limit: int, ignore: int | None, sample_weight: Any, way_out: str
) -> None:
    """Host labels must lie in `[0, limit)` or equal `ignore`, where their weight is not 0."""
    if not isinstance(labels, _HOST):
        return
    labels = np.asarray(labels)
    wrong = (labels < 0) | (labels >= limit)
    if ignore is not None:
        wrong &= labels != ignore
    if wrong.any() and sample_weight is not None:
        if not isinstance(sample_weight, _HOST):
            return
        weight = np.asarray(sample_weight)
        wrong &= weight.reshape(weight.shape + (1,) * (labels.ndim - weight.ndim)) != 0
    if wrong.any():
        raise ValueError(
            f"`{name}` must be in [0, {limit}){way_out}. {received(name, labels[wrong].tolist())}"
        )


def like_probabilities(rows: np.ndarray) -> bool:
    """Whether `(row, class)` has several rows, each of which adds up to 1 as logits never do."""
    if len(rows) < 2 or not ((rows >= 0.0) & (rows <= 1.0)).all():
        return False
    shares = ((rows > 0.0) & (rows < 1.0)).any()
    return bool(shares and (np.abs(rows.sum(axis=-1, dtype="float64") - 1.0) < 1e-3).all())


def require_scale(
    y_true: Any, y_pred: Any, sample_weight: Any, ignore: int | None, from_logits: bool
) -> None:
    """Host `y_pred` must hold logits or probabilities, as was said, where its weight is not 0."""
    if not isinstance(y_pred, _HOST) or not isinstance(y_true, _HOST):
        return
    if sample_weight is not None and not isinstance(sample_weight, _HOST):
        return
    found, labels = np.asarray(y_pred, dtype="float32"), np.asarray(y_true)
    counts = np.ones(labels.shape, bool) if ignore is None else labels != ignore
    if sample_weight is not None:
        weight = np.asarray(sample_weight)
        counts = counts & (weight.reshape(weight.shape + (1,) * (labels.ndim - weight.ndim)) != 0)
    rows = found[counts]
    if from_logits:
        wrong = np.isnan(rows).any(axis=-1) | np.isposinf(rows).any(axis=-1)
        if like_probabilities(rows):
            raise ValueError(
                "`y_pred` must hold logits where from_logits=True; for a model that ends in a "
                "softmax give from_logits=False. Received: rows that add up to 1, "
                f"{received('y_pred[0]', rows[0][:8].tolist())}"
            )
    else:
        inside = ((rows >= -SLACK) & (rows <= 1.0 + SLACK)).all(axis=-1)
        wrong = ~inside | (rows.sum(axis=-1, dtype="float64") > 1.0 + SUM_SLACK)
    if wrong.any():
        row = rows[int(np.argmax(wrong))]
        what = "finite logits" if from_logits else "probabilities in [0, 1] that add up to 1"
        way = "" if from_logits else "; for logits give from_logits=True"
        raise ValueError(f"`y_pred` must hold {what}{way}. {received('row', row[:8].tolist())}")


def sound_rows(probs: Tensor) -> Tensor:
    """Which rows of `(..., class)` can be probabilities: bool `(...)`."""
    inside = ops.logical_and(probs >= -SLACK, probs <= 1.0 + SLACK)  # NaN is neither
    return ops.logical_and(ops.all(inside, axis=-1), ops.sum(probs, axis=-1) <= 1.0 + SUM_SLACK)


def counted_weight(
    y_true: Any, labels: Tensor, y_pred: Tensor, sample_weight: Any, ignore_class: int | None
) -> Tensor:
    """Float32 weight of each class id: 0 where it is ignored, masked or has none.

    Args:
        y_true: the ids as they came.
        labels: the same as `int_labels` returns them.
        y_pred: float, the shape of `labels` and one more axis, the classes.
        sample_weight: as it came, or None.
        ignore_class: int or None, the id that does not count.
    """
    weight = weight_like(sample_weight, "y_true", labels)
    require_range("y_true", y_true, y_pred.shape[-1], ignore_class, sample_weight, _WAY_OUT)
    weight = masked_weight(weight, y_pred)
    if ignore_class is not None:
        ignored = ops.equal(labels, ignore_class)
        weight = ops.where(ignored, ops.zeros_like(weight), weight)
    return weight


def require_ignore_class(ignore_class: Any) -> int | None:
    """An int, of any sign, or None."""
    return None if ignore_class is None else require_int("ignore_class", ignore_class)
