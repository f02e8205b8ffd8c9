"""Is the term the masked KL from the base model, and does it pull the model back to it?"""

import keras
import numpy as np
import oracles
import pytest
import scripted
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import Objective
from keras_halluc.objectives import SelfDistillation
from keras_halluc.objectives.frozen_copy import frozen_copy

pytestmark = pytest.mark.eager

TEXTS = tiny_models.TEXTS


def moved_tuner(objective, optimizer=None):
    """A tuner whose task has moved away from its base model."""
    task = tiny_models.gpt2()
    tuner = kh.models.FineTuner(task, [objective])
    rng = np.random.default_rng(0)
    task.set_weights([w * (1.0 + 0.5 * rng.normal(size=w.shape)) for w in task.get_weights()])
    tuner.compile(optimizer=optimizer or keras.optimizers.SGD(0.0))
    return tuner


@pytest.fixture(scope="module")
def moved():
    """The task, its base model, likely and unlikely targets, and uneven weights."""
    tuner = moved_tuner(SelfDistillation())
    x, y, weight = kh.data.text_inputs(tuner.task, TEXTS, 24)
    base = oracles.base_model_of(tuner.objectives[0], tuner.task)
    y[:, ::2] = tiny_models.forward(base, x).argmax(-1)[:, ::2]
    weight = weight * np.float32([0, 4, 0.1, 0.1, 2, 0.1, 0, 0])[:, None]
    return tuner, x, y, weight


def oracle(tuner, x, y, weight, temperature=1.0, mask_gold=False):
    """Masked mean of KL(base, task), in float64 with plain numpy."""
    base = oracles.base_model_of(tuner.objectives[0], tuner.task)
    teacher, student = (
        tiny_models.forward(model, x).astype("float64") / temperature
        for model in (base, tuner.task)
    )
    if mask_gold:
        for logits in (teacher, student):
            np.put_along_axis(logits, y[..., None], -1e30, axis=-1)
    p, q = tiny_models.log_softmax(teacher), tiny_models.log_softmax(student)
    divergence = (np.exp(p) * (p - q)).sum(-1)
    return float((divergence * weight).sum() / weight.sum())


def term(objective, tuner, x, y, weight, training=False):
    objective.base_model = tuner.objectives[0].base_model
    value = objective.term(scripted.batch(tuner.task, x, y, weight, training))
    assert keras.backend.standardize_dtype(value.dtype) == "float32"
    return float(value)


@pytest.mark.parametrize("temperature", [1.0, 3.0])
@pytest.mark.parametrize("mask_gold", [False, True])
def test_the_term_is_the_masked_kl(moved, temperature, mask_gold):
    tuner, x, y, weight = moved
    objective = SelfDistillation(temperature=temperature, mask_gold=mask_gold)
    expected = oracle(tuner, x, y, weight, temperature, mask_gold)
    assert expected > 1e-3
    assert term(objective, tuner, x, y, weight) == pytest.approx(expected, rel=1e-4)


@quick_on_torch
def test_settings_change_the_term(moved):
    tuner, x, y, weight = moved
    values = [
        oracle(tuner, x, y, weight),
        oracle(tuner, x, y, weight, 3.0),
        oracle(tuner, x, y, weight, 1.0, True),
        oracle(tuner, x, y, np.ones_like(weight)),
    ]
    assert min(abs(a / b - 1.0) for a in values for b in values if a is not b) > 0.005


def test_weights_of_rows_and_no_weights_at_all(moved):
    tuner, x, y, weight = moved
    rows = np.arange(len(TEXTS), dtype="float32")[:, None]
    expected = oracle(tuner, x, y, np.broadcast_to(rows, y.shape))
    assert term(SelfDistillation(), tuner, x, y, rows) == pytest.approx(expected, rel=1e-4)
    expected = oracle(tuner, x, y, np.ones_like(weight))
    assert term(SelfDistillation(), tuner, x, y, None) == pytest.approx(expected, rel=1e-4)
    assert term(SelfDistillation(), tuner, x, y, 0.0 * weight) == 0.0


