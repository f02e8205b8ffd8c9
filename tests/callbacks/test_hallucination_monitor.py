"""Do hand-made verdicts come out as the right numbers, in `logs`, `baseline` and TensorBoard?"""

import math
import warnings

import keras
import numpy as np
import pytest
from kinds import quick
from scripted import LabelChecker
from scripted import NextRound
from scripted import Script
from scripted import case_list
from scripted import drive
from scripted import regression

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.grounding import AnswerChecker
from keras_halluc.statistics import wilson_interval

pytestmark = pytest.mark.eager

BASE = ["supported 1.0", "unsupported 0.25", "contradicted 0.0", "abstained", "unmeasured"]
FIRST = ["supported 1.0", "supported 0.75", "contradicted 0.0", "unmeasured", "unmeasured"]
NOTHING = ["unmeasured"] * 5


def make(*rounds, **kwargs):
    script = Script(*rounds)
    kwargs = {"verbose": 0, "budget": None, **kwargs}
    return HallucinationMonitor(case_list(5), LabelChecker(), script, **kwargs), script


def test_values_of_each_epoch_and_of_the_base_model():
    monitor, script = make(BASE, FIRST, NOTHING)
    logs = drive(monitor, 2, script)
    assert {key: estimate.value for key, estimate in monitor.baseline.items()} == {
        "val_hallucination_rate": 2 / 4,
        "val_grounding_score": pytest.approx(1.25 / 3),
        "val_abstention_rate": 1 / 4,
        "val_answer_accuracy": 1 / 4,
        "val_check_coverage": 4 / 5,
    }
    assert logs[0] == {
        "loss": 1.0,
        "val_hallucination_rate": pytest.approx(1 / 3),
        "val_grounding_score": pytest.approx(1.75 / 3),
        "val_abstention_rate": 0.0,
        "val_answer_accuracy": pytest.approx(2 / 3),
        "val_check_coverage": 3 / 5,
    }
    assert all(type(value) is float for value in logs[0].values())
    # Nothing measured: left out, rather than 0 or NaN.
    assert logs[1] == {"loss": 1.0, "val_check_coverage": 0.0}
    assert [answer.output for answer in monitor.answers] == NOTHING
    assert [answer.case for answer in monitor.answers] == case_list(5)


def test_rates_of_groups_with_enough_cases():
    cases = [Case(str(i), ("yes",), group="de" if i < 30 else "fr") for i in range(59)]
    cases.append(Case("59", ("yes",)))
    wrong = ["contradicted"] * 12 + ["supported"] * 48
    script = Script(wrong, [*wrong[:29], "unmeasured", *wrong[30:]])
    monitor = HallucinationMonitor(cases, LabelChecker(), script, verbose=0, budget=None)
    assert monitor.keys[-2:] == ("de_val_hallucination_rate", "fr_val_hallucination_rate")
    logs = drive(monitor, 1, script)
    rate = monitor.baseline["de_val_hallucination_rate"]
    assert (rate.value, rate.low, rate.high) == (12 / 30, *wilson_interval(12, 30, 0.95))
    assert "fr_val_hallucination_rate" not in monitor.baseline  # 29 cases
    assert "de_val_hallucination_rate" not in logs[0]  # 29 measured


def test_intervals_are_wilsons():
    monitor, _ = make(BASE)
    drive(monitor, 0)
    for key, count in (("hallucination_rate", 2), ("abstention_rate", 1), ("answer_accuracy", 1)):
        estimate = monitor.baseline["val_" + key]
        assert (estimate.low, estimate.high) == wilson_interval(count, 4, 0.95)
        assert estimate.count == 4
    assert monitor.baseline["val_check_coverage"].count == 5


def test_tensorboard(tmp_path, read_events):
    monitor, script = make(BASE, FIRST, NOTHING, log_dir=tmp_path, examples=2)
    drive(monitor, 2, script)
    events = read_events(tmp_path / "hallucination")
    rates = events["val_hallucination_rate"]
    assert [step for step, _ in rates] == [0, 1]  # base model, first epoch; the second: no rate
    np.testing.assert_allclose([value for _, value in rates], [1 / 2, 1 / 3], rtol=1e-6)
    for (_, low), (_, high), total, count in zip(
        events["~intervals/val_hallucination_rate/low"],
        events["~intervals/val_hallucination_rate/high"],
        (4, 3),
        (2, 1),
    ):
        assert (low, high) == pytest.approx(wilson_interval(count, total, 0.95), rel=1e-6)
    assert [step for step, _ in events["val_check_coverage"]] == [0, 1, 2]
    assert len(events["custom_scalars__config__"]) == 1
    assert [step for step, _ in events["verdict_scores"]] == [0, 1]
    steps, tables = zip(*events["cases"])
    assert steps == (0, 1, 2)
    rows = np.vectorize(lambda cell: cell.decode())(tables[0])
    assert rows.shape == (3, 5)  # a header and the two worst
    assert ["contradicted" in rows[1][3], "unsupported" in rows[2][3]] == [True, True]
    assert rows[1][1] == "2"  # the prompt


