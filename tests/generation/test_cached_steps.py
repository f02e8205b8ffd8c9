"""Is the cache of a task compared with its forward pass, and left aside where it is wrong?"""

import warnings

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

from keras_halluc.generation import TaskGenerator
from keras_halluc.generation import cached_steps
from keras_halluc.generation.plain_steps import drawn
from keras_halluc.generation.tokenizers import decoder_of

pytestmark = pytest.mark.eager

PROMPTS = ["the cat", "who is in rome"]
NEW = 3


@pytest.fixture(autouse=True)
def unknown(monkeypatch):
    monkeypatch.setattr(cached_steps, "_right", {})


@pytest.fixture
def task():
    return tiny_models.gpt2()


@pytest.fixture
def broken(task, monkeypatch):
    """As GPT-NeoX in KerasHub 0.32: a cached step takes its token to stand somewhere else."""
    step = task.call_with_cache

    def elsewhere(token_ids, cache, index):
        return step(token_ids, cache, keras.ops.maximum(index - 1, 0))

    monkeypatch.setattr(task, "call_with_cache", elsewhere)
    return task


def expected(task, prompt):
    row = tiny_models.prompt_ids(task, [prompt])[0]
    begin = len(row)
    for _ in range(NEW):
        logits = tiny_models.causal_logits(task, [row])[0, len(row) - 1]
        row = [*row, int(np.argmax(logits))]
    return decoder_of(task.preprocessor.tokenizer)(row[begin:])


def test_a_right_cache_is_used_and_looked_at_once(task, monkeypatch):
    counted = []
    error = cached_steps.cache_error
    monkeypatch.setattr(cached_steps, "cache_error", lambda *a: counted.append(error(*a)) or 0.0)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="KerasHub's cached generation")
        for _ in range(2):
            TaskGenerator(task, max_new_tokens=NEW, batch_size=2).generate(PROMPTS)
    assert len(counted) == 1 and counted[0] < 1e-4


@quick_on_torch
def test_a_wrong_cache_is_said_and_not_used(broken):
    generator = TaskGenerator(broken, max_new_tokens=NEW, batch_size=2)
    with pytest.warns(UserWarning, match="GPT2CausalLM is not what the model says in a forward"):
        texts = generator.generate(PROMPTS)
    assert texts == [expected(broken, prompt) for prompt in PROMPTS]
    cached_steps._right = dict.fromkeys(cached_steps._right, True)
    assert TaskGenerator(broken, max_new_tokens=NEW, batch_size=2).generate(PROMPTS) != texts


@quick_on_torch
@pytest.mark.filterwarnings("ignore:KerasHub's cached generation")
def test_samples_without_the_cache_follow_the_seed(broken):
    generator = TaskGenerator(broken, max_new_tokens=NEW, batch_size=2)
    first = generator.sample(PROMPTS, 2, seed=1)
    assert [len(texts) for texts in first] == [2, 2]
    assert generator.sample(PROMPTS, 2, seed=2) != first
    assert generator.sample(PROMPTS, 2, seed=1) == first
    assert generator.sample(PROMPTS, 1, temperature=1e-4) == [
        [t] for t in generator.generate(PROMPTS)
    ]


def test_draws_have_the_probabilities_of_the_model():
    logits = np.log(np.tile([0.5, 0.3, 0.2], (4000, 1)))
    shares = np.bincount(drawn(1.0, seed=0)(logits)) / 4000
    np.testing.assert_allclose(shares, [0.5, 0.3, 0.2], atol=0.03)
    warm = np.bincount(drawn(2.0, seed=0)(logits)) / 4000
    roots = np.sqrt([0.5, 0.3, 0.2])
    np.testing.assert_allclose(warm, roots / roots.sum(), atol=0.03)


def test_weights_that_are_no_numbers_say_nothing_of_the_cache(task):
    task.set_weights([weight * np.nan for weight in task.get_weights()])
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="KerasHub's cached generation")
        TaskGenerator(task, max_new_tokens=1, batch_size=1).generate(["a"])
    assert cached_steps._right == {}


def test_a_prompt_up_to_the_last_position(task):
    text = "a" * 62  # and a start token; one place is left
    assert len(TaskGenerator(task, batch_size=1, max_new_tokens=4).generate([text])[0]) <= 1
    assert cached_steps._right and all(cached_steps._right.values())


def test_a_stop_token_is_no_part_of_the_answer(task):
    said = expected(task, PROMPTS[0])
    stop = int(task.preprocessor.tokenizer(said[1])[0])
    generator = TaskGenerator(task, max_new_tokens=NEW, batch_size=1, stop_token_ids=[stop])
    assert generator.generate(PROMPTS[:1]) == [said[: said.index(said[1])]]
