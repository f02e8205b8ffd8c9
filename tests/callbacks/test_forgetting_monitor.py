"""Is what was lost counted against the base model, case by case and on anchor text?"""

import html

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch
from scripted import LabelChecker
from scripted import NextRound
from scripted import Script
from scripted import case_list
from scripted import drive
from scripted import fit_regression

import keras_halluc as kh
from keras_halluc.callbacks import ForgettingMonitor
from keras_halluc.statistics import paired_rate_interval

pytestmark = pytest.mark.eager

BASE = ["supported 1.0", "supported 1.0", "supported 1.0", "unsupported 0.0", "abstained"]
FIRST = ["supported 1.0", "contradicted 0.0", "abstained", "supported 1.0", "abstained"]
SECOND = ["supported 1.0", "unmeasured", "supported 1.0", "supported 1.0", "supported 1.0"]
ANCHOR = ["the cat sat", "paris is in france", "a dog"]


def make(*rounds, **kwargs):
    script = Script(*rounds)
    kwargs = {"verbose": 0, "budget": None, "checker": LabelChecker(), **kwargs}
    return ForgettingMonitor(case_list(5), generator=script, **kwargs), script


def test_base_minus_current_accuracy_with_a_paired_interval():
    monitor, script = make(BASE, FIRST, SECOND)
    logs = drive(monitor, 2, script)
    assert monitor.baseline["forgetting"].value == 0.0
    # First: two lost, one learned. Second: of the four measured both times, two learned.
    assert [one["forgetting"] for one in logs] == [1 / 5, -2 / 4]
    found = monitor.latest["forgetting"]
    assert (found.value, found.low, found.high) == paired_rate_interval(0, 2, 4, 0.95)
    assert found.count == 4
    assert monitor.keys == ("forgetting",)


def test_the_next_fit_has_a_base_model_of_its_own():
    monitor, script = make(BASE, FIRST)
    drive(monitor, 1, script)
    script.rounds = (FIRST, FIRST)
    assert drive(monitor, 1, script)[0]["forgetting"] == 0.0


def test_cases_that_were_never_measured_twice_give_no_value():
    monitor, script = make(["unmeasured"] * 4 + ["abstained"], ["abstained"] * 4 + ["unmeasured"])
    assert drive(monitor, 1, script) == [{"loss": 1.0}]


def test_tensorboard(tmp_path, read_events):
    monitor, script = make(BASE, FIRST, log_dir=tmp_path)
    drive(monitor, 1, script)
    events = read_events(tmp_path / "forgetting")
    for tag, value in (("forgotten", 2 / 5), ("learned", 1 / 5)):
        assert [(step, pytest.approx(float(v))) for step, v in events[tag]] == [
            (0, 0.0),
            (1, value),
        ]
    (step, table), *rest = events["forgotten_cases"]
    cells = np.vectorize(lambda cell: html.unescape(cell.decode()))(table)
    assert step == 1 and not rest and cells.shape == (3, 4)
    assert cells[1].tolist() == ["1", "1", "supported 1.0", "contradicted 0.0"]


def test_in_fit():
    monitor, script = make(BASE, FIRST, SECOND)
    history = fit_regression([NextRound(script), monitor]).history.history
    assert history["forgetting"] == [1 / 5, -1 / 2]


@pytest.fixture(scope="module")
def task():
    return tiny_models.gpt2(seed=3)


def moved(weights, seed):
    rng = np.random.default_rng(seed)
    return [weight + 0.1 * rng.normal(size=weight.shape) for weight in weights]


def divergence(task, before, now, top_k):
    """KL(before, now) of each token of the anchor, in float64 with plain numpy."""
    end = task.preprocessor.tokenizer.end_token_id
    ids = [[*row, end] for row in tiny_models.prompt_ids(task, ANCHOR)]
    found = []
    for weights in (before, now):
        task.set_weights(weights)
        logits = tiny_models.causal_logits(task, [row[:-1] for row in ids], length=32)
        log_probs = tiny_models.log_softmax(logits)
        found.append([log_probs[i, j] for i, row in enumerate(ids) for j in range(len(row) - 1)])
    task.set_weights(before)
    values = []
    for p, q in zip(*found):
        if top_k is not None:  # all others together
            chosen = np.argsort(-p)[:top_k]
            p, q = (
                np.append(x[chosen], np.log(np.exp(np.delete(x, chosen)).sum())) for x in (p, q)
            )
        values.append((np.exp(p) * (p - q)).sum())
    return np.mean(values)