def test_a_table_of_no_rows_is_left_out(tmp_path, read_events):
    monitor, _ = make(BASE, log_dir=tmp_path, examples=0)
    drive(monitor, 1)
    assert "cases" not in read_events(tmp_path / "hallucination")


def test_prefix_and_two_monitors_in_one_folder(tmp_path, read_events):
    one, script = make(BASE, FIRST, log_dir=tmp_path)
    other, _ = make(FIRST, log_dir=tmp_path, prefix="zh_")
    logs = [drive(monitor, 1, script)[0] for monitor in (one, other)]
    assert {"zh_" + key for key in logs[0] if key != "loss"} | {"loss"} == set(logs[1])
    assert "zh_val_hallucination_rate" in other.baseline
    events = read_events(tmp_path / "hallucination")
    others = read_events(tmp_path / "zh_hallucination")
    assert not any(tag.startswith("zh_") for tag in events)
    assert [value for _, value in events["val_check_coverage"]] == pytest.approx([4 / 5, 3 / 5])
    assert [value for _, value in others["zh_val_check_coverage"]] == pytest.approx([3 / 5, 3 / 5])
    assert "zh_cases" in others


def test_two_monitors_open_in_one_run_folder_lose_nothing(tmp_path, read_events):
    """Both on the same file, as two kinds of monitor with the same name of their own are."""

    class Other(HallucinationMonitor):
        keys = ("other",)

        def summarize(self, answers):
            return {"other": super().summarize(answers)["val_check_coverage"]}

    one, script = make(BASE, FIRST, log_dir=tmp_path)
    other = Other(one.cases, one.checker, script, log_dir=tmp_path, verbose=0)
    model, x, y = regression()
    for _ in range(2):  # what an earlier `fit` wrote counts no more
        model.fit(x, y, epochs=2, callbacks=[NextRound(script), one, other], verbose=0)
    events = read_events(tmp_path / "hallucination")
    for key in ("val_check_coverage", "other"):
        assert [step for step, _ in events[key]] == [0, 1, 2]


def test_in_fit_with_a_second_fit_that_starts_clean(tmp_path, read_events):
    monitor, script = make(BASE, FIRST, NOTHING, log_dir=tmp_path)
    model, x, y = regression()
    callbacks = [NextRound(script), monitor]
    histories = [
        model.fit(x, y, epochs=epochs, callbacks=callbacks, verbose=0).history for epochs in (2, 1)
    ]
    assert histories[0]["val_hallucination_rate"] == pytest.approx([1 / 3])
    assert histories[0]["val_check_coverage"] == [3 / 5, 0.0]
    assert histories[1]["val_hallucination_rate"] == pytest.approx([1 / 3])
    assert monitor.baseline["val_hallucination_rate"].value == 0.5  # measured anew
    coverage = read_events(tmp_path / "hallucination")["val_check_coverage"]
    assert [step for step, _ in coverage] == [0, 1]  # what the first wrote counts no more


def test_the_base_model_is_measured_before_training():
    model, x, y = regression()
    seen = []

    def answer(prompts):
        seen.append(np.asarray(keras.ops.convert_to_numpy(model.trainable_variables[0])))
        return ["yes"] * len(prompts)

    before = model.get_weights()[0]
    monitor = HallucinationMonitor(case_list(1), generator=answer, verbose=0)
    model.fit(x, y, epochs=2, callbacks=[monitor], verbose=0)
    assert len(seen) == 3
    np.testing.assert_array_equal(seen[0], before)
    assert not np.array_equal(seen[1], before)  # and later ones see the weights of their epoch
    assert not np.array_equal(seen[2], seen[1])
    np.testing.assert_array_equal(seen[2], model.get_weights()[0])


