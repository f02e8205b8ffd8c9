"""Does an objective keep the promises every objective makes?"""

import dataclasses
import inspect
import os
import tempfile
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_halluc.testing.promises import assert_bad_arguments
from keras_halluc.testing.promises import assert_config
from keras_halluc.testing.promises import close
from keras_halluc.testing.promises import equal
from keras_halluc.testing.promises import given

LEARNING_RATE = 0.1


@dataclasses.dataclass(frozen=True)
class ObjectiveContract:
    """An objective, how to make one, and what to train with it.

    Steps run eagerly, a whole epoch of them in one batch.

    Args:
        objective: the class.
        kwargs: arguments of the constructor by name, `weight` and `name` among them, or a function
            that returns them.
        task: function without arguments. Returns a new model to train, of the same weights each
            time, with logits and cross-entropy as its loss.
        data: `(x, y, sample_weight)` of at least 4 rows, as `fit` takes them; no weight is 0.
        junk: `(x, y)` as `data`, with other values in the last row and where the padding is.
            None: what has a `sample_weight` of 0 may count.
        reweighs: bool. Whether it changes which rows count, and adds nothing: it has no `weight`.
        zero_at_first: bool. Whether its term is 0 in the first step by nature, such as the
            distance from a model that has not moved yet.
        at_default: names of arguments that this contract leaves at their default on purpose.
        bad_kwargs: wrong arguments, one dict a mistake, the one at fault first.
    """

    objective: type[Any]
    kwargs: Mapping[str, Any] | Callable[[], Mapping[str, Any]]
    task: Callable[[], keras.Model]
    data: tuple[Any, Any, Any]
    junk: tuple[Any, Any] | None = None
    reweighs: bool = False
    zero_at_first: bool = False
    at_default: tuple[str, ...] = ()
    bad_kwargs: tuple[Mapping[str, Any], ...] = ()

    def make(self, **changes: Any) -> Any:
        """A fresh objective, with the same seeds each time."""
        keras.utils.set_random_seed(0)
        return self.objective(**{**given(self.kwargs), **changes})

    def tuner(self, objectives: Sequence[Any]) -> Any:
        """A compiled `FineTuner` of a fresh task that has moved a little since."""
        from keras_halluc.models import FineTuner

        task = self.task()
        tuner = FineTuner(task, objectives)
        rng = np.random.default_rng(0)
        for weight in task.trainable_weights:
            weight.assign(weight + 0.1 * rng.normal(size=weight.shape).astype("float32"))
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        tuner.compile(keras.optimizers.SGD(LEARNING_RATE), loss, run_eagerly=True)
        return tuner


def assert_objective(contract: ObjectiveContract) -> None:
    """Asserts every promise of `OBJECTIVE_PROMISES`.

    Args:
        contract: `ObjectiveContract`.

    Raises:
        AssertionError: with the promise that was broken.
    """
    for promise in OBJECTIVE_PROMISES:
        promise(contract)


def assert_objective_arguments(contract: ObjectiveContract) -> None:
    """`weight` is the first argument and `name` is one; bad ones raise and say what came."""
    names = list(inspect.signature(contract.objective).parameters)
    assert "name" in names, f"no `name` among the arguments {names}"
    if contract.reweighs:
        assert "weight" not in names, "what adds nothing to the loss needs no `weight`"
    else:
        equal("first argument", names[0], "weight")
        assert_bad_arguments(
            lambda **bad: contract.make(**bad), [{"weight": -1.0}, {"weight": "much"}]
        )
    assert_bad_arguments(contract.objective, contract.bad_kwargs)


def assert_objective_config(contract: ObjectiveContract) -> None:
    """Constructor arguments survive `get_config`, JSON and back, with the values passed."""
    assert_config(contract.make(), given(contract.kwargs), contract.at_default)


def assert_objective_term(contract: ObjectiveContract) -> None:
    """The term is a finite float32 scalar, in training and in validation, under its own name."""
    objective = contract.make()
    tuner = contract.tuner([objective])
    seen: list[tuple[bool, Any]] = []
    term = objective.term

    def noted(batch: Any) -> Any:
        value = term(batch)
        if value is not None:  # said before a backend refuses its gradient
            equal("shape of the term", tuple(value.shape), ())
        seen.append((batch.training, value))
        return value

    object.__setattr__(objective, "term", noted)
    logs = _step(contract, tuner, validation_data=contract.data)
    seen = seen[-2:]  # before them `fit` may have built the metrics with a step of its own
    equal("training and validation", [training for training, _ in seen], [True, False])
    for training, value in seen:
        assert value is not None, f"the term is None in {'training' if training else 'validation'}"
        equal("dtype of the term", keras.backend.standardize_dtype(value.dtype), "float32")
        key = f"loss_{objective.name}" if training else f"val_loss_{objective.name}"
        assert key in logs, f"{key} is not in the history: {sorted(logs)}"
        if keras.backend.backend() != "jax":  # which takes gradients of what has no value yet
            close(key, logs[key], float(keras.ops.convert_to_numpy(value)))
        assert np.isfinite(logs[key]), f"{key} is {logs[key]}"
    evaluated = tuner.evaluate(*contract.data[:2], verbose=0, return_dict=True)
    reported = f"loss_{objective.name}" in evaluated
    equal("reported by `evaluate`", reported, not objective.wants_columns)


