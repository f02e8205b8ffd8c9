"""Is it said right since when a rate gets worse, and in which group?"""

import itertools
import re

import numpy as np
import pytest
from planted_runs import planted_run

from keras_halluc.statistics import paired_rate_interval
from keras_halluc.statistics.sign_flips import adjusted_p_values
from keras_halluc.statistics.worsening import Trend
from keras_halluc.statistics.worsening import worsening
from keras_halluc.statistics.worsening_sentence import worsening_sentence

NOISY = {"cases": 12, "groups": 2, "steps": 6, "noise": 0.4}


def test_worse_in_one_group_from_epoch_4_on():
    trend = worsening(*planted_run(worse=("g2",), jump=0.5))
    assert trend.status == "worse"
    (rise,) = (rise for rise in trend.rises if rise.group is not None)
    assert (rise.group, rise.since, rise.end) == ("g2", 4, 3)
    assert rise.low <= rise.after - rise.before <= rise.high and rise.low > 0.1
    assert rise.count == 40 and rise.p_value < 0.01
    sentence, evidence = worsening_sentence(trend)
    after, before = round(100 * rise.after), round(100 * rise.before)
    assert sentence == (
        f"Worse since epoch 4 in group “g2”: {after} % hallucinated, {before} % before."
    )
    assert "epoch 4 to epoch 8 against" in evidence and "corrected for 4 groups and 9" in evidence


def test_one_that_does_not_get_worse():
    trend = worsening(*planted_run())
    assert (trend.status, trend.rises) == ("steady", ())
    sentence, evidence = worsening_sentence(trend)
    assert sentence.startswith("Not getting worse: ") and "at epoch 8" in sentence
    assert "No rise is shown in any of 4 groups and 9 measurements" in evidence


def test_one_too_noisy_to_say():
    trend = worsening(*planted_run(**NOISY))
    assert (trend.status, trend.rises) == ("unclear", ())
    change = trend.since_best
    assert change.high > 0.1
    sentence, evidence = worsening_sentence(trend)
    low, high = f"{100 * change.low:+.0f}", f"{100 * change.high:+.0f}"
    assert sentence.startswith("Too noisy to say") and f"from {low} to {high} points" in sentence
    (count,) = map(int, re.findall(r"About (\d+) cases would exclude", evidence))
    assert count > 3 * change.count


def test_how_often_it_is_right():
    """Of 30 runs each."""
    found = [worsening(*planted_run(seed, worse=("g0",), jump=0.4)) for seed in range(30)]
    since = [r.since for trend in found for r in trend.rises if r.group == "g0"]
    assert len(since) >= 26 and since.count(4) >= len(since) - 2
    for noise in (0.02, 0.1, 0.3):
        null = [worsening(*planted_run(seed, noise=noise)).status for seed in range(30)]
        assert null.count("worse") <= 5


def test_a_group_that_rises_after_it_fell():
    bad, groups, steps = planted_run(rate=0.1, worse=("g1",), since=6, jump=0.5)
    bad[:, :2] = planted_run(1, rate=0.7)[0][:, :2]  # before fine-tuning helps
    trend = worsening(bad, groups, steps)
    assert [(rise.group, rise.since) for rise in trend.rises][0] == ("g1", 6)
    assert trend.rises[0].start >= 2
    assert trend.since_first.after < trend.since_first.before  # and yet better than at first
    assert "Worse since epoch 6 in group “g1”" in worsening_sentence(trend)[0]


def test_a_rise_that_did_not_last_is_none():
    bad, groups, steps = planted_run(worse=("g0",), since=3, jump=0.6)
    bad[:, -3:] = planted_run()[0][:, -3:]
    assert worsening(bad, groups, steps).status == "steady"


def test_several_groups_and_all_cases():
    several = worsening(*planted_run(worse=("g0", "g1", "g2"), jump=0.7))
    sentence, _ = worsening_sentence(several)
    assert [rise.since for rise in several.rises] == [4] * 4 and several.rises[-1].group is None
    assert ", and in 1 more group." in sentence and sentence.count("since") == 1
    bad, _, steps = planted_run(worse=("g0", "g1", "g2", "g3"))
    whole = worsening(bad, [None] * len(bad), steps)
    assert [(rise.group, rise.since) for rise in whole.rises] == [(None, 4)]
    assert worsening_sentence(whole)[0].startswith("Worse since epoch 4: ")


