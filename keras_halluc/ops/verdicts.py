"""How many outputs got each verdict label?"""

from keras import ops

from keras_halluc._types import HALLUCINATED
from keras_halluc._types import LABELS
from keras_halluc._types import Tensor
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape

MEASURED = tuple(label for label in LABELS if label != "unmeasured")
# Every rate over verdicts: the labels it counts, and the labels it is taken over.
VERDICT_RATES = {
    "hallucination_rate": (HALLUCINATED, MEASURED),
    "abstention_rate": (("abstained",), MEASURED),
    "answer_accuracy": (("supported",), MEASURED),
    "check_coverage": (MEASURED, LABELS),
}


def verdict_sums(labels: Tensor, weight: Tensor) -> Tensor:
    """Summed weight of each verdict label; the sums add over batches.

    A label outside `[0, 5)` with a weight other than 0 makes every sum NaN, so that a mistake is
    seen in compiled code too.

    Args:
        labels: int `(batch,)`, ids into `("supported", "unsupported", "contradicted",
            "abstained", "unmeasured")`.
        weight: float or bool `(batch,)`; a weight of 0 drops the item.

    Returns:
        float32 `(5,)`.
    """
    labels = ops.convert_to_tensor(labels)
    require_rank("labels", labels, ("batch",))
    weight = ops.convert_to_tensor(weight)
    require_shape("weight", weight, "labels", labels.shape)
    labels = ops.cast(labels, "int32")
    weight = ops.cast(weight, "float32")
    known = ops.logical_and(labels >= 0, labels < len(LABELS))
    weight = ops.where(
        ops.logical_or(known, weight == 0.0), weight, ops.full_like(weight, float("nan"))
    )
    hit = ops.equal(ops.expand_dims(labels, -1), ops.arange(len(LABELS), dtype="int32"))
    stray = ops.logical_not(ops.expand_dims(known, -1))
    weight = ops.expand_dims(weight, -1)
    return ops.sum(ops.where(ops.logical_or(hit, stray), weight, ops.zeros_like(weight)), axis=0)
