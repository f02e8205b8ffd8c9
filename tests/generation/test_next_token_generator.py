"""Does any next-token model, an LSTM with given word vectors, generate and score as it predicts?"""

import keras
import numpy as np
import pytest
import tiny_models
from kinds import quick
from kinds import quick_on_torch

from keras_halluc.generation import NextTokenGenerator

pytestmark = pytest.mark.eager

LENGTH = 12
NEW = 5
PROMPTS = ["the cat", "r", "巴黎在", "who is in", "is 😀"]
KINDS = [(True, False), (True, True), (False, False), (False, True)]  # (every position, softmax)


def make(every=True, softmax=False, **kwargs):
    model = tiny_models.lstm(LENGTH, every, softmax)
    kwargs = {"max_length": LENGTH, "max_new_tokens": NEW, "batch_size": 3, **kwargs}
    tokenizer = tiny_models.LetterTokenizer()
    return NextTokenGenerator(model, tokenizer, from_logits=not softmax, **kwargs)


@pytest.fixture(scope="module")
def generators():
    return {kind: make(*kind) for kind in KINDS}


def next_log_probs(generator, every, softmax, context):
    """What `model.predict` says of the token after `context`, in float64."""
    if every:
        ids = np.asarray([context + [0] * (LENGTH - len(context))], "int32")
        scores = generator.model.predict_on_batch(ids)[0, len(context) - 1]
    else:
        context = context[-LENGTH:]
        ids = np.asarray([[0] * (LENGTH - len(context)) + context], "int32")
        scores = generator.model.predict_on_batch(ids)[0]
    return np.log(scores.astype("float64")) if softmax else tiny_models.log_softmax(scores)


@pytest.mark.parametrize("every, softmax", quick(KINDS, KINDS[:1]))
def test_greedy_is_a_plain_loop_with_predict(generators, every, softmax):
    kind = every, softmax
    tokenizer = tiny_models.LetterTokenizer()
    expected = []
    for prompt in PROMPTS:
        context, new = tokenizer.encode(prompt), []
        while len(new) < NEW and (len(context) <= LENGTH or not kind[0]):
            token = int(np.argmax(next_log_probs(generators[kind], *kind, context)))
            new.append(token)
            context = context + [token]
        expected.append(tokenizer.decode(new))
    assert len(set(expected)) > 2
    assert generators[kind].generate(PROMPTS) == expected
    assert generators[kind].generate(PROMPTS[::-1]) == expected[::-1]
    assert generators[kind].generate(PROMPTS[:1]) == expected[:1]


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_those_of_predict(generators, kind):
    tokenizer = tiny_models.LetterTokenizer()
    continuations = [" sat", "om", "", "法", "s a"]
    scores = generators[kind].score(PROMPTS, continuations)
    assert scores.mask.shape == (5, 4)
    assert scores.mask.sum(axis=1).tolist() == [4, 2, 0, 1, 3]
    for i, (prompt, continuation) in enumerate(zip(PROMPTS, continuations)):
        context = tokenizer.encode(prompt)
        for j, token in enumerate(tokenizer.encode(continuation)):
            expected = next_log_probs(generators[kind], *kind, context)
            assert scores.log_probs[i, j] == pytest.approx(expected[token], abs=1e-5)
            entropy = -np.sum(np.exp(expected) * expected)
            assert scores.entropies[i, j] == pytest.approx(entropy, abs=1e-5)
            context = context + [token]
    assert not scores.log_probs[scores.mask == 0].any()
    assert not scores.entropies[scores.mask == 0].any()


def test_the_word_vectors_are_the_given_ones_and_stay(generators):
    layer = generators[KINDS[0]].model.get_layer("word_vectors")
    expected = np.random.default_rng(0).normal(size=(len(tiny_models.LETTERS) + 1, 8))
    np.testing.assert_array_equal(layer.get_weights()[0], expected.astype("float32"))
    assert layer.trainable is False


def test_word_vectors_of_another_word_change_the_score(generators):
    generator = make()
    before = generator.score(["the"], ["a"]).log_probs.sum()
    layer = generator.model.get_layer("word_vectors")
    layer.set_weights([layer.get_weights()[0][::-1]])
    assert abs(generator.score(["the"], ["a"]).log_probs.sum() - before) > 1e-3


@quick_on_torch
def test_samples_follow_the_seed_and_leave_global_states_alone(generators):
    generator = generators[KINDS[0]]
    first = generator.sample(["the", "巴"], 4, seed=1)
    assert [len(texts) for texts in first] == [4, 4]
    assert len({text for texts in first for text in texts}) > 4
    np.random.seed(3)
    expected = np.random.rand()
    np.random.seed(3)
    assert generator.sample(["the", "巴"], 4, seed=1) == first
    assert np.random.rand() == expected
    assert generator.sample(["the", "巴"], 4, seed=2) != first
    cold = generator.sample(["the", "巴"], 2, temperature=1e-4)
    assert cold == [[text] * 2 for text in generator.generate(["the", "巴"])]


