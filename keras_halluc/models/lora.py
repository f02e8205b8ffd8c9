"""How is a task set up for LoRA so that its adapters are all that changes?"""

import re
from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._require import received
from keras_halluc._require import require_int
from keras_halluc._require import require_strings
from keras_halluc.objectives.teachers import lora_layers


def enable_lora(
    task: keras.Model, rank: int, target_layer_names: Sequence[str] | None = None
) -> keras.Model:
    """Turns on LoRA in the backbone and freezes everything else there.

    KerasHub leaves the biases of adapted layers trainable and does not save them with the
    adapters; here they are frozen, so that the task without its adapters is exactly the base model
    (`SelfDistillation(teacher="lora_off")`) and `save_lora_weights` saves all that changed. Call it
    before `compile`; after `FineTuner` with a live teacher, before it with any other. A training
    run with adapters cannot be resumed from `BackupAndRestore`, since Keras folds them into the
    kernels on saving: `FineTuner` says so instead of going on with adapters of 0.

    Args:
        task: KerasHub task.
        rank: int >= 1.
        target_layer_names: list of str or None. None is the query and value projections: those
            that KerasHub takes by default, or where a backbone has none of these names, those of
            T5, GPT-NeoX, Gemma 3n, SmolLM3, RoFormerV2 and ESM.

    Returns:
        the same task.

    Example:

    >>> import keras_halluc as kh
    >>> task = kh.models.enable_lora(kh.presets.load_facts_gpt2(), rank=4)
    >>> all("lora" in variable.path for variable in task.trainable_variables)
    True

    References:
        Hu et al. 2021, https://arxiv.org/abs/2106.09685
    """
    require_int("rank", rank, minimum=1)
    if not hasattr(getattr(task, "backbone", None), "enable_lora"):
        raise TypeError(f"`task` must be a KerasHub task. {received('task', task)}")
    able = _able(task.backbone)
    if target_layer_names is None:
        usual = able & set(task.backbone.default_lora_layer_names())
        names = sorted(usual or filter(PROJECTIONS.fullmatch, able))
    else:
        names = require_strings("names", target_layer_names)
    if not able & set(names):
        raise ValueError(
            "`target_layer_names` must name layers of the backbone that can have adapters: "
            f"{sorted(able)}. {received('target_layer_names', target_layer_names)}"
        )
    task.backbone.enable_lora(rank, target_layer_names=names)
    adapted = lora_layers(task)
    for layer in adapted:
        if getattr(layer, "bias", None) is not None:
            layer.bias.trainable = False
    return task


# The query and value projections in the words of each backbone; GPT-NeoX has all three in one.
PROJECTIONS = re.compile(r"(q|v|query|value)_(proj|projector|dense_layer)|query_key_value")


def _able(backbone: Any) -> set[str]:
    """Names of the layers that can have adapters."""
    # The walk that `backbone.enable_lora` itself takes.
    layers = backbone._flatten_layers(include_self=False)
    return {layer.name for layer in layers if layer.weights and hasattr(layer, "enable_lora")}
