"""Is the term the masked KL from another model, and does that model stay as it is?"""

import keras
import numpy as np
import oracles
import pytest
import scripted
import tiny_models
from kinds import quick
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.objectives import Distillation

pytestmark = pytest.mark.eager


def expected_term(teacher, task, x, weight, temperature):
    soft = [tiny_models.log_softmax(logits(m, x) / temperature) for m in (teacher, task)]
    return temperature**2 * oracles.mean(oracles.kl(*soft), 1.0 if weight is None else weight)


def logits(model, x):
    return oracles.as_positions(model(x, training=False))


@pytest.mark.parametrize("kind", oracles.TASKS)
@pytest.mark.parametrize("temperature", quick([1.0, 2.0, 5.0], [2.0]))
def test_the_term_is_the_masked_kl_times_the_squared_temperature(kind, temperature):
    make, rows = oracles.TASKS[kind]
    teacher, task = make(seed=1), make()
    x, y, weight = rows(task)
    objective = Distillation(teacher=teacher, temperature=temperature)
    objective.attach(task)
    for weights in (weight, None):
        expected = expected_term(teacher, task, x, weights, temperature)
        assert expected > 1e-3
        found = float(objective.term(scripted.batch(task, x, y, weights)))
        # Two nearly equal distributions are compared: what float32 loses grows with the factor.
        assert found == pytest.approx(expected, rel=2e-5, abs=1e-7 * temperature**2)


def test_what_has_no_weight_does_not_count():
    teacher, task = tiny_models.gpt2(seed=1), tiny_models.gpt2()
    objective = Distillation(teacher=teacher)
    x, y, weight = oracles.token_rows(task)
    other = {key: array.copy() for key, array in x.items()}
    other["token_ids"][weight.sum(1) == 0] = 1
    other["token_ids"][x["padding_mask"] == 0] = 2
    found = [float(objective.term(scripted.batch(task, a, y, weight))) for a in (x, other)]
    assert found[1] == pytest.approx(found[0], rel=1e-5)


def test_the_teacher_speaks_without_dropout_and_is_another_size():
    task = tiny_models.gpt2(seed=0)
    teacher = tiny_models.gpt2(seed=1, dropout=0.5, max_sequence_length=48)
    objective = Distillation(teacher=teacher)
    x, y, weight = oracles.token_rows(task)
    expected = expected_term(teacher, task, x, weight, 2.0)
    batch = scripted.batch(task, x, y, weight, training=True)
    assert float(objective.term(batch)) == pytest.approx(expected, rel=1e-5)


@quick_on_torch
def test_the_task_learns_what_the_teacher_says_and_the_teacher_nothing():
    teacher, task = tiny_models.gpt2(seed=1), tiny_models.gpt2()
    objective = Distillation(50.0, teacher=teacher)
    tuner = kh.models.FineTuner(task, [objective])
    tuner.trainable = True  # sets it for everything inside, until `compile`
    tuner.compile(keras.optimizers.Adam(0.01))
    x, y, weight = oracles.token_rows(task)
    before, first = teacher.get_weights(), expected_term(teacher, task, x, weight, 2.0)
    tuner.fit(x, y, sample_weight=weight, batch_size=8, epochs=8, shuffle=False, verbose=0)
    assert expected_term(teacher, task, x, weight, 2.0) < 0.7 * first
    for a, b in zip(before, objective.teacher.get_weights()):
        np.testing.assert_array_equal(a, b)
    assert len(tuner.trainable_variables) == len(task.trainable_variables)


def test_what_becomes_of_the_teacher_given_changes_nothing():
    teacher, task = tiny_models.lstm(seed=1), tiny_models.lstm()
    teacher.compile("sgd", "mse", metrics=["mae"])  # its metrics are not those of the tuner
    objective = Distillation(teacher=teacher)
    teacher.set_weights([0.0 * w for w in teacher.get_weights()])
    assert any(w.any() for w in objective.teacher.get_weights())
    tuner = kh.models.FineTuner(task, [objective])
    assert [m.name for m in tuner.metrics] == ["loss_distillation"]


def test_wrong_arguments():
    teacher = tiny_models.lstm()
    with pytest.raises(ValueError, match="`teacher` must be another model than the task"):
        kh.models.FineTuner(teacher, [Distillation(teacher=teacher)])
    with pytest.raises(ValueError, match="same vocabulary.*Received: 2 in the teacher, "):
        kh.models.FineTuner(teacher, [Distillation(teacher=oracles.Linear(length=12).model)])
    soft = tiny_models.lstm(softmax=True)
    for task, other in ((teacher, soft), (soft, teacher)):
        with pytest.raises(ValueError, match="Distillation needs logits"):
            kh.models.FineTuner(task, [Distillation(teacher=other)])
