"""Is the lookback ratio that of its definition, whatever is padded?"""

import keras
import numpy as np
import pytest

from keras_halluc.ops import lookback_ratio


def attention(batch=3, heads=2, length=7, seed=0):
    """Causal rows that sum to 1."""
    weights = np.random.default_rng(seed).uniform(0.1, 1.0, (batch, heads, length, length))
    weights *= np.tril(np.ones((length, length)))
    return weights / weights.sum(axis=-1, keepdims=True)


def oracle(weights, prompt_end, answer_end):
    ratios = []
    for query in range(prompt_end, answer_end):
        on_prompt = np.mean([weights[query, key] for key in range(prompt_end)])
        on_answer = np.mean([weights[query, key] for key in range(prompt_end, query + 1)])
        ratios.append(on_prompt / (on_prompt + on_answer))
    return np.mean(ratios) if ratios else 0.0


def test_definition():
    weights = attention()
    ends = np.array([[3, 7], [1, 5], [4, 4]])
    found = keras.ops.convert_to_numpy(lookback_ratio(weights, ends))
    assert found.shape == (3, 2) and found.dtype == "float32"
    for row, (prompt_end, answer_end) in enumerate(ends):
        for head in range(2):
            expected = oracle(weights[row, head], prompt_end, answer_end)
            assert found[row, head] == pytest.approx(expected, abs=1e-6)


def test_even_attention_and_none_on_the_prompt():
    even = np.tril(np.ones((1, 1, 6, 6))) / np.arange(1, 7)[:, None]
    assert float(lookback_ratio(even, [[2, 6]])[0, 0]) == pytest.approx(0.5)
    itself = np.eye(6)[None, None]
    assert float(lookback_ratio(itself, [[2, 6]])[0, 0]) == 0.0
    first = np.zeros((1, 1, 6, 6))
    first[..., 0] = 1.0
    assert float(lookback_ratio(first, [[2, 6]])[0, 0]) == 1.0


def test_padding_changes_nothing():
    weights = attention()
    ends = np.array([[3, 7], [1, 5], [4, 6]])
    padded = np.full((3, 2, 9, 9), 0.5)
    padded[:, :, :7, :7] = weights
    padded[:, :, :7, 7:] = 0.0
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(lookback_ratio(padded, ends)),
        keras.ops.convert_to_numpy(lookback_ratio(weights, ends)),
        rtol=1e-6,
    )


def test_wrong_shapes():
    with pytest.raises(ValueError, match="`attention` must have shape"):
        lookback_ratio(np.ones((2, 3, 3)), [[1, 2]])
    with pytest.raises(ValueError, match="`ends` must have shape"):
        lookback_ratio(attention(), [[1, 2]])
