"""Pure tensor maths on `keras.ops`, float32 throughout; nothing here has state."""

from keras_halluc.ops.attention_capture import captured_attention
from keras_halluc.ops.calibration import calibration_error
from keras_halluc.ops.calibration import calibration_sums
from keras_halluc.ops.divergence import forbid
from keras_halluc.ops.divergence import kl_divergence
from keras_halluc.ops.divergence import top_k_kl_divergence
from keras_halluc.ops.gradients import gradient_at
from keras_halluc.ops.hidden_capture import captured_hidden
from keras_halluc.ops.internals import internals_model
from keras_halluc.ops.intervals import wilson_interval
from keras_halluc.ops.masking import masked_mean
from keras_halluc.ops.masking import sequence_mean
from keras_halluc.ops.token_scores import token_entropies
from keras_halluc.ops.token_scores import token_log_probs
from keras_halluc.ops.verdicts import verdict_sums

__all__ = [
    "calibration_error",
    "calibration_sums",
    "captured_attention",
    "captured_hidden",
    "forbid",
    "gradient_at",
    "internals_model",
    "kl_divergence",
    "masked_mean",
    "sequence_mean",
    "token_entropies",
    "token_log_probs",
    "top_k_kl_divergence",
    "verdict_sums",
    "wilson_interval",
]
