"""How does a text, or a pair of texts, become the inputs of any KerasHub text backbone?"""

from typing import Any

import keras
import keras_hub
import numpy as np

from keras_halluc._register import register
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc.generation.tokenizers import encoder_of
from keras_halluc.models.tasks.packing import Ids
from keras_halluc.models.tasks.packing import pack_rows
from keras_halluc.models.tasks.packing import row_weights
from keras_halluc.models.tasks.packing import special_tokens
from keras_halluc.models.tasks.packing import text_columns


@register("TextPreprocessor")
class TextPreprocessor(keras_hub.models.Preprocessor):
    """Tokenises texts or pairs of texts into rows with special tokens, a mask and segments.

    Made of the tokenizer and `keras_hub.layers.MultiSegmentPacker`. Unlike KerasHub's own
    preprocessors it serves any tokenizer, and gives the mask apart from the token that pads.

    Args:
        tokenizer: KerasHub tokenizer.
        sequence_length: int, tokens of a row. Defaults to `512`.
        truncate: str. Of a pair that is too long, `"round_robin"` cuts the longer text,
            `"waterfall"` the second. Defaults to `"round_robin"`.
        separately: bool, whether the texts of a pair get a row each, under names that begin with
            `first_` and `second_`. Defaults to `False`.
        **kwargs: passed to `keras_hub.models.Preprocessor`.

    Call arguments:
        x: list of str, or a tuple of two.
        y: labels, one a row, or None.
        sample_weight: one number a row, or None.

    Returns:
        dict of int32 `(rows, sequence_length)`: `token_ids`, `padding_mask`, `segment_ids`; with
        `y` a tuple of that, the labels as an array, and the weights if there are any.

    Example:

    >>> import keras_halluc as kh
    >>> tokenizer = kh.presets.load_facts_gpt2().preprocessor.tokenizer
    >>> preprocessor = kh.models.TextPreprocessor(tokenizer, sequence_length=16)
    >>> x = preprocessor((["Where is Paris?"], ["In France."]), y=None)
    >>> sorted(x), x["token_ids"].shape
    (['padding_mask', 'segment_ids', 'token_ids'], (1, 16))
    """

    def __init__(
        self,
        tokenizer: keras_hub.tokenizers.Tokenizer,
        sequence_length: int = 512,
        truncate: str = "round_robin",
        separately: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.tokenizer = tokenizer
        self.sequence_length = require_int("sequence_length", sequence_length, minimum=4)
        self.truncate = require_choice("truncate", truncate, ("round_robin", "waterfall"))
        self.separately = require_choice("separately", separately, (True, False))

    def call(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        encode = encoder_of(self.tokenizer)
        segments = [encode(column) for column in text_columns("x", x)]
        rows: dict[str, np.ndarray] = {}
        if self.separately:
            if len(segments) != 2:
                raise ValueError("`x` must be a tuple of two lists. Received one list.")
            for name, segment in zip(("first", "second"), segments):
                packed = self._packed([segment])
                rows |= {f"{name}_{key}": value for key, value in packed.items()}
        else:
            rows = self._packed(segments)
        if y is None:
            return rows
        labels = np.asarray(y)
        require_same_length(x=segments[0], y=labels)
        return keras.utils.pack_x_y_sample_weight(
            rows, labels, row_weights(sample_weight, len(labels))
        )

    def room(self, segments: int = 1) -> int:
        """Tokens of text that fit into a row beside the special ones."""
        return self.sequence_length - special_tokens(self.tokenizer).count(segments)

    def _packed(self, segments: list[Ids]) -> dict[str, np.ndarray]:
        return pack_rows(self.tokenizer, segments, self.sequence_length, self.truncate)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(
            sequence_length=self.sequence_length,
            truncate=self.truncate,
            separately=self.separately,
        )
        return config
