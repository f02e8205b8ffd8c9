"""Does a sequence-to-sequence task generate and score as its own logits say?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

from keras_halluc.data import answer_inputs
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation.tokenizers import decoder_of

pytestmark = pytest.mark.eager

pytest.importorskip("tensorflow", reason="KerasHub detokenises for a Seq2SeqLM with TensorFlow")

PROMPTS = ["the cat", "who is in rome", "巴黎 😀", "", "zz yy xx ww"]
NEW = 5


@pytest.fixture(scope="module")
def task():
    return tiny_models.bart()


@pytest.fixture(scope="module")
def generator(task):
    return TaskGenerator(task, max_new_tokens=NEW, batch_size=2)


def logits(task, prompts, decoder_rows):
    """One full forward pass; a row of logits a decoder token."""
    packed = task.preprocessor.generate_preprocess(
        {"encoder_text": list(prompts), "decoder_text": [""] * len(prompts)}
    )
    inputs = {
        key: np.asarray(keras.ops.convert_to_numpy(packed[key])).astype("int32")
        for key in ("encoder_token_ids", "encoder_padding_mask")
    }
    ids, mask = (np.zeros((len(prompts), 12), "int32") for _ in range(2))
    for i, row in enumerate(decoder_rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, 1
    inputs.update(decoder_token_ids=ids, decoder_padding_mask=mask)
    return tiny_models.forward(task, inputs)


def start(task):
    tokenizer = task.preprocessor.tokenizer
    return [tokenizer.end_token_id, tokenizer.start_token_id]


def test_greedy_is_the_argmax_of_repeated_forward_passes(task, generator):
    end, decode = task.preprocessor.tokenizer.end_token_id, decoder_of(task.preprocessor.tokenizer)
    expected = []
    for prompt in PROMPTS:
        row = start(task)
        for _ in range(NEW):
            token = int(np.argmax(logits(task, [prompt], [row])[0, len(row) - 1]))
            if token == end:
                break
            row = [*row, token]
        expected.append(decode(row[2:]))
    assert len(set(expected)) > 2  # the prompt matters
    assert generator.generate(PROMPTS) == expected
    assert generator.generate(PROMPTS[::-1]) == expected[::-1]


def test_scores_are_the_log_softmax_of_the_logits(task, generator):
    continuations = ["rome", "a", "", "法 😀", "the mat"]
    scores = generator.score(PROMPTS, continuations)
    tails = [list(map(int, ids)) for ids in task.preprocessor.tokenizer(continuations)]
    for i, (prompt, tail) in enumerate(zip(PROMPTS, tails)):
        keep = scores.mask[i] > 0
        assert keep.sum() == len(tail)
        if tail:
            rows = logits(task, [prompt], [start(task) + tail])[0, 1 : 1 + len(tail)]
            rows = tiny_models.log_softmax(rows)
            expected = rows[np.arange(len(tail)), tail]
            np.testing.assert_allclose(scores.log_probs[i][keep], expected, rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(
                scores.entropies[i][keep], -(np.exp(rows) * rows).sum(-1), rtol=1e-4, atol=1e-5
            )


@quick_on_torch
def test_samples_follow_the_seed(generator):
    first = generator.sample(PROMPTS[:2], 2, seed=1)
    assert [len(texts) for texts in first] == [2, 2]
    assert generator.sample(PROMPTS[:2], 2, seed=2) != first
    assert generator.sample(PROMPTS[:2], 2, seed=1) == first


def test_a_lone_surrogate_is_read_as_a_character_that_cannot_be_shown(task, generator):
    halves, shown = ["a\ud800b", "\udfff"], ["a\ufffdb", "\ufffd"]
    assert generator.generate(halves) == generator.generate(shown)
    found, expected = generator.score(halves, halves), generator.score(shown, shown)
    np.testing.assert_allclose(found.log_probs, expected.log_probs, rtol=1e-5)
    x, expected_x = (answer_inputs(task, texts, ["a"] * 2)[0] for texts in (halves, shown))
    for key, values in expected_x.items():
        np.testing.assert_array_equal(x[key], values)
