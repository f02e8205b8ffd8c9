"""How does plain `fit` fine-tune a task with terms that keep what the model knew?"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._check import received
from keras_halluc._preprocessing import is_dataset
from keras_halluc._preprocessing import preprocess
from keras_halluc._preprocessing import preprocess_dataset
from keras_halluc._register import register
from keras_halluc._types import Tensor
from keras_halluc.models.columns import add_columns
from keras_halluc.models.columns import columns_of
from keras_halluc.models.columns import split_columns
from keras_halluc.models.columns import with_hooks
from keras_halluc.models.optimizer_check import check_optimizer
from keras_halluc.objectives import Batch
from keras_halluc.objectives import Objective
from keras_halluc.objectives.teachers import lora_layers
from keras_halluc.ops import gradient_at


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
        self._unmeasured: list[str] = []
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
            weighted_metrics: list. `"auto"` is accuracy where the loss is sparse cross-entropy,
                or that of a ready task of `kh.models`.
            **kwargs: passed to `keras.Model.compile`.

        Raises:
            ValueError: if the optimizer cannot move weights of their dtype.
        """
        if optimizer == "auto":
            optimizer = keras.optimizers.AdamW(2e-5, clipnorm=1.0)
        if loss == "auto":
            if weighted_metrics == "auto" and hasattr(self.task, "default_metrics"):
                weighted_metrics = self.task.default_metrics()
            loss = self._default_loss()
        if weighted_metrics == "auto":
            one = None if isinstance(loss, (dict, list, tuple)) else keras.losses.get(loss)
            sparse = isinstance(one, keras.losses.SparseCategoricalCrossentropy)
            sparse = sparse or loss == "sparse_categorical_crossentropy"
            weighted_metrics = [keras.metrics.SparseCategoricalAccuracy()] if sparse else []
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
        if hasattr(self.task, "default_loss"):
            return self.task.default_loss()
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
        return self.task(split_columns(x)[0], training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Tensor = None,
        y_pred: Tensor = None,
        sample_weight: Tensor = None,
        training: bool = True,
    ) -> Tensor:
        x, columns = split_columns(x)
        batch = Batch(
            task=self.task,
            x=x,
            y=y,
            y_pred=y_pred,
            sample_weight=sample_weight,
            training=training,
            loss=lambda other: super(FineTuner, self).compute_loss(
                x, y, other, counted.sample_weight, training=training
            ),
            gradient=lambda function, at: gradient_at(
                function, at, [*self.variables, *self.metrics_variables]
            ),
        )
        counted = batch
        if training:
            for objective in self.objectives:
                weights = objective.reweigh(counted)
                counted = dataclasses.replace(counted, sample_weight=weights)
        loss = batch.loss(y_pred)
        for objective, tracker in zip(self.objectives, self.trackers):
            own = columns_of(objective, columns)
            term = objective.term(dataclasses.replace(batch, columns=own))
            if term is None:
                continue
            tracker.update_state(keras.ops.stop_gradient(term))
            if training and objective.weight:
                loss = loss + objective.weight * term
        return loss

    def get_metrics_result(self) -> dict[str, Any]:
        """Values of all metrics, without terms that `evaluate` cannot measure."""
        result = super().get_metrics_result()
        return {name: value for name, value in result.items() if name not in self._unmeasured}

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        *,
        sample_weight: Any = None,
        validation_data: Any = None,
        callbacks: Any = None,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Trains; takes what the task's own `fit` takes, or inputs that are already token ids.

        Lists and arrays are preprocessed once; a tf.data dataset is mapped; any other dataset must
        yield preprocessed batches. See `keras.Model.fit`.
        """
        x, y, sample_weight = self._with_columns(x, y, sample_weight)
        if is_dataset(validation_data):
            validation_data = self._with_columns(validation_data)[0]
        elif validation_data is not None:
            several = isinstance(validation_data, (tuple, list))
            if isinstance(validation_data, list):  # of texts, or as Keras takes it for a tuple
                several = not all(isinstance(part, str) for part in validation_data)
            parts = validation_data if several else (validation_data,)
            validation_data = self._with_columns(*parts)
        return super().fit(
            x,
            y,
            sample_weight=sample_weight,
            validation_data=validation_data,
            callbacks=with_hooks(self.objectives, x, callbacks),
            **kwargs,
        )

    def evaluate(
        self, x: Any = None, y: Any = None, *, sample_weight: Any = None, **kwargs: Any
    ) -> Any:
        """Measures; preprocesses as `fit` does. See `keras.Model.evaluate`."""
        x, y, sample_weight = self._prepare(x, y, sample_weight)
        if not split_columns(x)[1]:  # `fit` gives them with its validation data
            self._unmeasured = [f"loss_{o.name}" for o in self.objectives if o.wants_columns]
        try:
            return super().evaluate(x, y, sample_weight=sample_weight, **kwargs)
        finally:
            self._unmeasured = []

    def predict(self, x: Any, **kwargs: Any) -> Any:
        """Predicts; preprocesses as `fit` does. See `keras.Model.predict`."""
        if is_dataset(x):
            return super().predict(preprocess_dataset(self.task, x), **kwargs)
        return super().predict(preprocess(self.task, x)[0], **kwargs)

    def _prepare(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        if is_dataset(x):
            return preprocess_dataset(self.task, x), y, sample_weight
        return preprocess(self.task, x, y, sample_weight)

    def _with_columns(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        x, y, sample_weight = self._prepare(x, y, sample_weight)
        x = add_columns(self.task, self.objectives, x, y, sample_weight)
        return x, y, sample_weight

    def _seed_states(self) -> list[Any]:
        weights = {id(weight) for weight in self.weights}
        return [variable for variable in self.variables if id(variable) not in weights]

    def save_own_variables(self, store: Any) -> None:
        """Saves what Keras leaves out: where dropout and draws are, so that training resumes.

        On PyTorch, dropout without a seed draws from the generator of the process, which no file
        holds: there a resumed run has other masks.
        """
        super().save_own_variables(store)
        for i, state in enumerate(self._seed_states()):
            store[f"seed_{i}"] = keras.ops.convert_to_numpy(state)

    def load_own_variables(self, store: Any) -> None:
        if lora_layers(self.task):
            raise ValueError(
                "A task with LoRA adapters cannot be loaded or resumed: Keras folds adapters into "
                "the kernels on saving and sets them to 0 on loading. Keep them with "
                f"`tuner.task.backbone.save_lora_weights(path)`. {received('task', self.task.name)}"
            )
        own = {key: store[key] for key in store.keys() if not key.startswith("seed_")}
        super().load_own_variables(own)
        for i, state in enumerate(self._seed_states()):
            if f"seed_{i}" in store.keys():  # not in files of other dropout
                state.assign(store[f"seed_{i}"])

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
