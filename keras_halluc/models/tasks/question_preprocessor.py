"""How do questions, contexts and answers become rows with a start and an end?"""

import dataclasses
from typing import Any

import keras_hub
import numpy as np

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc.generation.tokenizers import encoder_of
from keras_halluc.models.tasks.packing import pack_rows
from keras_halluc.models.tasks.packing import row_weights
from keras_halluc.models.tasks.packing import special_tokens
from keras_halluc.models.tasks.packing import text_columns
from keras_halluc.models.tasks.token_offsets import Offsets
from keras_halluc.models.tasks.token_offsets import token_offsets


@dataclasses.dataclass(frozen=True)
class _Window:
    """A row: which question it belongs to, its tokens, and where those of the context stand."""

    question: int
    question_ids: list[int]
    context_ids: list[int]
    offsets: Offsets
    first: int  # position of the first token of the context


@register("QuestionPreprocessor")
class QuestionPreprocessor(keras_hub.models.Preprocessor):
    """Tokenises questions with their contexts, and finds the tokens of each answer.

    An answer that is not within its row is no answer there; `answers_out_of_view` counts the
    questions of the last call that lost theirs. With a `stride`, a long context goes into several
    rows that overlap.

    Args:
        tokenizer: KerasHub tokenizer of kind WordPiece, byte-level BPE or SentencePiece.
        sequence_length: int, tokens of a row. Defaults to `512`.
        max_question_length: int, tokens of a question; the rest is cut. Defaults to `64`.
        stride: int or None. Tokens by which a row of one context begins after the one before.
            None cuts the context to one row.
        **kwargs: passed to `keras_hub.models.Preprocessor`.

    Call arguments:
        x: tuple of a list of questions and a list of contexts.
        y: dict of `"answer_text"`, a list of str, `""` where there is no answer, and optionally
            `"answer_start"`, a list of int, the character of the context where it begins; without
            it the first occurrence counts. None: no labels.
        sample_weight: one number a question, or None.

    Returns:
        dict of int32 `(rows, seq)`: `token_ids`, `padding_mask`, `segment_ids` and
        `context_mask`, 1 where an answer may stand. With `y` a tuple of that, int32 `(rows, 2)`,
        positions of the first and the last token of the answer, both 0 for none, and the weights
        if there are any.

    Example:

    >>> import keras_halluc as kh
    >>> tokenizer = kh.presets.load_facts_gpt2().preprocessor.tokenizer
    >>> preprocessor = kh.models.QuestionPreprocessor(tokenizer, 24, max_question_length=12)
    >>> x = ["Where is Paris?", "Where is Rome?"], ["Paris is in France."] * 2
    >>> inputs, y = preprocessor(x, y={"answer_text": ["France", ""], "answer_start": [12, -1]})
    >>> inputs["context_mask"].shape, bool(y[0, 0] > 0), [int(i) for i in y[1]]
    ((2, 24), True, [0, 0])
    """

    def __init__(
        self,
        tokenizer: keras_hub.tokenizers.Tokenizer,
        sequence_length: int = 512,
        max_question_length: int = 64,
        stride: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.tokenizer = tokenizer
        self.sequence_length = require_int("sequence_length", sequence_length, minimum=8)
        self.max_question_length = require_int(
            "max_question_length", max_question_length, minimum=1
        )
        if stride is not None:
            require_int("stride", stride, minimum=1)
        self.stride = stride
        self.answers_out_of_view = 0

    def call(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        questions, contexts = self._columns(x)
        rows, windows = self._rows(questions, contexts)
        if y is None:
            return rows
        spans = answer_spans(contexts, y)
        labels = np.array([_tokens_of(window, spans[window.question]) for window in windows])
        labels = labels.astype("int32").reshape(-1, 2)
        seen = {window.question for window, (start, _) in zip(windows, labels) if start}
        lost = [i for i, span in enumerate(spans) if span is not None and i not in seen]
        self.answers_out_of_view = len(lost)
        weights = row_weights(sample_weight, len(questions))
        if weights is None:
            return rows, labels
        of_rows = weights[[window.question for window in windows]]
        return rows, labels, np.repeat(of_rows[:, None], 2, axis=1)  # of start and end

    def windows(self, x: Any) -> list[tuple[int, int, Offsets]]:
        """Of each row: index of its question, position of its context, and characters of that.

        Args:
            x: as in the call.

        Returns:
            list of `(question, position of the first token of the context, offsets)`.
        """
        _, windows = self._rows(*self._columns(x))
        return [(window.question, window.first, window.offsets) for window in windows]

    def _columns(self, x: Any) -> list[list[str]]:
        columns = text_columns("x", x)
        if len(columns) != 2:
            raise ValueError("`x` must be a tuple of questions and contexts. Received one list.")
        return columns

    def _rows(
        self, questions: list[str], contexts: list[str]
    ) -> tuple[dict[str, np.ndarray], list[_Window]]:
        encode = encoder_of(self.tokenizer)
        special = special_tokens(self.tokenizer)
        room = self.sequence_length - special.count(segments=2)
        if self.max_question_length > room - 2:
            raise ValueError(
                f"`max_question_length` must leave tokens for the context, at most {room - 2}. "
                + received("max_question_length", self.max_question_length)
            )
        windows = []
        before = len(special.start) + len(special.separator)
        for i, (asked, ids) in enumerate(zip(encode(questions), encode(contexts))):
            asked = asked[: self.max_question_length]
            offsets = token_offsets(self.tokenizer, contexts[i], ids)
            for part in _parts(len(ids), room - len(asked), self.stride):
                first = before + len(asked)
                windows.append(_Window(i, asked, ids[part], offsets[part], first))
        segments = [[w.question_ids for w in windows], [w.context_ids for w in windows]]
        rows = pack_rows(self.tokenizer, segments, self.sequence_length, "waterfall")
        mask = np.zeros(rows["token_ids"].shape, "int32")
        for row, window in zip(mask, windows):
            row[window.first : window.first + len(window.context_ids)] = 1
        return {**rows, "context_mask": mask}, windows

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(
            sequence_length=self.sequence_length,
            max_question_length=self.max_question_length,
            stride=self.stride,
        )
        return config


def answer_spans(contexts: list[str], y: Any) -> list[tuple[int, int] | None]:
    """Start and end character of each answer, None where there is none."""
    if not isinstance(y, dict) or "answer_text" not in y:
        raise TypeError(
            "`y` must be a dict of 'answer_text' and optionally 'answer_start'. " + received("y", y)
        )
    texts = y["answer_text"]
    texts = require_strings(
        "answer_text", texts.tolist() if isinstance(texts, np.ndarray) else texts
    )
    starts = y.get("answer_start")
    starts = [None] * len(texts) if starts is None else [int(start) for start in starts]
    require_same_length(contexts=contexts, answer_text=texts, answer_start=starts)
    spans: list[tuple[int, int] | None] = []
    for i, (context, text, start) in enumerate(zip(contexts, texts, starts)):
        if not text:
            spans.append(None)
            continue
        at = context.find(text) if start is None else start
        if at < 0 or context[at : at + len(text)] != text:
            raise ValueError(
                "`answer_text` must stand in the context, at `answer_start`. Received: "
                f"answer_text[{i}]={text!r}, answer_start[{i}]={start}"
            )
        spans.append((at, at + len(text)))
    return spans


def _parts(length: int, room: int, stride: int | None) -> list[slice]:
    """Ranges of at most `room` tokens that cover all of `length`, or the first alone."""
    if stride is None or length <= room:
        return [slice(0, room)]
    step = min(stride, room)  # else tokens between two rows would be in neither
    starts = range(0, length - room + step, step)
    return [slice(start, start + room) for start in starts]


def _tokens_of(window: _Window, span: tuple[int, int] | None) -> tuple[int, int]:
    """Positions of the first and last token of the answer; 0 and 0 if not all of it is here."""
    if span is None:
        return 0, 0
    inside = [
        k for k, (start, end) in enumerate(window.offsets) if start < span[1] and end > span[0]
    ]
    if not inside:
        return 0, 0
    first, last = window.offsets[inside[0]], window.offsets[inside[-1]]
    if first[0] > span[0] or last[1] < span[1]:
        return 0, 0
    return window.first + inside[0], window.first + inside[-1]
