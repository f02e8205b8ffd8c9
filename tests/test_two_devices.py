"""Two devices that share each batch: are losses, terms, weights and what monitors say as on one?"""

import contextlib
import functools

import keras
import numpy as np
import oracles
import pytest
import tiny_models

import keras_halluc as kh
from keras_halluc._distribution import shared_evenly
from keras_halluc.generation.batches import fixed_batches

BACKEND = keras.backend.backend()
FEW = ["self_distillation", "truncation"]
pytestmark = pytest.mark.skipif(BACKEND == "torch", reason="`fit` does not distribute on PyTorch")
CASES = [
    kh.data.Case("paris is", ("in",)),
    kh.data.Case("a", ("cat",)),
    kh.data.Case("who", ("?",)),
]
ANCHOR = ["rome is in italy", "a dog", "the cat sat"]  # an odd number


@functools.cache
def strategy():
    """One for all tests: sums of a second one would be mixed up with those of the first."""
    import tensorflow as tf

    return tf.distribute.MirroredStrategy(["cpu:0", "cpu:1"])


@contextlib.contextmanager
def two_devices():
    """Within the block models are made and trained on two devices, as each engine wants it."""
    if BACKEND == "tensorflow":
        with strategy().scope():
            yield
        return
    keras.distribution.set_distribution(keras.distribution.DataParallel())
    try:
        yield
    finally:
        keras.distribution.set_distribution(None)


def objectives(task, rows):
    pool = {"batch_size": 4, "seed": 1}
    return [
        kh.objectives.SelfDistillation(3.0),
        kh.objectives.SelfDistillation(5.0, replay=rows, name="replay", **pool),
        kh.objectives.SelfDistillation(2.0, teacher="cached", top_k=4, name="cached"),
        kh.objectives.SelfDistillation(
            1.0, teacher="cached", top_k=4, replay=rows, name="recorded", **pool
        ),
        kh.objectives.LossTruncation(0.5, window=8),
        kh.objectives.L2SP(0.1),
        kh.objectives.Unlikelihood(0.5),
        kh.objectives.AdversarialPerturbation(0.3),
        kh.objectives.PreferenceFactuality(0.5, chosen=rows, rejected=rows, **pool),
    ]


def run(names, callbacks=lambda task: []):
    """History and weights of a `fit` on rows whose tokens are spread unevenly."""
    keras.utils.set_random_seed(0)
    task = oracles.moved(tiny_models.gpt2(dropout=0.0))
    rows = oracles.token_rows(task)
    chosen = [o for o in objectives(task, rows) if names == "all" or o.name in names]
    tuner = kh.models.FineTuner(task, chosen)
    tuner.compile(keras.optimizers.SGD(0.05))
    x, y, weight = rows
    history = tuner.fit(
        x,
        y,
        sample_weight=weight,
        validation_data=rows,
        batch_size=4,
        epochs=2,
        verbose=0,
        shuffle=False,
        callbacks=callbacks(task),
    )
    return history.history, task.get_weights()


def check_same(one, two, rtol=1e-4):
    assert set(one[0]) == set(two[0])
    for key, values in one[0].items():
        np.testing.assert_allclose(two[0][key], values, rtol=rtol, atol=1e-5, err_msg=key)
    for a, b in zip(one[1], two[1]):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("names", [FEW, pytest.param("all", marks=pytest.mark.slow)], ids=len)
def test_losses_terms_and_weights_are_those_of_one_device(names):
    one = run(names)
    with two_devices():
        two = run(names)
    terms = [key for key in one[0] if key.startswith("loss_")]
    assert len(terms) in (2, 9)
    for key in terms:
        assert max(one[0][key] + one[0]["val_" + key]) > 0, key
    check_same(one, two)


def monitors(task):
    shared = {"budget": None, "strict": True, "verbose": 0}
    shared["generator"] = kh.generation.TaskGenerator(task, max_new_tokens=3, batch_size=3)
    return [
        kh.callbacks.HallucinationMonitor(CASES, **shared),
        kh.callbacks.CalibrationMonitor(CASES, confidence="rauq", **shared),
        kh.callbacks.AttentionMonitor(CASES, **shared),
        kh.callbacks.ForgettingMonitor(CASES, anchor=ANCHOR, **shared),
    ]


@pytest.mark.slow
def test_monitors_say_the_same_of_rows_that_two_devices_cannot_share():
    one = run(["self_distillation"], monitors)
    with two_devices():
        two = run(["self_distillation"], monitors)
    assert {"val_hallucination_rate", "base_divergence", "lookback_ratio"} <= set(one[0])
    check_same(one, two, rtol=1e-3)


@pytest.mark.skipif(BACKEND != "jax", reason="elsewhere a batch may be shared unevenly")
class TestBatchesOfJax:
    def test_batches_are_filled_up_to_what_devices_share(self):
        with two_devices():
            assert [shared_evenly(size) for size in (1, 2, 3, 8)] == [2, 2, 4, 8]
            assert list(fixed_batches([1, 2, 3], 1)) == [([1, 2], 2), ([3, 3], 1)]
        assert list(fixed_batches([1, 2, 3], 2)) == [([1, 2], 2), ([3, 3], 1)]

    def test_rows_that_are_left_over_are_an_error_before_training(self):
        with two_devices():
            tuner = kh.models.FineTuner(tiny_models.gpt2())
            tuner.compile("sgd")
            texts = tiny_models.TEXTS[:7]
            for given in (
                {"x": texts, "batch_size": 4},
                {"x": texts[:4], "batch_size": 3},
                {"x": texts[:4], "batch_size": 2, "validation_data": texts[:3]},
                {"x": texts[:4], "batch_size": 2, "validation_split": 0.25},
            ):
                with pytest.raises(
                    ValueError, match="2 devices must share each batch of .* evenly"
                ):
                    tuner.fit(**given, verbose=0)

    def test_any_number_of_rows_is_predicted(self):
        task = tiny_models.gpt2(dropout=0.0)
        rows = oracles.token_rows(task)[0]
        expected = kh.models.FineTuner(task).predict(rows, verbose=0)
        with two_devices():
            again = tiny_models.gpt2(dropout=0.0)
            three = keras.tree.map_structure(lambda a: a[:3], rows)
            found = kh.models.FineTuner(again).predict(three, verbose=0)
        np.testing.assert_allclose(found, expected[:3], rtol=1e-4, atol=1e-5)
