"""Does one text follow from another?"""

from collections.abc import Sequence
from typing import Any

import keras
import keras_hub
import numpy as np

from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._require import require_choice
from keras_halluc._require import require_strings
from keras_halluc.layers import ClassificationHead
from keras_halluc.layers import PairHead
from keras_halluc.models.tasks.backbone_features import POOLINGS
from keras_halluc.models.tasks.backbone_features import pooled_features
from keras_halluc.models.tasks.backbone_features import run_backbone
from keras_halluc.models.tasks.backbone_features import text_inputs_of
from keras_halluc.models.tasks.text_preprocessor import TextPreprocessor
from keras_halluc.models.tasks.text_task import TextTask

ARCHITECTURES = ("cross", "bi")
LABELS = ("entailment", "neutral", "contradiction")


@register("PairEntailment")
class PairEntailment(TextTask):
    """Natural language inference (NLI), as of a source and a claim, on any KerasHub backbone.

    The cross-encoder reads both texts in one row and is the more accurate. The bi-encoder reads
    each alone, so that a text met in many pairs can be encoded once; its head compares the two
    vectors.

    Args:
        backbone: KerasHub backbone.
        preprocessor: `TextPreprocessor` or None; for a bi-encoder one with `separately=True`.
        architecture: str, `"cross"` or `"bi"`. Defaults to `"cross"`.
        labels: tuple of str, names of the classes, one of them `"entailment"`. Defaults to
            `("entailment", "neutral", "contradiction")`.
        dropout: float in [0, 1], before the head. Defaults to `0.1`.
        pooling: str. As that of `SequenceClassifier`. Defaults to `"auto"`.
        **kwargs: passed to `keras_hub.models.Task`.

    Example:

    >>> import keras_halluc as kh
    >>> gpt2 = kh.presets.load_facts_gpt2()
    >>> preprocessor = kh.models.TextPreprocessor(gpt2.preprocessor.tokenizer, sequence_length=24)
    >>> task = kh.models.PairEntailment(gpt2.backbone, preprocessor)
    >>> premises, hypotheses = ["Paris is in France."] * 2, ["Paris is French.", "It is in Peru."]
    >>> history = task.fit((premises, hypotheses), [0, 2], verbose=0)
    >>> task.score(premises, hypotheses).shape
    (2,)

    References:
        Bowman et al. 2015, "A large annotated corpus for learning natural language inference",
        https://arxiv.org/abs/1508.05326
        Reimers and Gurevych 2019, "Sentence-BERT: sentence embeddings using Siamese
        BERT-networks", https://arxiv.org/abs/1908.10084
    """

    preprocessor_cls = TextPreprocessor

    def __init__(
        self,
        backbone: keras.Model,
        preprocessor: keras_hub.models.Preprocessor | None = None,
        architecture: str = "cross",
        labels: Sequence[str] = LABELS,
        dropout: float = 0.1,
        pooling: str = "auto",
        **kwargs: Any,
    ) -> None:
        require_choice("architecture", architecture, ARCHITECTURES)
        require_choice("pooling", pooling, POOLINGS)
        names = tuple(require_strings("labels", labels))
        if "entailment" not in names or len(names) < 2 or len(set(names)) < len(names):
            raise ValueError(
                "`labels` must be at least two distinct names, one of them 'entailment'. "
                + received("labels", labels)
            )
        if preprocessor is not None and preprocessor.separately != (architecture == "bi"):
            raise ValueError(
                f"`preprocessor` must have separately={architecture == 'bi'} for a {architecture}"
                f"-encoder. {received('separately', preprocessor.separately)}"
            )
        settings = {"dropout": dropout, "dtype": backbone.dtype_policy, "name": "head"}
        inputs = text_inputs_of(backbone)
        if architecture == "cross":
            self.head = ClassificationHead(len(names), **settings)
            outputs = run_backbone(backbone, inputs)
            logits = self.head(pooled_features(outputs, inputs["padding_mask"], pooling))
        else:
            self.head = PairHead(len(names), **settings)
            pair, both = [], {}
            for side in ("first", "second"):
                own = {
                    name: keras.Input(x.shape[1:], dtype=x.dtype, name=f"{side}_{name}")
                    for name, x in inputs.items()
                }
                both.update({f"{side}_{name}": x for name, x in own.items()})
                outputs = run_backbone(backbone, own)
                pair.append(pooled_features(outputs, own["padding_mask"], pooling))
            inputs, logits = both, self.head(pair)
        super().__init__(backbone, preprocessor, inputs=inputs, outputs=logits, **kwargs)
        self.architecture = architecture
        self.labels = names
        self.dropout = dropout
        self.pooling = pooling

    @property
    def num_classes(self) -> int:
        """Number of `labels`."""
        return len(self.labels)

    def score(
        self, premises: Sequence[str], hypotheses: Sequence[str], batch_size: int | None = None
    ) -> np.ndarray:
        """How probable it is that each hypothesis follows from its premise.

        Args:
            premises: list of str.
            hypotheses: list of str, one a premise.
            batch_size: int or None.

        Returns:
            float32 `(rows,)` in [0, 1].
        """
        logits = self.predict((list(premises), list(hypotheses)), batch_size, verbose=0)
        probs = keras.ops.convert_to_numpy(keras.activations.softmax(logits))
        entailed: np.ndarray = probs[:, self.labels.index("entailment")]
        return entailed

    def calibrate(
        self,
        premises: Sequence[str],
        hypotheses: Sequence[str],
        y: Any,
        batch_size: int | None = None,
    ) -> float:
        """Fits the temperature of a cross-encoder, on pairs that were not trained on.

        Args:
            premises: list of str.
            hypotheses: list of str, one a premise.
            y: int `(rows,)`, indices into `labels`.
            batch_size: int or None.

        Returns:
            float, the temperature. Above 1 the model was too sure.
        """
        if self.architecture != "cross":
            raise ValueError(
                "`architecture` must be 'cross': the head of a bi-encoder has no temperature. "
                + received("architecture", self.architecture)
            )
        logits = self.predict((list(premises), list(hypotheses)), batch_size, verbose=0)
        return float(self.head.calibrate(logits, np.asarray(y)))

    @classmethod
    def _new_preprocessor(
        cls, backbone: keras.Model, tokenizer: Any, sequence_length: int, kwargs: Any
    ) -> Any:
        separately = kwargs.get("architecture") == "bi"
        return TextPreprocessor(tokenizer, sequence_length, separately=separately)

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().get_config()
        config.update(
            architecture=self.architecture,
            labels=list(self.labels),
            dropout=self.dropout,
            pooling=self.pooling,
        )
        return config
