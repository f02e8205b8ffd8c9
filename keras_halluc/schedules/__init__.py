"""Learning rates by step, by epoch and by layer."""

from keras_halluc.schedules.clip_counter import ClipCounter
from keras_halluc.schedules.layerwise_decay import layerwise_optimizer
from keras_halluc.schedules.linear_interpolation import LinearInterpolation
from keras_halluc.schedules.scaled_schedule import ScaledSchedule
from keras_halluc.schedules.warmup_inverse_sqrt import WarmupInverseSqrt
from keras_halluc.schedules.warmup_linear import WarmupLinear
from keras_halluc.schedules.warmup_stable_decay import WarmupStableDecay

__all__ = [
    "ClipCounter",
    "LinearInterpolation",
    "ScaledSchedule",
    "WarmupInverseSqrt",
    "WarmupLinear",
    "WarmupStableDecay",
    "layerwise_optimizer",
]
