"""Does each rate count the verdicts that DESIGN says, and tell how many it rests on?"""

import keras
import numpy as np
import pytest

import keras_halluc as kh
from keras_halluc._types import HALLUCINATED
from keras_halluc._types import LABELS
from keras_halluc._types import Verdict

RATES = {  # class: (counts, among)
    kh.metrics.HallucinationRate: (lambda v: v.label in HALLUCINATED, lambda v: v.measured),
    kh.metrics.AbstentionRate: (lambda v: v.label == "abstained", lambda v: v.measured),
    kh.metrics.AnswerAccuracy: (lambda v: v.label == "supported", lambda v: v.measured),
    kh.metrics.CheckCoverage: (lambda v: v.measured, lambda v: True),
}
NAMES = ["hallucination_rate", "abstention_rate", "answer_accuracy", "check_coverage"]
every_rate = pytest.mark.parametrize("rate", RATES, ids=lambda rate: rate.__name__)


@every_rate
@pytest.mark.parametrize("seed", range(4))
def test_equal_to_the_oracle(rate, seed):
    rng = np.random.default_rng(seed)
    labels, weight = rng.integers(0, 5, 8), rng.choice([0.5, 1.0, 0.0], 8)
    counts, among = RATES[rate]
    hits = total = 0.0
    for label, w in zip(labels, weight):
        verdict = Verdict(LABELS[label])
        hits += w if counts(verdict) else 0.0
        total += w if among(verdict) else 0.0
    metric = rate()
    metric.update_state(labels[:2], weight[:2])
    metric.update_state(labels[2:], sample_weight=weight[2:])
    assert float(metric.result()) == pytest.approx(hits / total, rel=1e-6)
    assert float(metric.counted()) == pytest.approx(total, rel=1e-6)


def test_names_are_the_keys_of_the_logs():
    assert [rate().name for rate in RATES] == NAMES
    assert [rate().name for rate in RATES] == NAMES  # a second one is not called ..._1


@every_rate
@pytest.mark.parametrize("empty", [[], np.zeros(0, "int64")], ids=["list", "array"])
def test_nothing_counted_gives_0_and_says_so(rate, empty):
    metric = rate()
    metric.update_state(empty)
    assert (float(metric.result()), float(metric.counted())) == (0.0, 0.0)


def test_unmeasured_is_not_a_rate_of_0():
    metric = kh.metrics.HallucinationRate()
    metric.update_state([4, 4, 4])
    assert (float(metric.result()), float(metric.counted())) == (0.0, 0.0)
    metric.update_state([3])
    assert (float(metric.result()), float(metric.counted())) == (0.0, 1.0)


def test_rates_of_measured_outputs_add_up_to_1():
    labels = np.random.default_rng(0).integers(0, 5, 8)
    parts = []
    for rate in list(RATES)[:3]:
        metric = rate()
        metric.update_state(labels)
        parts.append(float(metric.result()))
    assert sum(parts) == pytest.approx(1.0, abs=1e-6)


@every_rate
def test_a_label_out_of_range_raises_or_shows(rate):
    with pytest.raises(ValueError, match=r"`labels` must be in \[0, 5\), ids into.*labels=\[7\]"):
        rate().update_state([0, 7])
    metric = rate()
    metric.update_state(keras.ops.convert_to_tensor([0, 7]))
    assert np.isnan(float(metric.result()))


@pytest.mark.parametrize(
    ("labels", "weight", "error", "match"),
    [
        (["supported"], None, TypeError, "`labels` must be integer class ids"),
        ([0.0], None, TypeError, "`labels` must be integer class ids.*dtype float64"),
        ([[0], [1]], None, ValueError, r"`labels` must have shape \(batch,\).*\(2, 1\)"),
        ([0, 1], [1.0], ValueError, r"`sample_weight` must have shape \(2,\).*\(1,\)"),
    ],
)
def test_wrong_input_raises(labels, weight, error, match):
    with pytest.raises(error, match=match):
        kh.metrics.HallucinationRate().update_state(labels, weight)
