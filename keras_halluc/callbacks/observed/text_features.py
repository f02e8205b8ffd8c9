"""What does a KerasHub task make of a text as a whole, as one row of numbers?"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_halluc._compiled_apart import CompiledApart
from keras_halluc._require import received
from keras_halluc._types import Tensor
from keras_halluc.generation.batches import fixed_batches
from keras_halluc.generation.tokenizers import is_seq2seq
from keras_halluc.text.encodable import encodable

BATCH_SIZE = 32


class TextFeatures:
    """Function from texts to the mean of the backbone's last hidden states over their tokens.

    It follows the weights of the task as they are trained, and compiles once.

    Args:
        task: KerasHub task with a preprocessor, or a model whose `task` is one.
        max_length: int, tokens after which a text is cut, and to which a shorter one is padded.
    """

    def __init__(self, task: Any, max_length: int) -> None:
        task = getattr(task, "task", task)
        if getattr(task, "preprocessor", None) is None or not hasattr(task, "backbone"):
            raise TypeError(
                "`features` must be given for a model that is no KerasHub task with a "
                f"preprocessor: a callable from texts to (row, feature). {received('model', task)}"
            )
        limit = getattr(task.backbone, "max_sequence_length", None) or max_length
        self.task = task
        self.max_length = min(max_length, limit)
        self._pooled = _Pooled(task.backbone)

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Returns float32 `(row, hidden)`."""
        found = []
        for batch, real in fixed_batches(list(map(encodable, texts)), BATCH_SIZE):
            found.append(np.asarray(self._pooled.predict_on_batch(self._inputs(batch)))[:real])
        return np.concatenate(found)

    def _inputs(self, texts: list[str]) -> dict[str, np.ndarray]:
        preprocessor, length = self.task.preprocessor, self.max_length
        if is_seq2seq(self.task):
            both = {"encoder_text": texts, "decoder_text": [""] * len(texts)}
            packed = preprocessor.generate_preprocess(both)
        elif hasattr(preprocessor, "generate_preprocess"):
            packed = preprocessor.generate_preprocess(texts, sequence_length=length)
        else:
            packed = preprocessor(texts)
        if isinstance(packed, tuple):  # with labels, or none of them
            packed = packed[0]
        names = set(self.task.backbone.input)
        return {
            key: np.asarray(ops.convert_to_numpy(value)).astype("int32")
            for key, value in packed.items()
            if key in names
        }


class _Pooled(CompiledApart):
    """Compiled apart; only `(batch, hidden)` leaves the device."""

    def __init__(self, backbone: keras.Model) -> None:
        super().__init__(name="text_features")
        self.backbone = backbone
        self.built = True
        self.compile(optimizer=None)

    def call(self, inputs: dict[str, Tensor], training: bool = False) -> Tensor:
        states = self.backbone(inputs, training=False)
        encoder = "encoder_" if "encoder_padding_mask" in inputs else ""
        if isinstance(states, dict):
            states = states[f"{encoder}sequence_output"]
        states = ops.cast(states, "float32")
        mask = ops.cast(inputs[f"{encoder}padding_mask"], "float32")[..., None]
        total = ops.sum(ops.where(mask > 0.0, states, 0.0), axis=1)
        return ops.divide_no_nan(total, ops.sum(mask, axis=1))
