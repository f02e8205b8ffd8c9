"""How deep in a model does each weight lie, from the embeddings up to the head?"""

from typing import Any

import keras

from keras_halluc._require import received
from keras_halluc.internals.transformer_blocks import blocks_of


def weight_depths(task: keras.Model) -> list[int]:
    """Depth of each trainable weight, in the order of `task.trainable_variables`.

    Embeddings lie at 0, block `i` at `i + 1`, and what comes after the last block at the depth
    after it. A tied embedding counts as an embedding.

    Raises:
        ValueError: if there is nothing to tell apart.
    """
    blocks = _levels(task)
    depths = {id(v): i + 1 for i, block in enumerate(blocks) for v in block.trainable_variables}
    backbone: Any = getattr(task, "backbone", task)
    first = {id(v) for v in blocks[0].variables}
    seen_block = False
    for layer in backbone.layers:
        seen_block = seen_block or any(id(v) in first for v in layer.variables)
        for variable in layer.trainable_variables:
            depths.setdefault(id(variable), len(blocks) + 1 if seen_block else 0)
    return [depths.get(id(variable), len(blocks) + 1) for variable in task.trainable_variables]


def _levels(task: keras.Model) -> list[Any]:
    """The blocks of a KerasHub task or backbone, or the layers of any other model."""
    levels = blocks_of(task)
    if not levels and not hasattr(task, "backbone"):
        levels = [layer for layer in task.layers if layer.trainable_variables]
        levels = levels if len(levels) > 1 else []
    if not levels:
        raise ValueError(
            "The model must be a KerasHub task whose backbone has `transformer_layers`, or a "
            "functional or sequential model with at least two layers that train. "
            + received("task", task.name)
        )
    return levels
