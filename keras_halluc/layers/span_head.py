"""Where does the answer stand in the text, if it is there at all?"""

from typing import Any

import numpy as np
from keras import ops

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._types import Tensor
from keras_halluc.layers.heads import ProjectionHead
from keras_halluc.layers.masks import as_mask
from keras_halluc.layers.masks import keep
from keras_halluc.ops._shapes import require_rank
from keras_halluc.ops.divergence import FORBIDDEN


@register("SpanHead")
class SpanHead(ProjectionHead):
    """Extractive answers: logits of where a span starts and ends, position 0 meaning no answer.

    Labels are int `(batch, 2)`, start and end (the last token of the answer), both 0 for a
    question without an answer; the loss is `SparseCategoricalCrossentropy(from_logits=True)`.

    Args:
        dropout: float in [0, 1], of the features while training. Defaults to `0.0`.
        **kwargs: passed to `keras.layers.Layer`.

    Call arguments:
        features: float `(batch, seq, hidden)`.
        context_mask: bool or int `(batch, seq)`, 1 where an answer may stand. None: the Keras
            mask of `features`, if it has one.
        training: bool.

    Returns:
        float32 `(batch, 2, seq)`, logits of start and end; -1e9 outside the context, save at
        position 0.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> head = kh.layers.SpanHead()
    >>> logits = head(np.ones((1, 5, 8)), context_mask=np.array([[0, 0, 1, 1, 1]]))
    >>> tuple(logits.shape), float(keras.ops.convert_to_numpy(logits)[0, 0, 1])
    ((1, 2, 5), -1000000000.0)
    >>> start, end, score, margin = head.best_spans(
    ...     np.array([[[1.0, 0.0, 3.0, 0.0], [1.0, 4.0, 0.0, 2.0]]]), max_answer_length=2
    ... )
    >>> int(start[0]), int(end[0]), float(score[0]), float(margin[0])
    (2, 3, 5.0, -3.0)

    References:
        Devlin et al. 2019, "BERT: pre-training of deep bidirectional transformers for language
        understanding", https://arxiv.org/abs/1810.04805
        Rajpurkar et al. 2018, "Know what you don't know: unanswerable questions for SQuAD",
        https://arxiv.org/abs/1806.03822
    """

    def __init__(self, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(2, dropout, **kwargs)

    def build(self, features_shape: Any, context_mask_shape: Any = None) -> None:
        super().build(features_shape)

    def call(
        self,
        features: Tensor,
        context_mask: Tensor = None,
        training: bool | None = None,
        mask: Tensor = None,
    ) -> Tensor:
        require_rank("features", features, ("batch", "seq", "hidden"))
        given = mask if context_mask is None else context_mask
        allowed = as_mask("context_mask", given, "features", features)
        first = ops.arange(ops.shape(features)[1], dtype="int32") == 0
        allowed = ops.logical_or(allowed, first)
        logits = self.project(keep(features, allowed), training)
        return ops.where(ops.expand_dims(allowed, 1), ops.transpose(logits, (0, 2, 1)), FORBIDDEN)

    def compute_mask(self, inputs: Tensor, previous_mask: Any = None) -> None:
        """The positions are the classes of the output: a mask would be one of rows."""

    @staticmethod
    def best_spans(
        logits: Tensor, max_answer_length: int, context_mask: Tensor = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The best span of each row, and how much better it is to give no answer.

        Args:
            logits: float `(batch, 2, seq)`, as the layer returns them.
            max_answer_length: int, tokens a span may have.
            context_mask: bool or int `(batch, seq)`. A span has only positions where it is 1, and
                never position 0. None: those the layer has left in `logits`.

        Returns:
            Tuple of numpy arrays `(batch,)`: int start and end, with `end >= start`; float64
            score, the sum of the two logits; float64 margin, the score of no answer less that
            score. Take the span where the margin is below a threshold tuned on held-out
            questions; 0 where none was tuned. Of equal spans the shortest, then the first, is
            taken. Where no span is possible start and end are 0, the score is -inf and the margin
            inf.
        """
        length = require_int("max_answer_length", max_answer_length, minimum=1)
        scores = np.asarray(ops.convert_to_numpy(logits), "float64")
        require_rank("logits", scores, ("batch", "start and end", "seq"))
        if scores.shape[1] != 2 or not np.isfinite(scores).all():
            raise ValueError(
                f"`logits` must be finite, of shape (batch, 2, seq). Received: {scores.shape}"
            )
        starts, ends = scores[:, 0], scores[:, 1]
        run = (starts > FORBIDDEN / 2) & (ends > FORBIDDEN / 2)
        if context_mask is not None:
            given = np.asarray(ops.convert_to_numpy(context_mask)).astype(bool)
            if given.shape != run.shape:
                raise ValueError(
                    f"`context_mask` must have shape {run.shape}. Received: shape {given.shape}"
                )
            run = run & given
        inside = run.copy()
        inside[:, 0] = False
        return _search(starts, ends, inside, length)

    def compute_output_shape(self, features_shape: Any, context_mask_shape: Any = None) -> Any:
        return (features_shape[0], 2, features_shape[1])


def _search(
    starts: np.ndarray, ends: np.ndarray, inside: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Goes over lengths, not over pairs, so that memory is `(batch, seq)`."""
    rows = np.arange(len(starts))
    start, end = np.zeros(len(rows), "int64"), np.zeros(len(rows), "int64")
    score = np.full(len(rows), -np.inf)
    run = inside
    for more in range(min(length, starts.shape[1])):
        if more:
            run = run[:, :-1] & inside[:, more:]  # no hole between start and end
        sums = np.where(run, starts[:, : run.shape[1]] + ends[:, more:], -np.inf)
        best = sums.argmax(axis=1)
        better = sums[rows, best] > score
        start, end = np.where(better, best, start), np.where(better, best + more, end)
        score = np.where(better, sums[rows, best], score)
    return start, end, score, starts[:, 0] + ends[:, 0] - score
