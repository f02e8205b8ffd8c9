"""How do sources and targets become rows in which the source can be copied from?"""

from typing import Any

import keras_hub
import numpy as np

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_int
from keras_halluc._require import require_same_length
from keras_halluc._require import require_strings
from keras_halluc.generation.tokenizers import encoder_of
from keras_halluc.models.tasks.packing import Ids
from keras_halluc.models.tasks.packing import pack_rows
from keras_halluc.models.tasks.packing import row_weights
from keras_halluc.models.tasks.packing import text_columns

Rows = dict[str, np.ndarray]


@register("CopyPreprocessor")
class CopyPreprocessor(keras_hub.models.Preprocessor):
    """Tokenises sources and targets for `PointerGeneratorSeq2Seq`.

    For a decoder, a row is start, source, end, target, end, and only the target is learned. What
    does not fit is cut.

    Args:
        tokenizer: KerasHub tokenizer.
        sequence_length: int, tokens of a row: of source and target, or of the source alone where
            the backbone has an encoder. Defaults to `512`.
        target_length: int, tokens of the target, its end included. Defaults to `64`.
        encoder_decoder: bool, whether the backbone has an encoder. Defaults to `False`.
        **kwargs: passed to `keras_hub.models.Preprocessor`.

    Call arguments:
        x: list of str, the sources.
        y: list of str, the targets. None: rows end where the target begins.
        sample_weight: one number a row, or None.

    Returns:
        dict of int32 `(rows, seq)`: `token_ids` and `padding_mask` with `segment_ids` 0, or
        `encoder_...` and `decoder_...`; and `source_mask`, 1 where a token can be copied. With
        `y` a tuple of that, int32 next tokens `(rows, seq)`, and float32 weights `(rows, seq)`,
        0 for all but the target.

    Example:

    >>> import keras_halluc as kh
    >>> tokenizer = kh.presets.load_facts_gpt2().preprocessor.tokenizer
    >>> preprocessor = kh.models.CopyPreprocessor(tokenizer, 24, target_length=8)
    >>> x, y, weight = preprocessor(["Where is Paris?"], y=["France"])
    >>> sorted(x), y.shape == weight.shape
    (['padding_mask', 'segment_ids', 'source_mask', 'token_ids'], True)
    """

    def __init__(
        self,
        tokenizer: keras_hub.tokenizers.Tokenizer,
        sequence_length: int = 512,
        target_length: int = 64,
        encoder_decoder: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.tokenizer = tokenizer
        self.sequence_length = require_int("sequence_length", sequence_length, minimum=4)
        self.target_length = require_int("target_length", target_length, minimum=2)
        self.encoder_decoder = require_choice("encoder_decoder", encoder_decoder, (True, False))
        if not encoder_decoder and target_length > sequence_length - 3:
            raise ValueError(
                "`target_length` must leave tokens for the source, at most "
                f"{sequence_length - 3}. {received('target_length', target_length)}"
            )

    def call(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        sources = text_columns("x", x, most=1)[0]
        targets = [""] * len(sources)
        if y is not None:
            targets = require_strings("y", y.tolist() if isinstance(y, np.ndarray) else y)
        require_same_length(x=sources, y=targets)
        encode = encoder_of(self.tokenizer)
        room = self.sequence_length - 2 - (0 if self.encoder_decoder else self.target_length)
        source_ids = [ids[:room] for ids in encode(sources)]
        target_ids = [ids[: self.target_length - 1] for ids in encode(targets)]
        pack = self._encoder_decoder_rows if self.encoder_decoder else self._decoder_rows
        rows, ids, learned = pack(source_ids, target_ids, y is not None)
        if y is None:
            return rows
        weights = row_weights(sample_weight, len(sources))
        if weights is not None:
            learned = learned * weights[:, None]
        return rows, ids, learned

    def _decoder_rows(self, sources: Ids, targets: Ids, ended: bool) -> Any:
        segments, length = [sources, targets], self.sequence_length + 1
        packed = pack_rows(self.tokenizer, segments, length, ended=ended)
        rows = _inputs("", packed)
        rows["segment_ids"] = np.zeros_like(rows["token_ids"])
        rows["source_mask"] = _source_mask(rows["token_ids"], sources)
        learned = packed["segment_ids"][:, 1:] == 1  # 0 where padded
        return rows, packed["token_ids"][:, 1:], learned.astype("float32")

    def _encoder_decoder_rows(self, sources: Ids, targets: Ids, ended: bool) -> Any:
        encoded = pack_rows(self.tokenizer, [sources], self.sequence_length)
        packed = pack_rows(self.tokenizer, [targets], self.target_length + 1, ended=ended)
        rows = {
            "encoder_token_ids": encoded["token_ids"],
            "encoder_padding_mask": encoded["padding_mask"],
            **_inputs("decoder_", packed),
        }
        rows["source_mask"] = _source_mask(rows["encoder_token_ids"], sources)
        learned = packed["padding_mask"][:, 1:]
        return rows, packed["token_ids"][:, 1:], learned.astype("float32")

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(
            sequence_length=self.sequence_length,
            target_length=self.target_length,
            encoder_decoder=self.encoder_decoder,
        )
        return config


def _inputs(start: str, packed: Rows) -> Rows:
    """All tokens but the last, which is only to be learned."""
    return {f"{start}{name}": packed[name][:, :-1] for name in ("token_ids", "padding_mask")}


def _source_mask(ids: np.ndarray, sources: Ids) -> np.ndarray:
    """1 for the tokens of the source, which stand after one start token."""
    lengths = np.array([len(source) for source in sources])[:, None]
    at = np.arange(ids.shape[1])[None, :]
    return ((at >= 1) & (at <= lengths)).astype("int32")
