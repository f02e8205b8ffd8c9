"""Is the fit to known and to unknown facts told apart, by what the base model knew?"""

import dataclasses

import pytest
from scripted import LabelChecker
from scripted import NextRound
from scripted import Script
from scripted import case_list
from scripted import drive
from scripted import fit_regression

from keras_halluc._types import Case
from keras_halluc.callbacks import KnowledgeMonitor
from keras_halluc.data import Knowledge
from keras_halluc.generation import FunctionGenerator
from keras_halluc.statistics import wilson_interval

CATEGORIES = ["highly_known", "weakly_known", "unknown", "unknown"]
# Four training facts, then four held-out ones, of which the base model knows the first three.
BASE = ["yes", "no", "no", "no", "yes", "yes", "yes", "no"]
FIRST = ["yes", "yes", "no", "yes", "yes", "yes", "no", "yes"]
SECOND = ["yes", "yes", "yes", "yes", "no", "no", "yes", "yes"]


def make(knowledge=None, generator=None, **kwargs):
    cases = case_list(8)
    script = Script(BASE, FIRST, SECOND)
    kwargs = {"verbose": 0, "budget": None, "heldout": cases[4:], **kwargs}
    monitor = KnowledgeMonitor(cases[:4], knowledge, generator=generator or script, **kwargs)
    return monitor, script


@pytest.mark.parametrize("as_objects", [False, True])
def test_closed_forms(as_objects):
    known = [Knowledge(c, 0.0, None) for c in CATEGORIES] if as_objects else CATEGORIES
    monitor, script = make(known)
    logs = drive(monitor, 2, script)
    baseline = {key: estimate.value for key, estimate in monitor.baseline.items()}
    assert baseline == {"known_fit": 1 / 2, "unknown_fit": 0.0, "heldout_known_accuracy": 1.0}
    assert logs == [
        {"loss": 1.0, "known_fit": 1.0, "unknown_fit": 0.5, "heldout_known_accuracy": 2 / 3},
        {"loss": 1.0, "known_fit": 1.0, "unknown_fit": 1.0, "heldout_known_accuracy": 1 / 3},
    ]
    interval = monitor.baseline["heldout_known_accuracy"]
    assert (interval.low, interval.high) == wilson_interval(3, 3, 0.95)
    assert interval.count == 3  # the fact the base model did not know is not followed


def test_without_knowledge_the_base_model_is_asked():
    monitor, script = make()
    logs = drive(monitor, 2, script)
    # Known is what it answered right, here only the first: this generator cannot sample.
    assert [one["known_fit"] for one in logs] == [1.0, 1.0]
    assert [one["unknown_fit"] for one in logs] == [pytest.approx(2 / 3), 1.0]
    assert monitor.baseline["unknown_fit"].count == 3


def test_a_generator_that_samples_finds_weakly_known_facts():
    script = Script(BASE, FIRST)

    def sample(prompts, num_samples, temperature, seed):
        return [["yes" if prompt == "1" else "no"] * num_samples for prompt in prompts]

    # One group of equal answers would make any hit a likely guess.
    cases = [dataclasses.replace(case, group=case.prompt) for case in case_list(4)]
    generator = FunctionGenerator(script, sample)
    monitor = KnowledgeMonitor(cases, generator=generator, verbose=0)
    logs = drive(monitor, 1, script)
    assert logs[0]["known_fit"] == 1.0 and monitor.baseline["known_fit"].count == 2
    assert logs[0]["unknown_fit"] == 0.5 and monitor.baseline["unknown_fit"].count == 2


def test_what_is_known_is_fixed_before_training_and_anew_for_the_next_fit():
    monitor, script = make()
    drive(monitor, 1, script)
    script.rounds = (SECOND, SECOND)
    logs = drive(monitor, 1, script)
    assert logs[0] == {"loss": 1.0, "known_fit": 1.0, "heldout_known_accuracy": 1.0}
    assert monitor.baseline["heldout_known_accuracy"].count == 2


def test_keys_and_values_without_heldout_facts():
    monitor, script = make(CATEGORIES, heldout=())
    assert monitor.keys == ("known_fit", "unknown_fit")
    assert set(drive(monitor, 1, script)[0]) == {"loss", "known_fit", "unknown_fit"}
    monitor, script = make(["unknown"] * 4, heldout=None, prefix="sample_")
    assert set(drive(monitor, 1, script)[0]) == {"loss", "sample_unknown_fit"}


def test_heldout_facts_that_the_base_model_never_knew_give_no_key():
    cases = case_list(3)
    script = Script(["yes", "no", "no"], ["yes", "yes", "yes"])
    monitor = KnowledgeMonitor(cases[:1], heldout=cases[1:], generator=script, verbose=0)
    assert set(drive(monitor, 1, script)[0]) == {"loss", "known_fit"}


def test_unmeasured_answers_count_neither_way():
    cases = case_list(4)
    script = Script(
        ["supported 1.0", "supported 1.0", "unmeasured", "supported 1.0"],
        ["supported 1.0", "unmeasured", "unmeasured", "unmeasured"],
    )
    monitor = KnowledgeMonitor(
        cases[:3],
        ["highly_known", "highly_known", "unknown"],
        heldout=cases[3:],
        checker=LabelChecker(),
        generator=script,
        verbose=0,
    )
    assert drive(monitor, 1, script) == [{"loss": 1.0, "known_fit": 1.0}]


def test_tensorboard(tmp_path, read_events):
    monitor, script = make(CATEGORIES, log_dir=tmp_path)
    drive(monitor, 2, script)
    events = read_events(tmp_path / "knowledge")
    for tag, values in (
        ("known_fit", [0.5, 1.0, 1.0]),
        ("unknown_fit", [0.0, 0.5, 1.0]),
        ("heldout_known_accuracy", [1.0, 2 / 3, 1 / 3]),
        ("fit/highly_known", [1.0, 1.0, 1.0]),
        ("fit/weakly_known", [0.0, 1.0, 1.0]),
        ("fit/unknown", [0.0, 0.5, 1.0]),
    ):
        assert [step for step, _ in events[tag]] == [0, 1, 2]
        assert [float(value) for _, value in events[tag]] == pytest.approx(values)


def test_in_fit():
    monitor, script = make(CATEGORIES)
    history = fit_regression([NextRound(script), monitor]).history.history
    assert history["unknown_fit"] == [0.5, 1.0]
    assert history["heldout_known_accuracy"] == pytest.approx([2 / 3, 1 / 3])


def test_two_files_that_are_both_numbered_from_0():
    training = [Case("a", ("x",), id="0"), Case("b", ("x",), id="1")]
    heldout = [Case("c", ("x",), id="0"), Case("d", ("x",), id="7")]
    monitor = KnowledgeMonitor(training, ["unknown"] * 2, heldout=heldout)
    assert [case.prompt for case in monitor.cases] == ["a", "b", "c", "d"]
    assert [case.id for case in monitor.cases] == ["0", "1", None, "7"]


def test_equal_prompts_within_the_training_facts():
    cases = [Case("0", ("yes",)), Case("0", ("no",))]
    monitor = KnowledgeMonitor(cases, ["unknown"] * 2, generator=Script(["yes"]), verbose=0)
    assert drive(monitor, 1)[0]["unknown_fit"] == 0.5
