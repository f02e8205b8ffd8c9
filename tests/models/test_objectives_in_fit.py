"""Does every objective train, alone and with others, in every mode, and go on after saving?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import L2SP
from keras_halluc.objectives import AdversarialPerturbation
from keras_halluc.objectives import ConsistencyOnUnlabelled
from keras_halluc.objectives import Denoising
from keras_halluc.objectives import Distillation
from keras_halluc.objectives import LossTruncation
from keras_halluc.objectives import PreferenceFactuality
from keras_halluc.objectives import RDrop
from keras_halluc.objectives import SelfDistillation
from keras_halluc.objectives import Unlikelihood
from keras_halluc.objectives import VirtualAdversarial

pytestmark = pytest.mark.eager

BACKEND = keras.backend.backend()
# Beside the mode of the other tests: not traced on TensorFlow, compiled on JAX, plain on torch.
MODES = {
    "tensorflow": [{"jit_compile": False}, {"jit_compile": True}],
    "jax": [{"jit_compile": False}],
    "torch": [{"run_eagerly": True}],  # compilation takes minutes
}[BACKEND]
MODES = [pytest.param(mode, marks=pytest.mark.traced, id=str(mode)) for mode in MODES]
BATCH = 4


def answers(task, answer):
    return kh.data.answer_inputs(task, tiny_models.TEXTS, [answer] * 8)


def rows(task):
    return kh.data.text_inputs(task, tiny_models.TEXTS, 24)


# Each takes the task, the weight of the term and the name it is reported under.
DETERMINISTIC = {
    "live": lambda task, **kw: SelfDistillation(**kw),
    "cached": lambda task, **kw: SelfDistillation(teacher="cached", top_k=8, **kw),
    "snapshot": lambda task, **kw: SelfDistillation(snapshot_epoch=1, **kw),
    "l2_sp": lambda task, **kw: L2SP(**kw),
    "fgm": lambda task, **kw: AdversarialPerturbation(epsilon=0.3, **kw),
    "pgd": lambda task, **kw: AdversarialPerturbation(method="pgd", steps=2, epsilon=0.3, **kw),
    "repetition": lambda task, **kw: Unlikelihood(**kw),
    "distillation": lambda task, **kw: Distillation(teacher=tiny_models.gpt2(seed=1), **kw),
}
RANDOM = {
    "replay": lambda task, **kw: SelfDistillation(replay=rows(task), batch_size=4, **kw),
    "recorded": lambda task, **kw: SelfDistillation(
        teacher="cached", top_k=8, replay=rows(task), batch_size=4, **kw
    ),
    "freelb": lambda task, **kw: AdversarialPerturbation(method="freelb", steps=2, **kw),
    "virtual": lambda task, **kw: VirtualAdversarial(**kw),
    "unlabelled": lambda task, **kw: VirtualAdversarial(unlabelled=rows(task), batch_size=4, **kw),
    "negatives": lambda task, **kw: Unlikelihood(negatives=answers(task, " a"), batch_size=4, **kw),
    "denoising": lambda task, **kw: Denoising(rate=0.3, **kw),
    "consistency": lambda task, **kw: ConsistencyOnUnlabelled(
        unlabelled=rows(task), rate=0.3, confidence=0.0, batch_size=4, **kw
    ),
    "preference": lambda task, **kw: PreferenceFactuality(
        chosen=answers(task, " a"), rejected=answers(task, " b"), batch_size=4, **kw
    ),
}
DROPOUT = {"r_drop": lambda task, **kw: RDrop(**kw)}
TWO = ["live", "fgm"]  # of all that give the same each time
EVERY = {**DETERMINISTIC, **RANDOM, **DROPOUT}


def make(names, weight, dtype=None, optimizer=None, truncated=False, **kwargs):
    """A compiled tuner with these objectives."""
    dropout = 0.1 if set(names) & set(DROPOUT) else 0.0
    task = tiny_models.gpt2(dtype=dtype, dropout=dropout)
    objectives = [EVERY[name](task, weight=weight or 0.0, name=name) for name in names]
    if truncated:
        objectives.append(LossTruncation(0.25, window=16))
    tuner = kh.models.FineTuner(task, objectives)
    tuner.compile(optimizer or keras.optimizers.Adam(0.01), **kwargs)
    return tuner


def fit(tuner, epochs=2, validate=True, **kwargs):
    x, y, weight = rows(tuner.task)
    arguments = {"batch_size": BATCH, "epochs": epochs, "shuffle": False, "verbose": 0, **kwargs}
    if validate:
        arguments["validation_data"] = (x, y, weight)
    return tuner.fit(x, y, sample_weight=weight, **arguments).history


def evaluate(tuner):
    x, y, weight = rows(tuner.task)
    arguments = {"sample_weight": weight, "batch_size": BATCH, "verbose": 0}
    return tuner.evaluate(x, y, return_dict=True, **arguments)


GROUPS = {
    "deterministic": [*DETERMINISTIC, "truncation"],
    "drawn": [*RANDOM, *DROPOUT],
}
each_group = pytest.mark.parametrize("group", quick(GROUPS, ["deterministic"]))


def check_history(history, names):
    """Every term is there and finite, and so is the loss."""
    for name in names:
        for key in (f"loss_{name}", f"val_loss_{name}"):
            assert len(history[key]) == len(history["loss"])
    assert np.isfinite([v for values in history.values() for v in values]).all()


@pytest.fixture(scope="module")
def deterministic():
    tuner = make(DETERMINISTIC, 0.5, truncated=True)
    return tuner, fit(tuner)


@pytest.fixture(scope="module")
def drawn():
    tuner = make([*RANDOM, *DROPOUT], 0.5)
    return tuner, fit(tuner)


@each_group
def test_all_terms_are_reported_and_validation_loss_is_the_plain_one(group, request):
    tuner, history = request.getfixturevalue(group)
    check_history(history, GROUPS[group])
    bare = kh.models.FineTuner(tuner.task)
    bare.compile("sgd")
    assert history["val_loss"][-1] == pytest.approx(evaluate(bare)["loss"], rel=1e-5)
    assert history["loss"][-1] != pytest.approx(history["val_loss"][-1], rel=0.01)


@pytest.fixture(scope="module")
def two():
    return fit(make(TWO, 0.5, truncated=True))


@quick_on_torch
@pytest.mark.parametrize("mode", MODES[:1])
def test_every_mode_gives_the_same_history(two, mode):
    check_same_history(two, fit(make(TWO, 0.5, truncated=True, **mode)))


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_gives_the_same_history_with_all(deterministic, mode):
    check_same_history(deterministic[1], fit(make(DETERMINISTIC, 0.5, truncated=True, **mode)))


def check_same_history(expected, history):
    assert set(history) == set(expected)
    for key, values in expected.items():
        np.testing.assert_allclose(history[key], values, rtol=2e-3, atol=1e-4, err_msg=key)


@quick_on_torch
@pytest.mark.parametrize("mode", MODES[:1])
def test_what_draws_at_random_works_in_every_mode(mode):
    tuner = make(["freelb"], 0.5, optimizer=keras.optimizers.SGD(0.1), **mode)
    check_history(fit(tuner, epochs=1), ["freelb"])


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_all_that_draw_at_random_work_in_every_mode(mode):
    names = ["replay", "freelb", "virtual", "denoising", "r_drop"]
    check_history(fit(make(names, 0.5, **mode), epochs=1), names)


@quick_on_torch
def test_mixed_precision_with_gradients_accumulated():
    names = [*EVERY]
    accumulating = keras.optimizers.Adam(0.01, gradient_accumulation_steps=2)
    tuner = make(names, 0.5, "mixed_bfloat16", accumulating, truncated=True)
    before = tuner.task.get_weights()
    uneven = {} if BACKEND == "jax" else {"batch_size": 5}  # which JAX would compile once more
    check_history(fit(tuner, **uneven), [*names, "truncation"])
    assert all(not np.array_equal(a, b) for a, b in zip(before, tuner.task.get_weights()))
    for variable in tuner.trainable_variables:
        assert keras.backend.standardize_dtype(variable.dtype) == "float32"


@quick_on_torch
@each_group
def test_saved_and_loaded_it_measures_the_same_and_goes_on(group, request, tmp_path):
    tuner, history = request.getfixturevalue(group)
    tuner.save(tmp_path / "tuner.keras")
    loaded = keras.saving.load_model(tmp_path / "tuner.keras")
    assert [o.name for o in loaded.objectives] == [o.name for o in tuner.objectives]
    for before, after in zip(tuner.objectives, loaded.objectives):
        assert type(before) is type(after)
        assert len(before.get_weights()) == len(after.get_weights())
        for a, b in zip(before.get_weights(), after.get_weights()):
            np.testing.assert_array_equal(a, b)
    assert evaluate(loaded) == pytest.approx(evaluate(tuner), rel=1e-5)
    names = [o.name for o in tuner.objectives if o.name != "cached"]
    keys = ["loss", "val_loss", *(f"loss_{name}" for name in names)]
    going_on = []
    for model in (tuner, loaded):
        keras.utils.set_random_seed(1)  # torch draws dropout from a state of the whole process
        going_on.append(fit(model, 1))
    expected, found = going_on
    assert set(found) == set(history)
    for key in keys:
        np.testing.assert_allclose(found[key], expected[key], rtol=1e-4, atol=1e-6, err_msg=key)
    for a, b in zip(tuner.task.get_weights(), loaded.task.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)
