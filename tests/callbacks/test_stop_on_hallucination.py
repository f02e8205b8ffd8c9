"""Does training stop for a real rise and not for noise, and end with the best epoch's weights?"""

import keras
import numpy as np
import pytest
from scripted import LabelChecker
from scripted import NextRound
from scripted import Script
from scripted import case_list
from scripted import regression

import keras_halluc as kh
from keras_halluc.callbacks import HallucinationMonitor
from keras_halluc.callbacks import StopOnHallucination
from keras_halluc.callbacks.training.stopping_rule import StoppingRule
from keras_halluc.statistics import mcnemar_test

pytestmark = pytest.mark.eager

CASES = 40


def wrong(count, shift=0):
    """Outcomes of which `count` are wrong, from case `shift` on."""
    return {i: (i - shift) % CASES < count for i in range(CASES)}


def follow(epochs, alpha=0.05, confirmations=2, patience=None):
    """Outcomes of one criterion by epoch; returns the rule and the epoch it stopped after."""
    rule = StoppingRule(alpha, confirmations, patience)
    for epoch, outcomes in enumerate(epochs):
        criteria = outcomes if isinstance(outcomes, list) else [outcomes]
        rule.update(epoch, ["one", "two"][: len(criteria)], criteria)
        if rule.reason:
            return rule, epoch
    return rule, None


def test_a_real_rise_stops_after_it_was_confirmed():
    rule, stopped = follow([wrong(20), wrong(4), wrong(12), wrong(13), wrong(2)])
    assert (stopped, rule.best_epoch) == (3, 1)
    assert rule.p_value == mcnemar_test(9, 0) < 0.05
    assert rule.reason == (
        "one rose from 10.0 % in epoch 2 to 32.5 % of the same 40 cases (exact McNemar test, "
        "p = 0.0039), 2 epochs in a row"
    )
    assert follow([wrong(4), wrong(12)], confirmations=1)[1] == 1
    # Not in a row.
    assert follow([wrong(4), wrong(12), wrong(5), wrong(12), wrong(5)])[1] is None


def test_a_few_cases_are_chance():
    assert follow([wrong(4), wrong(9), wrong(9), wrong(9)])[1] is None  # 5 to 0: p = 0.0625
    assert follow([wrong(4), wrong(10), wrong(10)])[1] == 2  # 6 to 0: p = 0.03
    # As many more are wrong, but others: 14 to 8.
    assert follow([wrong(8), wrong(14, shift=8), wrong(14, shift=8)])[1] is None


def test_false_alarms_are_rare():
    """A model that does not change, but for the dice, is stopped less than 1 in 10 times."""
    rng = np.random.default_rng(0)
    stops = 0
    for _ in range(100):
        rates = rng.uniform(0.0, 1.0, CASES)
        epochs = [dict(enumerate(rng.random(CASES) < rates)) for _ in range(10)]
        stops += follow(epochs)[1] is not None
    assert stops < 10


def test_patience():
    rule, stopped = follow([wrong(9), wrong(8), wrong(8), wrong(8), wrong(7)], patience=2)
    assert (stopped, rule.best_epoch) == (3, 1)
    assert rule.reason == "one has had no new best for 2 epochs, since epoch 2"
    assert follow([wrong(9 - i) for i in range(9)], patience=1)[1] is None


def test_another_criterion_stops_and_keeps_an_epoch_from_being_the_best():
    calm = wrong(10)
    epochs = [[wrong(9), calm], [wrong(8), calm], [wrong(2), wrong(25)], [wrong(1), wrong(25)]]
    rule, stopped = follow(epochs)
    assert (stopped, rule.best_epoch) == (3, 1)
    assert rule.reason.startswith("two rose from 25.0 % in epoch 1 to 62.5 %")
    # Two criteria, so each at half of alpha: 6 to 0 is p = 0.03.
    epochs = [[wrong(4), calm], [wrong(10), calm], [wrong(10), calm]]
    assert follow(epochs)[1] is None and follow(epochs, alpha=0.1)[1] == 2


def test_only_cases_of_both_epochs_are_compared():
    few = {i: True for i in range(6)}
    rule, stopped = follow([wrong(0), {**few, 99: False}, few])
    assert stopped == 2 and "100.0 % of the same 6 cases" in rule.reason


def labels(count):
    return ["contradicted"] * count + ["abstained"] * 4 + ["supported"] * (CASES - count - 4)


class Weights(keras.callbacks.Callback):
    """Keeps the weights of each epoch."""

    def on_train_begin(self, logs=None):
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.model.get_weights())


def fit(counts, epochs=None, **kwargs):
    """A model with so many wrong answers at each epoch."""
    script = Script(labels(30), *map(labels, counts))
    monitor = HallucinationMonitor(case_list(CASES), LabelChecker(), script, verbose=0, budget=None)
    stop = StopOnHallucination(monitor, **kwargs)
    weights = Weights()
    model, x, y = regression()
    callbacks = [NextRound(script), monitor, stop, weights]
    history = model.fit(
        x, y, batch_size=4, epochs=epochs or len(counts), callbacks=callbacks, verbose=0
    )
    return model, stop, weights.seen, history.history


