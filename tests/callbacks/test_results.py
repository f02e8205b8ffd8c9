"""Do the results of a monitor hold what was measured, live, and without pandas or matplotlib?"""

import json
import sys
import tracemalloc

import keras
import numpy as np
import pytest
from scripted import LabelChecker
from scripted import NextRound
from scripted import Script
from scripted import case_list
from scripted import drive
from scripted import regression

import keras_halluc as kh
from keras_halluc.callbacks import ForgettingMonitor
from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks.results.record import Record
from keras_halluc.callbacks.results.sentence import sentence
from keras_halluc.callbacks.results.value_text import interval_text
from keras_halluc.callbacks.results.value_text import title
from keras_halluc.callbacks.results.value_text import value_text
from keras_halluc.statistics import Estimate
from keras_halluc.testing.watched_fit import as_shown

pytestmark = pytest.mark.eager

# Cases 0 to 3, before training and after three epochs.
ROUNDS = [
    ["supported 1.0", "unsupported 0.0", "contradicted 0.0", "supported 1.0"],
    ["supported 1.0", "supported 1.0", "unmeasured", "unmeasured"],
    ["abstained", "supported 0.9", "supported 1.0", "supported 1.0"],
    ["unsupported 0.2", "supported 0.9", "contradicted 0.0", "contradicted 0.1"],
]


def watched(*rounds, epochs=None, **kwargs):
    """A monitor that has seen these rounds."""
    script = Script(*(rounds or ROUNDS))
    monitor = HallucinationMonitor(case_list(4, group="math"), LabelChecker(), script, **kwargs)
    drive(monitor, len(script.rounds) - 1 if epochs is None else epochs, script)
    return monitor


def test_history_is_live_and_a_second_fit_begins_anew():
    class Reader(keras.callbacks.Callback):
        seen = []

        def on_epoch_end(self, epoch, logs=None):
            self.seen.append(monitor.history["epoch"].max())

    script = Script(*ROUNDS)
    monitor = HallucinationMonitor(case_list(4), LabelChecker(), script, verbose=0)
    assert len(monitor.history) == len(monitor.case_history) == 0
    model, x, y = regression()
    callbacks = [NextRound(script), monitor, Reader()]
    model.fit(x, y, epochs=2, callbacks=callbacks, verbose=0)
    assert Reader.seen == [1, 2]
    model.fit(x, y, epochs=3, initial_epoch=2, callbacks=[monitor], verbose=0)  # goes on
    assert monitor.case_history["epoch"].unique().tolist() == [0, 1, 2, 3]
    model.fit(x, y, epochs=1, callbacks=[NextRound(script), monitor], verbose=0)
    assert monitor.history["epoch"].unique().tolist() == [0, 1]
    assert monitor.case_history["epoch"].unique().tolist() == [0, 1]


def test_case_history_has_a_row_for_each_case_and_epoch():
    frame = watched(verbose=0).case_history
    assert len(frame) == 16 and set(frame["group"]) == {"math"}
    labels = frame.pivot(index="epoch", columns="case", values="label").to_numpy().tolist()
    assert labels == [[text.split()[0] for text in texts] for texts in ROUNDS]
    assert frame["output"].tolist() == [text for texts in ROUNDS for text in texts]
    assert frame["score"].iloc[:4].tolist() == [1.0, 0.0, 0.0, 1.0]
    flips = frame.pivot(index="epoch", columns="case", values="flip").to_numpy().tolist()
    assert flips == [
        ["", "", "", ""],
        ["", "gained", "", ""],
        ["lost", "", "gained", ""],  # against the last time the case was measured
        ["", "", "lost", "lost"],
    ]


def test_a_case_has_the_name_it_has_in_tensorboard():
    cases = [kh.data.Case("a", ("b",), id="1"), kh.data.Case("c", ("d",))]
    monitor = HallucinationMonitor(cases, generator=lambda prompts: prompts, verbose=0)
    drive(monitor, 0)
    assert monitor.case_history["case"].tolist() == ["1", "1_"]


