"""New tokens: what a KerasHub task generated, without prompt, stop token and what came after."""

import itertools
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._token_rows import pad_rows


def new_tokens_only(
    function: Any,
    is_seq2seq: bool,
    limit: Callable[[], int],
    prompts: Callable[[], Sequence[Sequence[int]] | None] = lambda: None,
    stops: Sequence[int] = (),
    pad: int = 0,
) -> Any:
    """Wraps the compiled generate function of a task so that its mask keeps new tokens only.

    KerasHub's own `strip_prompt` is not there in every task, and leaves stop tokens that are not
    special ones in the text.

    Args:
        function: what `task.make_generate_function()` returned, from inputs and `stop_token_ids`
            to outputs.
        is_seq2seq: bool, whether the new tokens are those of a decoder.
        limit: callable without arguments, to the most tokens to keep.
        prompts: callable without arguments, to the token ids of each prompt of the batch in place
            of those the preprocessor of a causal task made, or None.
        stops: int, ids to stop at beside those the task names.
        pad: int, what the preprocessor fills empty places with.
    """
    side = "decoder_" if is_seq2seq else ""
    ids_key, mask_key = f"{side}token_ids", f"{side}padding_mask"

    def limited(inputs: Any, stop_token_ids: Any = None) -> Any:
        if "input_padding_mask" in inputs:  # RWKV: before a prompt of one token stands a 0
            told = ops.not_equal(inputs["token_ids"], 0)
            inputs = {**inputs, "input_padding_mask": ops.cast(told, "int32")}
        stop_token_ids = list(dict.fromkeys([*(stop_token_ids or ()), *stops]))
        if (rows := prompts()) is not None:
            ids, mask = pad_rows(rows, inputs[mask_key].shape[1], pad)
            inputs = {**inputs, ids_key: _like(inputs[ids_key], ids)}
            inputs[mask_key] = _like(inputs[mask_key], mask)
        if pad in stop_token_ids:  # KerasHub would take the first empty place for the end
            fill = next(i for i in itertools.count() if i not in stop_token_ids)
            told = ops.cast(inputs[mask_key], "bool")
            inputs = {**inputs, ids_key: ops.where(told, inputs[ids_key], fill)}
        outputs = function(inputs, stop_token_ids=stop_token_ids or None)
        given = ops.cast(inputs[mask_key], "int32")
        width = ops.shape(given)[1]  # RWKV gives what it was told back in front of that
        ids, mask = (ops.convert_to_tensor(outputs[key])[:, -width:] for key in (ids_key, mask_key))
        first = ops.sum(given, axis=1, keepdims=True)
        places = ops.arange(width, dtype="int32")
        new = ops.logical_and(places >= first, places < first + limit())
        new = ops.logical_and(new, ops.cast(mask, "bool"))
        for stop in stop_token_ids:
            new = ops.logical_and(new, ops.not_equal(ids, stop))
        return {**outputs, ids_key: ids, mask_key: ops.cast(new, mask.dtype)}

    return limited


def _like(tensor: Any, values: np.ndarray) -> Any:
    return ops.convert_to_tensor(values, dtype=keras.backend.standardize_dtype(tensor.dtype))
