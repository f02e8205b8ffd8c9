"""Callbacks that see and stop hallucination during `fit`."""

from keras_halluc.callbacks.monitors.attention_monitor import AttentionMonitor
from keras_halluc.callbacks.monitors.calibration_monitor import CalibrationMonitor
from keras_halluc.callbacks.monitors.case_monitor import CaseMonitor
from keras_halluc.callbacks.monitors.classifier_calibration_monitor import (
    ClassifierCalibrationMonitor,
)
from keras_halluc.callbacks.monitors.eval_harness_monitor import EvalHarnessMonitor
from keras_halluc.callbacks.monitors.forgetting_monitor import ForgettingMonitor
from keras_halluc.callbacks.monitors.generalization_monitor import GeneralizationMonitor
from keras_halluc.callbacks.monitors.hallucination_monitor import HallucinationMonitor
from keras_halluc.callbacks.monitors.knowledge_monitor import KnowledgeMonitor
from keras_halluc.callbacks.monitors.moment import Moment
from keras_halluc.callbacks.monitors.monitor import Monitor
from keras_halluc.callbacks.monitors.shift_monitor import ShiftMonitor
from keras_halluc.callbacks.observed.answers import Answer
from keras_halluc.callbacks.trackers.case_table_logger import CaseTableLogger
from keras_halluc.callbacks.trackers.mlflow_logger import MlflowLogger
from keras_halluc.callbacks.training.gradient_clip_monitor import GradientClipMonitor
from keras_halluc.callbacks.training.gradual_unfreezing import GradualUnfreezing
from keras_halluc.callbacks.training.magnitude_pruning import MagnitudePruning
from keras_halluc.callbacks.training.quantization_aware_training import QuantizationAwareTraining
from keras_halluc.callbacks.training.stop_on_hallucination import StopOnHallucination

__all__ = [
    "Answer",
    "AttentionMonitor",
    "CalibrationMonitor",
    "CaseMonitor",
    "CaseTableLogger",
    "ClassifierCalibrationMonitor",
    "EvalHarnessMonitor",
    "ForgettingMonitor",
    "GeneralizationMonitor",
    "GradientClipMonitor",
    "GradualUnfreezing",
    "HallucinationMonitor",
    "KnowledgeMonitor",
    "MagnitudePruning",
    "MlflowLogger",
    "Moment",
    "Monitor",
    "QuantizationAwareTraining",
    "ShiftMonitor",
    "StopOnHallucination",
]
