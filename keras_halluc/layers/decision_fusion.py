"""How do several classifiers decide together, when some have nothing to say?"""

from typing import Any

from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_choice
from keras_halluc._types import Tensor
from keras_halluc.layers.heads import Float32Output
from keras_halluc.layers.modalities import as_present
from keras_halluc.layers.modalities import keep_present
from keras_halluc.layers.modalities import require_modalities
from keras_halluc.ops.divergence import FORBIDDEN

RULES = ("mixture", "product")


@register("DecisionFusion")
class DecisionFusion(Float32Output):
    """Late fusion: combines the logits of several classifiers, each with a learned weight.

    - `"mixture"`: weighted mean of the probabilities. One confident classifier is heard.
    - `"product"`: weighted mean of the log-probabilities. All must agree; one can veto.

    The weights are a softmax, over those present in the row alone. What stands in the logits of
    a missing one, NaN too, has no influence on output or gradients. A row without any gives each
    class the same probability. All maths is in float32.

    Args:
        rule: str, `"mixture"` or `"product"`. Defaults to `"mixture"`.
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        inputs: list of float tensors `(batch, num_classes)`, logits, one a classifier.
        present: bool or int `(batch, modalities)`, 0 where one is missing. None: all are there.

    Returns:
        float32 `(batch, num_classes)`, log-probabilities, which also serve as logits.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> fusion = kh.layers.DecisionFusion()
    >>> text, image = np.log([[0.9, 0.1]]), np.log([[0.5, 0.5]])
    >>> both = keras.ops.convert_to_numpy(fusion([text, image]))
    >>> one = keras.ops.convert_to_numpy(fusion([text, image], present=np.array([[1, 0]])))
    >>> round(float(np.exp(both[0, 0])), 3), round(float(np.exp(one[0, 0])), 3)
    (0.7, 0.9)

    References:
        Kittler et al. 1998, "On combining classifiers", https://doi.org/10.1109/34.667881
        Hinton 2002, "Training products of experts by minimizing contrastive divergence",
        https://doi.org/10.1162/089976602760128018
    """

    def __init__(self, rule: str = "mixture", **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)
        self.rule = require_choice("rule", rule, RULES)

    def build(self, inputs_shape: Any, present_shape: Any = None) -> None:
        shapes = require_modalities(inputs_shape)
        if len({shape[-1] for shape in shapes}) > 1:
            raise ValueError(f"`inputs` must all have the same classes. Received: shapes {shapes}")
        self.votes = self.add_weight(
            (len(shapes),), initializer="zeros", dtype="float32", autocast=False, name="votes"
        )

    def call(self, inputs: list[Tensor], present: Tensor = None) -> Tensor:
        there = as_present(present, inputs)
        clean = keep_present([ops.cast(x, "float32") for x in inputs], there)
        log_probs = ops.log_softmax(ops.stack(clean, axis=1), axis=-1)
        votes = ops.where(there, ops.convert_to_tensor(self.votes), FORBIDDEN)
        log_weights = ops.expand_dims(ops.log_softmax(votes, axis=-1), -1)
        if self.rule == "mixture":
            return ops.logsumexp(log_weights + log_probs, axis=1)
        return ops.log_softmax(ops.sum(ops.exp(log_weights) * log_probs, axis=1), axis=-1)

    def compute_output_shape(self, inputs_shape: Any, present_shape: Any = None) -> Any:
        return tuple(inputs_shape[0])

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(rule=self.rule)
        return config
