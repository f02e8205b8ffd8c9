"""Are prompts held against training texts, and answers against references?"""

import re

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch
from scripted import Script
from scripted import drive

import keras_halluc as kh
from keras_halluc._types import Case
from keras_halluc.callbacks import ShiftMonitor
from keras_halluc.callbacks.observed.text_features import TextFeatures
from keras_halluc.statistics import classifier_test
from keras_halluc.statistics import mmd_test

pytestmark = pytest.mark.eager

ROWS = 40


def numbers(texts):
    """A text is its features."""
    return np.array([[float(part) for part in text.split()] for text in texts])


def texts_of(shift, seed):
    rows = np.random.default_rng(seed).normal(size=(ROWS, 2)) + shift
    return [f"{a:.6f} {b:.6f}" for a, b in rows]


def make(answers=None, **kwargs):
    """Prompts are like training texts; answers are as given."""
    prompts, references = texts_of(0.0, 1), texts_of(0.0, 2)
    cases = [
        Case(prompt, (reference,) if answers else ())
        for prompt, reference in zip(prompts, references)
    ]
    script = Script(*[dict(zip(prompts, said)) for said in answers or ()])

    def generator(asked):
        said = script.rounds[min(script.round, len(script.rounds) - 1)]
        return [said[prompt] for prompt in asked]

    settings = {"verbose": 0, "budget": None, "strict": True, "permutations": 19}
    kwargs = {"features": numbers, **settings, **kwargs}
    return ShiftMonitor(cases, generator=generator, **kwargs), script, prompts, references


def test_values_are_those_of_the_tests(tmp_path, read_events):
    said = [texts_of(3.0, 3), texts_of(0.0, 4)]
    training = texts_of(0.5, 5)
    monitor, script, prompts, references = make(said, training_texts=training, log_dir=tmp_path)
    logs = drive(monitor, 1, script)[0]
    assert monitor.keys == ("input_shift", "output_shift") and set(logs) == {"loss", *monitor.keys}
    events = read_events(tmp_path / "shift")
    for key, first, second, step in (
        ("input_shift", training, prompts, 0),
        ("input_shift", training, prompts, 1),
        ("output_shift", references, said[0], 0),
        ("output_shift", references, said[1], 1),
    ):
        samples = numbers(first), numbers(second)
        area, p_value = classifier_test(*samples, 5, 19, 0)
        mmd, mmd_p_value = mmd_test(*samples, 19, 0)
        value = max(2 * area - 1, 0.0)
        found = {
            tag: dict((s, float(v)) for s, v in events[f"{key}{tag}"])[step]
            for tag in ("", "/p_value", "/mmd", "/mmd_p_value")
        }
        assert found == {
            "": pytest.approx(value),
            "/p_value": pytest.approx(p_value),
            "/mmd": pytest.approx(mmd, rel=1e-5),
            "/mmd_p_value": pytest.approx(mmd_p_value),
        }
    assert monitor.baseline["output_shift"].value > 0.9 > 0.5 > logs["output_shift"]
    for estimate in (*monitor.baseline.values(), *monitor.latest.values()):
        assert 0.0 <= estimate.low <= estimate.value <= estimate.high <= 1.0
        assert estimate.count == ROWS


def test_without_references_nothing_is_generated():
    monitor, *_ = make(training_texts=texts_of(3.0, 3))
    assert set(drive(monitor, 1)[0]) == {"loss", "input_shift"}


def test_without_training_texts_only_answers_are_compared():
    monitor, script, *_ = make([texts_of(0.0, 3)])
    assert set(drive(monitor, 1, script)[0]) == {"loss", "output_shift"}
    assert len(monitor.training_texts) == 0


def test_training_texts_are_spread():
    monitor, *_ = make(training_texts=[f"{i} 0" for i in range(100)], max_rows=20)
    assert monitor.training_texts == [f"{i} 0" for i in range(0, 100, 5)]


def test_answers_are_asked_once_among_monitors():
    calls = []

    def answer(prompts):
        calls.extend(prompts)
        return list(prompts)

    cases = [Case(text, (text,)) for text in texts_of(0.0, 1)]
    generator = kh.generation.FunctionGenerator(answer)
    one = kh.callbacks.HallucinationMonitor(cases, generator=generator, verbose=0, budget=None)
    other = ShiftMonitor(
        cases, features=numbers, generator=generator, verbose=0, budget=None, permutations=9
    )
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(np.ones((2, 1)), np.ones((2, 1)), verbose=0, callbacks=[one, other])
    assert len(calls) == 2 * ROWS
    assert history.history["output_shift"] == [0.0]  # each answer is its reference


@pytest.mark.parametrize("make_task", ["gpt2", "bart", "bert_classifier"])
def test_own_features_are_the_mean_of_the_last_hidden_states(make_task):
    task = getattr(tiny_models, make_task)()
    features = TextFeatures(kh.models.FineTuner(task), max_length=24)
    texts = ["the cat sat on the mat", "a dog", "the end"]
    found = features(texts)
    assert found.shape == (3, 16) and found.dtype == "float32"
    for i in (1, 2):  # alone, in a batch filled up with itself
        np.testing.assert_allclose(features(texts[i : i + 1])[0], found[i], rtol=1e-4, atol=1e-5)
    task.set_weights([weight * 0.5 for weight in task.get_weights()])
    assert np.abs(features(texts) - found).max() > 1e-3  # it follows the weights
    if make_task == "gpt2":
        ids = np.array(tiny_models.prompt_ids(task, texts[:1]))
        states = task.backbone({"token_ids": ids, "padding_mask": np.ones_like(ids)})
        expected = keras.ops.convert_to_numpy(states)[0].mean(axis=0)
        np.testing.assert_allclose(features(texts)[0], expected, rtol=1e-3, atol=1e-4)


def test_a_model_without_features_of_its_own():
    cases = [Case(text) for text in texts_of(0.0, 1)]
    monitor = ShiftMonitor(cases, training_texts=texts_of(0.0, 2), verbose=0)
    monitor.set_model(keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]))
    with pytest.raises(TypeError, match="`features` must be given for a model that is no KerasHub"):
        monitor.on_train_begin()


@pytest.mark.parametrize(
    "kwargs, error, message",
    [
        ({}, ValueError, "There is nothing to compare"),
        ({"training_texts": ["1 2"] * 19}, ValueError, "at least 20 of each"),
        ({"training_texts": "1 2"}, TypeError, "`training_texts` must be a list of str"),
        ({"training_texts": ["1 2"] * 20, "max_rows": 5}, ValueError, "`max_rows`"),
    ],
)
def test_wrong_arguments(kwargs, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make(**kwargs)
    with pytest.raises(ValueError, match="'cases with references': 1"):
        ShiftMonitor([Case("a", ("b",)), *(Case(f"{i}") for i in range(30))])


@quick_on_torch
def test_a_space_in_front_of_an_answer_is_no_shift():
    task = kh.presets.load_facts_gpt2()
    facts = kh.data.load_facts("asked")[:ROWS]
    said = {fact.prompt(): fact.answer for fact in facts}  # with a space, as the model says it
    assert all(answer.startswith(" ") for answer in said.values())
    monitor = ShiftMonitor(
        [Case(fact.prompt(), (fact.object,)) for fact in facts],
        generator=lambda prompts: [said[prompt] for prompt in prompts],
        permutations=19,
        max_length=16,
        verbose=0,
    )
    monitor.set_model(task)
    monitor.on_train_begin()
    assert monitor.baseline["output_shift"].value == 0.0
