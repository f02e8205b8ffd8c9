"""Do spans stay where they may, and is the best one the best of all pairs?"""

import keras
import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_halluc.layers import SpanHead

pytestmark = pytest.mark.eager

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(4, 7, 5)).astype("float32")
CONTEXT = np.array([[0, 0, 1, 1, 1, 1, 0]] * 3 + [[0] * 7])


def built():
    head = SpanHead()
    head.build(FEATURES.shape)
    return oracles.shaken(head)


def best(logits, length, context):
    """Over all pairs, the shortest and then the first of equals."""
    found = []
    for (starts, ends), inside in zip(logits, context):
        none = starts[0] + ends[0]
        top = (0, 0, -np.inf)
        for more in range(length):
            for s in range(1, len(starts) - more):
                if inside[s : s + more + 1].all() and starts[s] + ends[s + more] > top[2]:
                    top = (s, s + more, starts[s] + ends[s + more])
        found.append((*top, none - top[2]))
    return [np.array(column) for column in zip(*found)]


def test_logits_are_a_projection_within_the_context():
    head = built()
    kernel, bias = (oracles.numbers(w) for w in head.dense.weights)
    expected = (FEATURES.astype("float64") @ kernel + bias).transpose(0, 2, 1)
    found = oracles.numbers(head(FEATURES, CONTEXT))
    allowed = np.repeat(CONTEXT[:, None] + np.eye(1, 7, dtype=int), 2, axis=1) == 1
    np.testing.assert_allclose(found[allowed], expected[allowed], atol=1e-5)
    assert (found[~allowed] == -1e9).all()
    np.testing.assert_allclose(oracles.numbers(head(FEATURES)), expected, atol=1e-5)


def test_the_loss_takes_labels_of_start_and_end():
    head = built()
    labels = np.array([[2, 3], [0, 0], [5, 5], [0, 0]])
    logits = head(FEATURES, CONTEXT)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits)
    probs = oracles.softmax(oracles.numbers(logits))
    chosen = np.take_along_axis(probs, labels[..., None], -1)
    assert float(loss) == pytest.approx(-np.log(chosen).mean(), rel=1e-4)


def test_a_keras_mask_is_the_context_and_no_mask_of_the_output():
    head = built()
    ids = keras.Input((7,), dtype="int32")
    embedded = keras.layers.Embedding(3, 5, mask_zero=True)(ids)
    model = keras.Model(ids, head(embedded))
    words = np.array([[1, 2, 1, 0, 0, 0, 0], [2, 2, 1, 1, 2, 1, 1]])
    logits = model.predict(words, verbose=0)
    assert ((logits == -1e9) == (words == 0)[:, None]).all()
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    assert np.isfinite(model.evaluate(words, np.array([[0, 2], [3, 6]]), verbose=0))


@given(st.integers(0, 10_000), st.integers(1, 9), st.booleans())
def test_best_spans_against_all_pairs(seed, length, ties):
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(3, 2, 8))
    logits = np.round(logits) if ties else logits
    context = rng.integers(0, 2, (3, 8))
    expected = best(logits, length, context)
    found = SpanHead.best_spans(logits, length, context)
    masked = np.where(
        context[:, None] == 1, logits, np.eye(1, 8) * logits - (1 - np.eye(1, 8)) * 1e9
    )
    for one, same, wanted in zip(found, SpanHead.best_spans(masked, length), expected):
        np.testing.assert_allclose(one, wanted)
        np.testing.assert_allclose(same, wanted)
    assert (found[1] >= found[0]).all() and (found[1] - found[0] < length).all()


def test_no_answer():
    head = built()
    start, end, score, margin = head.best_spans(head(FEATURES, CONTEXT), 3, CONTEXT)
    assert (start[3], end[3], score[3], margin[3]) == (0, 0, -np.inf, np.inf)
    assert np.isfinite(score[:3]).all() and np.isfinite(margin[:3]).all()
    assert (start[:3] >= 2).all() and (end[:3] <= 5).all()


def test_wrong_inputs():
    logits = np.zeros((2, 2, 5))
    for bad, error, match in (
        ((logits, 0), ValueError, "`max_answer_length` must be an integer >= 1"),
        ((logits, 2.0), TypeError, "`max_answer_length` must be an integer"),
        ((logits[:, :1], 2), ValueError, r"`logits` must be finite, of shape \(batch, 2, seq\)"),
        ((logits * np.nan, 2), ValueError, "`logits` must be finite"),
        ((logits[0], 2), ValueError, "`logits` must have shape"),
        ((logits, 2, np.ones((2, 4))), ValueError, r"`context_mask` must have shape \(2, 5\)"),
    ):
        with pytest.raises(error, match=match):
            SpanHead.best_spans(*bad)
    with pytest.raises(ValueError, match="`context_mask` must have shape"):
        SpanHead()(FEATURES, CONTEXT[:, :5])
