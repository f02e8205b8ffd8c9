"""Is the sentence at the top of an audit right on pairs of models that were planted?"""

import numpy as np
import pytest
from scripted import LabelChecker

import keras_halluc as kh
from keras_halluc.reports.outcome import MARGIN
from keras_halluc.reports.outcome import WORDS
from keras_halluc.reports.outcome import outcome
from keras_halluc.reports.outcome import plain

S, U, A, N = "supported", "unsupported", "abstained", "unmeasured"
GROUPS = ("cities", "dates", "names", "numbers")


def planted(counts, groups=GROUPS):
    """An audit of label pairs, by how many cases have each, in each group alike."""
    pairs = [pair for pair, count in counts.items() for _ in range(count)]
    rows = [(group, *pair) for group in groups for pair in pairs]
    return report_of(rows)


def report_of(rows):
    cases = [kh.data.Case(str(i), ("yes",), group=row[0]) for i, row in enumerate(rows)]
    before, after = ([row[side] for row in rows] for side in (1, 2))
    return kh.audit(before, {"tuned": after}, cases, LabelChecker(), resamples=2)


def kind_of(report):
    return outcome(report, "tuned", "LabelChecker").kind


def remarks_of(report):
    return [plain(remark) for remark in outcome(report, "tuned", "LabelChecker").remarks]


