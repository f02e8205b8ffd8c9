"""Generation without a cache: one full forward pass a token, where the cached one is wrong."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._compiled_apart import CompiledApart
from keras_halluc._token_rows import pad_rows
from keras_halluc._types import Tensor
from keras_halluc.generation.task_inputs import with_other_inputs

Pick = Callable[[np.ndarray], np.ndarray]


class NextLogits(CompiledApart):
    """Wraps a KerasHub task so that `predict_on_batch` returns the logits after one position.

    Call arguments:
        inputs: dict with `"inputs"`, those of the task, and `"last"`, int `(batch,)`, the position.

    Returns:
        float32 `(batch, vocab)`.
    """

    def __init__(self, task: Any) -> None:
        super().__init__(name="next_logits")
        self.task = task
        self.built = True
        self.compile(optimizer=None)

    def call(self, inputs: dict[str, Any], training: bool = False) -> Tensor:
        logits = ops.cast(self.task(inputs["inputs"], training=False), "float32")
        last = ops.cast(inputs["last"], "int32")[:, None, None]
        return ops.take_along_axis(logits, last, axis=1)[:, 0]


class PlainSteps:
    """Stands in for the compiled generate function of a task.

    Args:
        next_logits: `NextLogits` of the task.
        is_seq2seq: bool, whether the new tokens are those of a decoder.
        pick: callable from float32 logits `(batch, vocab)` to int ids `(batch,)`.
        limit: callable without arguments, to the most tokens to generate.
    """

    def __init__(
        self, next_logits: NextLogits, is_seq2seq: bool, pick: Pick, limit: Callable[[], int]
    ) -> None:
        self.next_logits = next_logits
        self.is_seq2seq = is_seq2seq
        self.pick = pick
        self.limit = limit

    def __call__(self, inputs: Any, stop_token_ids: Any = None) -> dict[str, np.ndarray]:
        given = {key: _host(value) for key, value in inputs.items()}
        side = "decoder_" if self.is_seq2seq else ""
        ids_key, mask_key = f"{side}token_ids", f"{side}padding_mask"
        ids = given.get("predict_token_ids", given[ids_key])  # RWKV's prompt stands apart
        written, mask = np.array(ids), np.array(given[mask_key], "bool")
        rows = _prompt_rows(given, ids_key, mask_key)
        places = mask.sum(axis=1)
        begin = min(places)
        length = max(len(row) for row in rows) + written.shape[1] - begin
        ended = np.zeros(len(rows), "bool")
        for _ in range(min(self.limit(), written.shape[1] - begin)):
            for row, token in enumerate(self.pick(self._logits(rows, length, given))):
                if ended[row] or places[row] == written.shape[1]:
                    continue
                written[row, places[row]], mask[row, places[row]] = token, True
                places[row] += 1
                rows[row] = [*rows[row], int(token)]
                ended[row] = token in (stop_token_ids or ())
            if ended.all():
                break
        return {ids_key: written, mask_key: mask}

    def _logits(
        self, rows: list[list[int]], length: int, given: dict[str, np.ndarray]
    ) -> np.ndarray:
        ids, mask = pad_rows(rows, length, 0)
        if self.is_seq2seq:
            encoder = ("encoder_token_ids", "encoder_padding_mask")
            packed = {key: given[key].astype("int32") for key in encoder}
            packed |= {"decoder_token_ids": ids, "decoder_padding_mask": mask}
        else:
            packed = {"token_ids": ids, "padding_mask": mask}
        last = np.array([len(row) - 1 for row in rows], "int32")
        packed = with_other_inputs(self.next_logits.task, packed)
        out = self.next_logits.predict_on_batch({"inputs": packed, "last": last})
        return np.asarray(out)


def likeliest(logits: np.ndarray) -> np.ndarray:
    """The token greedy decoding takes, int `(batch,)`."""
    return np.asarray(np.argmax(logits, axis=-1))


def drawn(temperature: float, seed: int) -> Pick:
    """Draws tokens by their probabilities at a temperature."""
    draws = np.random.default_rng(seed)

    def pick(logits: np.ndarray) -> np.ndarray:
        noise = draws.gumbel(size=logits.shape)  # argmax of logits + Gumbel noise is a sample
        return np.asarray(np.argmax(logits / temperature + noise, axis=-1))

    return pick


def _prompt_rows(given: dict[str, np.ndarray], ids_key: str, mask_key: str) -> list[list[int]]:
    rows = []
    for i in range(len(given[mask_key])):
        if "predict_token_ids" in given:
            told = given["token_ids"][i][given["input_padding_mask"][i].astype("bool")]
            rows.append([*map(int, told), int(given["predict_token_ids"][i, 0])])
        else:
            rows.append([int(t) for t in given[ids_key][i][given[mask_key][i].astype("bool")]])
    return rows


def _host(value: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(value))