def assert_objective_weight(contract: ObjectiveContract) -> None:
    """Its weight multiplies the term in the loss; with 0 all is as without it."""
    if contract.reweighs:
        return
    key = f"loss_{contract.make().name}"
    runs = {}
    for weight in (None, 0.0, 2.5):
        tuner = contract.tuner([] if weight is None else [contract.make(weight=weight)])
        runs[weight] = _step(contract, tuner), tuner.task.get_weights()
    (plain, bare), (without, kept), (found, moved) = runs.values()
    assert key in without, f"{key} is not in the history: {sorted(without)}"
    term = without.pop(key)
    equal("history with a weight of 0", without, plain)
    for one, other in zip(kept, bare):
        assert (one == other).all(), "weights with a weight of 0 are not those without it"
    close("term, whatever its weight", found[key], term, rtol=1e-4)
    close("loss", found["loss"], plain["loss"] + 2.5 * term, rtol=1e-4)
    if contract.zero_at_first:
        close("term in the first step", term, 0.0, atol=1e-5)
        return
    assert abs(term) > 1e-5, f"the term is {term}: it asks nothing of this task"
    gap = max(float(np.abs(a - b).max()) for a, b in zip(moved, bare))
    assert gap > 1e-6, "the term has no gradient: the weights go where they went without it"


def assert_objective_padding(contract: ObjectiveContract) -> None:
    """Rows and tokens with a `sample_weight` of 0 change neither the term nor what is learned."""
    if contract.junk is None:
        return
    x, y, weight = contract.data
    weight = np.array(weight, "float32")
    weight[-1] = 0.0
    runs = []
    for inputs, targets in ((x, y), contract.junk):
        tuner = contract.tuner([contract.make()])
        runs.append((_step(contract, tuner, (inputs, targets, weight)), tuner.task.get_weights()))
    (expected, weights), (found, others) = runs
    for key, value in expected.items():
        close(f"{key} with other rows where the weight is 0", found[key], value, rtol=1e-4)
    for one, other in zip(others, weights):
        close("weights with other rows where the weight is 0", one, other, rtol=1e-3, atol=1e-5)


def assert_objective_save(contract: ObjectiveContract) -> None:
    """Saved and loaded with a `FineTuner` it measures the same, and training goes on alike."""
    tuner = contract.tuner([contract.make()])
    _step(contract, tuner)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tuner.keras")
        tuner.save(path)
        loaded = keras.saving.load_model(path)
    loaded.compile(
        keras.optimizers.SGD(LEARNING_RATE), loss=tuner.loss, run_eagerly=True
    )  # `run_eagerly` is not saved
    before, after = tuner.objectives[0], loaded.objectives[0]
    equal("class after loading", type(after), type(before))
    equal("name after loading", after.name, before.name)
    for one, other in zip(after.get_weights(), before.get_weights()):
        assert np.array_equal(one, other), "what the objective owns is not what was saved"
    going_on = []
    for model in (tuner, loaded):
        keras.utils.set_random_seed(1)  # torch draws dropout from a state of the whole process
        going_on.append(_step(contract, model))
    expected, found = going_on
    equal("history after loading", set(found), set(expected))
    for key, value in expected.items():
        close(f"{key} after loading", found[key], value, rtol=1e-3, atol=1e-5)


OBJECTIVE_PROMISES: tuple[Callable[[ObjectiveContract], None], ...] = (
    assert_objective_arguments,
    assert_objective_config,
    assert_objective_term,
    assert_objective_weight,
    assert_objective_padding,
    assert_objective_save,
)


def _step(
    contract: ObjectiveContract, tuner: Any, data: Any = None, **kwargs: Any
) -> dict[str, float]:
    """History of one step on all rows."""
    x, y, weight = contract.data if data is None else data
    history = tuner.fit(
        x, y, sample_weight=weight, batch_size=len(y), shuffle=False, verbose=0, **kwargs
    )
    return {key: float(values[-1]) for key, values in history.history.items()}