def test_the_sentence():
    rounds = [["supported"] * good + ["unsupported"] * (4 - good) for good in (1, 2, 4, 3)]
    assert repr(watched(*rounds, verbose=0)) == (
        "HallucinationMonitor: hallucination rate 25.0 % (95 %: 5 to 70) of 4 cases, from 75.0 % "
        "before training; best at epoch 2 (0.0 %)."
    )
    assert repr(watched(*rounds[:3], verbose=0)).endswith(" before training; best at epoch 2.")
    assert repr(watched(*rounds[:2], verbose=0)).endswith(", from 75.0 % before training.")
    level = repr(watched(*rounds[:3], rounds[2], verbose=0))  # as good as the best
    assert level.endswith(" before training; best at epoch 2.")
    worse = repr(watched(*rounds[1::-1], verbose=0))
    assert worse.endswith("; no epoch was better than before training.")
    assert repr(watched(rounds[0], verbose=0)) == (
        "HallucinationMonitor: hallucination rate 75.0 % (95 %: 30 to 95) of 4 cases before "
        "training; no epoch was measured."
    )
    new = HallucinationMonitor(case_list(2), prefix="law_")
    assert repr(new) == "HallucinationMonitor(prefix='law_'): not measured yet."


def test_a_value_that_the_last_measurement_lacks():
    record = Record()
    record.add(1, {"gap": 0.25})
    record.add(2, {})
    assert sentence(record, ["gap"], "", "rows") == "gap 0.25 after epoch 1."


def test_of_a_change_from_before_training_no_value_before_is_said():
    record = Record()
    for epoch, value in enumerate([0.0, 0.25, 0.125, 0.5]):
        record.add(epoch, {"forgetting": value}, is_base=epoch == 0)
    told = sentence(record, ["forgetting"], "", "cases")
    assert told == "forgetting 50.0 points; best at epoch 2 (12.5 points)."


@pytest.mark.parametrize(
    "key, words, value, text, ends",
    [
        ("val_hallucination_rate", "hallucination rate", 0.125, "12.5 %", "8 to 18"),
        ("law_val_hallucination_rate", "law: hallucination rate", 0.125, "12.5 %", "8 to 18"),
        ("heldout_known_accuracy", "heldout known accuracy", 1.0, "100.0 %", "92 to 100"),
        ("forgetting", "forgetting", -0.0001, "0.0 points", "-5 to 4"),
        ("base_divergence", "base divergence", 0.01234, "0.0123 nats a token", "0.01 to 0.02"),
        ("aurc", "AURC", 0.5, "0.5", "0.4 to 0.6"),
    ],
)
def test_how_a_value_is_written(key, words, value, text, ends):
    low, high = map(float, ends.split(" to "))
    factor = 100.0 if text.endswith(("%", "points")) else 1.0
    estimate = Estimate(value, low / factor, high / factor, 9)
    found = title(key), value_text(key, estimate), interval_text(key, estimate)
    assert found == (words, text, ends)
    assert interval_text(key, value) == ""


def test_a_narrow_interval_has_decimals():
    assert interval_text("error_rate", Estimate(0.02, 0.011, 0.034, 900)) == "1.1 to 3.4"


def test_no_sentence_splits_a_bar_of_keras(capsys):
    model, x, y = regression()
    monitor = HallucinationMonitor(case_list(2), generator=lambda prompts: ["", ""])
    model.fit(x, y, epochs=2, callbacks=[monitor], verbose=1)
    lines = as_shown(capsys.readouterr().out)
    begins = ["Epoch 1/2", "1/1", "HallucinationMonitor: the model abstains", "Epoch 2/2", "1/1"]
    begins += [repr(monitor), ""]
    assert len(lines) == len(begins)
    assert all(line.startswith(begin) for line, begin in zip(lines, begins))


