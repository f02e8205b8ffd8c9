"""How do labels of words or characters become labels of tokens?"""

from collections.abc import Sequence
from typing import Any

import keras_hub
import numpy as np

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc.generation.tokenizers import encoder_of
from keras_halluc.models.tasks.packing import Ids
from keras_halluc.models.tasks.packing import pack_rows
from keras_halluc.models.tasks.packing import row_weights
from keras_halluc.models.tasks.packing import special_tokens
from keras_halluc.models.tasks.packing import text_columns
from keras_halluc.models.tasks.token_offsets import Offsets
from keras_halluc.models.tasks.token_offsets import token_offsets

Spans = list[tuple[int, int, int]]


@register("TaggingPreprocessor")
class TaggingPreprocessor(keras_hub.models.Preprocessor):
    """Tokenises texts, and gives each token the class of the characters it stands for.

    A token has the class it shares most characters with, or else 0. KerasHub tokenizers give no
    offsets, so tokens are found in the text again; that works for WordPiece, byte-level BPE and
    SentencePiece, and raises for any other. Of a text with its source, only the text is tagged.

    Args:
        tokenizer: KerasHub tokenizer.
        sequence_length: int, tokens of a row. Defaults to `512`. What does not fit is cut, the
            source first, and the spans that are cut with it are counted in `spans_out_of_view`.
        **kwargs: passed to `keras_hub.models.Preprocessor`.

    Call arguments:
        x: list of str; or list of lists of words; or a tuple of either and of a list of sources.
        y: for texts, lists of `(start, end, class)`, in characters; for words, lists of classes,
            one a word. None: no labels.
        sample_weight: one number a row, or None.

    Returns:
        dict of int32 `(rows, seq)`: `token_ids`, `padding_mask`, `segment_ids`. With `y` a tuple
        of that, int32 classes `(rows, seq)` and float32 weights `(rows, seq)`, 0 for special
        tokens, sources and padding.

    Example:

    >>> import keras_halluc as kh
    >>> tokenizer = kh.presets.load_facts_gpt2().preprocessor.tokenizer
    >>> preprocessor = kh.models.TaggingPreprocessor(tokenizer, sequence_length=12)
    >>> x, y, weight = preprocessor(["Paris is in Peru."], y=[[(12, 16, 1)]])
    >>> x["token_ids"].shape == y.shape, int(y.max())
    (True, 1)
    """

    def __init__(self, tokenizer: Any, sequence_length: int = 512, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tokenizer = tokenizer
        self.sequence_length = require_int("sequence_length", sequence_length, minimum=4)
        self.spans_out_of_view = 0

    def call(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        texts, words, segments = self._segments(x)
        rows = pack_rows(self.tokenizer, segments, self.sequence_length, "waterfall")
        if y is None:
            return rows
        y = y.tolist() if isinstance(y, np.ndarray) else y
        require_same_length(x=texts, y=y)
        labels = np.zeros(rows["token_ids"].shape, "int32")
        weights = np.zeros(labels.shape, "float32")
        out_of_view = 0
        for i, offsets in enumerate(self._offsets(texts, segments)):
            spans = _word_spans(words[i], y[i], i) if words else _text_spans(texts[i], y[i], i)
            at = slice(1, 1 + len(offsets))  # one start token before
            labels[i, at] = [_class_of(start, end, spans) for start, end in offsets]
            weights[i, at] = 1.0
            seen = offsets[-1][1] if offsets else 0
            out_of_view += sum(start >= seen for start, _, _ in spans)
        self.spans_out_of_view = out_of_view
        of_rows = row_weights(sample_weight, len(texts))
        return rows, labels, weights if of_rows is None else weights * of_rows[:, None]

    def offsets(self, x: Any) -> list[Offsets]:
        """Characters `(start, end)` of each token of each text that fits into its row.

        The first stands at position 1 of the row. Words count as joined by spaces.

        Args:
            x: as in the call.

        Returns:
            list of lists of `(start, end)`.
        """
        texts, _, segments = self._segments(x)
        return self._offsets(texts, segments)

    def _segments(self, x: Any) -> tuple[list[str], list[list[str]], list[Ids]]:
        """Texts, their words if they came as words, and ids of each segment."""
        first, *sources = x if isinstance(x, tuple) else (x,)
        words = []
        if isinstance(first, list) and first and all(isinstance(row, list) for row in first):
            words = first
            first = [" ".join(row) for row in first]
        columns = text_columns("x", (first, *sources))
        return columns[0], words, [encoder_of(self.tokenizer)(column) for column in columns]

    def _offsets(self, texts: list[str], segments: list[Ids]) -> list[Offsets]:
        room = self.sequence_length - special_tokens(self.tokenizer).count(len(segments))
        return [
            token_offsets(self.tokenizer, text, ids[:room]) for text, ids in zip(texts, segments[0])
        ]

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(sequence_length=self.sequence_length)
        return config


def _class_of(start: int, end: int, spans: Spans) -> int:
    """The class with which `[start, end)` shares most characters; 0 where it shares none."""
    shared: dict[int, int] = {}
    for begin, stop, label in spans:
        both = min(end, stop) - max(start, begin)
        if both > 0:
            shared[label] = shared.get(label, 0) + both
    return max(shared, key=shared.__getitem__) if shared else 0


def _text_spans(text: str, spans: Any, row: int) -> Spans:
    found = []
    for span in spans:
        if not isinstance(span, Sequence) or len(span) != 3:
            raise ValueError(
                f"`y` must hold (start, end, class) for texts. {received(f'y[{row}]', spans)}"
            )
        start, end, label = (require_int("y", value, minimum=0) for value in span)
        if not start < end <= len(text):
            raise ValueError(
                f"Spans must lie within their text, of {len(text)} characters. "
                f"{received(f'y[{row}]', span)}"
            )
        found.append((start, end, label))
    return found


def _word_spans(words: list[str], labels: Any, row: int) -> Spans:
    if len(labels) != len(words):
        raise ValueError(
            f"`y` must have one class a word, {len(words)}. {received(f'y[{row}]', labels)}"
        )
    spans, at = [], 0
    for word, label in zip(words, labels):
        spans.append((at, at + len(word), require_int("y", label, minimum=0)))
        at += len(word) + 1
    return spans
