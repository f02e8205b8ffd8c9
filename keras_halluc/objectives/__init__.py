"""Extra loss terms for `FineTuner`: small, serialisable, each with its own metric."""

from keras_halluc.objectives.objective import Objective
from keras_halluc.objectives.self_distillation import SelfDistillation

__all__ = ["Objective", "SelfDistillation"]
