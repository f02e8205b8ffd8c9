"""Extra loss terms for `FineTuner`: small, serialisable, each with its own metric."""

from keras_halluc.objectives.adversarial_perturbation import AdversarialPerturbation
from keras_halluc.objectives.consistency_on_unlabelled import ConsistencyOnUnlabelled
from keras_halluc.objectives.denoising import Denoising
from keras_halluc.objectives.distillation import Distillation
from keras_halluc.objectives.l2_sp import L2SP
from keras_halluc.objectives.loss_truncation import LossTruncation
from keras_halluc.objectives.objective import Batch
from keras_halluc.objectives.objective import Objective
from keras_halluc.objectives.preference_factuality import PreferenceFactuality
from keras_halluc.objectives.r_drop import RDrop
from keras_halluc.objectives.self_distillation import SelfDistillation
from keras_halluc.objectives.unlikelihood import Unlikelihood
from keras_halluc.objectives.virtual_adversarial import VirtualAdversarial

__all__ = [
    "AdversarialPerturbation",
    "Batch",
    "ConsistencyOnUnlabelled",
    "Denoising",
    "Distillation",
    "L2SP",
    "LossTruncation",
    "Objective",
    "PreferenceFactuality",
    "RDrop",
    "SelfDistillation",
    "Unlikelihood",
    "VirtualAdversarial",
]
