"""Is the uncertainty of an answer what the model's own logits and attention say?"""

import keras
import numpy as np
import pytest
import tiny_models

import keras_halluc as kh
from keras_halluc.generation import TaskGenerator
from keras_halluc.generation import UncertaintyScorer
from keras_halluc.generation.uncertainty_scorer import SCORES
from keras_halluc.generation.uncertainty_scorer import _middle

pytestmark = pytest.mark.eager

PROMPTS = ["who is in", "the cat", "paris is"]
OUTPUTS = [" rome", " sat on the", "a"]
LENGTH = 24


@pytest.fixture(scope="module")
def task():
    return tiny_models.gpt2()


@pytest.fixture(scope="module")
def generator(task):
    return TaskGenerator(task, max_new_tokens=4, batch_size=2, max_length=LENGTH)


@pytest.fixture(scope="module")
def scorer(generator):
    return UncertaintyScorer(generator)


@pytest.fixture(scope="module")
def found(scorer):
    return scorer(PROMPTS, OUTPUTS)


@pytest.fixture(scope="module")
def expected(task):
    """Every score and hidden state from one full pass a row, token by token."""
    heads = tiny_models.prompt_ids(task, PROMPTS)
    tails = [list(map(int, ids)) for ids in task.preprocessor.tokenizer(OUTPUTS)]
    rows = [head + tail for head, tail in zip(heads, tails)]
    logits = tiny_models.causal_logits(task, rows, LENGTH)
    ids, mask = np.zeros((2, len(rows), LENGTH), "int32")
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, 1
    inside = kh.internals.internals_model(task.backbone).predict_on_batch(
        {"token_ids": ids, "padding_mask": mask}
    )
    scores = {name: [] for name in SCORES}
    states = []
    for i, (head, tail) in enumerate(zip(heads, tails)):
        places = range(len(head), len(head) + len(tail))
        logs = [tiny_models.log_softmax(logits[i, place - 1]) for place in places]
        chosen = [log[token] for log, token in zip(logs, tail)]
        gaps = [np.subtract(*np.sort(np.exp(log))[:-3:-1]) for log in logs]
        looks = np.stack([a[i][:, places, np.array(places) - 1] for a in inside["attention"]])
        rauq = kh.generation.rauq_score([chosen], looks[None], np.ones((1, len(tail))), 0.2)
        values = {
            "log_prob": -sum(chosen),
            "mean_log_prob": -np.mean(chosen),
            "entropy": np.mean([-(np.exp(log) * log).sum() for log in logs]),
            "margin": 1 - np.mean(gaps),
            "rauq": rauq[0],
            "length": len(tail),
        }
        for name in SCORES:
            scores[name].append(values[name])
        states.append([h[i, places[-1]] for h in inside["hidden"]])
    return scores, np.array(states)


@pytest.mark.parametrize("score", SCORES)
def test_equal_to_a_full_pass(found, expected, score):
    np.testing.assert_allclose(found[score], expected[0][score], rtol=1e-4, atol=1e-5)
    assert found[score].dtype == "float64" and len(set(found[score])) == 3


def test_hidden_states_are_those_after_the_last_token(scorer, expected):
    states = scorer.hidden_states(PROMPTS, OUTPUTS)
    assert states.shape == (3, 1, 16)
    np.testing.assert_allclose(states, expected[1], rtol=1e-4, atol=1e-4)


def test_neighbours_order_padding_and_batch_size_do_not_matter(task, scorer, found):
    turned = scorer(PROMPTS[::-1], OUTPUTS[::-1])
    alone = [scorer([prompt], [output]) for prompt, output in zip(PROMPTS, OUTPUTS)]
    wide = TaskGenerator(task, batch_size=5, max_length=32)
    wider = UncertaintyScorer(wide)(PROMPTS, OUTPUTS)
    for name in SCORES:
        np.testing.assert_allclose(turned[name][::-1], found[name], rtol=1e-5)
        np.testing.assert_allclose([a[name][0] for a in alone], found[name], rtol=1e-5)
        np.testing.assert_allclose(wider[name], found[name], rtol=1e-5)


