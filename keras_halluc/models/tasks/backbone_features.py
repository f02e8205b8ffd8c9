"""What does a KerasHub backbone say of each token, and of the whole text?"""

from typing import Any

import keras
from keras import ops

from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._types import Tensor

POOLINGS = ("auto", "first", "last", "mean")


def text_inputs_of(backbone: keras.Model) -> dict[str, Any]:
    """The symbolic inputs of a text backbone, and `padding_mask` if it has none."""
    inputs = backbone.input if isinstance(getattr(backbone, "input", None), dict) else {}
    if "token_ids" not in inputs:
        raise TypeError(
            "`backbone` must be a KerasHub text backbone with `token_ids` among its inputs, not "
            f"one with an encoder and a decoder. {received('backbone', backbone)}"
        )
    inputs = dict(inputs)
    if "padding_mask" not in inputs:
        inputs["padding_mask"] = keras.Input((None,), dtype="int32", name="padding_mask")
    return inputs


def run_backbone(backbone: keras.Model, inputs: dict[str, Any]) -> Any:
    """Outputs of the backbone on those of `inputs` that it takes."""
    return backbone({name: inputs[name] for name in backbone.input})


def token_features(outputs: Any) -> Tensor:
    """`(batch, seq, hidden)`."""
    return outputs["sequence_output"] if isinstance(outputs, dict) else outputs


def pooled_features(outputs: Any, padding_mask: Tensor, pooling: str) -> Tensor:
    """`(batch, hidden)`: what BERT pools, or the mean, the first or the last of the tokens."""
    require_choice("pooling", pooling, POOLINGS)
    if pooling == "auto" and isinstance(outputs, dict) and "pooled_output" in outputs:
        return outputs["pooled_output"]
    tokens = token_features(outputs)
    if pooling == "first":
        return tokens[:, 0]
    mask = ops.expand_dims(ops.cast(padding_mask, "float32"), -1)
    if pooling == "last":
        after = ops.concatenate([mask[:, 1:], ops.zeros_like(mask[:, :1])], axis=1)
        mask = mask * (1.0 - after)
    # In float32: half precision would round the sum of a long text.
    summed = ops.sum(ops.where(mask > 0.0, ops.cast(tokens, "float32"), 0.0), axis=1)
    return ops.cast(ops.divide_no_nan(summed, ops.sum(mask, axis=1)), tokens.dtype)