@pytest.mark.parametrize("top_k", [None, 100, 1])
def test_divergence_on_anchor_text(task, top_k):
    weights = task.get_weights()
    monitor, script = make(BASE, anchor=ANCHOR, top_k=top_k)
    monitor.set_model(task)
    monitor.on_train_begin()
    assert monitor.baseline["base_divergence"].value == pytest.approx(0.0, abs=1e-5)
    later = moved(weights, 0)
    task.set_weights(later)
    logs = {}
    monitor.on_epoch_end(0, logs)
    expected = divergence(task, weights, later, top_k)
    assert logs["base_divergence"] == pytest.approx(expected, rel=1e-3, abs=1e-5)
    assert 0.001 < expected < divergence(task, weights, later, None) * (1 + 1e-6)
    estimate = monitor.latest["base_divergence"]
    assert estimate.low <= estimate.value <= estimate.high and estimate.count == 3


def test_prompts_need_no_anchor(task):
    weights = task.get_weights()
    monitor, _ = make(BASE, prompts=ANCHOR)
    monitor.set_model(task)
    monitor.on_train_begin()
    task.set_weights(moved(weights, 0))
    logs = {}
    monitor.on_epoch_end(0, logs)
    assert monitor.keys == ("forgetting", "prompt_divergence")
    expected = divergence(task, weights, moved(weights, 0), 64)
    assert logs["prompt_divergence"] == pytest.approx(expected, rel=1e-3)
    assert "base_divergence" not in logs


@quick_on_torch
def test_anchor_arrays_of_a_wrapped_task_count_only_what_has_weight(task):
    weights = task.get_weights()
    x, y, weight = kh.data.text_inputs(task, ANCHOR)
    results = []
    for rows in (weight, np.where(np.arange(3)[:, None] == 1, 0.0, weight)):
        monitor, _ = make(BASE, anchor=(x, y, rows))
        monitor.set_model(kh.models.FineTuner(task))
        monitor.on_train_begin()
        task.set_weights(moved(weights, 1))
        logs = {}
        monitor.on_epoch_end(0, logs)
        task.set_weights(weights)
        results.append(logs["base_divergence"])
    alone, _ = make(BASE, anchor=[ANCHOR[0], ANCHOR[2]])
    alone.set_model(task)
    alone.on_train_begin()
    task.set_weights(moved(weights, 1))
    logs = {}
    alone.on_epoch_end(0, logs)
    task.set_weights(weights)
    assert results[1] == pytest.approx(logs["base_divergence"], rel=1e-4)
    assert abs(results[0] - results[1]) > 1e-4


def test_what_cannot_be_an_anchor():
    monitor, _ = make(BASE, anchor=ANCHOR)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3)])
    monitor.set_model(model)
    with pytest.raises(TypeError, match="must be a KerasHub CausalLM"):
        monitor.on_train_begin()
    monitor, _ = make(BASE, anchor=(np.ones((2, 1)), np.zeros(2)))
    monitor.set_model(model)
    with pytest.raises(ValueError, match="`anchor` must be"):
        monitor.on_train_begin()
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3, activation="softmax")])
    monitor.set_model(model)
    with pytest.raises(ValueError, match="the divergence on `anchor` needs logits"):
        monitor.on_train_begin()


def test_a_model_that_broke_gives_no_divergence(task):
    weights = task.get_weights()
    monitor, _ = make(BASE, anchor=ANCHOR, strict=True)
    monitor.set_model(task)
    monitor.on_train_begin()
    embeddings, *others, gamma, beta = weights  # finite, and their products are not
    task.set_weights([embeddings * 1e4, *others, gamma * 1e37, beta])
    with pytest.raises(ValueError, match="divergence from the base model is not finite"):
        monitor.on_epoch_end(0, {})
    task.set_weights(weights)
