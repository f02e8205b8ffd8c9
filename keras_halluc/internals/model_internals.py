"""How does a model return what happens inside it, without being forked?"""

from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._require import received
from keras_halluc.internals.attention_capture import captured_attention
from keras_halluc.internals.hidden_capture import captured_hidden
from keras_halluc.internals.transformer_blocks import blocks_to_look_into


class _Internals(keras.Model):
    def __init__(self, model: keras.Model, inside: Sequence[Any]) -> None:
        super().__init__(name=f"{model.name}_internals", dtype=model.dtype_policy)
        self.model = model
        object.__setattr__(self, "inside", tuple(inside))  # tracked once, within `model`
        self.built = True
        self.compile(optimizer=None)  # KerasHub models do without; `predict` asks for nothing else

    def call(self, x: Any, training: bool | None = None) -> dict[str, Any]:
        with captured_attention() as attention, captured_hidden(self.inside) as hidden:
            output = self.model(x, training=training)
        return {"output": output, "hidden": hidden, "attention": attention}


def internals_model(
    model: keras.Model, layers: Sequence[keras.layers.Layer] | None = None
) -> keras.Model:
    """A model with the same weights that also returns hidden states and attention.

    It follows the weights of `model` as they are trained and leaves `model` as it is. Measured on
    BART, BERT, BLOOM, DeBERTa, DistilBERT, Falcon, Gemma, GPT-2, Llama, Mistral, OPT, Phi-3, Qwen,
    RoBERTa and T5 of KerasHub. Inputs are those of the network: token ids, not text.

    Args:
        model: KerasHub task or backbone, or any built keras.Model.
        layers: layers whose output to return as hidden states. None: the transformer layers of a
            KerasHub backbone.

    Returns:
        keras.Model from the inputs of `model` to a dict: `"output"`, what `model` returns;
        `"hidden"`, a list of `(batch, seq, hidden)`, one a layer; `"attention"`, a list of
        `(batch, heads, query, key)` in the order of the calls. A decoder with an encoder calls
        self-attention before attention to the encoder, layer by layer.

    Example:

    >>> import keras_halluc as kh
    >>> import numpy as np
    >>> task = kh.presets.load_facts_gpt2()
    >>> model = kh.internals.internals_model(task.backbone)
    >>> ids = np.ones((1, 5), "int32")
    >>> inside = model.predict_on_batch({"token_ids": ids, "padding_mask": ids})
    >>> len(inside["hidden"]) == len(inside["attention"]) == task.backbone.num_layers
    True
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"`model` must be a keras.Model. {received('model', model)}")
    return _Internals(model, blocks_to_look_into(model) if layers is None else layers)
