"""`KerasPairScorer`: entailment probabilities of pairs of texts out of any Keras model."""

from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_halluc._distribution import shared_evenly
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc.text.encodable import encodable

STANDARD = ("entailment", "neutral", "contradiction")
GROWTH = 4  # a smaller batch is filled up to a power of it, so that few shapes are compiled


class KerasPairScorer:
    """Probabilities of entailment, out of any Keras model that classifies pairs of texts.

    Args:
        model: Keras model that gives class scores `(batch, classes)`, such as a KerasHub
            `TextClassifier` with three classes, or `keras_halluc.models.PairEntailment`.
        preprocess: callable of two lists of str, sources and claims, that returns the model's
            input; a lone surrogate reaches it as U+FFFD. None takes the model's own
            `preprocessor`, as KerasHub tasks have one.
        labels: tuple of str, what each class stands for: `"entailment"`, and as far as the model
            tells them apart `"neutral"` and `"contradiction"`, or `"not_entailment"`, which counts
            as neutral. Models differ in this order; look at the card of yours.
        from_logits: bool, whether class scores are logits.
        batch_size: int. Texts are sorted by length, so that little is padding, where
            `preprocess` pads to the longest of a batch. What is left at the end is filled up to 1,
            4, 16 and so on.

    Call arguments:
        sources: list of str.
        claims: list of str, as many.

    Returns:
        float32 `(pairs, 3)`: probability entailed, neutral, contradicted.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Rescaling(1.0)])
    >>> def lengths(sources, claims):
    ...     return np.array([[len(s), len(c)] for s, c in zip(sources, claims)], "float32")
    >>> labels = ("entailment", "not_entailment")
    >>> scorer = kh.grounding.KerasPairScorer(model, lengths, labels)
    >>> [round(float(p), 3) for p in scorer(["abc"], ["ab"])[0]]
    [0.731, 0.269, 0.0]
    """

    def __init__(
        self,
        model: keras.Model,
        preprocess: Callable[[list[str], list[str]], Any] | None = None,
        labels: Sequence[str] = STANDARD,
        from_logits: bool = True,
        batch_size: int = 32,
    ) -> None:
        if not isinstance(model, keras.Model):
            raise TypeError(f"`model` must be a Keras model. {received('model', model)}")
        if preprocess is None:
            own = getattr(model, "preprocessor", None)
            if own is None:
                raise ValueError(
                    "`preprocess` must be given for a model without a preprocessor of its own. "
                    f"{received('model', type(model).__name__)}"
                )
            preprocess = _of_preprocessor(own)
        columns = [*STANDARD, "not_entailment"]
        labels = tuple(require_strings("labels", labels))
        if (
            "entailment" not in labels
            or set(labels) - set(columns)
            or len(set(labels)) < len(labels)
        ):
            raise ValueError(
                f'`labels` must name each class once, of {tuple(columns)}, with "entailment" '
                f"among them. {received('labels', labels)}"
            )
        self.model = model
        self.preprocess = preprocess
        self.labels = labels
        self.from_logits = from_logits
        self.batch_size = require_int("batch_size", batch_size, minimum=1)

    def __call__(self, sources: Sequence[str], claims: Sequence[str]) -> np.ndarray:
        sources = require_strings("sources", sources, empty_ok=True)
        claims = require_strings("claims", claims, empty_ok=True)
        require_same_length(sources=sources, claims=claims)
        found = np.zeros((len(sources), 3), "float32")
        lengths = [len(source) + len(claim) for source, claim in zip(sources, claims)]
        order = np.argsort(lengths, kind="stable")[::-1]  # the longest first: memory shows at once
        size = shared_evenly(self.batch_size)
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            full = np.resize(rows, _filled(len(rows), size))
            texts = ([encodable(column[i]) for i in full] for column in (sources, claims))
            x = self.preprocess(*texts)
            # As Keras has it: a KerasHub task would preprocess once more.
            scores = keras.Model.predict_on_batch(self.model, x)
            found[rows] = self._columns(np.asarray(scores))[: len(rows)]
        return found

    def _columns(self, scores: np.ndarray) -> np.ndarray:
        """Probabilities in our order."""
        if scores.ndim != 2 or scores.shape[1] != len(self.labels):
            raise ValueError(
                f"`model` must give scores (batch, {len(self.labels)}), one a label of "
                f"{self.labels}. Received: shape {scores.shape}"
            )
        scores = scores.astype("float32")
        if self.from_logits:
            scores = np.exp(scores - scores.max(axis=1, keepdims=True))
            scores = scores / scores.sum(axis=1, keepdims=True)
        found = np.zeros((len(scores), 3), "float32")
        for column, label in enumerate(self.labels):
            place = STANDARD.index("neutral" if label == "not_entailment" else label)
            found[:, place] += scores[:, column]
        return found


def _filled(count: int, most: int) -> int:
    """How many rows a batch of so many is filled up to."""
    size = 1
    while size < count:
        size *= GROWTH
    return min(shared_evenly(size), most)


def _of_preprocessor(own: Callable[..., Any]) -> Callable[[list[str], list[str]], Any]:
    def preprocess(sources: list[str], claims: list[str]) -> Any:
        return own((sources, claims), y=None)  # without y KerasHub takes the pair for (x, y)

    return preprocess
