"""Where in a context stands the answer to a question, if it is there at all?"""

from typing import Any

import keras
import keras_hub

from keras_halluc._register import register
from keras_halluc._require import require_int
from keras_halluc._require import require_number
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc.layers import SpanHead
from keras_halluc.models.tasks.answer_threshold import best_threshold
from keras_halluc.models.tasks.backbone_features import run_backbone
from keras_halluc.models.tasks.backbone_features import text_inputs_of
from keras_halluc.models.tasks.backbone_features import token_features
from keras_halluc.models.tasks.question_preprocessor import QuestionPreprocessor
from keras_halluc.models.tasks.text_task import TextTask


@register("ExtractiveQA")
class ExtractiveQA(TextTask):
    """Answers questions by a span of their context, or by none, on any KerasHub text backbone.

    What it answers stands in the context, so that it invents nothing; what is left to go wrong is
    the wrong span, and a question that should have had no answer.

    Args:
        backbone: KerasHub backbone.
        preprocessor: `QuestionPreprocessor` or None.
        max_answer_length: int, tokens an answer may have. Defaults to `30`.
        dropout: float in [0, 1], before the head. Defaults to `0.1`.
        threshold: float. `answer` gives a span where its margin is below; `tune_threshold` sets
            it. Defaults to `0.0`.
        **kwargs: passed to `keras_hub.models.Task`.

    Example:

    >>> import keras_halluc as kh
    >>> gpt2 = kh.presets.load_facts_gpt2()
    >>> tokenizer = gpt2.preprocessor.tokenizer
    >>> preprocessor = kh.models.QuestionPreprocessor(tokenizer, 32, max_question_length=12)
    >>> task = kh.models.ExtractiveQA(gpt2.backbone, preprocessor)
    >>> x = ["Where is Paris?", "Where is Rome?"], ["Paris is in France."] * 2
    >>> history = task.fit(x, {"answer_text": ["France", ""]}, verbose=0)
    >>> answer = task.answer(*x, threshold=1e9)[0]
    >>> answer["text"] in "Paris is in France." and sorted(answer)
    ['end', 'margin', 'start', 'text']

    References:
        Rajpurkar et al. 2018, "Know what you don't know: unanswerable questions for SQuAD",
        https://arxiv.org/abs/1806.03822
    """

    preprocessor_cls = QuestionPreprocessor

    def __init__(
        self,
        backbone: keras.Model,
        preprocessor: keras_hub.models.Preprocessor | None = None,
        max_answer_length: int = 30,
        dropout: float = 0.1,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        require_int("max_answer_length", max_answer_length, minimum=1)
        require_number("threshold", threshold)
        self.head = SpanHead(dropout, dtype=backbone.dtype_policy, name="head")
        inputs = text_inputs_of(backbone)
        tokens = token_features(run_backbone(backbone, inputs))
        inputs["context_mask"] = keras.Input((None,), dtype="int32", name="context_mask")
        outputs = self.head(tokens, context_mask=inputs["context_mask"])
        super().__init__(backbone, preprocessor, inputs=inputs, outputs=outputs, **kwargs)
        self.max_answer_length = max_answer_length
        self.dropout = dropout
        self.threshold = threshold

    def answer(
        self,
        questions: list[str],
        contexts: list[str],
        threshold: float | None = None,
        batch_size: int | None = None,
    ) -> list[dict[str, Any]]:
        """The best span of each context, over all of its rows, or none.

        Args:
            questions: list of str.
            contexts: list of str, one a question.
            threshold: float or None. A span is the answer where its margin is below; higher
                answers more. None is that of the task.
            batch_size: int or None.

        Returns:
            list of dicts: `"text"`, `""` for no answer; `"start"` and `"end"`, characters of the
            context, both -1 for no answer; `"margin"`, by how much no answer was better than the
            best span.
        """
        threshold = self.threshold if threshold is None else threshold
        found = self._best_spans(questions, contexts, batch_size)
        return [
            span if span["margin"] < threshold else _answer("", -1, -1, span["margin"])
            for span in found
        ]

    def tune_threshold(
        self,
        questions: list[str],
        contexts: list[str],
        answers: list[str],
        batch_size: int | None = None,
    ) -> float:
        """Sets the threshold with the highest mean F1, on questions that were not trained on.

        Args:
            questions: list of str.
            contexts: list of str, one a question.
            answers: list of str, one a question, `""` where there is none. There must be both, in
                the share in which they will be asked: the threshold depends on it.
            batch_size: int or None.

        Returns:
            float, the threshold.
        """
        references = require_strings("answers", answers)
        require_same_length(questions=questions, answers=references)
        if all(references) or not any(references):
            raise ValueError(
                "`answers` must hold questions with an answer and questions without, `''`. "
                f"Received: {sum(map(bool, references))} of {len(references)} with one"
            )
        found = self._best_spans(questions, contexts, batch_size)
        texts, margins = ([span[key] for span in found] for key in ("text", "margin"))
        self.threshold = best_threshold(texts, margins, references)
        return self.threshold

    def _best_spans(
        self, questions: list[str], contexts: list[str], batch_size: int | None
    ) -> list[dict[str, Any]]:
        x = (list(questions), list(contexts))
        windows = self.preprocessor.windows(x)
        logits = self.predict(x, batch_size=batch_size, verbose=0)
        starts, ends, _, margins = self.head.best_spans(logits, self.max_answer_length)
        answers = [_answer("", -1, -1, float("inf")) for _ in x[0]]
        for (question, first, offsets), start, end, margin in zip(windows, starts, ends, margins):
            if margin >= answers[question]["margin"]:
                continue
            begin, stop = offsets[start - first][0], offsets[end - first][1]
            text = x[1][question][begin:stop]
            answers[question] = _answer(text, begin, stop, float(margin))
        return answers

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(
            max_answer_length=self.max_answer_length,
            dropout=self.dropout,
            threshold=self.threshold,
        )
        return config


def _answer(text: str, start: int, end: int, margin: float) -> dict[str, Any]:
    return {"text": text, "start": start, "end": end, "margin": margin}