def test_what_any_generator_tells_is_the_same(generator, found):
    plain = ("log_prob", "mean_log_prob", "entropy", "length")
    scores = UncertaintyScorer(generator, plain)(PROMPTS, OUTPUTS)
    assert tuple(scores) == plain
    for name in plain:
        np.testing.assert_allclose(scores[name], found[name], rtol=1e-5)


def test_an_lstm_has_what_a_generator_tells():
    model = tiny_models.lstm()
    lstm = kh.generation.NextTokenGenerator(model, tiny_models.LetterTokenizer(), 12, batch_size=2)
    found = UncertaintyScorer(lstm, ["log_prob", "mean_log_prob", "length"])(["the"], [" cat"])
    assert found["length"] == [4.0]
    assert found["log_prob"] == pytest.approx(4 * found["mean_log_prob"])


def test_an_output_without_a_token_has_none(scorer):
    found = scorer(PROMPTS, ["", " a", ""])
    for name in SCORES:
        assert np.isnan(found[name]).tolist() == [True, False, True]
    states = scorer.hidden_states(PROMPTS, ["", " a", ""])
    assert np.isnan(states).any(axis=(1, 2)).tolist() == [True, False, True]


def test_the_task_is_left_as_it_was(task, scorer):
    before = [keras.ops.convert_to_numpy(weight) for weight in task.weights]
    call = type(task.backbone.transformer_layers[0]).call
    scorer(PROMPTS, OUTPUTS)
    assert "call" not in vars(task.backbone.transformer_layers[0])
    assert type(task.backbone.transformer_layers[0]).call is call
    for weight, old in zip(task.weights, before):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(weight), old)


def test_it_follows_the_weights():
    task = tiny_models.gpt2(seed=1)
    scorer = UncertaintyScorer(TaskGenerator(task, batch_size=2, max_length=LENGTH), ["margin"])
    before = scorer(PROMPTS, OUTPUTS)["margin"]
    task.set_weights([0.0 * weight for weight in task.get_weights()])
    np.testing.assert_allclose(scorer(PROMPTS, OUTPUTS)["margin"], 1.0, atol=1e-6)
    assert (before < 0.9999).all()


@pytest.mark.parametrize(
    ("layers", "kept"),
    [(1, [0]), (2, [0, 1]), (3, [1, 2]), (6, [2, 3, 4]), (12, list(range(4, 9)))],
)
def test_the_layers_in_the_middle(layers, kept):
    assert _middle(np.arange(layers)[None])[0].tolist() == kept


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda g: UncertaintyScorer(g, ["logprob"]), ValueError, "`scores` must be one of"),
        (lambda g: UncertaintyScorer(g, "entropy"), TypeError, "`scores` must be a list of str"),
        (lambda g: UncertaintyScorer(g, []), ValueError, "`scores` must not be empty"),
        (lambda g: UncertaintyScorer(g, alpha=0), ValueError, "`alpha` must be > 0"),
        (lambda g: UncertaintyScorer("gpt2"), TypeError, "must be a Generator, a KerasHub"),
        (
            lambda g: UncertaintyScorer(lambda prompts: prompts, ["margin"]),
            ValueError,
            r"the scores \['margin'\] can be had of a KerasHub CausalLM only",
        ),
        (
            lambda g: UncertaintyScorer(lambda p: p, ["entropy"]).hidden_states(["a"], ["b"]),
            ValueError,
            "`hidden_states` can be had of a KerasHub CausalLM only",
        ),
        (
            lambda g: UncertaintyScorer(lambda p: p, ["entropy"])(["a"], ["b"]),
            ValueError,
            "A plain function gives no token probabilities",
        ),
        (lambda g: UncertaintyScorer(g)(["a"], ["b", "c"]), ValueError, "same length"),
        (lambda g: UncertaintyScorer(g)("a", ["b"]), TypeError, "`prompts` must be a list of str"),
    ],
)
def test_mistakes_raise(generator, call, error, match):
    with pytest.raises(error, match=match):
        call(generator)