def test_fit_and_evaluate_report_the_unweighted_term(moved):
    tuner, x, y, weight = moved
    arguments = {"sample_weight": weight, "batch_size": 8, "verbose": 0}
    expected = oracle(tuner, x, y, weight)
    logs = tuner.evaluate(x, y, return_dict=True, **arguments)
    assert logs["loss_self_distillation"] == pytest.approx(expected, rel=1e-4)
    history = tuner.fit(x, y, **arguments).history
    assert history["loss_self_distillation"] == pytest.approx([expected], rel=1e-4)


def train(objectives, epochs=1):
    task = tiny_models.gpt2()
    tuner = kh.models.FineTuner(task, objectives)
    tuner.compile(optimizer=keras.optimizers.Adam(0.01))
    keras.utils.set_random_seed(1)
    history = tuner.fit(TEXTS, batch_size=4, epochs=epochs, shuffle=False, verbose=0).history
    return history, task.get_weights()


@quick_on_torch
def test_weight_0_changes_nothing_and_a_large_one_holds_the_model_back():
    plain, plain_weights = train([], epochs=2)
    none, weights = train([SelfDistillation(weight=0.0)], epochs=2)
    np.testing.assert_allclose(none["loss"], plain["loss"], rtol=1e-5)
    for a, b in zip(plain_weights, weights):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)
    held, _ = train([SelfDistillation(weight=1000.0)], epochs=2)
    assert held["loss_self_distillation"][1] < 0.2 * none["loss_self_distillation"][1]
    assert none["loss_self_distillation"][1] > 1e-3


def test_it_is_0_before_the_first_update():
    tuner = kh.models.FineTuner(tiny_models.gpt2(), [SelfDistillation(weight=50.0)])
    tuner.compile(optimizer=keras.optimizers.SGD(0.0))
    history = tuner.fit(TEXTS, batch_size=4, shuffle=False, verbose=0).history
    assert abs(history["loss_self_distillation"][0]) < 1e-6
    logs = tuner.evaluate(TEXTS, batch_size=4, verbose=0, return_dict=True)
    assert history["loss"][0] == pytest.approx(logs["loss"], rel=1e-5)


def test_the_base_model_speaks_without_dropout():
    tuner = kh.models.FineTuner(tiny_models.gpt2(dropout=0.5), [SelfDistillation()])
    x, y, weight = kh.data.text_inputs(tuner.task, TEXTS, 24)
    assert abs(term(SelfDistillation(), tuner, x, y, weight, training=True)) < 1e-6


@pytest.fixture(scope="module")
def replayed():
    """Trained on nothing but the term on replayed text, and the term before and after."""
    task = tiny_models.gpt2()
    replay = kh.data.text_inputs(task, TEXTS[:3])
    objective = SelfDistillation(replay=replay, batch_size=2, seed=3, name="replay")
    tuner = moved_tuner(objective, keras.optimizers.Adam(0.01))
    x, y, weight = kh.data.text_inputs(task, TEXTS, 24)

    def evaluate():
        logs = tuner.evaluate(x, y, sample_weight=weight, batch_size=8, verbose=0, return_dict=True)
        return logs["loss_replay"]

    first = replay_oracle(tuner, replay), evaluate()
    tuner.fit(x, y, sample_weight=0.0 * weight, batch_size=4, epochs=4, verbose=0)
    return tuner, replay, first, (replay_oracle(tuner, replay), evaluate())


def replay_oracle(tuner, replay):
    x, y, weight = replay
    return oracle(tuner, {k: v[:2] for k, v in x.items()}, y[:2], weight[:2])


@quick_on_torch
def test_in_evaluation_the_first_replay_rows_are_measured(replayed):
    _, _, before, after = replayed
    assert before[1] == pytest.approx(before[0], rel=1e-4)
    assert after[1] == pytest.approx(after[0], rel=1e-4)


@quick_on_torch
def test_training_on_the_term_pulls_the_model_toward_its_base(replayed):
    _, _, before, after = replayed
    assert after[0] < 0.5 * before[0]


