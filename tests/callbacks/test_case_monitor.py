"""What if a check fails, takes long, or the hooks are called by hand?"""

import time
import warnings

import keras
import numpy as np
import pytest
from scripted import LabelChecker
from scripted import NextRound
from scripted import Script
from scripted import StepCounter
from scripted import case_list
from scripted import drive
from scripted import regression

import keras_halluc as kh
from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks import KnowledgeMonitor
from keras_halluc.callbacks.monitors import case_monitor
from keras_halluc.callbacks.monitors import monitor as monitor_file
from keras_halluc.callbacks.observed import asking
from keras_halluc.callbacks.session import progress_line
from keras_halluc.testing.watched_fit import as_shown
from keras_halluc.testing.watched_fit import read_scalars

pytestmark = pytest.mark.eager

GOOD = ["supported 1.0", "unsupported 0.0"]
BROKEN = RuntimeError("the server hung up")


def make(generator, checker=None, cases=None, **kwargs):
    cases = case_list(2) if cases is None else cases
    return HallucinationMonitor(cases, checker or LabelChecker(), generator, **kwargs)


class BrokenChecker:
    """Fails from a given call on."""

    def __init__(self, first_bad_call):
        self.calls, self.first_bad_call = 0, first_bad_call

    def check(self, cases, outputs):
        self.calls += 1
        if self.calls >= self.first_bad_call:
            raise BROKEN
        return LabelChecker().check(cases, outputs)


@pytest.mark.parametrize("part", ["generator", "checker"])
def test_an_error_in_training_is_warned_of_once_and_changes_nothing(part):
    def fit(with_monitor):
        keras.utils.set_random_seed(7)
        model, x, y = regression()
        callbacks = []
        if with_monitor:
            script = Script(GOOD, GOOD, BROKEN if part == "generator" else GOOD)
            checker = BrokenChecker(3) if part == "checker" else None
            callbacks = [NextRound(script), make(script, checker, verbose=0)]
        history = model.fit(x, y, epochs=4, callbacks=callbacks, verbose=0).history
        return history, model.get_weights()

    plain, weights = fit(False)
    with pytest.warns(UserWarning) as caught:
        history, weights_after = fit(True)
    ours = [str(w.message) for w in caught if "HallucinationMonitor" in str(w.message)]
    assert len(ours) == 1
    for needed in ("epoch 2", "RuntimeError: the server hung up", "strict=True"):
        assert needed in ours[0]
    assert history["loss"] == plain["loss"] and len(plain["loss"]) == 4
    assert history["val_hallucination_rate"] == [0.5]  # of epoch 1 alone
    for one, other in zip(weights, weights_after):
        np.testing.assert_array_equal(one, other)


def test_a_monitor_that_recovers_goes_on_and_a_second_fit_warns_again():
    script = Script(GOOD, BROKEN, GOOD)
    monitor = make(script, verbose=0)
    for _ in range(2):
        with pytest.warns(UserWarning, match="could not measure epoch 1"):
            logs = drive(monitor, 2, script)
        assert ["val_hallucination_rate" in one for one in logs] == [False, True]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("part", ["generator", "checker"])
def test_an_error_on_the_base_model_raises_before_training(part, strict):
    generator = Script(BROKEN if part == "generator" else GOOD)
    checker = BrokenChecker(1) if part == "checker" else None
    model, x, y = regression()
    steps = StepCounter()
    with pytest.raises(RuntimeError, match="the server hung up"):
        model.fit(x, y, callbacks=[steps, make(generator, checker, strict=strict)], verbose=0)
    assert steps.steps == 0


def test_a_failing_event_file_does_not_cost_the_values(tmp_path, monkeypatch):
    monitor = make(Script(GOOD), log_dir=tmp_path, verbose=0)

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monitor.on_train_begin()
    monkeypatch.setattr(kh.tensorboard.EventWriter, "interval", fail)
    logs = {}
    with pytest.warns(UserWarning, match="disk full"):
        monitor.on_epoch_end(0, logs)
    assert logs["val_hallucination_rate"] == 0.5


def test_hooks_called_by_hand():
    for monitor in (
        make(Script(GOOD), verbose=0),
        KnowledgeMonitor(case_list(2), generator=Script(["yes", "no"]), verbose=0),
    ):
        monitor.on_train_begin()  # no model, no logs, no epoch begin
        monitor.on_epoch_end(0)
        monitor.on_epoch_end(7, {})
        monitor.on_train_end()
        assert len(monitor.answers) == 2
        assert monitor.seconds > 0.0


