"""Which layers of a model are its transformer blocks, in the order of the forward pass?"""

from typing import Any

import keras

from keras_halluc._require import received

# Attributes in which KerasHub backbones keep their blocks, in the order of the forward pass.
STACKS = (
    "encoder_transformer_layers",
    "decoder_transformer_layers",
    "transformer_layers",
    "rwkv_layers",
)


def blocks_of(model: keras.Model) -> list[Any]:
    """The blocks of a KerasHub task or backbone; empty where it has none, as any other model."""
    backbone = getattr(model, "backbone", None) or model
    owner = getattr(backbone, "language_model", None) or backbone  # beside an eye and an ear
    return [block for name in STACKS for block in getattr(owner, name, None) or ()]


def blocks_to_look_into(model: keras.Model) -> list[Any]:
    """The same, where a model must have some."""
    found = blocks_of(model)
    if not found:
        raise ValueError(
            f"`model` has none of {STACKS}: give `layers`, the layers to look into. "
            f"{received('model', model.name)}"
        )
    return found
