"""Is RAUQ the recurrence of its paper?"""

import math

import numpy as np
import pytest

from keras_halluc import generation


def by_hand(log_probs, attention, mask, alpha):
    """One answer, token by token, from the formulas: `attention` is `(layer, head, seq)`."""
    tokens = [i for i, m in enumerate(mask) if m]
    worst = -math.inf
    for layer in attention:
        means = [np.mean([head[i] for i in tokens[1:]] or [0.0]) for head in layer]
        head = layer[int(np.argmax(means))]
        confidence, total = math.exp(log_probs[tokens[0]]), 0.0
        for place, i in enumerate(tokens):
            if place:
                confidence = alpha * math.exp(log_probs[i]) + (1 - alpha) * head[i] * confidence
            total -= math.log(confidence)
        worst = max(worst, total / len(tokens))
    return worst


def draw(seed, batch=5, layers=3, heads=4, seq=9):
    rng = np.random.default_rng(seed)
    starts, lengths = rng.integers(0, 3, batch), rng.integers(1, 6, batch)
    places = np.arange(seq)
    mask = (places >= starts[:, None]) & (places < (starts + lengths)[:, None])
    log_probs = np.log(rng.uniform(0.01, 1.0, (batch, seq)))
    return log_probs, rng.uniform(size=(batch, layers, heads, seq)), mask


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("alpha", [0.2, 0.7])
def test_equal_to_the_formulas(seed, alpha):
    log_probs, attention, mask = draw(seed)
    expected = [by_hand(*row, alpha) for row in zip(log_probs, attention, mask)]
    found = generation.rauq_score(log_probs, attention, mask, alpha)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_closed_forms():
    log_probs, attention, mask = draw(0)
    found = generation.rauq_score(log_probs, attention, mask, 1.0)
    means = [-row[m].mean() for row, m in zip(log_probs, mask)]
    np.testing.assert_allclose(found, means, rtol=1e-6)  # no attention: the mean log-probability
    sure = generation.rauq_score(np.zeros((1, 3)), np.ones((1, 2, 2, 3)), np.ones((1, 3)), 0.2)
    assert sure.tolist() == [0.0]
    blind = generation.rauq_score(np.zeros((1, 2)), np.zeros((1, 1, 1, 2)), np.ones((1, 2)), 0.2)
    assert blind[0] == pytest.approx(-math.log(0.2) / 2)  # the second token: 0.2 * 1 + 0.8 * 0
    one = generation.rauq_score([[math.log(0.5), -9.0]], np.ones((1, 2, 2, 2)), [[1, 0]], 0.2)
    assert one[0] == pytest.approx(-math.log(0.5))


def test_padding_order_and_the_first_look_do_not_matter():
    log_probs, attention, mask = draw(1)
    expected = generation.rauq_score(log_probs, attention, mask, 0.2)
    hidden = ~mask
    log_probs[hidden] = np.nan
    attention[np.broadcast_to(hidden[:, None, None], attention.shape)] = np.inf
    for row, m in enumerate(mask):
        attention[row, :, :, np.flatnonzero(m)[0]] = 7.0
    np.testing.assert_array_equal(generation.rauq_score(log_probs, attention, mask, 0.2), expected)
    turned = generation.rauq_score(log_probs[::-1], attention[::-1, ::-1, ::-1], mask[::-1], 0.2)
    np.testing.assert_allclose(turned[::-1], expected, rtol=1e-12)


def test_an_answer_without_tokens_has_none():
    log_probs, attention, mask = draw(2)
    mask[1] = False
    found = generation.rauq_score(log_probs, attention, mask, 0.2)
    assert np.isnan(found).tolist() == [False, True, False, False, False]


def test_bad_arguments_raise():
    log_probs, attention, mask = draw(0)
    with pytest.raises(ValueError, match="`alpha` must be > 0"):
        generation.rauq_score(log_probs, attention, mask, 0.0)
    with pytest.raises(ValueError, match=r"`mask` must have shape \(5, 9\)"):
        generation.rauq_score(log_probs, attention, mask[:, :4], 0.2)
    with pytest.raises(ValueError, match=r"`attention` must have shape \(5, 3, 4, 9\)"):
        generation.rauq_score(log_probs, attention[..., :4], mask, 0.2)
    with pytest.raises(
        ValueError, match=r"`attention` must have shape \(batch, layer, head, seq\)"
    ):
        generation.rauq_score(log_probs, attention[0], mask, 0.2)
