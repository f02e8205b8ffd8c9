"""What do the ready tasks share? Raw texts in `fit`, defaults for training, saving, presets."""

import os
from typing import Any

import keras
import keras_hub
import numpy as np

from keras_halluc._parse_json import JSONTextError
from keras_halluc._parse_json import parse_json
from keras_halluc._preprocessing import is_preprocessed
from keras_halluc._require import received
from keras_halluc.models.text_training import TextTraining

OF_THE_HEAD = {"num_classes", "labels", "architecture"}  # arguments that change its weights
LENGTH = 512  # tokens of a row, unless the backbone takes fewer


class TextTask(TextTraining, keras_hub.models.Task):
    """Base of the ready tasks: a KerasHub task on whatever text backbone.

    Lists of texts are preprocessed once, not once an epoch, and need neither tf.data nor grain.
    A dataset must yield what `preprocess_samples` returns. Unlike with KerasHub's own tasks, a
    model loaded from a `.keras` file trains on with the optimizer it was saved with.

    Args:
        backbone: KerasHub backbone.
        preprocessor: preprocessor of the task, or None for inputs that are token ids.
        **kwargs: `inputs`, `outputs`, and what `keras_hub.models.Task` takes.
    """

    takes_raw_labels = True  # FineTuner leaves them to `preprocess_samples`

    def __init__(
        self,
        backbone: keras.Model,
        preprocessor: keras_hub.models.Preprocessor | None,
        **kwargs: Any,
    ) -> None:
        limit = getattr(backbone, "max_sequence_length", None)
        length = getattr(preprocessor, "sequence_length", None)
        if limit is not None and length is not None and length > limit:
            raise ValueError(
                f"`preprocessor.sequence_length` must be at most {limit}, the positions of the "
                f"backbone. {received('sequence_length', length)}"
            )
        self.backbone = backbone
        self.preprocessor: Any = preprocessor
        super().__init__(**kwargs)

    @staticmethod
    def default_loss() -> keras.losses.Loss:
        """The loss `compile` takes by default."""
        return keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        )

    @staticmethod
    def default_metrics() -> list[keras.metrics.Metric]:
        """The weighted metrics `compile` takes by default."""
        return [keras.metrics.SparseCategoricalAccuracy()]

    def _preprocessing_task(self) -> keras.Model:
        return self

    def _default_loss(self) -> Any:
        return self.default_loss()

    def _default_metrics(self, loss: Any) -> list[Any]:
        return self.default_metrics()

    def preprocess_samples(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        """Texts and labels as arrays of the network; arrays pass as they are."""
        if self.preprocessor is None or is_preprocessed(self, x):
            return keras.utils.pack_x_y_sample_weight(x, y, sample_weight)
        packed = self.preprocessor(x, y=y, sample_weight=sample_weight)
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(packed)
        x = {name: value for name, value in x.items() if name in self.input}
        self._require_classes(y)
        return keras.utils.pack_x_y_sample_weight(x, y, sample_weight)

    def _require_classes(self, y: Any) -> None:
        """JAX would answer a class that is not there with NaN, and say nothing."""
        classes = getattr(self, "num_classes", None)
        if classes is None or y is None or not np.size(y):
            return
        y = np.asarray(y)
        if not np.issubdtype(y.dtype, np.integer) or y.min() < 0 or y.max() >= classes:
            raise ValueError(
                f"`y` must hold integers in [0, {classes}), as there are {classes} classes. "
                f"Received: {y.dtype} from {y.min()} to {y.max()}"
            )

    @classmethod
    def from_preset(cls, preset: Any, load_weights: bool = True, **kwargs: Any) -> Any:
        """The task on a KerasHub preset, or as it was saved by `save_to_preset`.

        Args:
            preset: str or path. A local folder, or for a backbone and tokenizer also a name or a
                `hf://` or `kaggle://` handle.
            load_weights: bool, False for random ones. Defaults to `True`.
            **kwargs: arguments of the task; `dtype` of the backbone; `sequence_length` of the
                preprocessor. With `num_classes`, `labels` or `architecture` the head of a saved
                task starts anew.

        Returns:
            the task.
        """
        folder = os.fspath(preset)
        settings = {"dtype": kwargs.pop("dtype")} if "dtype" in kwargs else {}
        length = kwargs.pop("sequence_length", None)
        backbone = keras_hub.models.Backbone.from_preset(
            folder, load_weights=load_weights, **settings
        )
        saved = cls._saved_config(folder)
        if saved is None:
            if "preprocessor" not in kwargs:
                tokenizer = keras_hub.tokenizers.Tokenizer.from_preset(folder)
                limit = getattr(backbone, "max_sequence_length", None) or LENGTH
                length = length or min(LENGTH, limit)
                kwargs["preprocessor"] = cls._new_preprocessor(backbone, tokenizer, length, kwargs)
            return cls(backbone=backbone, **kwargs)
        task = cls.from_config({**saved, "backbone": backbone, **kwargs})
        if task.preprocessor is not None and "preprocessor" not in kwargs:
            task.preprocessor.load_preset_assets(folder)
            if length is not None:
                task.preprocessor.sequence_length = length
        weights = os.path.join(folder, "task.weights.h5")
        if load_weights and not kwargs.keys() & OF_THE_HEAD and os.path.exists(weights):
            task.load_task_weights(weights)
        return task

    @classmethod
    def _new_preprocessor(
        cls, backbone: keras.Model, tokenizer: Any, sequence_length: int, kwargs: Any
    ) -> Any:
        return cls.preprocessor_cls(tokenizer, sequence_length=sequence_length)

    @classmethod
    def _saved_config(cls, folder: str) -> dict[str, Any] | None:
        path = os.path.join(folder, "task.json")
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            content = file.read()
        try:
            saved = parse_json(content)
        except JSONTextError as error:
            raise ValueError(f"{path} must be valid JSON: {error}.") from None
        own = saved.get("registered_name") == keras.saving.get_registered_name(cls)
        return dict(saved["config"]) if own else None