def test_samples_have_the_probabilities_of_the_model(generators):
    generator = make(max_new_tokens=1, batch_size=128)
    probs = np.exp(
        next_log_probs(generator, True, False, tiny_models.LetterTokenizer().encode("r"))
    )
    token, count = int(np.argmax(probs[1:])) + 1, 512
    texts = generator.sample(["r"], count, seed=2)[0]
    share = texts.count(tiny_models.LETTERS[token - 1]) / count
    assert abs(share - probs[token]) < 4.0 * (probs[token] * (1 - probs[token]) / count) ** 0.5


def test_a_text_ends_at_the_end_token(generators):
    greedy = generators[KINDS[0]].generate(["the cat"])[0]
    end = tiny_models.LETTERS.index(greedy[2]) + 1
    generator = make(end_token_id=end)
    assert generator.generate(["the cat", "r"])[0] == greedy[: greedy.index(greedy[2])]


def test_a_start_token_is_put_before_the_prompt(generators):
    started = make(start_token_id=1)
    with_letter = tiny_models.LETTERS[0] + "the"
    assert started.generate(["the"]) == generators[KINDS[0]].generate([with_letter])
    assert len(started.generate([""])[0]) == NEW
    a = started.score(["the"], [" cat"]).log_probs
    np.testing.assert_allclose(
        a, generators[KINDS[0]].score([with_letter], [" cat"]).log_probs, atol=1e-6
    )


def test_a_full_window_ends_a_text_of_the_first_kind_and_slides_in_the_second(generators):
    full = "the cat sat "
    assert len(full) == LENGTH
    alone = generators[(True, False)].generate([full])
    assert len(alone[0]) == 1
    assert generators[(True, False)].generate([full, "a", full[:-2]])[0] == alone[0]
    assert len(generators[(True, False)].generate([full, full[:-2]])[1]) == 3
    assert len(generators[(False, False)].generate([full + full])[0]) == NEW
    with pytest.raises(ValueError, match="have 13 tokens but `max_length` is 12. Shorten them"):
        generators[(True, False)].generate(["a", full + "a"])
    with pytest.raises(ValueError, match="have 14 tokens but `max_length` is 12"):
        generators[(True, False)].score([full], ["cat"])


def test_the_padding_token_can_be_chosen():
    other = make(every=False, pad_token_id=3)
    assert other.score(["the"], ["a"]).log_probs.sum() == pytest.approx(
        make(every=False).score([tiny_models.LETTERS[2] * 9 + "the"], ["a"]).log_probs.sum(),
        abs=1e-5,
    )


def test_wrong_input(generators):
    generator = generators[KINDS[0]]
    for wrong, error, match in (
        ([], ValueError, "`prompts` must not be empty"),
        ("abc", TypeError, "`prompts` must be a list of str"),
        (["a", 1], TypeError, r"prompts\[1\]=1 of type int"),
    ):
        for call in (
            lambda wrong=wrong: generator.generate(wrong),
            lambda wrong=wrong: generator.sample(wrong, 1),
            lambda wrong=wrong: generator.score(wrong, ["a", "b"]),
        ):
            with pytest.raises(error, match=match):
                call()
    with pytest.raises(ValueError, match="An empty prompt has nothing to continue from"):
        generator.generate(["a", ""])
    with pytest.raises(ValueError, match="'prompts': 1, 'continuations': 2"):
        generator.score(["a"], ["b", "c"])


def test_wrong_models_and_tokenizers():
    letters, lstm = tiny_models.LetterTokenizer(), tiny_models.lstm(LENGTH)
    with pytest.raises(TypeError, match="`model` must be a Keras model. Received: model=3"):
        NextTokenGenerator(3, letters, LENGTH)
    with pytest.raises(TypeError, match=r"`tokenizer` must have `encode\(text\)`"):
        NextTokenGenerator(lstm, object(), LENGTH)
    for layer, shape in (
        (keras.layers.AveragePooling1D(2), r"\(32, 6, 60\)"),
        (keras.layers.Reshape((LENGTH, 6, 10)), r"\(32, 12, 6, 10\)"),
    ):
        model = keras.Sequential([keras.Input((LENGTH,)), keras.layers.Embedding(60, 60), layer])
        with pytest.raises(ValueError, match=rf"must return next-token scores .*shape {shape}"):
            NextTokenGenerator(model, letters, LENGTH)
    small = keras.Sequential([keras.Input((LENGTH,)), keras.layers.Embedding(60, 4)])
    generator = NextTokenGenerator(
        keras.Sequential([*small.layers, keras.layers.Dense(7)]), letters, LENGTH
    )
    with pytest.raises(ValueError, match="produced id .*, but the model has 7 outputs"):
        generator.generate(["the"])
    for name, value in (("max_length", 1), ("max_new_tokens", 0), ("batch_size", 0)):
        with pytest.raises(ValueError, match=f"`{name}` must be an integer >= .*{name}={value}"):
            NextTokenGenerator(lstm, letters, **{"max_length": LENGTH, name: value})
    with pytest.raises(ValueError, match="`from_logits` must be one of"):
        NextTokenGenerator(lstm, letters, LENGTH, from_logits="no")
