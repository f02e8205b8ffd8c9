"""While a causal model answers, how much of its attention is on the prompt, head by head?"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._compiled_apart import CompiledApart
from keras_halluc._require import received
from keras_halluc._token_rows import pad_rows
from keras_halluc._types import Tensor
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation.batches import fixed_batches
from keras_halluc.generation.task_inputs import with_other_inputs
from keras_halluc.internals import captured_attention
from keras_halluc.internals.text_attention import text_attention
from keras_halluc.ops import lookback_ratio

BATCH_SIZE = 16
LENGTH_STEP = 8  # lengths are rounded up to this, so that near lengths share one compilation


class Lookback:
    """Lookback ratios of answers of a KerasHub `CausalLM`, and where it looked in one of them.

    Args:
        generator: `TaskGenerator` of a `CausalLM`.
    """

    def __init__(self, generator: Any) -> None:
        if not isinstance(generator, TaskGenerator) or generator.is_seq2seq:
            raise TypeError(
                "Attention can be read only of a KerasHub CausalLM: one with an encoder looks at "
                f"the prompt in another layer. {received('generator', type(generator).__name__)}"
            )
        self.task = generator.task
        self._prompts = generator.task_prompts
        self._length = 0
        self._ratios = _Ratios(self.task)
        self._picture = _Picture(self.task)

    def ratios(self, prompts: Sequence[str], outputs: Sequence[str]) -> np.ndarray:
        """Mean lookback ratio of each answer, `(row, layer, head)`; NaN without a token."""
        tails = self._prompts.turns.encode(list(outputs))
        rows = list(zip(self._prompts.ids(prompts), tails))
        limit = getattr(self.task.backbone, "max_sequence_length", None)
        longest = max(len(head) + len(tail) for head, tail in rows)
        self._length = max(self._length, -(-longest // LENGTH_STEP) * LENGTH_STEP)
        self._length = min(self._length, limit or self._length)
        found = []
        for batch, real in fixed_batches(rows, BATCH_SIZE):
            found.append(np.asarray(self._ratios.predict_on_batch(self._packed(batch)))[:real])
        spoken = np.array([len(tail) > 0 for _, tail in rows])
        return np.where(spoken[:, None, None], np.concatenate(found), np.nan)

    def picture(self, prompt: str, output: str) -> tuple[np.ndarray, list[str]]:
        """Attention `(answer token, token)` averaged over layers and heads, and the tokens.

        NaN where a token comes after the one that looks.
        """
        head, tail = self._prompts.ids([prompt])[0], self._prompts.turns.encode([output])[0]
        ((batch, _),) = fixed_batches([(head, tail)], 1)
        mean = np.asarray(self._picture.predict_on_batch(self._packed(batch)))[0]
        rows = mean[len(head) : len(head) + len(tail), : len(head) + len(tail)]
        seen = np.arange(rows.shape[1])[None, :] <= len(head) + np.arange(len(rows))[:, None]
        tokenizer = self.task.preprocessor.tokenizer
        return np.where(seen, rows, np.nan), [str(tokenizer.id_to_token(i)) for i in head + tail]

    def _packed(self, rows: list[tuple[list[int], list[int]]]) -> dict[str, Any]:
        pad = self.task.preprocessor.tokenizer.pad_token_id or 0
        ids, mask = pad_rows([head + tail for head, tail in rows], self._length, pad)
        inputs = with_other_inputs(self.task, {"token_ids": ids, "padding_mask": mask})
        ends = np.array([[len(head), len(head) + len(tail)] for head, tail in rows], "int32")
        return {"inputs": inputs, "ends": ends}


class _Captured(CompiledApart):
    """Compiled apart; attention itself stays on the device."""

    def __init__(self, task: keras.Model) -> None:
        super().__init__(name=type(self).__name__.strip("_").lower())
        self.task = task
        self.built = True
        self.compile(optimizer=None)

    def attention(self, inputs: dict[str, Tensor]) -> list[Tensor]:
        with captured_attention() as captured:
            self.task(inputs, training=False)
        found = text_attention(captured, inputs["token_ids"])
        if not found:
            raise ValueError(
                "`lookback_ratio` needs attention, and this model has none that can be read. Leave "
                f"AttentionMonitor out. {received('task', self.task.name)}"
            )
        return found


class _Ratios(_Captured):
    def call(self, packed: dict[str, Any], training: bool = False) -> Tensor:
        found = [lookback_ratio(a, packed["ends"]) for a in self.attention(packed["inputs"])]
        return ops.stack(found, axis=1)


class _Picture(_Captured):
    def call(self, packed: dict[str, Any], training: bool = False) -> Tensor:
        means = [ops.mean(scores, axis=1) for scores in self.attention(packed["inputs"])]
        return sum(means[1:], means[0]) / len(means)
