"""Does the recipe do what its parts do, say its price first, and go on where it was stopped?"""

import json

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch
from kinds import slow_on_jax

import keras_halluc as kh
from keras_halluc.models import RetentionRecipe
from keras_halluc.models.recipe_cost import cost_of

pytestmark = pytest.mark.eager

PROMPTS = ["Who?", "Where?", "When?", "What?", "Why?"]
ANSWERS = [" Ann", " Rome", " now", " it", " so"]
PRACTICE = [["How?", "In which way?"], ["Which?"]]
SMALL = {"epochs": 2, "batch_size": 4, "replay_texts": 6, "replay_tokens": 4, "verbose": 0}


def recipe(task=None, **settings):
    return RetentionRecipe(task or tiny_models.gpt2(), PROMPTS, ANSWERS, **{**SMALL, **settings})


def test_the_price_is_counted_by_hand():
    cost = cost_of(
        rows=10,
        row_tokens=8,
        epochs=5,
        practised=5,
        wordings=10,
        answer_tokens=4,
        texts=20,
        text_tokens=6,
        replay_share=0.5,
    )
    plain = 3 * 5 * 10 * 8
    assert cost.training == pytest.approx(3 * 5 * 15 * 1.5 * 8 / plain)
    assert cost.writing == pytest.approx((20 * 6 + 10 * 12) / plain)
    assert cost.recording == pytest.approx(20 * 6 / plain)
    assert cost.times_plain == pytest.approx(2.25 + 0.2 + 0.1)
    assert str(cost).startswith("About 2.5 times plain") or str(cost).startswith("About 2.6 times")


def test_more_of_anything_costs_more():
    first = recipe().cost.times_plain
    assert recipe(replay_texts=60).cost.times_plain > first
    assert recipe(practice=PRACTICE).cost.times_plain > first
    assert recipe(epochs=9).cost.times_plain < first  # what is prepared counts less


@slow_on_jax
def test_it_is_its_parts():
    one = recipe(practice=PRACTICE).prepare()
    task = tiny_models.gpt2()
    writer = kh.generation.TaskGenerator(task, max_new_tokens=4, batch_size=64)
    texts = kh.data.generate_replay(writer, 6)
    for mine, theirs in zip(one.replay[1:], kh.data.text_inputs(task, texts)[1:]):
        np.testing.assert_array_equal(mine, theirs)
    plain = kh.data.answer_inputs(task, PROMPTS, ANSWERS)
    assert len(plain[1]) == 5 <= len(one.inputs[1]) <= 7
    (term,) = one.tuner.objectives
    assert (term.teacher, term.weight, term.batch_size) == ("cached", 10.0, 2)
    before = one.task.get_weights()
    history = one.fit().history
    assert one.prepare() is one and len(history["loss"]) == 2
    assert all(np.isfinite(history["loss_self_distillation"]))
    assert any((a != b).any() for a, b in zip(before, one.task.get_weights()))


@quick_on_torch
def test_the_rate_ends_at_zero():
    one = recipe(learning_rate=3e-3, epochs=3)
    one.fit()
    steps = int(one.tuner.optimizer.iterations)
    assert steps == 3 * 2
    rate = one.tuner.optimizer._learning_rate
    assert float(rate(steps)) == pytest.approx(0.0, abs=1e-6)
    assert max(float(rate(step)) for step in range(steps)) == pytest.approx(3e-3, rel=0.3)


@quick_on_torch
def test_the_same_call_goes_on_where_it_was_stopped(tmp_path):
    class Stopped(Exception):
        pass

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                raise Stopped

    whole = recipe(epochs=3)
    whole.fit(shuffle=False)
    interrupted = recipe(epochs=3, folder=tmp_path)
    with pytest.raises(Stopped):
        interrupted.fit([Stop()], shuffle=False)
    stored = json.loads((tmp_path / "prepared.json").read_text())
    assert len(stored["texts"]) <= 6
    again = recipe(epochs=3, folder=tmp_path)
    seen = []
    watch = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: seen.append(epoch))
    again.fit([watch], shuffle=False)
    assert seen[0] > 0
    for a, b in zip(whole.task.get_weights(), again.task.get_weights()):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@quick_on_torch
def test_what_was_prepared_is_read_and_of_another_model_refused(tmp_path, monkeypatch):
    first = recipe(folder=tmp_path, practice=PRACTICE).prepare()
    with monkeypatch.context() as patch:
        patch.setattr(
            "keras_halluc.models.retention_recipe.generate_replay",
            lambda *args, **kwargs: pytest.fail("written again"),
        )
        again = recipe(folder=tmp_path, practice=PRACTICE).prepare()
    np.testing.assert_array_equal(first.replay[1], again.replay[1])
    np.testing.assert_array_equal(first.inputs[1], again.inputs[1])
    template = kh.generation.ChatTemplate("Q: {prompt}", "A: {answer}")
    for other in (
        recipe(tiny_models.gpt2(seed=1), folder=tmp_path),
        recipe(folder=tmp_path),
        recipe(folder=tmp_path, practice=PRACTICE, template=template),
    ):
        with pytest.raises(ValueError, match="another folder"):
            other.prepare()


@quick_on_torch
def test_it_says_its_price_first_and_nothing_when_silent(capsys):
    recipe(verbose=2).prepare()
    assert capsys.readouterr().out.startswith("About ")
    recipe().fit()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "settings, error, match",
    [
        ({"practice": "Who?"}, TypeError, "`practice`"),
        ({"practice": [3]}, TypeError, r"`practice\[0\]`"),
        ({"epochs": 0}, ValueError, "`epochs`"),
        ({"learning_rate": 0.0}, ValueError, "`learning_rate`"),
        ({"replay_texts": 0}, ValueError, "`replay_texts`"),
        ({"replay_weight": 0}, ValueError, "`replay_weight`"),
    ],
)
def test_bad_arguments(settings, error, match):
    with pytest.raises(error, match=match):
        recipe(**settings)


def test_as_many_answers_as_prompts():
    with pytest.raises(ValueError, match="same length"):
        RetentionRecipe(tiny_models.gpt2(), PROMPTS, ANSWERS[:2])
