"""Is semantic entropy that of the probabilities of the meanings?"""

import math

import keras
import numpy as np
import pytest

from keras_halluc import ops
from keras_halluc.ops.semantic_uncertainty import meaning_masses

SHAPE = (4, 10)


def numbers(x):
    return keras.ops.convert_to_numpy(x)


def by_hand(clusters, log_probs):
    """Sample by sample in float64."""
    found = []
    for row, logs in zip(clusters, log_probs):
        mass = {}
        for cluster, log_prob in zip(row, logs):
            mass[cluster] = mass.get(cluster, 0.0) + math.exp(log_prob)
        total = sum(mass.values())
        found.append(-sum(m / total * math.log(m / total) for m in mass.values() if m))
    return found


def draw(seed):
    rng = np.random.default_rng(seed)
    clusters = rng.integers(0, 4, SHAPE)
    return clusters, rng.normal(-8.0, 3.0, SHAPE)


@pytest.mark.parametrize("seed", range(4))
def test_equal_to_the_entropy_by_hand(seed):
    clusters, log_probs = draw(seed)
    found = numbers(ops.semantic_entropy(clusters, log_probs))
    np.testing.assert_allclose(found, by_hand(clusters, log_probs), atol=1e-6)
    counted = numbers(ops.semantic_entropy(clusters, np.zeros(SHAPE)))
    np.testing.assert_allclose(counted, by_hand(clusters, np.zeros(SHAPE)), atol=1e-6)


def test_closed_forms():
    clusters = np.zeros(SHAPE, int)
    clusters[1] = np.arange(10)
    clusters[2] = [0] * 5 + [1] * 5
    clusters[3] = [0] * 9 + [1]
    found = numbers(ops.semantic_entropy(clusters, np.zeros(SHAPE)))
    expected = [0.0, math.log(10), math.log(2), -0.9 * math.log(0.9) - 0.1 * math.log(0.1)]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert found[0] == 0.0


def test_names_of_meanings_order_of_samples_and_scale_do_not_matter():
    clusters, log_probs = draw(0)
    expected = numbers(ops.semantic_entropy(clusters, log_probs))
    order = np.random.default_rng(1).permutation(SHAPE[1])
    for same in (
        (np.array([7, 3, 99, -1])[clusters], log_probs),
        (clusters[:, order], log_probs[:, order]),
        (clusters, log_probs - 1000.0),
        (clusters, log_probs + 300.0),
    ):
        np.testing.assert_allclose(numbers(ops.semantic_entropy(*same)), expected, atol=2e-5)
    np.testing.assert_allclose(
        numbers(ops.semantic_entropy(clusters[::-1], log_probs[::-1]))[::-1], expected, atol=1e-6
    )


def test_merging_two_meanings_never_raises_it():
    clusters, log_probs = draw(2)
    merged = np.where(clusters == 3, 2, clusters)
    more = numbers(ops.semantic_entropy(clusters, log_probs))
    assert (numbers(ops.semantic_entropy(merged, log_probs)) <= more + 1e-6).all()


def test_a_sample_can_be_left_out():
    clusters, log_probs = draw(3)
    log_probs[:, 4:] = -np.inf
    log_probs[3] = -np.inf
    found = numbers(ops.semantic_entropy(clusters, log_probs))
    np.testing.assert_allclose(found[:3], by_hand(clusters[:3], log_probs[:3]), atol=1e-6)
    assert found[3] == 0.0
    weights, masses = map(numbers, meaning_masses(clusters, log_probs))
    np.testing.assert_allclose(weights.sum(-1), [1, 1, 1, 0], atol=1e-6)
    for row in range(4):
        for at in range(10):
            same = clusters[row] == clusters[row, at]
            assert masses[row, at] == pytest.approx(weights[row][same].sum(), abs=1e-6)


@pytest.mark.parametrize("count", [1, 3, 4])
def test_one_meaning_has_no_negative_zero(count):
    (found,) = numbers(ops.semantic_entropy([[7] * count], [[0.0] * count])).tolist()
    assert str(found) == "0.0"


def test_bad_arguments_raise():
    with pytest.raises(ValueError, match=r"`clusters` must have shape \(batch, sample\)"):
        ops.semantic_entropy([0, 1], [0.0, 0.0])
    with pytest.raises(ValueError, match=r"`log_probs` must have shape \(1, 2\).*\(1, 3\)"):
        ops.semantic_entropy([[0, 1]], [[0.0, 0.0, 0.0]])
