"""Pure tensor maths on `keras.ops`, float32 throughout; nothing here has state."""

from keras_halluc.ops.attention_capture import captured_attention
from keras_halluc.ops.calibration import brier_score
from keras_halluc.ops.calibration import brier_sums
from keras_halluc.ops.calibration import calibration_error
from keras_halluc.ops.calibration import calibration_sums
from keras_halluc.ops.calibration_chance import calibration_error_by_chance
from keras_halluc.ops.conformal import conformal_threshold
from keras_halluc.ops.divergence import forbid
from keras_halluc.ops.divergence import kl_divergence
from keras_halluc.ops.divergence import top_k_kl_divergence
from keras_halluc.ops.gradients import gradient_at
from keras_halluc.ops.hidden_capture import captured_hidden
from keras_halluc.ops.internals import internals_model
from keras_halluc.ops.intervals import newcombe_interval
from keras_halluc.ops.intervals import wilson_interval
from keras_halluc.ops.lookback import lookback_ratio
from keras_halluc.ops.masking import masked_mean
from keras_halluc.ops.masking import sequence_mean
from keras_halluc.ops.meanings import semantic_entropy
from keras_halluc.ops.paired_rates import mcnemar_test
from keras_halluc.ops.paired_rates import paired_rate_interval
from keras_halluc.ops.ranking import auroc
from keras_halluc.ops.ranking import paired_bootstrap
from keras_halluc.ops.recurrent_confidence import rauq_score
from keras_halluc.ops.selective import abstention_score
from keras_halluc.ops.selective import aurc
from keras_halluc.ops.selective import risk_coverage_area
from keras_halluc.ops.selective import risk_coverage_curve
from keras_halluc.ops.selective import risk_coverage_sums
from keras_halluc.ops.shift import classifier_test
from keras_halluc.ops.shift import mmd_test
from keras_halluc.ops.token_scores import token_entropies
from keras_halluc.ops.token_scores import token_log_probs
from keras_halluc.ops.verdicts import verdict_sums

__all__ = [
    "abstention_score",
    "aurc",
    "auroc",
    "brier_score",
    "brier_sums",
    "calibration_error",
    "calibration_error_by_chance",
    "calibration_sums",
    "captured_attention",
    "captured_hidden",
    "classifier_test",
    "conformal_threshold",
    "forbid",
    "gradient_at",
    "internals_model",
    "kl_divergence",
    "lookback_ratio",
    "masked_mean",
    "mcnemar_test",
    "mmd_test",
    "newcombe_interval",
    "paired_bootstrap",
    "paired_rate_interval",
    "rauq_score",
    "risk_coverage_area",
    "risk_coverage_curve",
    "risk_coverage_sums",
    "semantic_entropy",
    "sequence_mean",
    "token_entropies",
    "token_log_probs",
    "top_k_kl_divergence",
    "verdict_sums",
    "wilson_interval",
]
