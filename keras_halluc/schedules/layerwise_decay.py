"""How do lower layers, which hold more of what was learned before, get smaller steps?"""

from typing import Any

import keras

from keras_halluc._require import received
from keras_halluc._require import require_number
from keras_halluc.internals.weight_names import weight_names
from keras_halluc.schedules.optimizer_by_weight import OptimizerByWeight
from keras_halluc.schedules.scaled_schedule import ScaledSchedule
from keras_halluc.schedules.weight_depth import weight_depths


def layerwise_optimizer(
    optimizer: keras.optimizers.Optimizer, task: keras.Model, decay: float = 0.9
) -> keras.optimizers.Optimizer:
    """Discriminative fine-tuning: an optimizer a layer, rates falling by `decay` from the head.

    The head has the rate of `optimizer`, the layer below it `decay` times that, and so on down to
    the embeddings. Weight decay falls too, since Keras multiplies it by the rate. Norms are
    clipped within each layer.

    Args:
        optimizer: Keras optimizer, the pattern: its class, settings and rate or schedule.
        task: built KerasHub task with a transformer backbone, or functional or sequential model.
        decay: float in (0, 1]. Defaults to `0.9`; small models take 0.6.

    Returns:
        `keras.optimizers.MultiOptimizer` of optimizers named `layer_<depth>`, for `compile`. It has
        no `learning_rate` of its own, so `ReduceLROnPlateau` and `LearningRateScheduler` cannot be
        used with it.

    Raises:
        ImportError: if this Keras has no `MultiOptimizer`.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> task = kh.presets.load_facts_gpt2()
    >>> optimizer = kh.schedules.layerwise_optimizer(keras.optimizers.AdamW(1e-3), task, 0.5)
    >>> rates = [float(part.learning_rate) for part in optimizer.optimizers]
    >>> bool(max(rates) > 0.0009), len(rates) == len(task.backbone.transformer_layers) + 2
    (True, True)

    References:
        Howard and Ruder 2018, https://arxiv.org/abs/1801.06146
    """
    if not hasattr(keras.optimizers, "MultiOptimizer"):
        raise ImportError(
            "`layerwise_optimizer` needs `keras.optimizers.MultiOptimizer`: pip install -U keras "
            f"(Python 3.11 or later). Received: keras {keras.__version__}"
        )
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise TypeError(
            f"`optimizer` must be a Keras optimizer. {received('optimizer', optimizer)}"
        )
    require_number("decay", decay, above=0.0, maximum=1.0)
    depths = weight_depths(task)
    top = max(depths)
    made = {
        depth: _scaled(optimizer, decay ** (top - depth), f"layer_{depth}")
        for depth in sorted({*depths, top})
    }
    weights = task.trainable_variables
    by_name = dict(zip(weight_names(weights), (made[depth] for depth in depths)))
    return keras.optimizers.MultiOptimizer(OptimizerByWeight(made[top], by_name, weights))


def _scaled(optimizer: Any, factor: float, name: str) -> Any:
    config = optimizer.get_config()
    rate = config["learning_rate"]
    if isinstance(rate, dict):
        rate = ScaledSchedule(keras.saving.deserialize_keras_object(rate), factor)
        config["learning_rate"] = keras.saving.serialize_keras_object(rate)
    else:
        config["learning_rate"] = rate * factor
    config["name"] = name
    part = type(optimizer).from_config(config)
    # Set by `exclude_from_weight_decay`, and in no config.
    for name in ("_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern"):
        if hasattr(optimizer, name):
            setattr(part, name, getattr(optimizer, name))
    return part
