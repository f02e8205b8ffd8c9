"""Which number belongs to a text, or to a pair of texts?"""

from typing import Any

import keras
import keras_hub

from keras_halluc._register import register
from keras_halluc._require import require_choice
from keras_halluc.layers import RegressionHead
from keras_halluc.models.tasks.backbone_features import POOLINGS
from keras_halluc.models.tasks.backbone_features import pooled_features
from keras_halluc.models.tasks.backbone_features import run_backbone
from keras_halluc.models.tasks.backbone_features import text_inputs_of
from keras_halluc.models.tasks.text_preprocessor import TextPreprocessor
from keras_halluc.models.tasks.text_task import TextTask


@register("SequenceRegressor")
class SequenceRegressor(TextTask):
    """Regression on any KerasHub text backbone, such as similarity or a grade from 1 to 5.

    Args:
        backbone: KerasHub backbone.
        preprocessor: `TextPreprocessor` or None.
        minimum: float or None. Give both bounds or none.
        maximum: float or None.
        dropout: float in [0, 1], before the head. Defaults to `0.1`.
        pooling: str. As that of `SequenceClassifier`. Defaults to `"auto"`.
        **kwargs: passed to `keras_hub.models.Task`.

    Example:

    >>> import keras_halluc as kh
    >>> gpt2 = kh.presets.load_facts_gpt2()
    >>> preprocessor = kh.models.TextPreprocessor(gpt2.preprocessor.tokenizer, sequence_length=16)
    >>> task = kh.models.SequenceRegressor(gpt2.backbone, preprocessor, minimum=0.0, maximum=5.0)
    >>> history = task.fit(["Paris is in France.", "Where is it?"], [4.5, 1.0], verbose=0)
    >>> task.predict(["Who is that?"], verbose=0).shape
    (1, 1)
    """

    preprocessor_cls = TextPreprocessor

    def __init__(
        self,
        backbone: keras.Model,
        preprocessor: keras_hub.models.Preprocessor | None = None,
        minimum: float | None = None,
        maximum: float | None = None,
        dropout: float = 0.1,
        pooling: str = "auto",
        **kwargs: Any,
    ) -> None:
        require_choice("pooling", pooling, POOLINGS)
        self.head = RegressionHead(
            minimum, maximum, dropout, dtype=backbone.dtype_policy, name="head"
        )
        inputs = text_inputs_of(backbone)
        pooled = pooled_features(run_backbone(backbone, inputs), inputs["padding_mask"], pooling)
        super().__init__(backbone, preprocessor, inputs=inputs, outputs=self.head(pooled), **kwargs)
        self.minimum = minimum
        self.maximum = maximum
        self.dropout = dropout
        self.pooling = pooling

    @staticmethod
    def default_loss() -> keras.losses.Loss:
        """Mean squared error."""
        return keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")

    @staticmethod
    def default_metrics() -> list[keras.metrics.Metric]:
        """Mean absolute error."""
        return [keras.metrics.MeanAbsoluteError()]

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(
            minimum=self.minimum, maximum=self.maximum, dropout=self.dropout, pooling=self.pooling
        )
        return config
