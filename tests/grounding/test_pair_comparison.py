"""Is a change of verdicts between pairs counted and weighed as McNemar's test weighs it?"""

import math

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keras_halluc import ops
from keras_halluc._types import LABELS
from keras_halluc.grounding import Verdict
from keras_halluc.grounding import compare_pairs


def compare(pairs):
    first, second = (
        [Verdict(label) for label in side] for side in (zip(*pairs) if pairs else ((), ()))
    )
    return compare_pairs(first, second)


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
    assert (found.changed.low, found.changed.high) == ops.wilson_interval(14, 100, 0.95)
    assert found.difference.value == pytest.approx(0.07)
    low, high = ops.paired_rate_interval(8, 1, 100, 0.95)[1:]
    assert (found.difference.low, found.difference.high) == (low, high)
    assert found.p_value == pytest.approx(2 * (1 + 9) / 2**9)


def test_nothing_measured_is_no_share_of_nothing():
    for pairs in ([], [("unmeasured", "supported")] * 3):
        found = compare(pairs)
        assert (found.pairs, found.measured) == (len(pairs), 0)
        assert found.changed is found.difference is found.p_value is None


PAIRS = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), max_size=40)


@given(PAIRS, st.randoms())
@settings(max_examples=60)
def test_laws(pairs, rng):
    found = compare(pairs)
    assert found == compare(rng.sample(pairs, len(pairs)))
    mirrored = compare([(b, a) for a, b in pairs])
    assert (mirrored.worse, mirrored.better) == (found.better, found.worse)
    assert (mirrored.changed, mirrored.p_value) == (found.changed, found.p_value)
    if found.measured:
        assert mirrored.difference.value == -found.difference.value
        changed = found.worse + found.better
        ways = sum(math.comb(changed, k) for k in range(min(found.worse, found.better) + 1))
        assert found.p_value == pytest.approx(min(1.0, 2 * ways / 2**changed))
        assert changed <= round(found.changed.value * found.measured)
    same = compare([(a, a) for a, _ in pairs])
    assert same.worse == same.better == 0
    assert same.p_value in (None, 1.0)


def test_bad_arguments():
    with pytest.raises(ValueError, match="same length"):
        compare_pairs([Verdict("supported")], [])
    with pytest.raises(
        TypeError, match=r"`second` must hold Verdict objects. Received: second\[0\]"
    ):
        compare_pairs([Verdict("supported")], ["supported"])