KINDS = {
    "better": {(S, S): 50, (U, S): 15, (U, U): 10},
    "better with losses": {(S, S): 35, (S, U): 15, (U, S): 40, (U, U): 10},
    "worse": {(S, S): 40, (S, U): 20, (U, U): 10, (U, S): 2},
    "fewer of both": {(S, S): 30, (S, A): 20, (U, A): 20, (U, U): 5},
    "more of both": {(S, S): 20, (A, S): 20, (A, U): 20, (U, U): 5},
    "exchanged": {(S, S): 400, (S, U): 30, (U, S): 30, (U, U): 100},
    "unchanged": {(S, S): 100, (S, U): 2, (U, S): 2, (U, U): 30},
    "too noisy": {(S, S): 6, (S, U): 2, (U, S): 2, (U, U): 2},
    "unmeasured": {(N, S): 4, (S, N): 3},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_on_counts_that_leave_no_doubt(kind):
    report = planted(KINDS[kind])
    assert kind_of(report) == kind
    assert report.sentence().startswith("tuned: " + WORDS[kind])


def test_what_lost_a_third_is_not_called_better_without_its_losses():
    report = planted(KINDS["better with losses"])
    assert report.find("answer_accuracy").change == "better"  # of the rate alone
    assert report.sentence() == (
        "tuned: better on balance, with losses; gained 160 of 200 answers that were not right "
        "before (80.0 % [73.9, 85.0]), lost 60 of 200 that were right (30.0 % [24.1, 36.7])."
    )
    _, low, high = (100 * end for end in kh.statistics.paired_rate_interval(160, 60, 400, 0.95))
    assert remarks_of(report)[0] == (
        f"Change: right answers +25.0 points [{low:+.1f}, {high:+.1f}], hallucination rate -25.0 "
        f"points [{-high:+.1f}, {-low:+.1f}], over 400 cases measured both times."
    )
    few = planted({(S, S): 97, (S, U): 3, (U, S): 40, (U, U): 10})
    assert few.find("lost").after.value < MARGIN and kind_of(few) == "better"
    assert ", lost 12 of 400 that were right (3.0 %" in few.sentence()


def one_group(rng, worse_by):
    """200 cases of each group; in `dates` a share `worse_by` of what was right is lost."""
    rows = []
    for group in GROUPS:
        known = rng.uniform(size=200) < 0.7
        before, after = (known ^ (rng.uniform(size=200) < 0.02) for _ in range(2))
        after &= ~((rng.uniform(size=200) < worse_by) & (group == "dates"))
        rows += [(group, S if b else U, S if a else U) for b, a in zip(before, after)]
    return rows


def test_worse_in_one_group_is_named_with_its_test():
    found = [report_of(one_group(np.random.default_rng(seed), 0.3)) for seed in range(8)]
    for report in found:
        assert kind_of(report) in ("worse", "worse in a group")
        (named,) = [remark for remark in remarks_of(report) if remark.startswith("Worse in ")]
        assert named.startswith("Worse in dates, ")
        assert "(Holm's test over all groups)" in named
        assert not any(group in named for group in set(GROUPS) - {"dates"})
        measure = report.find("answer_accuracy", group="dates")
        rate = report.find("hallucination_rate", group="dates")
        assert min(measure.p_value, rate.p_value) * 8 < 0.05


def test_a_group_that_got_worse_is_not_hidden_by_the_others():
    rows = [(group, *pair) for group in GROUPS for pair in [(S, S)] * 60 + [(U, U)] * 40]
    for i, row in enumerate(rows):
        if row[0] == "dates" and row[1] == S and i % 2:
            rows[i] = ("dates", S, U)
        if row[0] == "cities" and row[1] == U:
            rows[i] = ("cities", U, S)
    report = report_of(rows)
    assert kind_of(report) == "worse in a group"
    assert "Worse in dates, hallucination rate +30.0 points" in " ".join(remarks_of(report))


def test_no_change_is_called_a_change_no_oftener_than_the_tests_allow():
    """The same model twice, with a few answers that come out differently, in both directions."""
    kinds = [kind_of(report_of(one_group(np.random.default_rng(seed), 0.0))) for seed in range(60)]
    # Two intervals of 95 % that move together, and Holm's test over the groups.
    assert sum(kind not in ("unchanged", "too noisy") for kind in kinds) <= 9
    assert kinds.count("unchanged") >= 45


def test_too_few_cases_are_called_too_noisy_and_how_many_are_needed():
    report = planted(KINDS["too noisy"])
    difference = report.find("answer_accuracy").difference
    said = remarks_of(report)[-1]
    half = (difference.high - difference.low) / 2
    needed = int(said.split("some ")[1].split(" ")[0].replace(",", ""))
    assert abs(needed - difference.count * (half / MARGIN) ** 2) <= 10
    more = needed // 12 // 4  # the same shares, on as many cases
    grown = planted({pair: count * more for pair, count in KINDS["too noisy"].items()})
    found = grown.find("answer_accuracy").difference
    assert max(-found.low, found.high) <= 1.1 * MARGIN


def test_nothing_to_lose_and_nothing_to_gain():
    assert "nothing could be lost" in planted({(U, S): 20, (U, U): 20}).sentence()
    assert "nothing could be gained" in planted({(S, S): 20, (S, U): 20}).sentence()


def test_abstentions_are_spoken_of_where_they_changed():
    said = remarks_of(planted(KINDS["fewer of both"]))[0]
    assert "abstentions +53.3 points" in said
    assert "abstentions" not in remarks_of(planted(KINDS["worse"]))[0]


def test_each_model_and_checker_has_a_sentence_of_its_own():
    report = kh.audit(
        [S] * 40,
        {"same": [S] * 40, "worse": [U] * 40},
        [kh.data.Case(str(i), ("yes",)) for i in range(40)],
        {"one": LabelChecker(), "two": LabelChecker()},
        resamples=2,
    )
    assert report.sentence("worse", "two").startswith("worse: worse; ")
    assert report.sentence("same") == report.sentence("same", "one")
    text = report.to_markdown()
    assert text.count("**worse: worse;") == text.count("**same: ") == 2
    with pytest.raises(ValueError, match="`variant` must be one of"):
        report.sentence("better")


def test_one_of_many_groups_is_worse_by_chance():
    names = [f"group {i}" for i in range(10)]
    rows = [(name, *pair) for name in names for pair in [(S, S)] * 40 + [(U, U)] * 10]
    for place in range(6):
        rows[place] = (names[0], S, U)
    report = report_of(rows)
    assert report.find("answer_accuracy", group=names[0]).p_value == 2 / 2**6  # of ten groups
    assert not [remark for remark in remarks_of(report) if remark.startswith("Worse in ")]
