"""Is the attention that of Keras, and are attributions and lookback ratio what they say?"""

import keras
import numpy as np
import oracles
import pytest

from keras_halluc.layers import GroundedAttention

pytestmark = pytest.mark.eager

RNG = np.random.default_rng(0)
OWN = RNG.normal(size=(3, 4, 6)).astype("float32")
SOURCE = RNG.normal(size=(3, 5, 6)).astype("float32")
OWN_MASK = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 1, 1]])
SOURCE_MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [0, 1, 0, 1, 1]])
PREFIX = np.tril(np.ones((4, 4), int))


def built(**kwargs):
    layer = GroundedAttention(2, 3, **kwargs)
    layer.build(OWN.shape, SOURCE.shape)
    return oracles.shaken(layer)


@pytest.mark.parametrize("value_dim", [None, 4])
def test_it_equals_keras_attention_over_source_and_prefix(value_dim):
    layer = built(value_dim=value_dim)
    plain = keras.layers.MultiHeadAttention(2, 3, value_dim)
    plain.build(OWN.shape, (3, 9, 6))
    plain.set_weights(layer.get_weights())
    allowed = np.concatenate([np.ones((3, 4, 5)), np.broadcast_to(PREFIX, (3, 4, 4))], axis=2)
    memory = np.concatenate([SOURCE, OWN], axis=1)
    expected, weights = plain(OWN, memory, attention_mask=allowed, return_attention_scores=True)
    out, attributions, _ = layer(OWN, SOURCE, return_attributions=True)
    for found in (layer(OWN, SOURCE), out):
        np.testing.assert_allclose(
            oracles.numbers(found), oracles.numbers(expected), rtol=1e-6, atol=1e-6
        )
    weights = oracles.numbers(weights).mean(axis=1)[..., :5]
    np.testing.assert_allclose(oracles.numbers(attributions), weights, atol=1e-6)


def test_it_equals_keras_attention_over_the_source_alone():
    layer = built(attend_own=False, use_bias=False)
    plain = keras.layers.MultiHeadAttention(2, 3, use_bias=False)
    plain.build(OWN.shape, SOURCE.shape)
    plain.set_weights(layer.get_weights())
    found, expected = oracles.numbers(layer(OWN, SOURCE)), oracles.numbers(plain(OWN, SOURCE))
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("attend_own", [True, False])
def test_output_attributions_and_ratio_against_loops(attend_own):
    layer = built(attend_own=attend_own)
    allowed = np.repeat(SOURCE_MASK[:, None], 4, axis=1)
    memory = SOURCE
    if attend_own:
        allowed = np.concatenate([allowed, PREFIX * OWN_MASK[:, None]], axis=2)
        memory = np.concatenate([SOURCE, OWN], axis=1)
    expected, weights = oracles.attention(layer.attention, OWN, memory, allowed)
    found = layer(OWN, SOURCE, SOURCE_MASK, OWN_MASK, return_attributions=True)
    out, attributions, ratio = map(oracles.numbers, found)
    np.testing.assert_allclose(out[OWN_MASK == 1], expected[OWN_MASK == 1], atol=1e-5)
    assert ratio.shape == (3, 4, 2)
    for b, t in np.ndindex(3, 4):
        if not OWN_MASK[b, t]:
            assert (attributions[b, t] == 0).all() and (ratio[b, t] == 0).all()
            continue
        on_source, on_own = weights[b, :, t, :5], weights[b, :, t, 5:]
        np.testing.assert_allclose(attributions[b, t], on_source.mean(axis=0), atol=1e-6)
        for head in range(2):
            looks_back = np.mean([on_source[head, s] for s in range(5) if SOURCE_MASK[b, s]])
            own = [on_own[head, s] for s in range(t + 1) if OWN_MASK[b, s]] if attend_own else [0]
            wanted = looks_back / (looks_back + np.mean(own))
            assert ratio[b, t, head] == pytest.approx(wanted, abs=1e-5)


