"""How is a task kept as it was, to compare with later?"""

import keras


def frozen_copy(task: keras.Model, scope: str = "base_model") -> keras.Model:
    """Returns an untrainable copy with the same weights, without the preprocessor.

    Args:
        task: keras.Model, a KerasHub task or a functional or sequential model.
        scope: str, begins the path of each weight of the copy.

    Returns:
        keras.Model of the same class, `trainable=False`.

    Raises:
        ValueError: if the model is not built or cannot be made again from its config.
    """
    if not task.built or not task.weights:
        raise ValueError(
            "The model must be built before it is copied: call it on one batch first. "
            f"Received: built={task.built} with {len(task.weights)} weights"
        )
    # Another path for each weight: torch tells parameters apart by it, and would otherwise no
    # longer clear the gradients of the task.
    with keras.name_scope(scope):
        if hasattr(task, "backbone") and hasattr(task, "preprocessor"):
            config = task.get_config()
            config.update(preprocessor=None, name=f"{task.name}_base", compile=False)
            copy = type(task).from_config(config)
        else:
            copy = _uncompiled_clone(task)
            if not copy.built:
                copy.build(task.input_shape)
    if len(copy.weights) != len(task.weights):
        raise ValueError(
            "The model cannot be copied from its config: it was changed since it was made, as by "
            "LoRA, or its config leaves something out, as that of a KerasHub Llama with tied "
            "embeddings does. Give a teacher that its config describes. "
            f"Received: {len(task.weights)} weights, and {len(copy.weights)} in the copy"
        )
    copy.set_weights(task.get_weights())
    copy.trainable = False
    return copy


def _uncompiled_clone(task: keras.Model) -> keras.Model:
    """A clone without metrics: those of a compiled one would be taken for those of `FineTuner`."""
    compiled, task.compiled = task.compiled, False
    try:
        return keras.models.clone_model(task)
    finally:
        task.compiled = compiled
