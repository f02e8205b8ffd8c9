"""Is replay text what the base model says, and is it mixed in without losing a row?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh

pytestmark = pytest.mark.eager

TEXTS = tiny_models.TEXTS


@quick_on_torch
def test_texts_are_drawn_by_turns_and_by_seed():
    generator = kh.generation.TaskGenerator(tiny_models.gpt2(), max_new_tokens=6)
    texts = kh.data.generate_replay(generator, 5, prompts=["the ", "a "], seed=1)
    assert len(texts) == 5
    assert [text.startswith("the ") for text in texts] == [True, False] * 2 + [True]
    assert texts == kh.data.generate_replay(generator, 5, prompts=["the ", "a "], seed=1)
    assert texts != kh.data.generate_replay(generator, 5, prompts=["the ", "a "], seed=2)


def test_the_empty_prompt_lets_the_model_begin():
    task = tiny_models.gpt2()
    texts = kh.data.generate_replay(kh.generation.TaskGenerator(task, max_new_tokens=4), 6)
    assert 0 < len(texts) <= 6 and all(text.strip() for text in texts)
    kh.objectives.SelfDistillation(replay=kh.data.text_inputs(task, texts))


class Counting:
    """Draws numbered texts."""

    def generate(self, prompts):
        return list(prompts)

    def score(self, prompts, continuations):
        raise AssertionError("not asked for")

    def sample(self, prompts, num_samples, temperature=1.0, seed=0):
        return [[f"{p}{i}" for i in range(num_samples)] for p in prompts]


def test_every_prompt_gets_its_turn_before_one_gets_a_second():
    texts = kh.data.generate_replay(Counting(), 4, prompts=["a", "b", "c"])
    assert texts == ["aa0", "bb0", "cc0", "aa1"]


def test_rows_of_a_classifier_and_of_different_encoders_are_mixed_too():
    new = ({"x": np.full((2, 3), 1)}, np.array([1, 2]), np.ones(2, "float32"))
    old = ({"x": np.full((1, 5), 2)}, np.array([3]), np.ones(1, "float32"))
    x, y, weight = kh.data.mix_replay(new, old, weight=0.5)
    assert sorted(zip(y.tolist(), x["x"].sum(axis=1).tolist(), weight.tolist())) == [
        (1, 3, 1.0),
        (2, 3, 1.0),
        (3, 10, 0.5),
    ]


def test_a_generator_that_cannot_sample():
    with pytest.raises(ValueError, match="cannot sample"):
        kh.data.generate_replay(lambda prompts: prompts, 3)


def test_mixed_rows_are_all_there_with_their_weights():
    task = tiny_models.gpt2()
    new = kh.data.text_inputs(task, TEXTS[:3])
    old = kh.data.text_inputs(task, TEXTS[3:])
    x, y, weight = kh.data.mix_replay(new, old, weight=0.25, seed=3)
    length = max(new[1].shape[1], old[1].shape[1])
    assert y.shape == weight.shape == x["token_ids"].shape == (len(TEXTS), length)

    def rows(x, y, weight, factor=1.0):
        return {
            (tuple(ids[keep > 0]), tuple(target[w > 0]), tuple(w[w > 0] * factor))
            for ids, keep, target, w in zip(x["token_ids"], x["padding_mask"], y, weight)
        }

    assert rows(x, y, weight) == rows(*new) | rows(*old, 0.25)
    again = kh.data.mix_replay(new, old, weight=0.25, seed=3)
    np.testing.assert_array_equal(again[1], y)
    assert not np.array_equal(kh.data.mix_replay(new, old, seed=4)[1], y)
    with pytest.raises(ValueError, match="same keys"):
        kh.data.mix_replay(new, ({"other": old[1]}, *old[1:]))


class Seen(keras.callbacks.Callback):
    """Which epoch the dataset was in when it was asked for each batch of a `fit`."""

    def __init__(self, dataset):
        super().__init__()
        self.dataset, self.rows = dataset, {}

    def on_epoch_end(self, epoch, logs=None):
        batches = [self.dataset[i][1] for i in range(len(self.dataset))]
        self.rows[epoch] = sorted(int(row[0]) for batch in batches for row in batch)


def patched(epochs=4):
    """Ten rows, of which the even ones are known."""
    rows = np.arange(10)
    inputs = ({"x": rows[:, None]}, rows[:, None], np.ones((10, 1), "float32"))
    knowledge = ["unknown" if i % 2 else "highly_known" for i in range(10)]
    return kh.data.known_patch(inputs, knowledge, epochs, patch_epochs=1, batch_size=4, seed=1)


def test_known_patch_ends_on_what_was_known():
    dataset = patched()
    orders = []
    for epoch in range(4):
        dataset.epoch_begins(None, epoch)
        orders.append([int(row[0]) for i in range(len(dataset)) for row in dataset[i][1]])
    for order in orders[:3]:
        assert sorted(order) == list(range(10))
    assert len({tuple(order) for order in orders[:3]}) == 3
    assert sorted(orders[3]) == sorted([0, 2, 4, 6, 8] * 2)


def tiny_fit(dataset, tuned, **kwargs):
    inputs = {"x": keras.Input((1,), name="x")}
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs["x"]))
    if tuned:
        model = kh.models.FineTuner(model)
    model.compile(keras.optimizers.SGD(0.0), loss="mse")
    seen = Seen(dataset)
    callbacks = [seen] if tuned else [dataset.callback(), seen]
    model.fit(dataset, verbose=0, callbacks=callbacks, **kwargs)
    return seen.rows


@pytest.mark.parametrize("tuned", [True, False])
def test_known_patch_switches_in_the_epoch_it_says_also_after_a_resume(tuned):
    everything, known = list(range(10)), sorted([0, 2, 4, 6, 8] * 2)
    expected = {0: everything, 1: everything, 2: everything, 3: known}
    dataset = patched()
    assert tiny_fit(dataset, tuned, epochs=4) == expected
    assert tiny_fit(dataset, tuned, epochs=4) == expected  # a second `fit` begins anew
    resumed = {2: everything, 3: known}
    assert tiny_fit(patched(), tuned, epochs=4, initial_epoch=2) == resumed


def test_known_patch_that_is_told_no_epoch_says_so():
    inputs = {"x": keras.Input((1,), name="x")}
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs["x"]))
    model.compile(keras.optimizers.SGD(0.0), loss="mse")
    with pytest.raises(ValueError, match="must tell this dataset which epoch it is"):
        model.fit(patched(), epochs=4, verbose=0)


@pytest.mark.parametrize(
    "kwargs, match",
    [
        ({"epochs": 2, "patch_epochs": 2}, "`patch_epochs` must be less than `epochs`"),
        ({"knowledge": ["unknown"] * 2}, "must hold known rows"),
        ({"knowledge": ["unknown"] * 3}, "same length"),
        ({"batch_size": 0}, "`batch_size` must be an integer >= 1"),
    ],
)
def test_wrong_arguments_of_known_patch(kwargs, match):
    inputs = ({"x": np.zeros((2, 1))}, np.zeros((2, 1)), np.ones((2, 1)))
    arguments = {"knowledge": ["unknown", "maybe_known"], "epochs": 4, **kwargs}
    with pytest.raises(ValueError, match=match):
        kh.data.known_patch(inputs, **arguments)
