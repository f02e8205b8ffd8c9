"""Models, checkers and generators that do what a script says, and a `fit` without a model."""

import keras
import numpy as np

import keras_halluc as kh
from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.objectives import Batch


class LabelChecker:
    """Takes the output for the verdict: a label, and a score where there is one."""

    def check(self, cases, outputs):
        verdicts = []
        for output in outputs:
            label, _, score = output.partition(" ")
            verdicts.append(Verdict(label, float(score) if score else None))
        return verdicts


class Script:
    """Answers prompt `i` of `case_list` with text `i` of the current round.

    A round may be an exception, which is raised. The last round stays.
    """

    def __init__(self, *rounds):
        self.rounds = rounds
        self.round = 0
        self.asked = []

    def __call__(self, prompts):
        self.asked.append(list(prompts))
        texts = self.rounds[min(self.round, len(self.rounds) - 1)]
        if isinstance(texts, Exception):
            raise texts
        return [texts[int(prompt)] for prompt in prompts]


def case_list(count, **fields):
    """Cases whose prompts are `"0"`, `"1"`, ..., each with the reference `"yes"`."""
    return [Case(str(i), **{"references": ("yes",), **fields}) for i in range(count)]


def drive(monitor, epochs, script=None):
    """Calls the hooks as `fit` does; returns the logs of each epoch."""
    everything = []
    if script is not None:
        script.round = 0
    monitor.on_train_begin({})
    for epoch in range(epochs):
        monitor.on_epoch_begin(epoch, {})
        if script is not None:
            script.round = epoch + 1
        logs = {"loss": 1.0}
        monitor.on_epoch_end(epoch, logs)
        everything.append(logs)
    monitor.on_train_end({})
    return everything


def batch(task, x, y, weight, training=False, loss=None, **fields):
    """A step as an objective sees it."""
    y_pred = task(x, training=False)
    variables = [*task.variables, *task.metrics_variables]
    return Batch(
        task=task,
        x=x,
        y=y,
        y_pred=y_pred,
        sample_weight=weight,
        training=training,
        loss=loss,
        gradient=lambda function, at: kh.ops.gradient_at(function, at, variables),
        **fields,
    )


class NextRound(keras.callbacks.Callback):
    """Moves a script on at the end of each epoch; goes before the monitor."""

    def __init__(self, script):
        super().__init__()
        self.script = script

    def on_train_begin(self, logs=None):
        self.script.round = 0

    def on_epoch_end(self, epoch, logs=None):
        self.script.round = epoch + 1


class StepCounter(keras.callbacks.Callback):
    """Counts training steps."""

    def __init__(self):
        super().__init__()
        self.steps = 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1


def regression():
    """The least model `fit` takes, and data for it."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    x = np.arange(4, dtype="float32")[:, None]
    return model, x, 2 * x


def fit_regression(callbacks, epochs=2):
    """Fits `regression()`; returns the model."""
    model, x, y = regression()
    model.fit(x, y, batch_size=2, epochs=epochs, callbacks=callbacks, verbose=0)
    return model
