"""What every family is asked, and what its own forward passes say to that."""

import family_reference as reference
import keras
import numpy as np
import tiny_models

import keras_halluc as kh

PROMPTS = ["who is", "the cat is"]
ANSWERS = [" in rome", " a dog"]
WRONG = [" the mat", " on the"]
NEW = 3
NEAR = 1e-3  # a narrower lead of the likeliest token is a matter of rounding


def generator_of(task):
    return kh.generation.TaskGenerator(task, max_new_tokens=NEW, batch_size=2)


def assert_same_texts(task, texts):
    expected = [reference.greedy(task, prompt, NEW) for prompt in PROMPTS]
    clear = [margin > NEAR for _, margin in expected]
    assert any(clear)
    for text, (ids, _), sure in zip(texts, expected, clear):
        assert not sure or text == reference.decoded(task, ids)


def assert_same_scores(task, tolerance=1e-3):
    scores = generator_of(task).score(PROMPTS, ANSWERS)
    for i, (prompt, answer) in enumerate(zip(PROMPTS, ANSWERS)):
        rows, ids = reference.answer_rows(task, prompt, answer)
        expected = rows[np.arange(len(ids)), ids]
        keep = scores.mask[i] > 0
        np.testing.assert_allclose(scores.log_probs[i][keep], expected, atol=tolerance)
        entropies = -(np.exp(rows) * rows).sum(axis=-1)
        np.testing.assert_allclose(scores.entropies[i][keep], entropies, atol=tolerance)


def greedy_texts(task):
    return [reference.decoded(task, reference.greedy(task, p, NEW)[0]) for p in PROMPTS]


def divergence(before, after, answers):
    """KL a token along answers with their end tokens."""
    gaps = []
    for prompt, answer in zip(PROMPTS, answers):
        first, second = (reference.target_rows(t, prompt, answer)[0] for t in (before, after))
        gaps.extend(reference.kl(first, second))
    return np.mean(gaps)


def answer_loss(task, answers):
    losses = []
    for prompt, answer in zip(PROMPTS, answers):
        rows, ids = reference.target_rows(task, prompt, answer)
        losses.extend(-rows[np.arange(len(ids)), ids])
    return np.mean(losses)


def rows_of(task, answers=ANSWERS):
    """`(x, y, sample_weight)` of the prompts."""
    if not hasattr(task, "num_classes"):
        return kh.data.answer_inputs(task, PROMPTS, answers)
    texts = [prompt + answer for prompt, answer in zip(PROMPTS, answers)]
    packed = task.preprocessor(texts)
    x = {key: np.asarray(keras.ops.convert_to_numpy(value)) for key, value in packed.items()}
    return x, np.array([0, 1]), np.ones(2, "float32")


def outputs(task):
    """Of one plain pass: logits of a row, or of each text to classify."""
    if hasattr(task, "num_classes"):
        x, _, _ = rows_of(task)
        return np.asarray(keras.ops.convert_to_numpy(task(x, training=False)), "float64")
    ids = reference.start_of(task, PROMPTS[0]) + reference.tokens(task, ANSWERS[0])
    return reference.plain_logits(task, ids, PROMPTS[0])


def predictions(task):
    texts = [prompt + answer for prompt, answer in zip(PROMPTS, ANSWERS)]
    return np.asarray(task.predict(texts, verbose=0), "float64")


def log_classes(task):
    return tiny_models.log_softmax(outputs(task))
