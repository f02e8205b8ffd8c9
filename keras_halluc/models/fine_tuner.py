"""How does plain `fit` fine-tune a task with terms that keep what the model knew?"""

from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._check import received
from keras_halluc._register import register
from keras_halluc._types import Tensor
from keras_halluc.models.inputs import is_dataset
from keras_halluc.models.inputs import preprocess
from keras_halluc.models.inputs import preprocess_dataset
from keras_halluc.models.optimizer_check import check_optimizer
from keras_halluc.objectives import Objective


@register("FineTuner")
class FineTuner(keras.Model):
    """Wraps a task for `fit`, adds objectives to the loss, and gives the task back unchanged.

    Without objectives the training history equals the task's own, to the last bit, under the same
    loss. Texts are preprocessed once, not once an epoch. Each objective is reported as
    `loss_<name>`; on validation data objectives are measured but not added, so that `val_loss`
    stays comparable. `keras.saving.load_model` finds a saved tuner where `keras` was imported
    before `keras_halluc`, or `kh.models` was used.

    Args:
        task: keras.Model. A KerasHub task, or any built functional or sequential model.
        objectives: sequence of `Objective` with distinct names. Defaults to `()`.
        **kwargs: passed to `keras.Model`.

    Attributes:
        task: the user's own model, trained in place: `tuner.task.save_to_preset(...)`.

    Example:

    >>> import keras
    >>> import keras_halluc as kh
    >>> tuner = kh.models.FineTuner(kh.presets.load_facts_gpt2())
    >>> tuner.compile(optimizer=keras.optimizers.Adam(1e-4))
    >>> history = tuner.fit(["Paris is in France."] * 4, batch_size=2, verbose=0)
    >>> sorted(history.history)
    ['loss', 'sparse_categorical_accuracy']
    """

    def __init__(
        self, task: keras.Model, objectives: Sequence[Objective] = (), **kwargs: Any
    ) -> None:
        if not isinstance(task, keras.Model):
            raise TypeError(f"`task` must be a keras.Model. {received('task', task)}")
        if isinstance(objectives, Objective) or not isinstance(objectives, (list, tuple)):
            raise TypeError(
                f"`objectives` must be a list of Objective. {received('objectives', objectives)}"
            )
        for objective in objectives:
            if not isinstance(objective, Objective):
                raise TypeError(
                    f"`objectives` must hold Objective only. {received('objectives', objective)}"
                )
        names = [objective.name for objective in objectives]
        if len(set(names)) != len(names):
            raise ValueError(f"`objectives` must have distinct names. {received('names', names)}")
        kwargs.setdefault("dtype", task.dtype_policy)  # or mixed_float16 would lose its loss scale
        super().__init__(**kwargs)
        self.task = task
        self.objectives = list(objectives)
        for objective in self.objectives:
            objective.attach(task)
        self.trackers = [keras.metrics.Mean(name=f"loss_{name}") for name in names]
        self.built = task.built

    def compile(
        self,
        optimizer: Any = "auto",
        loss: Any = "auto",
        weighted_metrics: Any = "auto",
        **kwargs: Any,
    ) -> None:
        """Configures training; see `keras.Model.compile`.

        Args:
            optimizer: Keras optimizer or name. `"auto"` is `AdamW(2e-5, clipnorm=1.0)`.
            loss: Keras loss or name. `"auto"` is cross-entropy averaged over real tokens for a
                KerasHub task with logits `(batch, seq, vocab)`, else the loss the task is compiled
                with.
            weighted_metrics: list. `"auto"` is token accuracy.
            **kwargs: passed to `keras.Model.compile`.

        Raises:
            ValueError: if the optimizer cannot move weights of their dtype.
        """
        if optimizer == "auto":
            optimizer = keras.optimizers.AdamW(2e-5, clipnorm=1.0)
        if loss == "auto":
            loss = self._default_loss()
        if weighted_metrics == "auto":
            weighted_metrics = [keras.metrics.SparseCategoricalAccuracy()]
        for objective in self.objectives:
            objective.trainable = False  # `tuner.trainable = True` would let the base model learn
        optimizer = keras.optimizers.get(optimizer)
        check_optimizer(optimizer, self.task.trainable_variables)
        super().compile(optimizer=optimizer, loss=loss, weighted_metrics=weighted_metrics, **kwargs)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles as before saving; Keras asks for this where `compile` is overridden."""
        self.compile(**keras.saving.deserialize_keras_object(config))
        if self.built:
            self.optimizer.build(self.trainable_variables)

    def _default_loss(self) -> Any:
        if hasattr(self.task, "backbone") and len(self.task.output.shape) == 3:
            return keras.losses.SparseCategoricalCrossentropy(
                from_logits=True, reduction="mean_with_sample_weight"
            )
        loss = getattr(self.task, "loss", None)
        if loss is None:
            raise ValueError(
                "`loss` must be given: the task is not compiled and is not a KerasHub task with "
                "logits (batch, seq, vocab). Received: loss='auto'"
            )
        return loss

    def call(self, x: Any, training: bool | None = None) -> Tensor:
        return self.task(x, training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Tensor = None,
        y_pred: Tensor = None,
        sample_weight: Tensor = None,
        training: bool = True,
    ) -> Tensor:
        loss = super().compute_loss(x, y, y_pred, sample_weight, training=training)
        for objective, tracker in zip(self.objectives, self.trackers):
            term = objective.term(self.task, x, y, y_pred, sample_weight, training)
            tracker.update_state(keras.ops.stop_gradient(term))
            if training:
                loss = loss + objective.weight * term
        return loss

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        *,
        sample_weight: Any = None,
        validation_data: Any = None,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Trains; takes what the task's own `fit` takes, or inputs that are already token ids.

        Lists and arrays are preprocessed once; a tf.data dataset is mapped; any other dataset must
        yield preprocessed batches. See `keras.Model.fit`.
        """
        x, y, sample_weight = self._prepare(x, y, sample_weight)
        if validation_data is not None:
            if is_dataset(validation_data):
                validation_data = preprocess_dataset(self.task, validation_data)
            else:
                parts = (
                    validation_data if isinstance(validation_data, tuple) else (validation_data,)
                )
                validation_data = preprocess(self.task, *parts)
        return super().fit(
            x, y, sample_weight=sample_weight, validation_data=validation_data, **kwargs
        )

    def evaluate(
        self, x: Any = None, y: Any = None, *, sample_weight: Any = None, **kwargs: Any
    ) -> Any:
        """Measures; preprocesses as `fit` does. See `keras.Model.evaluate`."""
        x, y, sample_weight = self._prepare(x, y, sample_weight)
        return super().evaluate(x, y, sample_weight=sample_weight, **kwargs)

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """Predicts; preprocesses as `fit` does. See `keras.Model.predict`."""
        return super().predict(self._prepare(x)[0], **kwargs)

    def _prepare(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        if is_dataset(x):
            return preprocess_dataset(self.task, x), y, sample_weight
        return preprocess(self.task, x, y, sample_weight)

    def get_config(self) -> dict[str, Any]:
        task = keras.saving.serialize_keras_object(self.task)
        task.pop("compile_config", None)  # training is configured on this model, not on the task
        return {
            **super().get_config(),
            "task": task,
            "objectives": [keras.saving.serialize_keras_object(o) for o in self.objectives],
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "FineTuner":
        config = dict(config)
        if str(config["task"].get("registered_name")).startswith("keras_hub>"):
            import keras_hub  # noqa: F401  registers the classes of the task
        for key in ("task", "objectives"):
            config[key] = keras.saving.deserialize_keras_object(config[key], custom_objects)
        return cls(**config)
