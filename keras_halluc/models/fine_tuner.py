"""How does plain `fit` fine-tune a task with terms that keep what the model knew?"""

import dataclasses
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import keras

from keras_halluc._distribution import replica_share
from keras_halluc._distribution import replicas
from keras_halluc._register import register
from keras_halluc._require import received
from keras_halluc._types import Tensor
from keras_halluc.models.columns import WithColumns
from keras_halluc.models.columns import add_columns
from keras_halluc.models.columns import split_columns
from keras_halluc.models.epoch_hooks import with_hooks
from keras_halluc.models.one_pass import forward
from keras_halluc.models.one_pass import own_rows
from keras_halluc.models.text_training import TextTraining
from keras_halluc.objectives import Batch
from keras_halluc.objectives import Objective
from keras_halluc.objectives.teachers import lora_layers
from keras_halluc.ops import gradient_at


@register("FineTuner")
class FineTuner(TextTraining, keras.Model):
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
        for method in ("train_step", "compute_loss"):
            if getattr(type(task), method) is not getattr(keras.Model, method):
                raise ValueError(
                    f"`{type(task).__name__}.{method}` would not be called: FineTuner trains with "
                    "a step and a loss of its own. Give a model without it, and subclass FineTuner "
                    f"where the step must be another. {received('task', task)}"
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

    def _preprocessing_task(self) -> keras.Model:
        return self.task

    def _freeze(self) -> None:
        for objective in self.objectives:
            objective.trainable = False  # `tuner.trainable = True` would let the base model learn

    def _default_metrics(self, loss: Any) -> list[Any]:
        if loss == "auto":
            if hasattr(self.task, "default_metrics"):
                return list(self.task.default_metrics())
            loss = self._default_loss()
        one = None if isinstance(loss, (dict, list, tuple)) else keras.losses.get(loss)
        sparse = isinstance(one, keras.losses.SparseCategoricalCrossentropy)
        sparse = sparse or loss == "sparse_categorical_crossentropy"
        return [keras.metrics.SparseCategoricalAccuracy()] if sparse else []

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

    @property
    def _token_mean(self) -> bool:
        """Whether the loss is divided by the weights of its targets."""
        return getattr(self.loss, "reduction", "") == "mean_with_sample_weight"

    def call(self, x: Any, training: bool | None = None) -> Tensor:
        return forward(self.task, self.objectives, split_columns(x)[0], training)

    def compute_loss(
        self,
        x: Any = None,
        y: Tensor = None,
        y_pred: Tensor = None,
        sample_weight: Tensor = None,
        training: bool = True,
    ) -> Tensor:
        inputs, columns = split_columns(x)
        passed = own_rows()
        batch = Batch(
            task=self.task,
            x=inputs,
            y=y,
            y_pred=y_pred,
            sample_weight=sample_weight,
            training=training,
            loss=self._task_loss(inputs, y, sample_weight, training),
            gradient=self._gradient,
        )
        counted = batch  # with the weights that count in the loss; terms see those that were given
        if training:
            for objective in self.objectives:
                weights = objective.reweigh(counted)
                own_loss = self._task_loss(inputs, y, weights, training)
                counted = dataclasses.replace(counted, sample_weight=weights, loss=own_loss)
        loss = counted.loss(y_pred)
        for objective, tracker in zip(self.objectives, self.trackers):
            told = dataclasses.replace(
                batch,
                loss=counted.loss,
                columns=columns.get(objective.name, {}),
                own=passed.get(objective.name),
            )
            term = objective.term(told)
            if term is None:
                continue
            tracker.update_state(keras.ops.stop_gradient(term))
            if training and objective.weight:
                loss = loss + objective.weight * term
        return loss / replicas() if replicas() > 1 else loss  # as Keras does

    def _task_loss(
        self, x: Any, y: Tensor, sample_weight: Tensor | None, training: bool
    ) -> Callable[[Tensor], Tensor]:
        """The compiled loss as a function of the predictions."""

        def loss(y_pred: Tensor) -> Tensor:
            own = keras.Model.compute_loss(self, x, y, y_pred, sample_weight, training=training)
            if replicas() == 1:
                return own
            own = own * replicas()  # by which Keras has divided it
            of_all = self._token_mean and sample_weight is not None
            return own * replica_share(keras.ops.sum(sample_weight)) if of_all else own

        return loss

    def _gradient(self, function: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
        return gradient_at(function, at, [*self.variables, *self.metrics_variables])

    def get_metrics_result(self) -> dict[str, Any]:
        """Values of all metrics, without terms that `evaluate` cannot measure."""
        result = super().get_metrics_result()
        return {name: value for name, value in result.items() if name not in self._unmeasured}

    def _fit_callbacks(self, x: Any, callbacks: Any) -> Any:
        return with_hooks(self.objectives, x, callbacks)

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
        if not isinstance(x, WithColumns):  # as `fit` gives them with its validation data
            self._unmeasured = [f"loss_{o.name}" for o in self.objectives if o.wants_columns]
        try:
            return super().evaluate(x, y, batch_size, sample_weight=sample_weight, **kwargs)
        finally:
            self._unmeasured = []

    def _rows(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        if isinstance(x, WithColumns):
            return x, y, sample_weight
        return super()._rows(x, y, sample_weight)

    def _training_rows(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        x, y, sample_weight = self._rows(x, y, sample_weight)
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
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "FineTuner":
        config = dict(config)
        if str(config["task"].get("registered_name")).startswith("keras_hub>"):
            import keras_hub  # noqa: F401  registers the classes of the task
        for key in ("task", "objectives"):
            config[key] = keras.saving.deserialize_keras_object(config[key], custom_objects)
        return cls(**config)