def test_what_was_not_measured_is_no_evidence():
    bad, groups, steps = planted_run(worse=("g3",), jump=0.5)
    whole = worsening(bad, groups, steps)
    bad[::3, 1:] = np.nan  # asked before training alone
    bad[:, 5] = np.nan
    some = worsening(bad, groups, steps)
    assert [(r.group, r.since) for r in some.rises if r.group] == [("g3", 4)]
    assert some.rises[0].count < whole.rises[0].count and some.steps == 8
    rows = np.isfinite(bad[:, [some.since_best.step, 8]]).all(axis=1)
    before, after = bad[rows][:, some.since_best.step], bad[rows][:, 8]
    gained, lost = int((after > before).sum()), int((after < before).sum())
    assert (some.since_best.low, some.since_best.high) == pytest.approx(
        paired_rate_interval(gained, lost, int(rows.sum()), 0.95)[1:]
    )
    assert worsening(bad[:, :1], groups, steps[:1]) == Trend("unmeasured")
    nothing = worsening(np.full((3, 2), np.nan), [None] * 3, [0, 1])
    assert nothing.status == "unmeasured"
    apart = worsening(np.array([[1.0, np.nan], [np.nan, 0.0]]), [None, None], [0, 1])
    assert apart.status == "unmeasured" and apart.since_best is None
    assert worsening_sentence(apart)[0].startswith("Nothing to compare yet")


def test_many_steps_and_one_case_at_a_time():
    bad, groups, steps = planted_run(cases=400, steps=200, since=120, worse=("g0",), noise=0.2)
    trend = worsening(bad, groups, [10 * step for step in steps])
    assert [abs(rise.since - 1200) <= 30 for rise in trend.rises if rise.group] == [True]
    assert worsening(np.array([[0.0, 1.0]]), ["a"], [0, 1]).status == "unclear"


def test_p_values_by_counting_all_flips():
    rng = np.random.default_rng(3)
    differences = rng.choice([-0.5, 0.0, 0.5, 1.0], (9, 4)).astype("float32")
    groups = [np.array([0, 1, 2, 3]), np.array([4, 5, 6])]  # 7 and 8 are in none

    def largest(flipped):
        parts = [flipped[rows] for rows in groups] + [flipped]
        norms = [np.sqrt((part**2).sum(axis=0)) for part in parts]
        return [max(p.sum(axis=0)[n > 0] / n[n > 0], default=0) for p, n in zip(parts, norms)]

    real = largest(differences)
    tops = [
        max(largest(differences * np.array(signs)[:, None]))
        for signs in itertools.product([1, -1], repeat=9)
    ]
    wanted = [np.mean([top >= one - 1e-6 for top in tops]) for one in real]
    p_values, columns = adjusted_p_values(differences, groups)
    assert p_values == pytest.approx(wanted, abs=0.04)
    whole = differences.sum(axis=0) / np.sqrt((differences**2).sum(axis=0))
    assert columns[2] == whole.argmax()
    assert adjusted_p_values(differences, groups) == (p_values, columns)  # the same each time


def test_sentences_are_short_and_names_are_cut():
    runs = [planted_run(), planted_run(**NOISY), planted_run(worse=("g0",))]
    runs.append(planted_run(worse=("g0", "g1", "g2"), jump=0.7))
    for bad, groups, steps in runs:
        groups = [f"{group} {'x' * 90}" for group in groups]
        sentence, evidence = worsening_sentence(worsening(bad, groups, steps))
        assert "x" * 41 not in sentence + evidence
        for text in re.split(r"(?<=[.])\s+(?=[A-Z+-])", f"{sentence} {evidence}"):
            assert len(text.split()) <= 30, text


@pytest.mark.parametrize(
    "bad, groups, steps, words",
    [
        (np.zeros((2, 3)), ["a"], [0, 1, 2], "as many as `groups`"),
        (np.zeros(3), ["a"] * 3, [0], r"shape \(3,\)"),
        (np.full((1, 2), 0.5), ["a"], [0, 1], "0, 1 and NaN only"),
    ],
)
def test_bad_input(bad, groups, steps, words):
    with pytest.raises(ValueError, match=words):
        worsening(bad, groups, steps)
