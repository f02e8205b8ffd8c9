"""Layers that Keras and KerasHub do not have."""

from keras_halluc.layers.classification_head import ClassificationHead
from keras_halluc.layers.cross_modal_fusion import CrossModalFusion
from keras_halluc.layers.decision_fusion import DecisionFusion
from keras_halluc.layers.feature_fusion import FeatureFusion
from keras_halluc.layers.grounded_attention import GroundedAttention
from keras_halluc.layers.hallucination_probe import HallucinationProbe
from keras_halluc.layers.pair_head import PairHead
from keras_halluc.layers.pointer_generator import PointerGenerator
from keras_halluc.layers.regression_head import RegressionHead
from keras_halluc.layers.span_head import SpanHead
from keras_halluc.layers.token_noise import TokenNoise
from keras_halluc.layers.token_tagging_head import TokenTaggingHead

__all__ = [
    "ClassificationHead",
    "CrossModalFusion",
    "DecisionFusion",
    "FeatureFusion",
    "GroundedAttention",
    "HallucinationProbe",
    "PairHead",
    "PointerGenerator",
    "RegressionHead",
    "SpanHead",
    "TokenNoise",
    "TokenTaggingHead",
]
