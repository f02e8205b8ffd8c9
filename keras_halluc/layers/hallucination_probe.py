"""Do a model's hidden states tell that what it says is made up?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._types import Tensor
from keras_halluc.layers.heads import Float32Output
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops._shapes import require_shape
from keras_halluc.statistics.logistic_regression import fit_logistic

# A spread smaller than this share of the mean is rounding in float32: the feature is constant.
CONSTANT = 1e-6


@register("HallucinationProbe")
class HallucinationProbe(Float32Output):
    """Linear probe (logistic regression) for the probability that an output is hallucinated.

    `adapt` standardises the features and finds the weights at once, the same each time. The
    layer can be trained by `fit` as well, with a binary cross-entropy; features are then
    standardised only if `adapt` was called before. All maths is in float32.

    Args:
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        features: float `(..., hidden)`, such as the hidden state at the last token of the answer.

    Returns:
        float32 `(..., 1)`, in [0, 1], lower is better supported.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> hallucinated = np.arange(40) % 2
    >>> states = rng.normal(size=(40, 8)) + 3.0 * hallucinated[:, None]
    >>> probe = kh.layers.HallucinationProbe()
    >>> probe.adapt(states, hallucinated)
    >>> probabilities = keras.ops.convert_to_numpy(probe(states))
    >>> float(probabilities[2, 0]) < 0.05, float(probabilities[3, 0]) > 0.95
    (True, True)

    References:
        Azaria and Mitchell 2023, "The internal state of an LLM knows when it's lying",
        https://arxiv.org/abs/2304.13734
        Kossen et al. 2024, "Semantic entropy probes: robust and cheap hallucination detection in
        LLMs", https://arxiv.org/abs/2406.15927
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)
        self.supports_masking = True

    def build(self, features_shape: Any) -> None:
        def weight(name: str, shape: tuple[int, ...], initializer: str, trainable: bool) -> Any:
            return self.add_weight(
                shape,
                initializer=initializer,
                trainable=trainable,
                dtype="float32",
                autocast=False,  # or they are rounded, whatever the layer's own `autocast`
                name=name,
            )

        hidden = (int(features_shape[-1]),)
        self.mean = weight("mean", hidden, "zeros", False)
        self.scale = weight("scale", hidden, "ones", False)
        self.kernel = weight("kernel", hidden, "zeros", True)
        self.bias = weight("bias", (), "zeros", True)

    def call(self, features: Tensor) -> Tensor:
        standard = (ops.cast(features, "float32") - self.mean) / self.scale
        return ops.sigmoid(ops.sum(standard * self.kernel, axis=-1, keepdims=True) + self.bias)

    def adapt(self, features: Tensor, labels: Tensor, l2: float = 1.0) -> None:
        """Sets mean, scale and weights from rows of features.

        Args:
            features: float `(rows, hidden)`.
            labels: int, bool or float `(rows,)`, 1 where the output is hallucinated and 0 where it
                is not.
            l2: float > 0. The sum of the losses of the rows is minimised with `l2 / 2` times the
                squared weights of the standardised features. More is smoother. Defaults to `1.0`.
        """
        l2 = require_number("l2", l2, above=0.0)
        rows = np.asarray(ops.convert_to_numpy(features)).astype("float64")
        classes = np.asarray(ops.convert_to_numpy(labels)).astype("float64")
        require_rank("features", rows, ("rows", "hidden"))
        require_shape("labels", classes, "features", rows.shape[:1])
        if not np.isfinite(rows).all():
            raise ValueError("`features` must be finite. Received: NaN or infinity")
        if set(classes) != {0.0, 1.0}:
            raise ValueError(
                "`labels` must be 0 and 1, with both present. "
                f"Received: labels {sorted(set(classes.tolist()))[:10]}"
            )
        mean, scale = rows.mean(axis=0), rows.std(axis=0)
        scale = np.where(scale > CONSTANT * np.abs(mean), scale, 1.0)
        kernel, bias = fit_logistic((rows - mean) / scale, classes, l2)
        if not self.built:
            self.build((None, rows.shape[1]))
        for variable, value in (
            (self.mean, mean),
            (self.scale, scale),
            (self.kernel, kernel),
            (self.bias, bias),
        ):
            variable.assign(value.astype("float32") if isinstance(value, np.ndarray) else value)

    @classmethod
    def cross_validate(
        cls,
        features: Tensor,
        labels: Tensor,
        groups: Sequence[Any] | None = None,
        folds: int = 5,
        l2: float = 1.0,
        seed: int = 0,
    ) -> np.ndarray:
        """Probability that each output is hallucinated, by a probe adapted on other outputs alone.

        Rows are dealt into folds by chance, each class evenly; a probe is adapted on all folds but
        one and asked about that one.

        Args:
            features: float `(rows, hidden)`.
            labels: int, bool or float `(rows,)`, 1 where the output is hallucinated and 0 where it
                is not; at least `folds` of each.
            groups: list of `rows` names or None. Rows with one name, such as several wordings of
                one question, stay in one fold: a probe may know the question again.
            folds: int >= 2. Defaults to `5`.
            l2: float > 0, see `adapt`. Defaults to `1.0`.
            seed: int >= 0. Defaults to `0`.

        Returns:
            float32 `(rows,)`, in [0, 1].
        """
        folds = require_int("folds", folds, minimum=2)
        rng = np.random.default_rng(require_int("seed", seed, minimum=0))
        rows = np.asarray(ops.convert_to_numpy(features)).astype("float64")
        classes = np.asarray(ops.convert_to_numpy(labels)).astype("float64")
        require_rank("features", rows, ("rows", "hidden"))
        require_shape("labels", classes, "features", rows.shape[:1])
        for value in (0.0, 1.0):
            if (count := int((classes == value).sum())) < folds:
                raise ValueError(
                    f"`labels` must have at least {folds} rows of each class, one for each fold. "
                    f"Received: {count} rows with label {int(value)}"
                )
        named = np.arange(len(rows)) if groups is None else np.asarray(groups)
        require_shape("groups", named, "labels", classes.shape)
        names, group = np.unique(named, return_inverse=True)
        share = np.bincount(group, classes) / np.bincount(group)
        fold_of = np.zeros(len(names), int)
        fold_of[np.lexsort((rng.random(len(names)), share))] = np.arange(len(names)) % folds
        fold = fold_of[group]
        found = np.zeros(len(classes), "float32")
        for i in range(folds):
            probe = cls()
            probe.adapt(rows[fold != i], classes[fold != i], l2=l2)
            found[fold == i] = ops.convert_to_numpy(probe(rows[fold == i]))[:, 0]
        return found

    def compute_output_shape(self, features_shape: Any) -> Any:
        return (*features_shape[:-1], 1)