@quick_on_torch
def test_replayed_rows_change_by_step_and_follow_the_seed():
    replay = kh.data.text_inputs(tiny_models.gpt2(), TEXTS)
    objective = SelfDistillation(replay=replay, batch_size=2, seed=1, name="replay")
    tuner = moved_tuner(objective)  # its learning rate is 0: only the rows differ

    def values(seed):
        other = SelfDistillation(replay=replay, batch_size=2, seed=seed)
        objective.pool.draws.state.assign(other.pool.draws.state)
        return tuner.fit(TEXTS, batch_size=8, epochs=4, verbose=0).history["loss_replay"]

    first = tuner.fit(TEXTS, batch_size=8, epochs=4, verbose=0).history["loss_replay"]
    assert len(set(first)) >= 3
    assert values(seed=1) == first
    assert values(seed=2) != first


def test_replay_takes_plain_arrays_for_models_of_plain_arrays():
    model = tiny_models.lstm(length=4)
    rows = np.arange(15).reshape(3, 5) % 7
    replay = (rows[:, :-1], rows[:, 1:], np.ones((3, 4)))
    tuner = kh.models.FineTuner(model, [SelfDistillation(replay=replay, batch_size=8)])
    model.set_weights([w * 1.5 for w in model.get_weights()])
    tuner.compile(
        optimizer="sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    logs = tuner.evaluate(rows[:, :-1], rows[:, 1:], verbose=0, return_dict=True)
    student = tiny_models.log_softmax(tiny_models.forward(model, rows[:, :-1]))
    base = oracles.base_model_of(tuner.objectives[0], model)
    teacher = tiny_models.log_softmax(tiny_models.forward(base, rows[:, :-1]))
    expected = (np.exp(teacher) * (teacher - student)).sum(-1).mean()
    assert logs["loss_self_distillation"] == pytest.approx(expected, rel=1e-4)


def test_wrong_arguments():
    x, y, weight = kh.data.text_inputs(tiny_models.gpt2(), TEXTS[:3])
    for bad, error, match in (
        ({"replay": (x, y)}, ValueError, r"`replay` must be \(x, y, sample_weight\)"),
        ({"replay": (x, y[:2], weight)}, ValueError, "must have the same rows, > 0.*'y': 2"),
        ({"replay": (x, y, weight), "mask_gold": True}, ValueError, "`mask_gold` must be False"),
    ):
        with pytest.raises(error, match=match):
            SelfDistillation(**bad)
    with pytest.raises(NotImplementedError, match="Objective must define `term`"):
        Objective(name="empty").term(None)


@pytest.mark.parametrize("make", [tiny_models.gpt2, tiny_models.lstm, tiny_models.bert_classifier])
def test_a_frozen_copy_says_the_same_and_shares_nothing(make):
    task = make()
    copy = frozen_copy(task)
    assert type(copy) is type(task)
    assert not copy.trainable_variables and task.trainable_variables
    before = copy.get_weights()
    for a, b in zip(task.get_weights(), before):
        np.testing.assert_array_equal(a, b)
    task.set_weights([w + 1.0 for w in task.get_weights()])
    for a, b in zip(before, copy.get_weights()):
        np.testing.assert_array_equal(a, b)
    assert getattr(copy, "preprocessor", None) is None
    assert getattr(task, "preprocessor", None) is not None or make is tiny_models.lstm


def test_replay_weighs_ten_times_as_much_unless_told_otherwise():
    rows = kh.data.text_inputs(tiny_models.gpt2(), TEXTS)
    weights = [
        objective.get_config()["weight"]
        for objective in (
            SelfDistillation(),
            SelfDistillation(replay=rows),
            SelfDistillation(0.5, replay=rows),
            SelfDistillation(0.0),
        )
    ]
    assert weights == [1.0, 10.0, 0.5, 0.0]


@pytest.mark.parametrize(
    "head",
    [
        [keras.layers.Dense(3, activation="sigmoid")],
        [keras.layers.Dense(3), keras.layers.Softmax()],
        [keras.layers.Dense(1)],
    ],
    ids=["sigmoid", "softmax_layer", "one_output"],
)
def test_outputs_of_which_a_softmax_makes_nonsense_are_refused(head):
    model = keras.Sequential([keras.Input((2,)), *head])
    with pytest.raises(ValueError, match="SelfDistillation (needs logits|compares distributions)"):
        kh.models.FineTuner(model, [SelfDistillation()])
