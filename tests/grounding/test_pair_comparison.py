"""Is a change of verdicts between pairs counted and weighed as McNemar's test weighs it?"""

import math

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keras_halluc import statistics
from keras_halluc._types import LABELS
from keras_halluc.grounding import Verdict
from keras_halluc.grounding import compare_pairs


def compare(pairs, **kwargs):
    first, second = (
        [Verdict(label) for label in side] for side in (zip(*pairs) if pairs else ((), ()))
    )
    return compare_pairs(first, second, **kwargs)


def test_counts_shares_and_p_value():
    found = compare(
        [("supported", "contradicted")] * 8
        + [("unsupported", "supported")] * 1
        + [("unsupported", "contradicted")] * 2
        + [("supported", "abstained")] * 3
        + [("supported", "supported")] * 86
        + [("supported", "unmeasured")] * 5
        + [("unmeasured", "contradicted")] * 4
    )
    assert (found.pairs, found.measured, found.worse, found.better) == (109, 100, 8, 1)
    assert (found.changed.value, found.changed.count) == (0.14, 100)
    assert (found.changed.low, found.changed.high) == statistics.wilson_interval(14, 100, 0.95)
    assert found.difference.value == pytest.approx(0.07)
    low, high = statistics.paired_rate_interval(8, 1, 100, 0.95)[1:]
    assert (found.difference.low, found.difference.high) == (low, high)
    assert found.p_value == pytest.approx(2 * (1 + 9) / 2**9) and found.reason == ""


def test_too_few_pairs_are_counted_and_not_rated():
    pairs = [("supported", "contradicted")] * 4 + [("unsupported", "supported")]
    pairs += [("supported", "supported")] * 24 + [("unmeasured", "supported")] * 9
    few = compare(pairs)
    assert (few.pairs, few.measured, few.worse, few.better) == (38, 29, 4, 1)
    assert few.changed is few.difference is few.p_value is None
    assert few.reason == "29 measured pairs, at least 30 needed"
    enough = compare([*pairs, ("supported", "supported")])
    assert (enough.measured, enough.changed.value, enough.reason) == (30, 5 / 30, "")
    assert enough.difference.value == pytest.approx(0.1) and enough.p_value == 2 * (1 + 5) / 2**5
    lower = compare(pairs, minimum=29)
    assert (lower.changed.value, lower.difference.count, lower.reason) == (5 / 29, 29, "")


def test_nothing_measured_is_no_share_of_nothing():
    for pairs in ([], [("unmeasured", "supported")] * 3):
        found = compare(pairs, minimum=1)
        assert (found.pairs, found.measured) == (len(pairs), 0)
        assert found.reason == "0 measured pairs, at least 1 needed"
        assert found.changed is found.difference is found.p_value is None


PAIRS = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), max_size=40)


@given(PAIRS, st.randoms())
@settings(max_examples=60)
def test_laws(pairs, rng):
    found = compare(pairs, minimum=1)
    assert found == compare(rng.sample(pairs, len(pairs)), minimum=1)
    mirrored = compare([(b, a) for a, b in pairs], minimum=1)
    assert (mirrored.worse, mirrored.better) == (found.better, found.worse)
    assert (mirrored.changed, mirrored.p_value) == (found.changed, found.p_value)
    if found.measured:
        assert mirrored.difference.value == -found.difference.value
        changed = found.worse + found.better
        ways = sum(math.comb(changed, k) for k in range(min(found.worse, found.better) + 1))
        assert found.p_value == pytest.approx(min(1.0, 2 * ways / 2**changed))
        assert changed <= round(found.changed.value * found.measured)
    same = compare([(a, a) for a, _ in pairs], minimum=1)
    assert same.worse == same.better == 0
    assert same.p_value in (None, 1.0)


def test_bad_arguments():
    with pytest.raises(ValueError, match="same length"):
        compare_pairs([Verdict("supported")], [])
    with pytest.raises(
        TypeError, match=r"`second` must hold Verdict objects. Received: second\[0\]"
    ):
        compare_pairs([Verdict("supported")], ["supported"])
    with pytest.raises(ValueError, match="`minimum` must be an integer >= 1"):
        compare_pairs([], [], minimum=0)
    with pytest.raises(TypeError, match="`minimum` must be an integer"):
        compare_pairs([], [], minimum=0.5)
