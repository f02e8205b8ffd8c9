"""Do modalities that are there decide alone, and by the rule that is stated?"""

import keras
import numpy as np
import oracles
import pytest
from kinds import quick_on_torch

from keras_halluc.layers import CrossModalFusion
from keras_halluc.layers import DecisionFusion
from keras_halluc.layers import FeatureFusion

pytestmark = pytest.mark.eager

RNG = np.random.default_rng(0)
PRESENT = np.array([[1, 1, 1], [1, 0, 1], [0, 0, 1], [0, 0, 0]])
VECTORS = [RNG.normal(size=(4, n)).astype("float32") for n in (5, 3, 2)]
LOGITS = [2 * RNG.normal(size=(4, 3)).astype("float32") for _ in range(3)]
SEQUENCES = [RNG.normal(size=(4, n, m)).astype("float32") for n, m in ((3, 5), (4, 3), (2, 6))]
MASKS = [np.array([[1] * n, [1] * (n - 1) + [0], [1] * n, [1] * n]) for n in (3, 4, 2)]


def built(layer, inputs):
    layer.build([x.shape for x in inputs])
    return oracles.shaken(layer)


def dense(layer, x):
    kernel, bias = (oracles.numbers(w) for w in layer.weights)
    return x.astype("float64") @ kernel + bias


@pytest.mark.parametrize("combine", ["gated", "mean", "concat"])
def test_features_against_a_loop(combine):
    layer = built(FeatureFusion(4, combine), VECTORS)
    found = oracles.numbers(layer(VECTORS, PRESENT))
    for row, present in enumerate(PRESENT):
        parts = [
            np.tanh(dense(projection, x[row])) * there
            for projection, x, there in zip(layer.projections, VECTORS, present)
        ]
        here = [i for i in range(3) if present[i]]
        if combine == "concat":
            expected = np.concatenate(parts)
        elif not here:
            expected = np.zeros(4)
        elif combine == "mean":
            expected = np.mean([parts[i] for i in here], axis=0)
        else:
            scores = [dense(layer.gates[i], parts[i])[0] for i in here]
            expected = sum(w * parts[i] for w, i in zip(oracles.softmax(scores), here))
        np.testing.assert_allclose(found[row], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("rule", ["mixture", "product"])
def test_decisions_against_a_loop(rule):
    layer = built(DecisionFusion(rule), LOGITS)
    votes = np.array([0.3, -1.0, 2.0])
    layer.votes.assign(votes)
    found = oracles.numbers(layer(LOGITS, PRESENT))
    for row, present in enumerate(PRESENT):
        here = [i for i in range(3) if present[i]]
        probs = [oracles.softmax(LOGITS[i][row]) for i in here]
        expected = np.full(3, 1 / 3)
        if here and rule == "mixture":
            expected = sum(w * p for w, p in zip(oracles.softmax(votes[here]), probs))
        elif here:
            mixed = sum(w * np.log(p) for w, p in zip(oracles.softmax(votes[here]), probs))
            expected = oracles.softmax(mixed)
        np.testing.assert_allclose(np.exp(found[row]), expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1.0, atol=1e-5)


def test_decisions_are_in_float32_under_mixed_precision():
    layers = [built(DecisionFusion(dtype=dtype), LOGITS) for dtype in ("mixed_bfloat16", None)]
    found = [oracles.numbers(layer(LOGITS, PRESENT)) for layer in layers]
    np.testing.assert_allclose(*found, atol=1e-6)


@quick_on_torch
def test_a_decision_learns_whom_to_trust():
    labels = np.arange(40) % 2
    right = np.where(np.eye(2)[labels] > 0, 2.0, 0.0).astype("float32")
    inputs = [keras.Input((2,)), keras.Input((2,))]
    layer = DecisionFusion()
    model = keras.Model(inputs, layer(inputs))
    model.compile(keras.optimizers.Adam(0.1), "sparse_categorical_crossentropy")
    model.compile(
        keras.optimizers.Adam(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    model.fit([right[::-1].copy(), right], labels, epochs=30, verbose=0)
    votes = oracles.numbers(layer.votes)
    assert votes[1] > votes[0] + 2.0


@pytest.mark.parametrize("masked", [True, False])
def test_sequences_against_loops(masked):
    layer = built(CrossModalFusion(4, 2), SEQUENCES)
    masks = MASKS if masked else [np.ones_like(m) for m in MASKS]
    found = oracles.numbers(layer(SEQUENCES, PRESENT, mask=MASKS if masked else None))
    counts = [mask * PRESENT[:, i : i + 1] for i, mask in enumerate(masks)]
    read = [dense(p, x) for p, x in zip(layer.projections, SEQUENCES)]
    for i in range(3):
        others = [j for j in range(3) if j != i]
        memory = np.concatenate([read[j] for j in others], axis=1)
        allowed = np.concatenate([counts[j] for j in others], axis=1)
        allowed = np.repeat(allowed[:, None], read[i].shape[1], axis=1)
        seen, _ = oracles.attention(layer.attentions[i], read[i], memory, allowed)
        seen = np.where(allowed.any(axis=-1, keepdims=True), seen, 0.0)
        gamma, beta = (oracles.numbers(w) for w in layer.norms[i].weights)
        mixed = read[i] + seen
        centred = mixed - mixed.mean(axis=-1, keepdims=True)
        normed = gamma * centred / np.sqrt(centred.var(axis=-1, keepdims=True) + 1e-3) + beta
        for row in range(4):
            places = np.flatnonzero(counts[i][row])
            expected = normed[row, places].mean(axis=0) if len(places) else np.zeros(4)
            part = found[row, 4 * i : 4 * i + 4]
            np.testing.assert_allclose(part, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("with_present", [True, False])
def test_keras_masks_of_sequences_are_those_given(with_present):
    layer = built(CrossModalFusion(4, 2), [np.ones((2, 3, 5)), np.ones((2, 3, 5))])
    embed = keras.layers.Embedding(4, 5, mask_zero=True)
    ids = [np.array([[1, 2, 3], [3, 0, 0]]), np.array([[2, 2, 0], [1, 3, 0]])]
    kwargs = {"present": np.array([[1, 1], [1, 0]])} if with_present else {}
    sequences = [embed(x) for x in ids]
    plain = [keras.ops.convert_to_tensor(oracles.numbers(x).astype("float32")) for x in sequences]
    found = oracles.numbers(layer(sequences, **kwargs))
    expected = oracles.numbers(layer(plain, mask=[x > 0 for x in ids], **kwargs))
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert abs(found - oracles.numbers(layer(plain, **kwargs))).max() > 1e-3


@pytest.mark.parametrize(
    "layer, inputs",
    [
        (FeatureFusion(4), VECTORS),
        (DecisionFusion(), LOGITS),
        (CrossModalFusion(4, 2), SEQUENCES),
    ],
    ids=lambda x: type(x).__name__,
)
def test_all_are_there_where_nothing_is_said(layer, inputs):
    found = oracles.numbers(layer(inputs))
    expected = oracles.numbers(layer(inputs, present=np.ones((4, 3), bool)))
    np.testing.assert_allclose(found, expected, atol=1e-6)
    with pytest.raises(ValueError, match=r"`present` must have shape \(4, 3\)"):
        layer(inputs, present=np.ones((4, 2)))
    with pytest.raises(ValueError, match="`inputs` must be a list of at least two tensors"):
        type(layer).from_config(layer.get_config())(inputs[:1])


def test_classifiers_have_the_same_classes():
    with pytest.raises(ValueError, match="`inputs` must all have the same classes"):
        DecisionFusion()([LOGITS[0], LOGITS[1][:, :2]])
