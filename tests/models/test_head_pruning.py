"""Is a head's importance what the loss loses without it, and does pruning take it out exactly?"""

import keras
import numpy as np
import pytest
import tiny_models
from keras import ops

import keras_halluc as kh

pytestmark = pytest.mark.eager

PROMPTS, ANSWERS = ["the cat", "paris is", "a dog"], [" sat on", " in france", " and a cat"]


@pytest.fixture
def task():
    task = tiny_models.gpt2()
    kernels = [w for w in task.weights if w.path.endswith("attention_output/kernel")]
    for kernel in kernels:  # random ones are so small that no head matters
        kernel.assign(kernel * 20.0)
    return task


def rows(task):
    return kh.data.answer_inputs(task, PROMPTS, ANSWERS)


def kernel_of(task):
    (kernel,) = [w for w in task.weights if w.path.endswith("attention_output/kernel")]
    return kernel


def losses(task):
    """Cross-entropy of each row over its weighted tokens, from the logits."""
    x, y, weight = rows(task)
    logits = ops.convert_to_numpy(task(x, training=False)).astype("float64")
    logits -= logits.max(axis=-1, keepdims=True)
    log_probs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    chosen = -np.take_along_axis(log_probs, y[..., None].astype(int), axis=-1)[..., 0]
    return (chosen * weight).sum(axis=1) / weight.sum(axis=1)


def test_importance_is_the_slope_of_the_loss_by_a_factor_on_the_head(task):
    importance = kh.models.head_importance(task, *rows(task))
    kernel = kernel_of(task)
    whole, step = ops.convert_to_numpy(kernel).copy(), 0.01
    slopes = []
    for head in range(whole.shape[0]):
        ends = []
        for sign in (1, -1):
            value = whole.copy()
            value[head] *= 1 + sign * step
            kernel.assign(value)
            ends.append(losses(task))
        slopes.append(np.abs((ends[0] - ends[1]) / (2 * step)).mean())
    slopes = np.array(slopes) / np.linalg.norm(slopes)
    assert slopes.min() > 0.01  # or there is nothing to compare
    assert list(importance) == [kernel.path]
    np.testing.assert_allclose(importance[kernel.path], slopes, rtol=2e-2)


def test_it_does_not_touch_the_task(task):
    before = [ops.convert_to_numpy(weight).copy() for weight in task.weights]
    kh.models.head_importance(task, *rows(task))
    for value, weight in zip(before, task.weights):
        np.testing.assert_array_equal(value, ops.convert_to_numpy(weight))


def test_a_pruned_head_says_nothing(task):
    path, x = kernel_of(task).path, rows(task)[0]
    assert kh.models.prune_heads(task, 0.5, {path: np.array([0.9, 0.1])}) == [(path, 1)]
    pruned = ops.convert_to_numpy(task(x, training=False))
    values = [w for w in task.weights if w.path.endswith("/value/kernel")][0]
    changed = ops.convert_to_numpy(values).copy()
    changed[:, 1] *= -3.0  # whatever the head would have passed on
    values.assign(changed)
    np.testing.assert_array_equal(pruned, ops.convert_to_numpy(task(x, training=False)))
    changed[:, 0] *= -3.0
    values.assign(changed)
    assert np.abs(pruned - ops.convert_to_numpy(task(x, training=False))).max() > 1e-3


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (0.2, 0), (0.3, 1), (0.5, 1), (0.9, 2)])
def test_share_is_of_all_heads(task, share, count):
    path = kernel_of(task).path
    pruned = kh.models.prune_heads(task, share, {path: np.array([0.1, 0.9])})
    assert pruned == [(path, 0), (path, 1)][:count]
    zero = np.abs(ops.convert_to_numpy(kernel_of(task))).sum(axis=(1, 2)) == 0.0
    assert zero.sum() == count


def test_bad_input(task):
    path = kernel_of(task).path
    with pytest.raises(ValueError, match="`share` must be < 1"):
        kh.models.prune_heads(task, 1.0, {path: np.ones(2)})
    with pytest.raises(ValueError, match="`importance` must be what `head_importance` returned"):
        kh.models.prune_heads(task, 0.5, {path: np.ones(3)})
    with pytest.raises(TypeError, match="`task` must be a keras.Model"):
        kh.models.prune_heads("gpt2", 0.5, {})
    dense = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="must have attention layers"):
        kh.models.prune_heads(dense, 0.5, {})
    kh.models.enable_lora(task, rank=2)
    with pytest.raises(ValueError, match="must not have LoRA adapters"):
        kh.models.prune_heads(task, 0.5, {path: np.ones(2)})


def test_what_is_quantised_cannot_be_pruned(task):
    path = kernel_of(task).path
    for layer in task._flatten_layers():
        if layer.name == "attention_output":
            layer.quantize("int8")
    with pytest.raises(ValueError, match="quantise after pruning"):
        kh.models.prune_heads(task, 0.5, {path: np.ones(2)})


def test_layers_of_one_path_are_told_apart():
    layers = [keras.layers.MultiHeadAttention(2, 3, name="attention") for _ in range(2)]
    inputs = keras.Input((4, 5))
    middle = keras.Model(inputs, layers[0](inputs, inputs), name="same")
    other = keras.Input((4, 5))
    last = keras.Model(other, layers[1](other, other), name="same_too")
    task = keras.Model(inputs, last(middle(inputs)))
    kernels = [w for w in task.weights if w.path.endswith("attention_output/kernel")]
    assert len(kernels) == 2 and kernels[0].path == kernels[1].path
    names = [kernels[0].path, f"{kernels[0].path} (2)"]
    importance = dict(zip(names, (np.array([0.4, 0.3]), np.array([0.1, 0.2]))))
    assert kh.models.prune_heads(task, 0.5, importance) == [(names[1], 0), (names[1], 1)]
    zero = [not ops.convert_to_numpy(kernel).any() for kernel in kernels]
    assert zero == [False, True]
