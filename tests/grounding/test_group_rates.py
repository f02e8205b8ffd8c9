"""Are rates of groups and their differences what the formulas say, and left out where few?"""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keras_halluc import statistics
from keras_halluc._types import LABELS
from keras_halluc.data import Case
from keras_halluc.grounding import Verdict
from keras_halluc.grounding import rates_by_group
from keras_halluc.ops.verdicts import VERDICT_RATES


def rows(**labels):
    """Cases and verdicts; `de="supported " * 3` gives three of group de."""
    cases, verdicts = [], []
    for group, text in labels.items():
        for label in text.split():
            cases.append(Case("?", ("yes",), group=None if group == "none" else group))
            verdicts.append(Verdict(label))
    return cases, verdicts


def test_rates_and_differences():
    cases, verdicts = rows(
        de="supported " * 45 + "unsupported " * 3 + "contradicted " * 2 + "unmeasured " * 7,
        fr="supported " * 20 + "abstained " * 10 + "contradicted " * 20,
        none="contradicted " * 50,
    )
    found = rates_by_group(cases, verdicts)
    assert list(found) == ["de", "fr"]
    de, fr = found["de"], found["fr"]
    assert (de.group, de.count, de.total, de.reason) == ("de", 50, 57, "")
    assert (de.rate.value, de.rate.count) == (0.1, 50)
    assert (de.rate.low, de.rate.high) == statistics.wilson_interval(5, 50, 0.95)
    assert fr.rate.value == 0.4
    low, high = statistics.newcombe_interval(20, 50, 5, 50, 0.95)[1:]
    assert (fr.difference.low, fr.difference.high) == (low, high)
    assert fr.difference.value == pytest.approx(0.3) and fr.difference.count == 100
    assert de.difference.value == -fr.difference.value
    assert (de.difference.low, de.difference.high) == pytest.approx((-high, -low))


@pytest.mark.parametrize(
    "rate, de, fr",
    [
        ("hallucination_rate", 0.5, 0.0),
        ("abstention_rate", 0.0, 0.5),
        ("answer_accuracy", 0.5, 0.5),
        ("check_coverage", 2 / 3, 1.0),
    ],
)
def test_every_rate(rate, de, fr):
    cases, verdicts = rows(de="supported unsupported unmeasured", fr="abstained supported")
    found = rates_by_group(cases, verdicts, rate, minimum=1)
    assert [found[group].rate.value for group in ("de", "fr")] == pytest.approx([de, fr])


def test_too_few_cases_are_reported_and_not_rated():
    cases, verdicts = rows(
        de="supported " * 30,
        fr="supported " * 29 + "unmeasured " * 9,
        it="unmeasured",
    )
    found = rates_by_group(cases, verdicts)
    assert found["de"].rate.value == 0.0 and found["de"].difference is None
    assert found["de"].reason == "29 cases of other groups, at least 30 needed"
    assert found["fr"].rate is None and found["fr"].difference is None
    assert found["fr"].reason == "29 cases, at least 30 needed"
    assert (found["it"].count, found["it"].total) == (0, 1)
    lower = rates_by_group(cases, verdicts, minimum=29)
    assert lower["fr"].rate.value == 0.0 and lower["de"].difference.value == 0.0


def test_one_group_alone_differs_from_none():
    cases, verdicts = rows(de="supported " * 3)
    found = rates_by_group(cases, verdicts, minimum=1)["de"]
    assert found.rate.value == 0.0 and found.difference is None
    assert found.reason == "0 cases of other groups, at least 1 needed"
    assert rates_by_group([], []) == {}
    assert rates_by_group(*rows(none="supported")) == {}


ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from(LABELS)))


@given(ROWS, st.sampled_from(sorted(VERDICT_RATES)), st.randoms())
@settings(max_examples=60)
def test_laws(pairs, rate, rng):
    def rates(pairs):
        cases = [Case("?", ("yes",), group=group) for group, _ in pairs]
        return rates_by_group(cases, [Verdict(label) for _, label in pairs], rate, minimum=1)

    found = rates(pairs)
    assert found == rates(rng.sample(pairs, len(pairs)))
    assert sum(own.total for own in found.values()) == sum(group is not None for group, _ in pairs)
    counted, over = VERDICT_RATES[rate]
    for group, own in found.items():
        labels = [label for other, label in pairs if other == group]
        assert own.count == sum(label in over for label in labels)
        assert (own.rate is None) == (own.count == 0)
        assert bool(own.reason) == (own.difference is None)
        if own.rate:
            hits = sum(label in counted for label in labels)
            assert own.rate.value == pytest.approx(hits / own.count)
        if own.difference:
            assert -1 <= own.difference.low <= own.difference.value <= own.difference.high <= 1


@pytest.mark.parametrize(
    "arguments, error, match",
    [
        (([Case("a")], []), ValueError, "same length"),
        ((["a"], [Verdict("supported")]), TypeError, "`cases` must hold Case objects"),
        (([Case("a")], ["supported"]), TypeError, "`verdicts` Verdict objects"),
        (([], [], "rate"), ValueError, "`rate` must be one of"),
        (([], [], "answer_accuracy", 0), ValueError, "`minimum` must be an integer >= 1"),
    ],
)
def test_bad_arguments(arguments, error, match):
    with pytest.raises(error, match=match):
        rates_by_group(*arguments)
