"""How do sources and targets become rows in which the source can be copied from?"""

from typing import Any

import keras_hub
import numpy as np
from keras import ops

from keras_halluc._check import check_choice
from keras_halluc._check import check_int
from keras_halluc._check import check_same_length
from keras_halluc._check import check_strings
from keras_halluc._check import received
from keras_halluc._register import register
from keras_halluc.generation.tokenizers import encoder_of
from keras_halluc.models.tasks.packing import NOTHING
from keras_halluc.models.tasks.packing import Ids
from keras_halluc.models.tasks.packing import make_packer
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
        self.sequence_length = check_int("sequence_length", sequence_length, minimum=4)
        self.target_length = check_int("target_length", target_length, minimum=2)
        self.encoder_decoder = check_choice("encoder_decoder", encoder_decoder, (True, False))
        if not encoder_decoder and target_length > sequence_length - 3:
            raise ValueError(
                "`target_length` must leave tokens for the source, at most "
                f"{sequence_length - 3}. {received('target_length', target_length)}"
            )

    def call(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        sources = text_columns("x", x, most=1)[0]
        targets = [""] * len(sources)
        if y is not None:
            targets = check_strings("y", y.tolist() if isinstance(y, np.ndarray) else y)
        check_same_length(x=sources, y=targets)
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
        return rows, np.where(ids == NOTHING, self._pad, ids), learned

    @property
    def _pad(self) -> int:
        return getattr(self.tokenizer, "pad_token_id", None) or 0

    def _decoder_rows(self, sources: Ids, targets: Ids, ended: bool) -> Any:
        packer = make_packer(self.tokenizer, self.sequence_length + 1)
        ids, segments = _arrays(packer((sources, targets), add_end_value=ended))
        rows = self._inputs("", ids[:, :-1])
        rows["segment_ids"] = np.zeros_like(rows["token_ids"])
        rows["source_mask"] = _source_mask(rows["token_ids"], sources)
        learned = (segments[:, 1:] == 1) & (ids[:, 1:] != NOTHING)
        return rows, ids[:, 1:].astype("int32"), learned.astype("float32")

    def _encoder_decoder_rows(self, sources: Ids, targets: Ids, ended: bool) -> Any:
        encoded = _arrays(make_packer(self.tokenizer, self.sequence_length)((sources,)))[0]
        packer = make_packer(self.tokenizer, self.target_length + 1)
        ids = _arrays(packer((targets,), add_end_value=ended))[0]
        rows = {
            **self._inputs("encoder_", encoded),
            **self._inputs("decoder_", ids[:, :-1]),
        }
        rows["source_mask"] = _source_mask(rows["encoder_token_ids"], sources)
        return rows, ids[:, 1:].astype("int32"), (ids[:, 1:] != NOTHING).astype("float32")

    def _inputs(self, start: str, ids: np.ndarray) -> Rows:
        mask = ids != NOTHING
        return {
            f"{start}token_ids": np.where(mask, ids, self._pad).astype("int32"),
            f"{start}padding_mask": mask.astype("int32"),
        }

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(
            sequence_length=self.sequence_length,
            target_length=self.target_length,
            encoder_decoder=self.encoder_decoder,
        )
        return config


def _arrays(packed: Any) -> list[np.ndarray]:
    return [np.asarray(ops.convert_to_numpy(values)) for values in packed]


def _source_mask(ids: np.ndarray, sources: Ids) -> np.ndarray:
    """1 for the tokens of the source, which stand after one start token."""
    lengths = np.array([len(source) for source in sources])[:, None]
    at = np.arange(ids.shape[1])[None, :]
    return ((at >= 1) & (at <= lengths)).astype("int32")
