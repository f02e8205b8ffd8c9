"""Do lower layers get smaller steps, exactly, and does that survive saving?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc.schedules.weight_depth import weight_depths

pytestmark = [
    pytest.mark.skipif(
        not hasattr(keras.optimizers, "MultiOptimizer"), reason="this Keras has no MultiOptimizer"
    ),
    pytest.mark.eager,
]


def depth_by_path(task):
    paths = [variable.path for variable in task.trainable_variables]
    return dict(zip(paths, weight_depths(task), strict=True))


def stack():
    """Three dense layers of one weight each; every gradient is 1 where the inputs are."""
    layers = [keras.layers.Dense(1, use_bias=False, name=f"dense_{i}") for i in range(3)]
    model = keras.Sequential([keras.Input((1,)), *layers])
    model.set_weights([np.ones((1, 1))] * 3)
    return model


def test_depth_of_a_kerashub_task():
    task = tiny_models.gpt2()
    found = depth_by_path(task)
    for path, depth in found.items():
        if "embedding" in path:
            assert depth == 0, path
        elif "transformer_layer_0" in path:
            assert depth == 1, path
    assert set(found.values()) == {0, 1, 2}


def test_depth_of_encoder_and_decoder():
    found = depth_by_path(tiny_models.bart())
    encoder = {d for path, d in found.items() if "transformer_encoder_layer" in path}
    decoder = {d for path, d in found.items() if "transformer_decoder_layer" in path}
    assert encoder == {1} and decoder == {2}
    assert {d for path, d in found.items() if "token_embedding" in path} == {0}


def test_depth_of_rwkv_which_calls_its_blocks_otherwise():
    found = depth_by_path(tiny_models.rwkv())
    for path, depth in found.items():
        block = path.partition("/")[0]
        levels = {"token_embedding": 0, "rwkv_layer_0": 1, "rwkv_layer_1": 2}
        assert depth == levels.get(block, 3), path
    assert set(found.values()) == {0, 1, 2, 3}


@quick_on_torch
def test_weights_of_one_path_each_get_their_own_step(tmp_path):
    """The tables of encoder and decoder of a T5 have one path and lie at different depths."""
    model = tiny_models.t5()
    weights, depths = model.trainable_variables, weight_depths(model)
    tables = [i for i, weight in enumerate(weights) if "attention/embeddings" in weight.path]
    assert len({weights[i].path for i in tables}) == 1 and len(tables) == 2
    assert [depths[i] for i in tables] == [1, 3]
    optimizer = kh.schedules.layerwise_optimizer(keras.optimizers.SGD(0.5), model, decay=0.1)
    weights[0].trainable = False  # and what is asked for is no longer all there was
    model.compile(optimizer, loss="mse")
    rates = {0: 0.5e-5, 1: 0.5e-4, 2: 0.5e-3, 3: 0.5e-2, 4: 0.5e-1, 5: 0.5}
    left = zip(model.trainable_variables, depths[1:], strict=True)
    optimizer.build(model.trainable_variables)
    for weight, depth in left:
        before = np.array(keras.ops.convert_to_numpy(weight))
        chosen = [float(v is weight) for v in model.trainable_variables]
        ones = [keras.ops.full(v.shape, one) for v, one in zip(model.trainable_variables, chosen)]
        optimizer.apply(ones, model.trainable_variables)
        moved = before - keras.ops.convert_to_numpy(weight)
        np.testing.assert_allclose(moved, rates[depth], rtol=0.01, err_msg=weight.path)
    loaded = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(optimizer))
    names = [loaded._optimizer_map(variable).name for variable in model.trainable_variables]
    assert names == [f"layer_{depth}" for depth in depths[1:]]


def test_steps_shrink_by_the_decay():
    model = stack()
    optimizer = kh.schedules.layerwise_optimizer(keras.optimizers.SGD(0.5), model, decay=0.1)
    model.compile(optimizer, loss=lambda y, p: p)
    model.fit(np.ones((1, 1)), np.ones((1, 1)), verbose=0)
    moved = [1.0 - float(weight[0, 0]) for weight in model.get_weights()]
    # depths 1, 2, 3, and a head above them that has no weights
    np.testing.assert_allclose(moved, [0.005, 0.05, 0.5], rtol=1e-4)


def test_adam_steps_shrink_too_and_a_schedule_is_scaled():
    """Scaled gradients would not change a step of Adam; scaled rates do."""
    model = stack()
    rate = kh.schedules.WarmupLinear(0.1, 1000)
    optimizer = kh.schedules.layerwise_optimizer(keras.optimizers.AdamW(rate), model, decay=0.1)
    model.compile(optimizer, loss=lambda y, p: p)
    before = model.get_weights()
    model.fit(np.ones((1, 1)), np.ones((1, 1)), verbose=0)
    moved = [abs(float((a - b)[0, 0])) for a, b in zip(before, model.get_weights())]
    np.testing.assert_allclose(np.divide(moved[1:], moved[:-1]), 10.0, rtol=0.01)


@quick_on_torch
def test_decay_1_is_the_plain_optimizer():
    weights = []
    for wrap in (False, True):
        task = tiny_models.gpt2()
        optimizer = keras.optimizers.Adam(0.01)
        if wrap:
            optimizer = kh.schedules.layerwise_optimizer(optimizer, task, decay=1.0)
        tuner = kh.models.FineTuner(task)
        tuner.compile(optimizer)
        tuner.fit(tiny_models.TEXTS, batch_size=4, shuffle=False, verbose=0)
        weights.append(task.get_weights())
    for a, b in zip(*weights):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


@quick_on_torch
def test_saved_and_loaded(tmp_path):
    task = tiny_models.gpt2()
    optimizer = kh.schedules.layerwise_optimizer(keras.optimizers.Adam(0.01), task, decay=0.5)
    tuner = kh.models.FineTuner(task)
    tuner.compile(optimizer)
    tuner.fit(tiny_models.TEXTS, batch_size=4, shuffle=False, verbose=0)
    tuner.save(tmp_path / "tuner.keras")
    loaded = keras.saving.load_model(tmp_path / "tuner.keras")
    rates = [
        sorted(float(o.learning_rate) for o in m.optimizer.optimizers) for m in (tuner, loaded)
    ]
    assert rates[0] == rates[1] and len(set(rates[0])) == 3


def test_wrong_arguments():
    task = tiny_models.gpt2()
    with pytest.raises(TypeError, match="`optimizer` must be a Keras optimizer.*'adam'"):
        kh.schedules.layerwise_optimizer("adam", task)
    with pytest.raises(ValueError, match="`decay` must be > 0"):
        kh.schedules.layerwise_optimizer(keras.optimizers.Adam(), task, decay=0.0)
    alone = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="at least two layers that train"):
        kh.schedules.layerwise_optimizer(keras.optimizers.Adam(), alone)


def test_what_is_excluded_from_weight_decay_stays_excluded():
    task = tiny_models.gpt2()
    pattern = keras.optimizers.AdamW(0.1, weight_decay=0.5)
    pattern.exclude_from_weight_decay(var_names=["bias"])
    optimizer = kh.schedules.layerwise_optimizer(pattern, task)
    biases = [v for v in task.trainable_variables if v.path.endswith("bias")]
    kernels = [v for v in task.trainable_variables if v.path.endswith("kernel")]
    for part in optimizer.optimizers:
        assert not any(part._use_weight_decay(v) for v in biases)
        assert all(part._use_weight_decay(v) for v in kernels)


def test_a_frozen_first_block_moves_nothing_down():
    task = tiny_models.gpt2()
    whole = depth_by_path(task)
    task.backbone.transformer_layers[0].trainable = False
    found = depth_by_path(task)
    assert found == {path: whole[path] for path in found} and set(found.values()) == {0, 2}