def test_one_line_at_the_end_of_fit_and_none_if_nothing_was_measured(capsys):
    monitor = watched(verbose=1)
    assert capsys.readouterr().out.splitlines()[-1].endswith(repr(monitor))
    with pytest.warns(UserWarning, match="never measured anything: no case was answered by"):
        watched(["unmeasured"] * 4, ["unmeasured"] * 4, verbose=2)
    assert capsys.readouterr().out == ""
    watched(verbose=0)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name, way_out", [("history", "baseline"), ("case_history", "answers")])
def test_pandas_is_optional(monkeypatch, name, way_out):
    monitor = watched(verbose=0)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=f"`{name}` needs pandas: pip install .*{way_out}"):
        getattr(monitor, name)
    assert "svg" in monitor._repr_html_()


def test_matplotlib_is_optional(monkeypatch):
    monitor = watched(verbose=0)
    for module in ("matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match="`plot` needs matplotlib: pip install"):
        monitor.plot()
    assert "svg" in monitor._repr_html_()


def test_plot_draws_the_curve_its_interval_and_the_value_before(monkeypatch):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    monkeypatch.setattr(pyplot, "show", lambda *args, **kwargs: pytest.fail("it was shown"))
    monitor = watched(verbose=0, prefix="$a$_")
    ax = pyplot.figure().gca()
    assert monitor.plot(ax) is ax
    curve, before = ax.lines
    rows = monitor.history[monitor.history["key"] == "$a$_val_hallucination_rate"]
    np.testing.assert_array_equal(curve.get_xdata(), rows["epoch"])
    np.testing.assert_allclose(curve.get_ydata(), 100 * rows["value"])
    assert set(before.get_ydata()) == {50.0}
    band = ax.collections[0].get_paths()[0].vertices
    for end in ("low", "high"):
        assert np.isclose(band[:, 1][:, None], 100 * rows[end].to_numpy()).any(axis=0).all()
    ax.figure.canvas.draw()  # a dollar sign is no formula
    other = monitor.plot(key="$a$_val_check_coverage")
    assert other.figure is not ax.figure and other.get_ylabel() == "check coverage (%)"
    with pytest.raises(ValueError, match="`key` must be one of"):
        monitor.plot(key="loss")
    with pytest.raises(ValueError, match="Nothing to `plot`: .* Pass it to `fit` first"):
        HallucinationMonitor(case_list(1)).plot()
    pyplot.close("all")


def test_an_answer_that_stays_the_same_takes_no_memory():
    texts = ["supported"] * 4
    monitor = watched(texts, texts, texts, verbose=0)
    first, *others = (answers for _, answers in monitor._record.answered())
    assert all(a is b for answers in others for a, b in zip(first, answers))
    record = Record()
    tracemalloc.start()
    for epoch in range(10):
        texts = [f"{epoch} {i}" for i in range(99)]
        verdicts = [kh.grounding.Verdict("supported", 1.0, ((0, 1, "x"),), t[1:]) for t in texts]
        answers = map(kh.callbacks.Answer, range(99), [None] * 99, texts, verdicts)
        record.add(epoch, {}, list(answers))
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert size / 990 < 900.0  # bytes a new answer, its texts included


def test_values_of_numpy_can_be_saved():
    record, again = Record(), Record()
    numbers = np.array([0.1, 0.0, 0.5], "float32")
    record.add(1, {"a": Estimate(*numbers, np.int64(3)), "b": numbers[0]})
    again.restore(json.loads(json.dumps(record.to_json())))
    assert again.measured == record.measured


def test_the_base_answers_that_a_backup_holds_come_back():
    before = ForgettingMonitor(case_list(3), checker=LabelChecker(), generator=Script(ROUNDS[0]))
    drive(before, 1)
    state = before._record.to_json()
    after = ForgettingMonitor(case_list(3), checker=LabelChecker(), generator=Script(ROUNDS[0]))
    after.on_train_begin()
    after.restore_base({**before.base_state()}, {})
    after._record.begin()
    after._record.restore(state, after._base_answers())
    assert after.case_history["epoch"].tolist() == [0, 0, 0]
    assert after.case_history.equals(before.case_history[:3])
    plain = Record()
    plain.restore(state)
    assert plain.answered() == [] and plain.to_json() == state