def same(weights, others):
    return all(np.array_equal(one, other) for one, other in zip(weights, others))


def test_in_fit_the_best_weights_come_back_and_the_reason_is_told(capsys, tmp_path, read_events):
    model, stop, seen, history = fit([20, 4, 12, 13, 0], log_dir=tmp_path, verbose=1)
    assert len(seen) == 4 and stop.stopped_epoch == 3 and stop.best_epoch == 1
    assert same(model.get_weights(), seen[1]) and not same(seen[1], seen[3])
    assert history["rise_p_value"] == [1.0, 1.0, mcnemar_test(8, 0), mcnemar_test(9, 0)]
    assert stop.reason.startswith("stopped after epoch 4: hallucination rose from 10.0 %")
    assert stop.reason.endswith(". The weights are those of epoch 2")
    assert stop.reason in capsys.readouterr().out
    events = read_events(tmp_path / "stopping")
    assert [step for step, _ in events["rise_p_value"]] == [1, 2, 3, 4]
    (step, text), *_ = events["stopping/reason"]
    assert step == 4 and "rose" in str(text)


def test_the_best_weights_come_back_though_nothing_stopped_it(capsys):
    model, stop, seen, _ = fit([9, 5, 6])
    assert stop.stopped_epoch is None and same(model.get_weights(), seen[1])
    assert stop.reason == (
        "found no reason to stop; epoch 2 was the best. The weights are those of epoch 2"
    )
    assert capsys.readouterr().out == ""
    model, stop, seen, _ = fit([9, 5, 6], restore_best_weights=False)
    assert same(model.get_weights(), seen[2])
    model, stop, seen, _ = fit([9, 6, 5])
    assert stop.reason == "found no reason to stop; epoch 3 was the best"


def test_a_model_that_falls_silent():
    silent = ["abstained"] * CASES
    script = Script(labels(9), labels(9), silent, silent)
    for counts, best in (("hallucinated", 1), ("not_supported", 0)):
        monitor = HallucinationMonitor(
            case_list(CASES), LabelChecker(), script, budget=None, verbose=0
        )
        stop = StopOnHallucination(monitor, counts=counts, verbose=0)
        model, x, y = regression()
        model.fit(x, y, epochs=3, callbacks=[NextRound(script), monitor, stop], verbose=0)
        assert stop.best_epoch == best
        assert (stop.stopped_epoch is None) == (counts == "hallucinated")


def test_an_epoch_that_could_not_be_measured_is_passed_over():
    script = Script(labels(9), labels(9), RuntimeError("gone"), labels(8))
    monitor = HallucinationMonitor(case_list(CASES), LabelChecker(), script, budget=None, verbose=0)
    stop = StopOnHallucination(monitor, patience=1, verbose=0)
    model, x, y = regression()
    with pytest.warns(UserWarning, match="could not measure epoch 2"):
        history = model.fit(
            x, y, epochs=3, callbacks=[NextRound(script), monitor, stop], verbose=0
        ).history
    assert stop.best_epoch == 2 and history["rise_p_value"] == [1.0, 1.0]


def test_a_second_fit_starts_clean():
    script = Script(labels(9), labels(4), labels(14), labels(14))
    monitor = HallucinationMonitor(case_list(CASES), LabelChecker(), script, budget=None, verbose=0)
    stop = StopOnHallucination(monitor, verbose=0)
    model, x, y = regression()
    for epochs, stopped in ((3, 2), (1, None)):
        model.fit(x, y, epochs=epochs, callbacks=[NextRound(script), monitor, stop], verbose=0)
        assert stop.stopped_epoch == stopped and stop.best_epoch == 0


def test_the_monitor_must_come_first():
    monitor = HallucinationMonitor(case_list(2), LabelChecker(), Script(["supported"] * 2))
    model, x, y = regression()
    for callbacks in ([StopOnHallucination(monitor), monitor], [StopOnHallucination(monitor)]):
        with pytest.raises(ValueError, match="must come before StopOnHallucination"):
            model.fit(x, y, callbacks=callbacks, verbose=0)


def test_wrong_arguments():
    monitor = HallucinationMonitor(case_list(2))
    for monitors in (None, [], [monitor, "hallucination"]):
        with pytest.raises(TypeError, match="`monitors` must be"):
            kh.callbacks.StopOnHallucination(monitors)
    for kwargs in (
        {"alpha": 0.0},
        {"alpha": 1.0},
        {"confirmations": 0},
        {"patience": 0},
        {"counts": "wrong"},
        {"restore_best_weights": 2},
    ):
        with pytest.raises(ValueError, match=f"`{next(iter(kwargs))}`"):
            StopOnHallucination(monitor, **kwargs)
