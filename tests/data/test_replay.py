"""Is replay text what the base model says, and is it mixed in without losing a row?"""

import keras
import numpy as np
import pytest
import tiny_models

import keras_halluc as kh

TEXTS = tiny_models.TEXTS


def test_texts_are_drawn_by_turns_and_by_seed():
    generator = kh.generation.TaskGenerator(tiny_models.gpt2(), max_new_tokens=6)
    texts = kh.data.generate_replay(generator, 5, prompts=["the ", "a "], seed=1)
    assert len(texts) == 5
    assert [text.startswith("the ") for text in texts[:3]] == [True] * 3
    assert texts == kh.data.generate_replay(generator, 5, prompts=["the ", "a "], seed=1)
    assert texts != kh.data.generate_replay(generator, 5, prompts=["the ", "a "], seed=2)


def test_the_empty_prompt_lets_the_model_begin():
    task = tiny_models.gpt2()
    texts = kh.data.generate_replay(kh.generation.TaskGenerator(task, max_new_tokens=4), 6)
    assert 0 < len(texts) <= 6 and all(text.strip() for text in texts)
    kh.objectives.SelfDistillation(replay=kh.data.text_inputs(task, texts))


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


def test_known_patch_ends_on_what_was_known():
    rows = np.arange(10)
    inputs = ({"token_ids": rows[:, None]}, rows[:, None], np.ones((10, 1), "float32"))
    knowledge = ["unknown" if i % 2 else "highly_known" for i in range(10)]
    dataset = kh.data.known_patch(inputs, knowledge, 4, patch_epochs=1, batch_size=4, seed=1)
    epochs = []
    for _ in range(4):
        batches = [dataset[i] for i in range(len(dataset))]
        assert [len(batch[1]) for batch in batches] == [4, 4, 2]
        for x, y, _ in batches:
            np.testing.assert_array_equal(x["token_ids"], y)
        epochs.append(np.concatenate([batch[1][:, 0] for batch in batches]).tolist())
        dataset.on_epoch_end()
    for epoch in epochs[:3]:
        assert sorted(epoch) == list(range(10))
    assert len({tuple(epoch) for epoch in epochs[:3]}) == 3
    assert sorted(set(epochs[3])) == [0, 2, 4, 6, 8]


def test_known_patch_in_fit():
    task = tiny_models.gpt2()
    inputs = kh.data.text_inputs(task, TEXTS)
    dataset = kh.data.known_patch(
        inputs, ["highly_known"] * 4 + ["unknown"] * 4, 3, patch_epochs=1, batch_size=4
    )
    tuner = kh.models.FineTuner(task)
    tuner.compile(keras.optimizers.Adam(0.01))
    history = tuner.fit(dataset, epochs=3, verbose=0).history
    assert len(history["loss"]) == 3 and dataset.epoch >= 3


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