def test_later_words_have_no_influence():
    layer = built()
    later = OWN.copy()
    later[:, 2:] += 5.0
    first, second = (oracles.numbers(layer(x, SOURCE)) for x in (OWN, later))
    np.testing.assert_allclose(first[:, :2], second[:, :2], atol=1e-6)
    assert (abs(first[:, 2:] - second[:, 2:]) > 1e-3).any()


def test_keras_masks_are_those_given():
    layer = built()
    ids = [OWN_MASK[1:] * 3, SOURCE_MASK[1:] * 2]
    embed = keras.layers.Embedding(4, 6, mask_zero=True)
    own, source = embed(ids[0]), embed(ids[1])
    found = layer(own, source, return_attributions=True)
    plain = [
        keras.ops.convert_to_tensor(oracles.numbers(x).astype("float32")) for x in (own, source)
    ]
    expected = layer(*plain, ids[1] > 0, ids[0] > 0, return_attributions=True)
    without = layer(*plain, return_attributions=True)
    for one, wanted, other in zip(found, expected, without):
        np.testing.assert_allclose(oracles.numbers(one), oracles.numbers(wanted), atol=1e-6)
        assert abs(oracles.numbers(one) - oracles.numbers(other)).max() > 1e-3
    again = layer(own, source)  # the masks are still there
    np.testing.assert_allclose(oracles.numbers(again), oracles.numbers(found[0]), atol=1e-6)


def test_a_keras_mask_goes_on_to_the_loss():
    inputs = [keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")]
    embed = keras.layers.Embedding(5, 6, mask_zero=True)
    own, source = (embed(x) for x in inputs)
    model = keras.Model(inputs, GroundedAttention(2, 3)(own, source))
    model.compile(loss="mae")
    ids, source_ids = OWN_MASK[:2] * 3, SOURCE_MASK[:2] * 2
    targets = np.zeros((2, 4, 6), "float32")
    loss = model.evaluate([ids, source_ids], targets, verbose=0)
    rows = abs(model.predict([ids, source_ids], verbose=0)).mean(axis=-1)
    assert loss == pytest.approx(rows[ids > 0].mean(), rel=1e-4)


@pytest.mark.parametrize("junk", [np.nan, 1e4])
def test_without_anything_to_attend_to_the_output_is_constant(junk):
    layer = built(attend_own=False)
    source = np.full_like(SOURCE, junk)
    out, attributions, ratio = layer(OWN, source, SOURCE_MASK * 0, return_attributions=True)
    out = oracles.numbers(out)
    np.testing.assert_allclose(out, np.broadcast_to(out[:1, :1], out.shape), atol=1e-6)
    assert np.isfinite(out).all()
    assert not oracles.numbers(attributions).any() and not oracles.numbers(ratio).any()


def test_rows_of_attributions_are_the_share_of_the_source():
    found = built(dtype="mixed_bfloat16")(OWN, SOURCE, return_attributions=True)
    assert keras.backend.standardize_dtype(found[0].dtype) == "bfloat16"
    for one in found[1:]:
        assert keras.backend.standardize_dtype(one.dtype) == "float32"
    alone = built(attend_own=False)(OWN, SOURCE, SOURCE_MASK, return_attributions=True)
    np.testing.assert_allclose(oracles.numbers(alone[1]).sum(axis=-1), 1.0, atol=1e-6)
    np.testing.assert_allclose(oracles.numbers(alone[2]), 1.0, atol=1e-6)


def test_a_source_of_another_size():
    source = np.ones((3, 5, 7), "float32")
    assert tuple(GroundedAttention(2, 3, attend_own=False)(OWN, source).shape) == OWN.shape
    with pytest.raises(ValueError, match="`source` must have the last axis of `own`.*(3, 5, 7)"):
        GroundedAttention(2, 3)(OWN, source)


def test_wrong_inputs():
    layer = GroundedAttention(2, 3)
    with pytest.raises(ValueError, match="`source_mask` must have shape"):
        layer(OWN, SOURCE, source_mask=np.ones((3, 4)))
    with pytest.raises(ValueError, match="`own_mask` must have shape"):
        layer(OWN, SOURCE, own_mask=np.ones((3, 5)))
    with pytest.raises(ValueError, match="`own` must have shape"):
        layer(OWN[:, 0], SOURCE)
