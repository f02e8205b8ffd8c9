"""Do the heads for tokens, pairs and numbers compute what they say?"""

import keras
import numpy as np
import oracles
import pytest
from kinds import quick_on_torch

from keras_halluc.layers import PairHead
from keras_halluc.layers import RegressionHead
from keras_halluc.layers import TokenTaggingHead

pytestmark = pytest.mark.eager

RNG = np.random.default_rng(0)
U, V = RNG.normal(size=(2, 6, 4)).astype("float32")
TOKENS = RNG.normal(size=(3, 5, 4)).astype("float32")


def built(layer, shape):
    layer.build(shape)
    return oracles.shaken(layer)


def dense(layer, x):
    kernel, bias = (oracles.numbers(w) for w in layer.weights)
    return x.astype("float64") @ kernel + bias


@pytest.mark.parametrize("hidden_dim", [None, 7])
def test_a_pair_is_read_as_u_v_difference_and_product(hidden_dim):
    head = built(PairHead(3, hidden_dim), [U.shape, V.shape])
    features = np.concatenate([U, V, np.abs(U - V), U * V], axis=-1)
    if hidden_dim is not None:
        features = np.tanh(dense(head.between, features))
    found = oracles.numbers(head([U, V]))
    np.testing.assert_allclose(found, dense(head.dense, features), rtol=1e-4, atol=1e-5)
    assert abs(found - oracles.numbers(head([V, U]))).max() > 0.1  # premise is not hypothesis


def test_a_pair_has_two_of_one_size():
    with pytest.raises(ValueError, match="`pair` must be a list of two tensors"):
        PairHead(3)([U, V, U])
    with pytest.raises(ValueError, match="`pair` must be a list of two tensors"):
        PairHead(3)(U)
    with pytest.raises(ValueError, match=r"`pair\[1\]` must have shape \(6, 4\)"):
        PairHead(3)([U, V[:, :3]])


def test_tags_are_a_projection_of_each_token():
    head = built(TokenTaggingHead(3), TOKENS.shape)
    found = oracles.numbers(head(TOKENS))
    np.testing.assert_allclose(found, dense(head.dense, TOKENS), rtol=1e-4, atol=1e-5)


def test_padding_does_not_count_in_the_loss_of_tags():
    ids = np.array([[1, 2, 3, 0, 0], [3, 2, 1, 1, 2], [2, 0, 0, 0, 0]])
    tags = RNG.integers(0, 3, ids.shape)
    inputs = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(4, 4, mask_zero=True)(inputs)
    model = keras.Model(inputs, TokenTaggingHead(3)(embedded))
    model.set_weights([w + RNG.normal(size=w.shape) for w in model.get_weights()])
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    probs = oracles.softmax(model.predict(ids, verbose=0))
    losses = -np.log(np.take_along_axis(probs, tags[..., None], -1))[..., 0]
    loss = model.evaluate(ids, tags, verbose=0)
    assert loss == pytest.approx(losses[ids > 0].mean(), rel=1e-4)
    assert loss != pytest.approx(losses.mean(), rel=1e-3)


def test_a_number_is_a_projection_and_stays_within_its_bounds():
    free, bounded = (built(h, U.shape) for h in (RegressionHead(), RegressionHead(1.0, 5.0)))
    bounded.set_weights(free.get_weights())
    plain = dense(free.dense, U)
    assert tuple(free(U).shape) == (6, 1)
    np.testing.assert_allclose(oracles.numbers(free(U)), plain, rtol=1e-4, atol=1e-5)
    expected = 1.0 + 4.0 / (1.0 + np.exp(-plain))
    np.testing.assert_allclose(oracles.numbers(bounded(U)), expected, rtol=1e-4)
    bounded.dense.kernel.assign(np.ones((4, 1)))
    extreme = oracles.numbers(bounded(np.array([[1e4] * 4, [-1e4] * 4], "float32")))
    np.testing.assert_allclose(extreme, [[5.0], [1.0]])
    assert tuple(bounded(TOKENS).shape) == (3, 5, 1)


def test_bounds_are_two_in_order():
    with pytest.raises(ValueError, match="`minimum` and `maximum` must both be given, or neither"):
        RegressionHead(maximum=2.0)
    with pytest.raises(ValueError, match="`maximum` must be > 3.0. Received: maximum=2.0"):
        RegressionHead(3.0, 2.0)


@quick_on_torch
@pytest.mark.parametrize("head", [RegressionHead(-1.0, 1.0), RegressionHead()])
def test_a_number_is_learnt_with_weights_of_rows(head):
    model = keras.Sequential([keras.Input((4,)), head])
    targets = np.tanh(U @ np.float32([1, -1, 0.5, 0]))
    weight = np.array([1, 1, 1, 1, 0, 0], "float32")
    model.compile(keras.optimizers.Adam(0.05), "mse", weighted_metrics=["mae"])
    history = model.fit(U, targets, sample_weight=weight, epochs=60, verbose=0).history
    assert history["loss"][-1] < 0.1 * history["loss"][0]
    error = abs(model.predict(U, verbose=0)[:, 0] - targets)
    logs = model.evaluate(U, targets, sample_weight=weight, verbose=0, return_dict=True)
    assert logs["mae"] == pytest.approx(error[:4].mean(), rel=1e-3)
