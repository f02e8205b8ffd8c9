"""Which parts of a text belong to which class, such as supported and hallucinated?"""

from typing import Any

import keras
import keras_hub
import numpy as np

from keras_halluc._register import register
from keras_halluc.layers import TokenTaggingHead
from keras_halluc.models.tasks.backbone_features import run_backbone
from keras_halluc.models.tasks.backbone_features import text_inputs_of
from keras_halluc.models.tasks.backbone_features import token_features
from keras_halluc.models.tasks.tagging_preprocessor import TaggingPreprocessor
from keras_halluc.models.tasks.text_task import TextTask


@register("TokenTagger")
class TokenTagger(TextTask):
    """Token classification on any KerasHub backbone, trained on spans of characters or words.

    Class 0 is that of everything no span covers. A decoder, such as GPT-2, sees only what stands
    before a token.

    Args:
        backbone: KerasHub backbone.
        num_classes: int, at least 2.
        preprocessor: `TaggingPreprocessor` or None.
        dropout: float in [0, 1], before the head. Defaults to `0.1`.
        **kwargs: passed to `keras_hub.models.Task`.

    Example:

    >>> import keras_halluc as kh
    >>> gpt2 = kh.presets.load_facts_gpt2()
    >>> tokenizer = gpt2.preprocessor.tokenizer
    >>> preprocessor = kh.models.TaggingPreprocessor(tokenizer, sequence_length=16)
    >>> task = kh.models.TokenTagger(gpt2.backbone, 2, preprocessor)
    >>> texts, spans = ["Paris is in Peru.", "Rome is in Italy."], [[(12, 16, 1)], []]
    >>> history = task.fit(texts, spans, verbose=0)
    >>> task.predict(texts, verbose=0).shape
    (2, 16, 2)
    """

    preprocessor_cls = TaggingPreprocessor

    def __init__(
        self,
        backbone: keras.Model,
        num_classes: int,
        preprocessor: keras_hub.models.Preprocessor | None = None,
        dropout: float = 0.1,
        **kwargs: Any,
    ) -> None:
        self.head = TokenTaggingHead(num_classes, dropout, dtype=backbone.dtype_policy, name="head")
        inputs = text_inputs_of(backbone)
        tokens = token_features(run_backbone(backbone, inputs))
        super().__init__(backbone, preprocessor, inputs=inputs, outputs=self.head(tokens), **kwargs)
        self.num_classes = num_classes
        self.dropout = dropout

    def tag(self, x: Any, batch_size: int | None = None) -> list[list[tuple[int, int, int]]]:
        """The spans of each text that are not of class 0.

        Args:
            x: texts, or texts with sources, as in `fit`.
            batch_size: int or None.

        Returns:
            list of lists of `(start, end, class)`, in characters; tokens of one class that follow
            one another make one span.
        """
        classes = self.predict(x, batch_size=batch_size, verbose=0).argmax(axis=-1)
        return [
            _merged(offsets, row[1 : 1 + len(offsets)])
            for offsets, row in zip(self.preprocessor.offsets(x), classes)
        ]

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(num_classes=self.num_classes, dropout=self.dropout)
        return config


def _merged(offsets: list[tuple[int, int]], classes: np.ndarray) -> list[tuple[int, int, int]]:
    spans: list[tuple[int, int, int]] = []
    before = 0
    for (start, end), label in zip(offsets, classes.tolist()):
        if label and label == before:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]), label)
        elif label:
            spans.append((start, end, label))
        before = label
    return [span for span in spans if span[0] < span[1]]  # a token of spaces alone is none
