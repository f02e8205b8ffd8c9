"""How deep in a model does each weight lie, from the embeddings up to the head?"""

from typing import Any

import keras

from keras_halluc._check import received

STACKS = ("encoder_transformer_layers", "decoder_transformer_layers", "transformer_layers")


def blocks_of(task: keras.Model) -> list[Any]:
    """The transformer blocks of a KerasHub task or backbone, or the layers of any other model.

    Raises:
        ValueError: if there is nothing to tell apart.
    """
    backbone: Any = getattr(task, "backbone", task)
    blocks = [block for name in STACKS for block in getattr(backbone, name, None) or ()]
    if not blocks and not hasattr(task, "backbone"):
        blocks = [layer for layer in task.layers if layer.trainable_variables]
        blocks = blocks if len(blocks) > 1 else []
    if not blocks:
        raise ValueError(
            "The model must be a KerasHub task whose backbone has `transformer_layers`, or a "
            "functional or sequential model with at least two layers that train. "
            + received("task", task.name)
        )
    return blocks


def depth_by_path(task: keras.Model) -> dict[str, int]:
    """Depth of each trainable weight, by its path.

    Embeddings lie at 0, block `i` at `i + 1`, and what comes after the last block at the depth
    after it. A tied embedding counts as an embedding.
    """
    blocks = blocks_of(task)
    depths = {v.path: i + 1 for i, block in enumerate(blocks) for v in block.trainable_variables}
    backbone: Any = getattr(task, "backbone", task)
    first = {v.path for v in blocks[0].variables}
    seen_block = False
    for layer in backbone.layers:
        seen_block = seen_block or any(v.path in first for v in layer.variables)
        for variable in layer.trainable_variables:
            depths.setdefault(variable.path, len(blocks) + 1 if seen_block else 0)
    for variable in task.trainable_variables:
        depths.setdefault(variable.path, len(blocks) + 1)
    return depths
