"""What do `FineTuner` and the ready tasks share? Raw texts in `fit`, and defaults of training."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_halluc._distribution import evenly_shared_rows
from keras_halluc._distribution import require_evenly_shared
from keras_halluc._distribution import shared_evenly
from keras_halluc._preprocessing import as_lists
from keras_halluc._preprocessing import is_dataset
from keras_halluc._preprocessing import learns_text
from keras_halluc._preprocessing import preprocess
from keras_halluc._preprocessing import preprocess_dataset
from keras_halluc.models.cut_texts import warn_of_cut_texts
from keras_halluc.models.optimizer_check import require_optimizer
from keras_halluc.models.quantized_logits import require_gradient_below_logits

BATCH_SIZE = 32  # that of Keras where none is given


class TextTraining:
    """Beside a Keras model class, and before it: `compile`, `fit`, `evaluate` and `predict`.

    A class that takes it says what its default loss and metrics are, and which task preprocesses.
    No class of Keras stands above it: Keras changes the bases of what a functional model is of.
    """

    def _preprocessing_task(self) -> keras.Model:
        """The task whose `preprocess_samples` makes arrays out of texts."""
        raise NotImplementedError(f"{type(self).__name__} must define `_preprocessing_task`.")

    def _default_loss(self) -> Any:
        """The loss where `compile` is given none."""
        raise NotImplementedError(f"{type(self).__name__} must define `_default_loss`.")

    def _default_metrics(self, loss: Any) -> list[Any]:
        """The weighted metrics where `compile` is given none, for its `loss`, maybe `"auto"`."""
        raise NotImplementedError(f"{type(self).__name__} must define `_default_metrics`.")

    def _freeze(self) -> None:
        """Makes untrainable what never trains, before the optimizer is told. Default: nothing."""

    def _fit_callbacks(self, x: Any, callbacks: Any) -> Any:
        """The callbacks of a `fit` on `x`. Default: those it is given."""
        return callbacks

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer = "auto",
        loss: Any = "auto",
        weighted_metrics: str | Sequence[Any] | None = "auto",
        **kwargs: Any,
    ) -> None:
        """Configures training; see `keras.Model.compile`.

        Args:
            optimizer: Keras optimizer or name. `"auto"` is `AdamW(2e-5, clipnorm=1.0)`.
            loss: Keras loss or name. `"auto"` is that of a ready task of `kh.models`; cross-entropy
                averaged over real tokens for a KerasHub task with logits `(batch, seq, vocab)`;
                else the loss the task is compiled with.
            weighted_metrics: list. `"auto"` is that of a ready task of `kh.models`, else accuracy
                where the loss is sparse cross-entropy.
            **kwargs: passed to `keras.Model.compile`.

        Raises:
            ValueError: if the optimizer cannot move weights of their dtype, or the logits of a
                quantised model have no gradient.
        """
        if optimizer == "auto":
            optimizer = keras.optimizers.AdamW(2e-5, clipnorm=1.0)
        if weighted_metrics == "auto":
            weighted_metrics = self._default_metrics(loss)
        if loss == "auto":
            loss = self._default_loss()
        self._freeze()
        optimizer = keras.optimizers.get(optimizer)
        model: Any = self
        require_optimizer(optimizer, model.trainable_variables)
        require_gradient_below_logits(model)
        keras.Model.compile(
            model, optimizer=optimizer, loss=loss, weighted_metrics=weighted_metrics, **kwargs
        )

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles as before saving; Keras asks for this where `compile` is overridden."""
        self.compile(**keras.saving.deserialize_keras_object(config))
        model: Any = self
        if model.built:
            model.optimizer.build(model.trainable_variables)

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        *,
        sample_weight: Any = None,
        validation_data: Any = None,
        callbacks: Any = None,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Trains; takes what the task's own `fit` takes, or inputs that are already token ids.

        Lists and arrays are preprocessed once; a tf.data dataset is mapped; any other dataset must
        yield preprocessed batches. A language model learns the texts themselves: `y` is None, and
        `sample_weight` is one number a text. A warning says how much of texts is cut.
        See `keras.Model.fit`.

        Raises:
            ValueError: before training, for rows or arguments that could not do what they say.
        """
        if kwargs.get("class_weight") is not None:
            _require_one_class_a_row(self._preprocessing_task(), y)
        callbacks = self._fit_callbacks(x, callbacks)
        x, y, sample_weight = self._training_rows(x, y, sample_weight)
        _require_even_batches("training rows", x, batch_size, kwargs.get("validation_split"))
        if is_dataset(validation_data):
            validation_data = self._training_rows(validation_data)[0]
        elif validation_data is not None:
            several = isinstance(validation_data, (tuple, list))
            if isinstance(validation_data, list):  # of texts, or as Keras takes it for a tuple
                several = not all(isinstance(part, str) for part in validation_data)
            parts = validation_data if several else (validation_data,)
            validation_data = self._training_rows(*parts)
            size = kwargs.get("validation_batch_size") or batch_size
            _require_even_batches("validation rows", validation_data[0], size)
        return keras.Model.fit(
            self,
            x,
            y,
            batch_size=batch_size,
            sample_weight=sample_weight,
            validation_data=validation_data,
            callbacks=callbacks,
            **kwargs,
        )

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        *,
        sample_weight: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Measures; preprocesses as `fit` does. See `keras.Model.evaluate`."""
        x, y, sample_weight = self._rows(x, y, sample_weight)
        _require_even_batches("rows", x, batch_size)
        return keras.Model.evaluate(
            self, x, y, batch_size=batch_size, sample_weight=sample_weight, **kwargs
        )

    def predict(self, x: Any = None, batch_size: int | None = None, **kwargs: Any) -> Any:
        """Predicts; preprocesses as `fit` does. See `keras.Model.predict`."""
        x = self._rows(x)[0]
        if is_dataset(x) or shared_evenly(1) == 1:
            return keras.Model.predict(self, x, batch_size=batch_size, **kwargs)
        x, real = evenly_shared_rows(x)
        size = shared_evenly(batch_size or BATCH_SIZE)
        found = keras.Model.predict(self, x, batch_size=size, **kwargs)
        return keras.tree.map_structure(lambda a: a[:real], found)

    def _rows(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        """`(x, y, sample_weight)` as the network takes them."""
        if is_dataset(x):
            return preprocess_dataset(self._preprocessing_task(), x), y, sample_weight
        task, texts = self._preprocessing_task(), as_lists(x)
        rows = preprocess(task, texts, y, sample_weight)
        if getattr(task, "preprocessor", None) is not None:
            warn_of_cut_texts(task, texts, rows[0])
        return rows

    def _training_rows(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        """The same for `fit` and its validation data."""
        return self._rows(x, y, sample_weight)


def _require_one_class_a_row(task: keras.Model, y: Any) -> None:
    """Of a row of tokens, Keras would take the place of the greatest id for its class."""
    labels = np.asarray(y) if isinstance(y, (np.ndarray, list)) else None
    ids = labels is not None and labels.ndim > 1 and labels.shape[-1] > 1 and labels.max() > 1
    if ids or (getattr(task, "preprocessor", None) is not None and learns_text(task)):
        raise ValueError(
            "`class_weight` needs targets of one class a row, and these are one token a position. "
            "Give `sample_weight`: one number a text, or, with token ids, one a token"
        )


def _require_even_batches(
    what: str, x: Any, batch_size: int | None, split: float | None = None
) -> None:
    """Raises before training where a batch of arrays cannot be shared by the devices there are."""
    if shared_evenly(1) == 1 or is_dataset(x):
        return
    rows = len(keras.tree.flatten(x)[0])
    kept = int(rows * (1.0 - (split or 0.0)))  # as Keras splits
    require_evenly_shared(what, kept, batch_size or BATCH_SIZE)
    if split:
        require_evenly_shared("validation rows", rows - kept, batch_size or BATCH_SIZE)
