"""New tokens: what a KerasHub task generated, without prompt, stop token and what came after."""

from collections.abc import Callable
from typing import Any

from keras import ops


def new_tokens_only(function: Any, is_seq2seq: bool, limit: Callable[[], int]) -> Any:
    """Wraps the compiled generate function of a task so that its mask keeps new tokens only.

    KerasHub's own `strip_prompt` is not there in every task, and leaves stop tokens that are not
    special ones in the text.

    Args:
        function: what `task.make_generate_function()` returned, from inputs and `stop_token_ids`
            to outputs.
        is_seq2seq: bool, whether the new tokens are those of a decoder.
        limit: callable without arguments, to the most tokens to keep.
    """
    side = "decoder_" if is_seq2seq else ""
    ids_key, mask_key = f"{side}token_ids", f"{side}padding_mask"

    def limited(inputs: Any, stop_token_ids: Any = None) -> Any:
        if "input_padding_mask" in inputs:  # RWKV: before a prompt of one token stands a 0
            told = ops.not_equal(inputs["token_ids"], 0)
            inputs = {**inputs, "input_padding_mask": ops.cast(told, "int32")}
        outputs = function(inputs, stop_token_ids=stop_token_ids)
        given = ops.cast(inputs[mask_key], "int32")
        width = ops.shape(given)[1]  # RWKV gives what it was told back in front of that
        ids, mask = (ops.convert_to_tensor(outputs[key])[:, -width:] for key in (ids_key, mask_key))
        first = ops.sum(given, axis=1, keepdims=True)
        places = ops.arange(width, dtype="int32")
        new = ops.logical_and(places >= first, places < first + limit())
        new = ops.logical_and(new, ops.cast(mask, "bool"))
        for stop in stop_token_ids or ():
            new = ops.logical_and(new, ops.not_equal(ids, stop))
        return {**outputs, ids_key: ids, mask_key: ops.cast(new, mask.dtype)}

    return limited
