"""Callbacks that see and stop hallucination during `fit`."""

from keras_halluc.callbacks.case_monitor import CaseMonitor
from keras_halluc.callbacks.estimates import Estimate
from keras_halluc.callbacks.gradient_clip_monitor import GradientClipMonitor
from keras_halluc.callbacks.gradual_unfreezing import GradualUnfreezing
from keras_halluc.callbacks.hallucination_monitor import HallucinationMonitor
from keras_halluc.callbacks.knowledge_monitor import KnowledgeMonitor

__all__ = [
    "CaseMonitor",
    "Estimate",
    "GradientClipMonitor",
    "GradualUnfreezing",
    "HallucinationMonitor",
    "KnowledgeMonitor",
]
