"""Pure tensor maths on `keras.ops`, float32 throughout; nothing here has state."""

from keras_halluc.ops.calibration import brier_score
from keras_halluc.ops.calibration import calibration_error
from keras_halluc.ops.divergence import kl_divergence
from keras_halluc.ops.divergence import top_k_kl_divergence
from keras_halluc.ops.gradients import gradient_at
from keras_halluc.ops.lookback import lookback_ratio
from keras_halluc.ops.masking import masked_mean
from keras_halluc.ops.masking import sequence_mean
from keras_halluc.ops.selective_prediction import abstention_score
from keras_halluc.ops.selective_prediction import aurc
from keras_halluc.ops.selective_prediction import risk_coverage_area
from keras_halluc.ops.selective_prediction import risk_coverage_curve
from keras_halluc.ops.semantic_uncertainty import semantic_entropy
from keras_halluc.ops.token_scores import token_entropies
from keras_halluc.ops.token_scores import token_log_probs

__all__ = [
    "abstention_score",
    "aurc",
    "brier_score",
    "calibration_error",
    "gradient_at",
    "kl_divergence",
    "lookback_ratio",
    "masked_mean",
    "risk_coverage_area",
    "risk_coverage_curve",
    "semantic_entropy",
    "sequence_mean",
    "token_entropies",
    "token_log_probs",
    "top_k_kl_divergence",
]
