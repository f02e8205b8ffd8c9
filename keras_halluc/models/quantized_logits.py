"""Does a gradient get past the logits of a quantised model?"""

from typing import Any


def require_gradient_below_logits(model: Any) -> None:
    """Raises if the logits of `model` come from inputs that were rounded to int8.

    Keras rounds the inputs of `ReversibleEmbedding` without a gradient of its own, as its other
    quantised layers have one. What is left flows through the scale of the rounding alone: training
    then moves adapters the wrong way, and the loss rises.
    """
    for layer in model._flatten_layers():
        if hasattr(layer, "tie_weights") and getattr(layer, "inputs_quantizer", None) is not None:
            raise ValueError(
                f"`{layer.name}` rounds the inputs of the logits to int8, and Keras gives that "
                "step no gradient: what is below it would be moved the wrong way. Quantise weights "
                "only, `task.quantize(config=keras.quantizers.Int8QuantizationConfig("
                'activation_quantizer=None))`, or take `task.quantize("int4")`. '
                f"Received: a task quantised to {layer.quantization_mode!r}"
            )
