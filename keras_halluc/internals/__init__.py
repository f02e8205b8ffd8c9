"""What happens inside a model during a forward pass, read without changing the model."""

from keras_halluc.internals.attention_capture import captured_attention
from keras_halluc.internals.hidden_capture import captured_hidden
from keras_halluc.internals.model_internals import internals_model

__all__ = [
    "captured_attention",
    "captured_hidden",
    "internals_model",
]
