"""How does a model write a text from a source, and copy the words it should not invent?"""

from collections.abc import Sequence
from typing import Any

import keras
import keras_hub
import numpy as np
from keras import ops

from keras_halluc._distribution import shared_evenly
from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_strings
from keras_halluc._types import Tensor
from keras_halluc.generation.tokenizers import decoder_of
from keras_halluc.layers import GroundedAttention
from keras_halluc.layers import PointerGenerator
from keras_halluc.models.tasks.backbone_features import run_backbone
from keras_halluc.models.tasks.backbone_features import text_inputs_of
from keras_halluc.models.tasks.backbone_features import token_features
from keras_halluc.models.tasks.copy_preprocessor import CopyPreprocessor
from keras_halluc.models.tasks.text_task import TextTask


@register("PointerGeneratorSeq2Seq")
class PointerGeneratorSeq2Seq(TextTask):
    """Text from a source, each token written or copied, on any KerasHub decoder.

    The backbone is a decoder that reads source and target in one row, such as GPT-2 or Llama, or
    has an encoder for the source, such as BART. Where to copy from is learned by an attention of
    its own, `GroundedAttention`, so that the backbone stays as it is; the words it would write come
    from its own token embedding. `kh.generation.FunctionGenerator(task.generate)` makes it an
    answerer for the monitors.

    Args:
        backbone: KerasHub backbone of a language model. One that sees the tokens that follow, such
            as BERT, raises.
        preprocessor: `CopyPreprocessor` or None.
        num_heads: int, of the attention to the source. Defaults to `4`.
        dropout: float in [0, 1], of that attention while training. Defaults to `0.1`.
        **kwargs: passed to `keras_hub.models.Task`.

    Example:

    >>> import keras_halluc as kh
    >>> gpt2 = kh.presets.load_facts_gpt2()
    >>> tokenizer = gpt2.preprocessor.tokenizer
    >>> preprocessor = kh.models.CopyPreprocessor(tokenizer, 24, target_length=6)
    >>> task = kh.models.PointerGeneratorSeq2Seq(gpt2.backbone, preprocessor)
    >>> history = task.fit(["Karl Marx, Trier"] * 2, ["Trier"] * 2, verbose=0)
    >>> isinstance(task.generate(["Karl Marx, Trier"])[0], str)
    True

    References:
        See et al. 2017, "Get to the point: summarization with pointer-generator networks",
        https://arxiv.org/abs/1704.04368
    """

    preprocessor_cls = CopyPreprocessor

    def __init__(
        self,
        backbone: keras.Model,
        preprocessor: keras_hub.models.Preprocessor | None = None,
        num_heads: int = 4,
        dropout: float = 0.1,
        **kwargs: Any,
    ) -> None:
        with_encoder = _has_encoder(backbone)
        if preprocessor is not None and preprocessor.encoder_decoder != with_encoder:
            raise ValueError(
                f"`preprocessor` must have encoder_decoder={with_encoder} for this backbone. "
                + received("encoder_decoder", preprocessor.encoder_decoder)
            )
        if with_encoder:
            inputs = dict(backbone.input)
            outputs = run_backbone(backbone, inputs)
            own, source = outputs["decoder_sequence_output"], outputs["encoder_sequence_output"]
            source_ids, own_mask = inputs["encoder_token_ids"], inputs["decoder_padding_mask"]
        else:
            inputs = text_inputs_of(backbone)
            own = source = token_features(run_backbone(backbone, inputs))
            source_ids, own_mask = inputs["token_ids"], inputs["padding_mask"]
            _require_causal(backbone)
        inputs["source_mask"] = keras.Input((None,), dtype="int32", name="source_mask")
        hidden = own.shape[-1]
        self.copying = GroundedAttention(
            num_heads,
            max(1, hidden // num_heads),
            dropout=dropout,
            attend_own=False,
            dtype=backbone.dtype_policy,
            name="copying",
        )
        self.head = PointerGenerator(dtype=backbone.dtype_policy, name="head")
        context, attributions, _ = self.copying(
            own, source, inputs["source_mask"], own_mask, return_attributions=True
        )
        log_probs = self.head(
            own,
            backbone.token_embedding(own, reverse=True),
            attributions,
            source_ids,
            inputs["source_mask"],
            context=context,
        )
        super().__init__(backbone, preprocessor, inputs=inputs, outputs=log_probs, **kwargs)
        self.num_heads = num_heads
        self.dropout = dropout
        object.__setattr__(self, "_next_token", None)

    def generate(
        self, sources: Sequence[str], max_new_tokens: int | None = None, batch_size: int = 8
    ) -> list[str]:
        """Writes a text from each source, greedily.

        Each token takes a whole forward pass, compiled once for a batch size.

        Args:
            sources: list of str.
            max_new_tokens: int or None, which is all that fit.
            batch_size: int. Defaults to `8`.

        Returns:
            list of str.
        """
        sources = require_strings("sources", sources)
        batch_size = shared_evenly(require_int("batch_size", batch_size, minimum=1))
        most = self.preprocessor.target_length - 1
        if max_new_tokens is not None:
            most = min(most, require_int("max_new_tokens", max_new_tokens, minimum=1))
        decode = decoder_of(self.preprocessor.tokenizer)
        texts: list[str] = []
        for start in range(0, len(sources), batch_size):
            batch = sources[start : start + batch_size]
            rows = self._greedy(batch + batch[-1:] * (batch_size - len(batch)), most)
            texts += [decode(ids) for ids in rows[: len(batch)]]
        return texts

    def _greedy(self, sources: list[str], most: int) -> list[list[int]]:
        if self._next_token is None:
            object.__setattr__(self, "_next_token", _NextToken(self))
        x = keras.utils.unpack_x_y_sample_weight(self.preprocess_samples(sources))[0]
        key = "decoder_" if _has_encoder(self.backbone) else ""
        ids, mask = x[f"{key}token_ids"], x[f"{key}padding_mask"]
        end = self.preprocessor.tokenizer.end_token_id
        rows: list[list[int]] = [[] for _ in sources]
        done = [False] * len(sources)
        for _ in range(most):
            last = mask.sum(axis=1).astype("int32") - 1
            following = np.asarray(self._next_token.predict_on_batch({**x, "last": last}))
            for i, token in enumerate(following.tolist()):
                done[i] = done[i] or token == end or last[i] + 1 >= ids.shape[1]
                if not done[i]:
                    rows[i].append(token)
                    ids[i, last[i] + 1], mask[i, last[i] + 1] = token, 1
            if all(done):
                break
        return rows

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(num_heads=self.num_heads, dropout=self.dropout)
        return config

    @classmethod
    def _new_preprocessor(
        cls, backbone: keras.Model, tokenizer: Any, sequence_length: int, kwargs: Any
    ) -> Any:
        target = max(2, min(64, sequence_length // 4))
        return CopyPreprocessor(tokenizer, sequence_length, target, _has_encoder(backbone))


class _NextToken(keras.Model):
    """The most probable token after position `last`; the rest of the output stays on the device."""

    def __init__(self, task: keras.Model) -> None:
        super().__init__(name="next_token")
        self.task = task
        self.built = True
        self.compile(optimizer=None)

    def call(self, x: dict[str, Tensor], training: bool | None = None) -> Tensor:
        log_probs = self.task({k: v for k, v in x.items() if k != "last"}, training=False)
        at = ops.reshape(ops.cast(x["last"], "int32"), (-1, 1, 1))
        return ops.argmax(ops.take_along_axis(log_probs, at, axis=1)[:, 0], axis=-1)


def _has_encoder(backbone: keras.Model) -> bool:
    inputs = getattr(backbone, "input", None)
    return isinstance(inputs, dict) and "encoder_token_ids" in inputs


def _require_causal(backbone: keras.Model) -> None:
    """Raises where a token depends on the one after it."""
    first = []
    for following in (1, 2):
        ids = np.array([[1, following]], "int32")
        values = {"token_ids": ids, "padding_mask": np.ones_like(ids)}
        x = {name: values.get(name, np.zeros_like(ids)) for name in backbone.input}
        first.append(ops.convert_to_numpy(token_features(backbone(x))[:, 0]))
    if not np.allclose(first[0], first[1], rtol=1e-2, atol=1e-2):
        raise ValueError(
            "`backbone` must be of a language model: a token of this one depends on the token "
            f"after it. {received('backbone', backbone)}"
        )
