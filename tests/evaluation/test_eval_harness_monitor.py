"""Does a monitor that runs tasks of lm-eval keep its promises, and are its figures theirs?"""

import numpy as np
import pytest
import tiny_models
from kinds import quick
from monitor_contracts import gpt2

import keras_halluc as kh
from keras_halluc.statistics import wilson_interval
from keras_halluc.tensorboard.directions import BETTER
from keras_halluc.testing import MONITOR_PROMISES
from keras_halluc.testing import MonitorContract

pytestmark = pytest.mark.eager

NAMES = ["own_choice", "own_answers"]


@pytest.fixture
def monitor(tasks, tasks_folder):
    """A function from arguments to a monitor of our own tasks."""
    return lambda *names, **kwargs: kh.callbacks.EvalHarnessMonitor(
        list(names or NAMES), tasks_folder, **{"budget": None, "verbose": 0, **kwargs}
    )


def own_contract(tasks_folder):
    tokens = kh.data.answer_inputs(tiny_models.gpt2(), ["paris is in", "a dog"], [" italy", " and"])
    return MonitorContract(
        kh.callbacks.EvalHarnessMonitor,
        kwargs=lambda task: {
            "tasks": NAMES,
            "include_path": tasks_folder,
            "num_fewshot": 1,
            "limit": 3,
            "generator": kh.generation.TaskGenerator(task, batch_size=4),
        },
        model=gpt2,
        data=tokens,
        bad_kwargs=(
            {"tasks": "own_choice"},
            {"tasks": []},
            {"num_fewshot": -1},
            {"limit": 0},
            {"apply_chat_template": "yes"},
        ),
    )


FIRST = [promise for promise in MONITOR_PROMISES if promise.__name__.endswith(("_keys", "_quiet"))]


@pytest.mark.parametrize(
    "promise", quick(MONITOR_PROMISES, elsewhere=FIRST), ids=lambda promise: promise.__name__
)
def test_contract(promise, tasks, tasks_folder):
    promise(own_contract(tasks_folder))


def test_the_figures_are_those_of_lm_eval(monitor, tasks):
    from lm_eval.evaluator import evaluate

    task = gpt2()
    generator = kh.generation.TaskGenerator(task, batch_size=4)
    made = monitor("own_choice", "own_texts", generator=generator)
    assert made.keys == (
        "val_own_choice_acc",
        "val_own_choice_acc_norm",
        "val_own_texts_word_perplexity",
        "val_own_texts_byte_perplexity",
    )
    assert all(key.endswith(tuple(BETTER)) for key in made.keys)
    history = task.fit(["paris is in france"] * 4, epochs=2, callbacks=[made], verbose=0).history
    loaded = tasks("own_choice", "own_texts")
    for one in loaded["tasks"].values():
        one.set_config("num_fewshot", 0)
    found = evaluate(kh.evaluation.HarnessLM(generator), loaded, bootstrap_iters=0)["results"]
    for key, task_name in ((key, key.split("_")[2]) for key in made.keys):
        name = f"own_{task_name}"
        expected = found[name][key.removeprefix(f"val_{name}_") + ",none"]
        assert history[key][-1] == pytest.approx(expected, rel=1e-5)
    accuracy = made.latest["val_own_choice_acc"]
    low, high = wilson_interval(4 * accuracy.value, 4, 0.95)
    assert (accuracy.low, accuracy.high, accuracy.count) == (low, high, 4)
    perplexities = [made.baseline["val_own_texts_byte_perplexity"]]
    perplexities += history["val_own_texts_byte_perplexity"]
    assert isinstance(perplexities[0], float) and len(set(perplexities)) == 3  # it trains


def test_filters_are_told_apart_and_hold_the_model_to_the_same_prompts(monitor):
    asked = []

    def answer(prompts):
        asked.append(list(prompts))
        return ["france", "italian", "matter", "rom e"][: len(prompts)]

    made = monitor("own_answers", num_fewshot=1, generator=answer)
    assert made.keys == (
        "val_own_answers_first_letter_exact_match",
        "val_own_answers_whole_exact_match",
    )
    for _ in range(2):
        values = made.harness_tasks.values(made.harness_tasks.run(harness(answer), 4, False))
    assert asked[0] == asked[1] and all("\n\n" in prompt for prompt in asked[0])
    # "franc", "italian", "matt", "rom " up to the first "e"
    assert values["val_own_answers_whole_exact_match"].value == 0.0
    assert np.isfinite(values["val_own_answers_first_letter_exact_match"].value)


def harness(answer):
    return kh.evaluation.HarnessLM(answer)


def test_documents_are_spread_over_all_tasks(monitor):
    made = monitor("own_choice", "own_texts", "own_words", limit=3).harness_tasks
    assert made.sizes == {"own_choice": 3, "own_texts": 3, "own_words": 3} and made.available == 9
    assert made._chosen(9) == {name: [0, 1, 2] for name in made.sizes}
    assert made._chosen(3) == {name: [0] for name in made.sizes}
    assert made._chosen(1) == {name: [0] for name in made.sizes}  # [] would be all of them


@pytest.mark.slow  # lm-eval reads the list of all its own tasks
def test_a_task_that_there_is_not(monitor):
    with pytest.raises(ValueError, match="give `include_path`.*no_such_task"):
        monitor("no_such_task")


def test_without_lm_eval_the_way_out_is_told(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "lm_eval.tasks", None)
    with pytest.raises(ImportError, match=r"pip install keras_halluc\[lm-eval\]"):
        kh.callbacks.EvalHarnessMonitor(["own_choice"])
