"""Is the mixture right, also for tokens that stand twice or have no probability?"""

import keras
import numpy as np
import oracles
import pytest

import keras_halluc as kh
from keras_halluc.layers import PointerGenerator

RNG = np.random.default_rng(0)
HIDDEN = RNG.normal(size=(3, 2, 4)).astype("float32")
CONTEXT = RNG.normal(size=(3, 2, 3)).astype("float32")
LOGITS = (3 * RNG.normal(size=(3, 2, 9))).astype("float32")
ATTENTION = RNG.uniform(0.1, 1.0, (3, 2, 5)).astype("float32")
IDS = np.array([[7, 2, 7, 7, 0], [1, 1, 3, 99, -100], [4, 5, 6, 8, 8]])
MASK = np.array([[1, 1, 1, 0, 1], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]])


def expected(head, context=None, mask=MASK):
    """Probabilities and p_gen, with a loop over the source."""
    kernel, bias = map(oracles.numbers, head.dense.weights)
    features = HIDDEN if context is None else np.concatenate([HIDDEN, context], axis=-1)
    p_gen = 1.0 / (1.0 + np.exp(-(features.astype("float64") @ kernel + bias)))[..., 0]
    written, copied = oracles.softmax(LOGITS), np.zeros(LOGITS.shape)
    for b, t in np.ndindex(LOGITS.shape[:2]):
        for s, token in enumerate(IDS[b]):
            if mask[b, s] and 0 <= token < 9:
                copied[b, t, token] += ATTENTION[b, t, s]
        total = copied[b, t].sum()
        if total:
            copied[b, t] /= total
        else:
            p_gen[b, t] = 1.0
    return p_gen[..., None] * written + (1 - p_gen[..., None]) * copied, p_gen


def head_for(context=None, **kwargs):
    head = PointerGenerator(**kwargs)
    head.build(HIDDEN.shape, None if context is None else context.shape)
    return oracles.shaken(head)


@pytest.mark.parametrize("context", [None, CONTEXT])
def test_the_mixture_against_a_loop(context):
    head = head_for(context)
    found = head(HIDDEN, LOGITS, ATTENTION, IDS, MASK, context, return_generation=True)
    log_probs, p_gen = map(oracles.numbers, found)
    probs, wanted = expected(head, context)
    np.testing.assert_allclose(np.exp(log_probs), probs, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(p_gen, wanted, rtol=1e-5)
    np.testing.assert_allclose(np.exp(log_probs).sum(axis=-1), 1.0, atol=1e-5)
    assert (p_gen[2] == 1.0).all() and (p_gen[:2] < 1.0).all()


def test_without_a_mask_the_whole_source_counts():
    head = head_for()
    probs = np.exp(oracles.numbers(head(HIDDEN, LOGITS, ATTENTION, IDS)))
    np.testing.assert_allclose(probs, expected(head, mask=MASK * 0 + 1)[0], rtol=1e-4, atol=1e-7)


def test_the_scale_of_the_attention_does_not_matter():
    head = head_for()
    first, second = (head(HIDDEN, LOGITS, a, IDS, MASK) for a in (ATTENTION, ATTENTION / 64))
    np.testing.assert_allclose(oracles.numbers(first), oracles.numbers(second), atol=1e-5)


def test_all_maths_is_in_float32_under_mixed_precision():
    head = PointerGenerator(dtype="mixed_bfloat16")
    head.build(HIDDEN.shape)
    for weight in head.dense.weights:  # then p_gen is 0.5 in any precision
        weight.assign(np.zeros(weight.shape, "float32"))
    log_probs = oracles.numbers(head(HIDDEN, LOGITS, ATTENTION, IDS, MASK))
    np.testing.assert_allclose(np.exp(log_probs), expected(head)[0], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("logit", [-200.0, -np.inf])
def test_gradients_are_finite_where_the_probability_is_0(logit):
    head = head_for()
    logits, tensor = LOGITS.copy(), keras.ops.convert_to_tensor
    logits[:, :, 8] = logit  # and 8 stands in no source that counts
    variables = head.variables

    def loss(logits, attention, hidden):
        return -keras.ops.sum(head(hidden, logits, attention, IDS, MASK)[..., 8])

    value = float(oracles.numbers(loss(logits, ATTENTION, HIDDEN)))
    assert np.isfinite(value) and value > 6 * 40.0
    points = [tensor(x) for x in (logits, ATTENTION, HIDDEN)]
    for i, point in enumerate(points):

        def of(x, i=i):
            return loss(*points[:i], x, *points[i + 1 :])

        gradient = oracles.numbers(kh.ops.gradient_at(of, point, variables))
        assert np.isfinite(gradient).all()
        if i == 0 and np.isfinite(logit):  # it can still be learnt
            assert (gradient[2, :, 8] < -0.5).all()


def test_gradients_against_differences():
    head = head_for()

    def loss(attention):
        return keras.ops.sum(head(HIDDEN, LOGITS, attention, IDS, MASK)[:2, :, 1])

    gradient = kh.ops.gradient_at(loss, keras.ops.convert_to_tensor(ATTENTION), head.variables)
    gradient = oracles.numbers(gradient)
    for place in ((1, 0, 0), (1, 1, 2), (0, 0, 2), (0, 1, 3)):
        step = np.zeros_like(ATTENTION)
        step[place] = 1e-2
        sides = [float(oracles.numbers(loss(ATTENTION + sign * step))) for sign in (1, -1)]
        assert gradient[place] == pytest.approx((sides[0] - sides[1]) / 2e-2, rel=0.02, abs=1e-4)
    assert gradient[0, 1, 3] == 0.0  # masked


def test_it_is_a_loss_of_its_log_probabilities():
    head = head_for()
    log_probs = head(HIDDEN, LOGITS, ATTENTION, IDS, MASK)
    targets = np.array([[7, 2], [1, 3], [0, 8]])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(targets, log_probs)
    chosen = np.take_along_axis(expected(head)[0], targets[..., None], -1)
    assert float(loss) == pytest.approx(-np.log(chosen).mean(), rel=1e-4)


def test_wrong_inputs():
    head = head_for()
    with pytest.raises(ValueError, match="`context` must be given in every call or in none.*witho"):
        head(HIDDEN, LOGITS, ATTENTION, IDS, context=CONTEXT)
    with pytest.raises(ValueError, match="`context` must be given in every call.* built with it"):
        head_for(CONTEXT)(HIDDEN, LOGITS, ATTENTION, IDS)
    with pytest.raises(ValueError, match="`attention` must have shape"):
        head(HIDDEN, LOGITS, ATTENTION[:, :, :4], IDS)
    with pytest.raises(ValueError, match="`source_mask` must have shape"):
        head(HIDDEN, LOGITS, ATTENTION, IDS, MASK[:, :4])