class Clock:
    """Stands for the module `time`: only `sleep` makes time go by."""

    def __init__(self):
        self.now = 1000.0

    def perf_counter(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    for module in (monitor_file, case_monitor, asking, progress_line):
        monkeypatch.setattr(module, "time", clock)
    return clock


class Slow:
    """Takes the same time for each prompt, and more for the first call, which compiles."""

    def __init__(self, time, seconds, first=0.0):
        self.time, self.seconds, self.first = time, seconds, first
        self.counts = []

    def __call__(self, prompts):
        self.time.sleep(self.seconds * len(prompts) + (0.0 if self.counts else self.first))
        self.counts.append(len(prompts))
        return ["supported 1.0"] * len(prompts)


def checked(monitor, clock, *training):
    """Trains for so many seconds an epoch; returns which cases each epoch checked."""
    indices = []
    monitor.on_train_begin()
    for epoch, seconds in enumerate(training):
        monitor.on_epoch_begin(epoch)
        clock.sleep(seconds)
        monitor.on_epoch_end(epoch, {})
        indices.append([answer.index for answer in monitor.answers])
    monitor.on_train_end()
    return indices


def test_cases_are_thinned_once_and_this_is_said(clock, capsys):
    monitor = make(Slow(clock, 2**-9), cases=case_list(100), budget=0.5)
    first, *later = checked(monitor, clock, 0.125, 0.125, 9.0)
    assert len(first) == 64  # 64 cases take 0.125 s
    assert later == [first, first]  # the same ones, though the last epoch could pay for all
    assert first == sorted(first) and {i // 20 for i in first} == set(range(5))  # over the list
    said = capsys.readouterr().out
    assert said.count("measures 64 of 100 cases each time, always the same ones") == 1
    assert "budget=0.61 or budget=None" in said  # 100 cases take 0.1953 s
    assert monitor.seconds == (100 + 3 * 64) / 2**9
    assert len(checked(monitor, clock, 9.0)[0]) == 100  # a second fit chooses anew
    assert monitor.seconds == 200 / 2**9
    assert "measures" not in capsys.readouterr().out


def test_the_base_model_is_compared_on_the_cases_that_are_asked(clock, tmp_path):
    """The first half of the list is wrong, so other cases would give another rate."""

    class Half(Slow):
        def __call__(self, prompts):
            super().__call__(prompts)
            return ["supported" if int(p) % 100 >= 30 else "unsupported" for p in prompts]

    monitor = make(
        Half(clock, 2**-9), cases=case_list(100), budget=0.5, log_dir=tmp_path, verbose=0
    )
    monitor.on_train_begin()
    assert monitor.baseline["val_hallucination_rate"].count == 100
    chosen = checked(monitor, clock, 0.125, 0.125)[-1]
    assert len(chosen) == 64
    assert monitor.baseline == monitor.latest
    expected = sum(i < 30 for i in chosen) / 64
    assert monitor.baseline["val_hallucination_rate"].value == expected
    assert list(monitor.history["n"].unique()) == [64]
    rows = monitor.case_history
    assert rows[rows.epoch == 0].case.tolist() == rows[rows.epoch == 2].case.tolist()
    assert read_scalars(f"{tmp_path}/hallucination")["val_check_coverage"] == {0: 1, 1: 1, 2: 1}
    found = read_scalars(f"{tmp_path}/hallucination")["val_hallucination_rate"]
    assert found[0] == pytest.approx(expected)
    checked(monitor, clock)  # no epoch: nothing was chosen
    found = read_scalars(f"{tmp_path}/hallucination")["val_hallucination_rate"]
    assert found == {0: pytest.approx(0.3)}


@pytest.mark.parametrize("watched", [None, "rare_val_hallucination_rate"])
def test_a_key_that_a_callback_watches_does_not_go_missing(clock, watched, capsys):
    groups = ["rare"] * 40 + ["common"] * 160
    cases = [kh.data.Case(str(i), ("yes",), group=group) for i, group in enumerate(groups)]
    monitor = make(Slow(clock, 1.0), cases=cases, budget=0.05)
    stopping = [] if watched is None else [keras.callbacks.EarlyStopping(watched, mode="min")]
    model, x, y = regression()
    history = model.fit(x, y, epochs=2, callbacks=[monitor, *stopping], verbose=2).history
    asked = {a.case.group: 0 for a in monitor.answers}
    for answer in monitor.answers:
        asked[answer.case.group] += 1
    said = capsys.readouterr().out
    if watched is None:
        assert asked == {"rare": 6, "common": 26}  # their shares of 32
        assert "val_hallucination_rate" in history and "rare_val_hallucination_rate" not in history
        assert "common_val_hallucination_rate, rare_val_hallucination_rate." in said
    else:
        assert sum(asked.values()) == 200 and len(history[watched]) == 2
        assert "on fewer there would be no" in said
    assert set(monitor.baseline) == set(monitor.latest)


def test_no_value_goes_missing_but_those_of_groups(clock):
    """A calibration error needs 30 answers, and half of the cases are abstained from."""

    class Half(Slow):
        def __call__(self, prompts):
            super().__call__(prompts)
            return ["supported" if int(p) % 2 else "abstained" for p in prompts]

        def score(self, prompts, continuations):
            ones = np.ones((len(prompts), 1), "float32")
            return kh.generation.TokenScores(-0.1 * ones, 0.0 * ones, ones)

    generator = kh.generation.FunctionGenerator(Half(clock, 1.0))
    generator.score = generator.function.score
    monitor = kh.callbacks.CalibrationMonitor(
        case_list(200), LabelChecker(), generator, resamples=2, verbose=0
    )
    assert [len(indices) for indices in checked(monitor, clock, 0.1)] == [64]
    assert "expected_calibration_error" in monitor.latest
    assert monitor.latest == monitor.baseline


def test_the_clock_is_the_real_one():
    """All else here is on a clock of our own."""
    monitor = make(Slow(time, 0.002), cases=case_list(100), verbose=0)
    assert [len(indices) for indices in checked(monitor, time, 0.0, 0.1)] == [32, 32]
    assert 0.002 * 164 <= monitor.seconds < 60.0


def test_the_default_budget_is_a_twentieth(clock):
    monitor = make(Slow(clock, 2**-6), cases=case_list(100), verbose=0)
    chosen = checked(monitor, clock, 19.0, 19.0)
    assert [len(indices) for indices in chosen] == [64] * 2  # 1 s of 20
    monitor = make(Slow(clock, 2**-6), cases=case_list(100), budget=1.0, verbose=0)
    assert [len(indices) for indices in checked(monitor, clock, 0.0625)] == [100]


def test_without_budget_all_cases_are_checked(clock, capsys):
    monitor = make(Slow(clock, 0.001), cases=case_list(70), budget=None)
    assert [len(indices) for indices in checked(monitor, clock, 0.0, 0.0)] == [70, 70]
    assert "measures" not in capsys.readouterr().out


def test_a_quiet_monitor_says_nothing(clock, capsys):
    monitor = make(Slow(clock, 9.0), cases=case_list(40), budget=1e-9, verbose=0)
    assert [len(indices) for indices in checked(monitor, clock, 0.1)] == [32]
    assert capsys.readouterr().out == ""


def test_compilation_does_not_count_against_the_budget(clock):
    slow = Slow(clock, 2**-9, first=99.0)
    monitor = make(slow, cases=case_list(100), budget=0.5, verbose=0)
    assert [len(indices) for indices in checked(monitor, clock, 0.125)] == [64]


def test_a_short_last_chunk_does_not_look_cheap(clock):
    monitor = make(Slow(clock, 2**-8), cases=case_list(65), budget=0.5, verbose=0)
    assert [len(indices) for indices in checked(monitor, clock, 0.2578125)] == [65]
    assert [len(indices) for indices in checked(monitor, clock, 0.25)] == [64]


def test_never_less_than_a_batch_of_the_generator(clock):
    generator = kh.generation.FunctionGenerator(Slow(clock, 1.0))
    generator.batch_size = 48
    monitor = make(generator, cases=case_list(100), budget=1e-9, verbose=0)
    assert [len(indices) for indices in checked(monitor, clock, 0.1)] == [48]
    assert generator.function.counts == [48, 48, 4, 48]
    generator.batch_size = 2  # a rate over two cases would say nothing
    assert [len(indices) for indices in checked(monitor, clock, 0.1)] == [32]


def test_time_of_a_check_is_no_training_time(clock):
    monitor = make(Slow(clock, 2**-9), cases=case_list(100), budget=0.5, verbose=0)
    monitor.on_train_begin()
    clock.sleep(0.125)  # a loop without epoch begin: since the base model was measured
    monitor.on_epoch_end(0, {})
    assert len(monitor.answers) == 64


def test_progress_begins_with_the_first_case_and_leaves_nothing_behind(clock, capsys):
    slow = Slow(clock, 0.1)
    drive(make(slow, cases=case_list(64), budget=None), 1)
    printed = capsys.readouterr().out
    for when in ("before training", "epoch 1"):
        for told in ("0 of 64 cases", "32 of 64 cases, about 4 s left"):
            assert printed.count(f"\rHallucinationMonitor, {when}: {told}") == 1
    assert [line[:40] for line in as_shown(printed)] == [
        "HallucinationMonitor: hallucination rate",
        "",
    ]
    drive(make(slow, cases=case_list(64), budget=None, verbose=2), 1)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "HallucinationMonitor, before training: 64 cases in 6 s",
        "HallucinationMonitor, epoch 1: 64 cases in 6 s",
    ]
    drive(make(slow, cases=case_list(64), budget=None, verbose=0), 1)
    assert capsys.readouterr().out == ""


def test_the_progress_line_goes_when_a_case_fails(capsys):
    monitor = make(Script(GOOD, BROKEN))
    with pytest.warns(UserWarning, match="the server hung up"):
        drive(monitor, 1, monitor.generator.function)
    assert len([line for line in as_shown(capsys.readouterr().out) if line]) == 1  # the last one


def test_seconds_are_of_the_latest_fit(clock):
    monitor = make(Slow(clock, 0.5), verbose=0)
    drive(monitor, 2)
    assert monitor.seconds == 3.0
    drive(monitor, 0)
    assert monitor.seconds == 1.0


def test_nothing_is_warned_of_when_all_is_well():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drive(make(Script(GOOD), verbose=0), 2)


class Count:
    """Counts how often each prompt is asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, prompts):
        self.asked += prompts
        return [f"supported 0.{int(prompt) % 10}" for prompt in prompts]


def fit_two(first, second, epochs=2):
    model, x, y = regression()
    model.fit(x, y, epochs=epochs, callbacks=[first, second], verbose=0)


def test_monitors_with_one_generator_ask_a_prompt_once():
    count = Count()
    generator = kh.generation.as_generator(count)
    alone = make(generator, cases=case_list(7), budget=None)
    drive(alone, 1)
    count.asked.clear()
    first = make(generator, cases=case_list(5), budget=None, prefix="a_")
    second = make(generator, cases=case_list(7)[::-1], budget=None, prefix="b_")
    fit_two(first, second)
    assert sorted(count.asked) == sorted([str(i) for i in range(7)] * 3)  # base, two epochs
    assert [a.output for a in second.answers] == [a.output for a in alone.answers][::-1]


def test_monitors_with_generators_of_their_own_ask_for_themselves():
    one, two = Count(), Count()
    fit_two(
        make(one, cases=case_list(3), budget=None, prefix="a_"),
        make(two, cases=case_list(3), budget=None, prefix="b_"),
    )
    assert len(one.asked) == len(two.asked) == 9


def test_an_earlier_monitor_that_failed_is_not_listened_to():
    class FailsLater(Count):
        def __call__(self, prompts):
            if len(self.asked) == 3:
                self.asked.append("failed")
                raise RuntimeError("out of order")
            return super().__call__(prompts)

    count = FailsLater()
    generator = kh.generation.as_generator(count)
    first = make(generator, cases=case_list(3), budget=None, prefix="a_")
    second = make(generator, cases=case_list(3), budget=None, prefix="b_")
    with pytest.warns(UserWarning, match="could not measure epoch 1"):
        fit_two(first, second, epochs=1)
    assert count.asked[3:] == ["failed", "0", "1", "2"]


def test_the_budget_is_divided_by_the_monitors_of_a_fit():
    def shares(*monitors):
        model, x, y = regression()
        model.fit(x, y, callbacks=list(monitors), verbose=0)
        return [monitor._budget.share for monitor in monitors]

    count = Count()
    first = make(count, cases=case_list(3), budget=0.1, prefix="a_")
    second = make(count, cases=case_list(3), budget=0.2, prefix="b_")
    assert shares(first, second) == [0.05, 0.1]
    assert shares(first) == [0.1]


class SlowChecker(LabelChecker):
    """Takes the same time for each output."""

    def __init__(self, time, seconds):
        self.time, self.seconds = time, seconds

    def check(self, cases, outputs):
        self.time.sleep(self.seconds * len(outputs))
        return super().check(cases, outputs)


def test_a_checker_of_answers_heard_already_is_paid_from_the_budget(clock):
    generator = kh.generation.as_generator(Slow(clock, 2**-9))
    first = make(generator, cases=case_list(100), budget=None, prefix="a_", verbose=0)
    second = make(generator, cases=case_list(100), budget=0.5, prefix="b_", verbose=0)
    second.checker = SlowChecker(clock, 2**-9)
    counts = []

    class Epochs(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            clock.sleep(0.5)

        def on_epoch_end(self, epoch, logs=None):
            counts.append(len(second.answers))

    model, x, y = regression()
    model.fit(x, y, epochs=2, callbacks=[first, second, Epochs()], verbose=0)
    # Asking a case and checking it takes 2 / 512 s, and two monitors share half of 0.5 s.
    assert counts == [32, 32]
    assert len(first.answers) == 100


def test_the_base_model_is_asked_before_an_interrupted_run_is_put_back(tmp_path):
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    ours = make(Script(GOOD), verbose=0)
    model, x, y = regression()
    match = r"HallucinationMonitor must come before BackupAndRestore.*callbacks=\[Hallucination"
    with pytest.raises(ValueError, match=match):
        model.fit(x, y, callbacks=[backup, ours], verbose=0)
    model.fit(x, y, callbacks=[ours, backup], verbose=0)
    assert ours.baseline