def test_a_monitor_that_never_measured_says_so():
    monitor, script = make(NOTHING)
    with pytest.warns(UserWarning, match="never measured anything.*LabelChecker.*5 cases, 5 with"):
        logs = drive(monitor, 1, script)
    assert logs == [{"loss": 1.0, "val_check_coverage": 0.0}]
    monitor, script = make(NOTHING, FIRST)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drive(monitor, 1, script)  # measured at least once
    with pytest.warns(UserWarning, match="never measured"):
        script.rounds = (NOTHING,)
        drive(monitor, 1, script)  # a second fit starts clean


def test_a_model_that_says_nothing_is_named_once(capsys):
    mute = ["abstained"] * 4 + ["unmeasured"]
    for rounds, times in (([BASE, mute, mute], 1), ([mute, FIRST, NOTHING], 0)):
        monitor, script = make(*rounds, verbose=1)
        logs = drive(monitor, 2, script)
        assert capsys.readouterr().out.count("says nothing") == times
    assert logs[0]["val_abstention_rate"] == 0.0


def test_one_case_and_equal_prompts():
    monitor = HallucinationMonitor(
        [Case("0", ("yes",))], LabelChecker(), Script(["contradicted 0.0"]), verbose=0
    )
    assert drive(monitor, 1)[0]["val_hallucination_rate"] == 1.0
    assert monitor.baseline["val_grounding_score"].high > 0.75  # one score says little
    twice = [Case("0", ("yes",)), Case("0", ("no",))]
    monitor = HallucinationMonitor(twice, generator=Script(["yes"]), verbose=0)
    assert drive(monitor, 1)[0]["val_answer_accuracy"] == 0.5


def test_other_languages_and_missing_references_are_measured_as_they_are():
    cases = [
        Case("capital of France?", ("巴黎",)),
        Case("法国的首都是哪里？", ("Paris",)),
        Case("法国的首都？", ("巴黎",)),
        Case("a text", source="only a source"),
    ]
    outputs = [" Paris", "巴黎", "巴黎。", "anything"]
    answers = {case.prompt: output for case, output in zip(cases, outputs)}
    monitor = HallucinationMonitor(
        cases, AnswerChecker(), lambda prompts: [answers[prompt] for prompt in prompts], verbose=0
    )
    logs = drive(monitor, 1)[0]
    assert logs["val_hallucination_rate"] == pytest.approx(2 / 3)
    assert logs["val_check_coverage"] == 0.75
    assert math.isfinite(logs["val_grounding_score"])


@pytest.mark.parametrize("others", quick([0, 1], [1]))
def test_the_default_checker_reads_a_source_where_there_are_no_references(others):
    source = "The bridge was closed on Monday."
    cases = [Case(day, source=source) for day in ("Monday", "Friday")]
    cases += [Case("Name a day.", ("Friday",))] * others
    monitor = HallucinationMonitor(
        cases, generator=lambda asked: [f"The bridge was closed on {p}." for p in asked], verbose=0
    )
    logs = drive(monitor, 1)[0]
    assert logs["val_hallucination_rate"] == pytest.approx((1 + others) / (2 + others))
    assert logs["val_check_coverage"] == 1.0


def test_the_default_checker_reads_references():
    monitor = HallucinationMonitor(case_list(2), generator=Script(["yes", "no"]), verbose=0)
    assert isinstance(monitor.checker, AnswerChecker)
    logs = drive(monitor, 1)[0]
    assert (logs["val_answer_accuracy"], logs["val_hallucination_rate"]) == (0.5, 0.5)


@pytest.mark.parametrize(
    "returned, error, match",
    [
        (lambda cases, outputs: [Verdict("supported")], ValueError, "same length.*'verdicts': 1"),
        (lambda cases, outputs: [None] * len(cases), TypeError, "must return Verdict objects"),
        (
            lambda cases, outputs: [Verdict("wrong")] * len(cases),
            ValueError,
            "`verdict.label` must be one of",
        ),
        (
            lambda cases, outputs: [Verdict("supported", 3.0)] * len(cases),
            ValueError,
            "`verdict.score` must be <= 1.0",
        ),
        (
            lambda cases, outputs: [Verdict("supported", float("nan"))] * len(cases),
            ValueError,
            "`verdict.score` must be finite",
        ),
    ],
)
def test_what_a_checker_returns_is_checked(returned, error, match):
    checker = LabelChecker()
    checker.check = returned
    monitor = HallucinationMonitor(case_list(5), checker, Script(BASE), verbose=0)
    with pytest.raises(error, match=match):
        monitor.on_train_begin()
