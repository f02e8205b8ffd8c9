"""Callbacks that see and stop hallucination during `fit`."""

from keras_halluc.callbacks.attention_monitor import AttentionMonitor
from keras_halluc.callbacks.calibration_monitor import CalibrationMonitor
from keras_halluc.callbacks.case_monitor import CaseMonitor
from keras_halluc.callbacks.classifier_calibration_monitor import ClassifierCalibrationMonitor
from keras_halluc.callbacks.estimates import Estimate
from keras_halluc.callbacks.forgetting_monitor import ForgettingMonitor
from keras_halluc.callbacks.generalization_monitor import GeneralizationMonitor
from keras_halluc.callbacks.gradient_clip_monitor import GradientClipMonitor
from keras_halluc.callbacks.gradual_unfreezing import GradualUnfreezing
from keras_halluc.callbacks.hallucination_monitor import HallucinationMonitor
from keras_halluc.callbacks.knowledge_monitor import KnowledgeMonitor
from keras_halluc.callbacks.magnitude_pruning import MagnitudePruning
from keras_halluc.callbacks.mlflow_logger import MlflowLogger
from keras_halluc.callbacks.quantization_aware_training import QuantizationAwareTraining
from keras_halluc.callbacks.shift_monitor import ShiftMonitor
from keras_halluc.callbacks.stop_on_hallucination import StopOnHallucination

__all__ = [
    "AttentionMonitor",
    "CalibrationMonitor",
    "CaseMonitor",
    "ClassifierCalibrationMonitor",
    "Estimate",
    "ForgettingMonitor",
    "GeneralizationMonitor",
    "GradientClipMonitor",
    "GradualUnfreezing",
    "HallucinationMonitor",
    "KnowledgeMonitor",
    "MagnitudePruning",
    "MlflowLogger",
    "QuantizationAwareTraining",
    "ShiftMonitor",
    "StopOnHallucination",
]
