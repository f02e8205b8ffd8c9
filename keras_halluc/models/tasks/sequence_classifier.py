"""Which class has a text, or a pair of texts, and is the model sure enough to say?"""

from typing import Any

import keras
import keras_hub
import numpy as np

from keras_halluc._register import register
from keras_halluc._require import require_choice
from keras_halluc._require import require_number
from keras_halluc.layers import ClassificationHead
from keras_halluc.models.tasks.backbone_features import POOLINGS
from keras_halluc.models.tasks.backbone_features import pooled_features
from keras_halluc.models.tasks.backbone_features import run_backbone
from keras_halluc.models.tasks.backbone_features import text_inputs_of
from keras_halluc.models.tasks.text_preprocessor import TextPreprocessor
from keras_halluc.models.tasks.text_task import TextTask


@register("SequenceClassifier")
class SequenceClassifier(TextTask):
    """KerasHub's `TextClassifier` for any text backbone, with calibrated confidence.

    Args:
        backbone: KerasHub backbone.
        num_classes: int, at least 2.
        preprocessor: `TextPreprocessor` or None.
        dropout: float in [0, 1], before the head. Defaults to `0.1`.
        pooling: str. `"auto"` is what the backbone pools, as BERT does, or else the mean of the
            tokens; `"first"`, `"last"`, `"mean"`.
        abstain_below: float in [0, 1]. `classify` abstains where the top probability is lower.
            Defaults to `0.0`.
        **kwargs: passed to `keras_hub.models.Task`.

    Example:

    >>> import keras_halluc as kh
    >>> gpt2 = kh.presets.load_facts_gpt2()
    >>> preprocessor = kh.models.TextPreprocessor(gpt2.preprocessor.tokenizer, sequence_length=16)
    >>> task = kh.models.SequenceClassifier(gpt2.backbone, 2, preprocessor)
    >>> history = task.fit(["Paris is in France.", "Where is it?"], [0, 1], verbose=0)
    >>> task.predict(["Who is that?"], verbose=0).shape
    (1, 2)
    """

    preprocessor_cls = TextPreprocessor

    def __init__(
        self,
        backbone: keras.Model,
        num_classes: int,
        preprocessor: keras_hub.models.Preprocessor | None = None,
        dropout: float = 0.1,
        pooling: str = "auto",
        abstain_below: float = 0.0,
        **kwargs: Any,
    ) -> None:
        require_choice("pooling", pooling, POOLINGS)
        self.head = ClassificationHead(
            num_classes, dropout, abstain_below, dtype=backbone.dtype_policy, name="head"
        )
        inputs = text_inputs_of(backbone)
        pooled = pooled_features(run_backbone(backbone, inputs), inputs["padding_mask"], pooling)
        super().__init__(backbone, preprocessor, inputs=inputs, outputs=self.head(pooled), **kwargs)
        self.num_classes = num_classes
        self.dropout = dropout
        self.pooling = pooling

    @property
    def abstain_below(self) -> float:
        """Float in [0, 1]; it may be set at any time."""
        return self.head.abstain_below

    @abstain_below.setter
    def abstain_below(self, value: float) -> None:
        self.head.abstain_below = require_number("abstain_below", value, minimum=0.0, maximum=1.0)

    def calibrate(self, x: Any, y: Any, batch_size: int | None = None) -> float:
        """Fits the temperature of the head, on texts that were not trained on.

        Args:
            x: texts as in `fit`.
            y: int `(rows,)`, classes.
            batch_size: int or None.

        Returns:
            float, the temperature. Above 1 the model was too sure.
        """
        logits = self.predict(x, batch_size=batch_size, verbose=0)
        return self.head.calibrate(logits, np.asarray(y))

    def classify(self, x: Any, batch_size: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The class of each text, and how probable the model takes it to be.

        Args:
            x: texts as in `predict`.
            batch_size: int or None.

        Returns:
            tuple of int `(rows,)`, -1 where the model abstains, and float `(rows,)` in [0, 1],
            the probability of the top class.
        """
        logits = self.predict(x, batch_size=batch_size, verbose=0)
        probs = keras.ops.convert_to_numpy(keras.activations.softmax(logits))
        return keras.ops.convert_to_numpy(self.head.decide(logits)), probs.max(axis=-1)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(
            num_classes=self.num_classes,
            dropout=self.dropout,
            pooling=self.pooling,
            abstain_below=self.abstain_below,
        )
        return config
