"""Is an output judged by how often the model means the same, whatever words it says it in?"""

import math
import random

import numpy as np
import pytest
import tiny_models
from kinds import quick_on_torch

import keras_halluc as kh
from keras_halluc._types import Checker
from keras_halluc._types import TokenScores
from keras_halluc.data import Case
from keras_halluc.grounding import ConsistencyChecker

pytestmark = pytest.mark.eager

CAPITAL = "The capital of France is"


class Scripted:
    """Draws what it is told for each prompt; a token is a word, and its log-probability known."""

    def __init__(self, samples, log_prob=None):
        self.samples = samples if isinstance(samples, dict) else {CAPITAL: samples}
        self.log_prob = log_prob or {}
        self.asked, self.scored = [], []

    def sample(self, prompts, num_samples, temperature, seed):
        self.asked.append((*prompts, num_samples, temperature, seed))
        return [self.samples[prompt][:num_samples] for prompt in prompts]

    def score(self, prompts, continuations):
        self.scored += continuations
        shape = (len(prompts), max(len(text.split()) for text in continuations))
        log_probs, mask = np.zeros(shape, "float32"), np.zeros(shape, "float32")
        for row, text in enumerate(continuations):
            for place, word in enumerate(text.split()):
                log_probs[row, place] = self.log_prob[word]
                mask[row, place] = 1.0
        return TokenScores(log_probs, np.zeros(shape, "float32"), mask)


def checker(samples, log_prob=None, **kwargs):
    count = len(next(iter(samples.values()))) if isinstance(samples, dict) else len(samples)
    return ConsistencyChecker(Scripted(samples, log_prob), count, **kwargs)


def check(output, samples, **kwargs):
    return checker(samples, **kwargs).check([Case(CAPITAL)], [output])[0]


def entropy(*shares):
    return -sum(share * math.log(share) for share in shares)


def test_labels_scores_and_spans():
    samples = [" Paris.", "the PARIS", "Lyon", "Paris\nWhat is the capital of Spain?"]
    assert isinstance(checker(samples), Checker)
    verdict = check(" Paris", samples)
    assert (verdict.label, verdict.score, verdict.spans) == ("supported", 0.75, ())
    assert verdict.reason == "3 of 4 samples mean the same; semantic entropy 0.56 nats"
    verdict = check("Lyon!\nand more", samples)
    assert (verdict.label, verdict.score) == ("unsupported", 0.25)
    assert verdict.spans == ((0, 5, "unsupported"),)
    assert check("Nice", samples).score == 0.0
    assert check("Lyon", samples, agree_at=0.25).label == "supported"
    assert check("Paris\nLyon", samples, reader=kh.text.OutputReader()).score == 0.0
    assert check("巴黎。", ["巴黎", "巴黎！", "里昂"]).score == pytest.approx(2 / 3)


@pytest.mark.parametrize("output", ["", " \n", "?!", "I don't know.", "不知道"])
def test_an_abstention_is_not_asked_again(output):
    made = checker(["Paris", "Paris"])
    (verdict,) = made.check([Case(CAPITAL)], [output])
    assert (verdict.label, verdict.score, verdict.spans) == ("abstained", None, ())
    assert made.generator.asked == []


def test_all_ways_not_to_answer_are_one_meaning():
    samples = ["I don't know", "", "no idea", "Paris"]
    assert check("Paris", samples).score == 0.25
    (drawn,) = checker(samples).sample_answers([CAPITAL])
    assert drawn.clusters == (0, 0, 0, 1)
    assert drawn.self_agreement == pytest.approx(0.75)


def test_semantic_entropy_by_hand():
    samples = ["Paris", "paris.", "Lyon", "Nice", "PARIS"]
    (drawn,) = checker(samples).sample_answers([CAPITAL])
    assert drawn.answers == tuple(samples)
    assert drawn.clusters == (0, 0, 1, 2, 0)
    assert drawn.masses == pytest.approx((0.6, 0.6, 0.2, 0.2, 0.6))
    assert drawn.semantic_entropy == pytest.approx(entropy(0.6, 0.2, 0.2), abs=1e-6)
    (sure,) = checker(["Paris"] * 5).sample_answers([CAPITAL])
    assert (sure.semantic_entropy, sure.self_agreement) == (0.0, 1.0)


def test_weights_by_probability_by_hand():
    log_prob = {"Paris": math.log(0.3), "paris": math.log(0.1), "Lyon": math.log(0.4), "ok": 0.0}
    log_prob["New"] = log_prob["York"] = math.log(0.2)
    samples = ["Paris", "Paris", "paris", "Lyon", "New York", ""]
    made = checker(samples, log_prob, weights="probability")
    (drawn,) = made.sample_answers([CAPITAL])
    assert made.generator.scored == ["Paris", "paris", "Lyon", "New York"]  # each text once
    total = 0.3 + 0.1 + 0.4 + 0.04  # and the empty one is left out
    shares = 0.4 / total, 0.4 / total, 0.04 / total
    assert drawn.semantic_entropy == pytest.approx(entropy(*shares), abs=1e-6)
    assert made.check([Case(CAPITAL)], ["PARIS"])[0].score == pytest.approx(shares[0], abs=1e-6)
    normalized = checker(samples, log_prob, weights="length_normalized")
    (drawn,) = normalized.sample_answers([CAPITAL])
    total = 0.3 + 0.1 + 0.4 + 0.2
    shares = 0.4 / total, 0.4 / total, 0.2 / total
    assert drawn.semantic_entropy == pytest.approx(entropy(*shares), abs=1e-6)
    (silent,) = checker(["", ""], weights="probability").sample_answers([CAPITAL])
    assert (silent.semantic_entropy, silent.self_agreement) == (0.0, 1.0)


def entails(*pairs):
    """A scorer by which some answers entail others, after the prompt."""

    def scorer(sources, claims):
        known = {(f"{CAPITAL} {a}", f"{CAPITAL} {b}") for a, b in pairs}
        said = [(source, claim) in known for source, claim in zip(sources, claims)]
        return [(0.9, 0.1, 0.0) if yes else (0.2, 0.8, 0.0) for yes in said]

    return scorer


def test_a_scorer_joins_what_entails_each_other():
    samples = ["Paris", "Paris", "the city of light", "Lyon", "a city"]
    both = [("Paris", "the city of light"), ("the city of light", "Paris"), ("Paris", "a city")]
    made = checker(samples, scorer=entails(*both))
    (drawn,) = made.sample_answers([CAPITAL])
    assert drawn.clusters == (0, 0, 0, 2, 1)  # "a city" follows from Paris, not the other way round
    assert drawn.semantic_entropy == pytest.approx(entropy(0.6, 0.2, 0.2), abs=1e-6)
    strict = checker(samples, scorer=entails(*both), entailed_at=0.95)
    assert len(set(strict.sample_answers([CAPITAL])[0].clusters)) == 4


def test_a_scorer_finds_the_meaning_of_an_output_that_was_not_drawn():
    samples = ["Paris", "Paris", "Lyon", "I don't know"]
    scorer = entails(("City of Light", "Paris"), ("Paris", "City of Light"))
    assert check("City of Light", samples, scorer=scorer).score == 0.5
    assert check("City of Love", samples, scorer=scorer).score == 0.0


def test_order_of_samples_does_not_matter():
    samples = ["Paris", "Paris", "Rome", "the city of light", "Lyon", "Rome", "Bonn"]
    chain = [("Paris", "Rome"), ("Rome", "Lyon"), ("Lyon", "Bonn")]  # each like the next alone
    scorer = entails(*chain, *((b, a) for a, b in chain))
    found = set()
    for seed in range(8):
        drawn = random.Random(seed).sample(samples, len(samples))
        (sampled,) = checker(drawn, scorer=scorer).sample_answers([CAPITAL])
        by_text = tuple(sampled.clusters[drawn.index(text)] for text in samples)
        found.add((by_text, round(sampled.semantic_entropy, 6)))
    assert len(found) == 1


def test_each_prompt_is_drawn_once_alone_and_with_a_seed_of_its_own():
    made = checker({"a": ["x", "y"], "b": ["x", "x"]}, temperature=0.7, seed=5)
    cases = [Case("a"), Case("b"), Case("a")]
    scores = [verdict.score for verdict in made.check(cases, ["x", "x", "y"])]
    assert scores == [0.5, 1.0, 0.5]
    asked = made.generator.asked
    assert [(prompt, count, temperature) for prompt, count, temperature, _ in asked] == [
        ("a", 2, 0.7),
        ("b", 2, 0.7),
    ]
    assert asked[0][3] != asked[1][3]
    other = checker({"a": ["x", "y"]}, seed=6)
    other.check([Case("a")], ["x"])
    assert other.generator.asked[0][3] != asked[0][3]


@pytest.fixture(scope="module")
def generator():
    task = tiny_models.gpt2()
    return kh.generation.TaskGenerator(task, max_new_tokens=2, batch_size=4, max_length=24)


@quick_on_torch
def test_with_a_model_neighbours_and_order_do_not_matter(generator):
    made = ConsistencyChecker(generator, num_samples=4, weights="length_normalized")
    cases = [Case(prompt) for prompt in ("the cat", "who is in rome", "a")]
    outputs = generator.generate([case.prompt for case in cases])
    found = made.check(cases, outputs)
    assert {v.label for v in found} <= {"supported", "unsupported"}
    assert made.check(cases[::-1], outputs[::-1])[::-1] == found
    assert [made.check([case], [output])[0] for case, output in zip(cases, outputs)] == found
    drawn = made.sample_answers(["the cat"])[0]
    assert 0.0 <= drawn.semantic_entropy <= math.log(4) + 1e-6
    assert drawn.answers == made.sample_answers(["a", "the cat"])[1].answers


class Wrong:
    """A generator that returns what it should not."""

    def __init__(self, answers):
        self.answers = answers

    def sample(self, prompts, num_samples, temperature, seed):
        return self.answers


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ConsistencyChecker("gpt2"), TypeError, "`generator` must have `sample`.*'gpt2'"),
        (lambda: ConsistencyChecker(Scripted), TypeError, "`generator` must have `sample`"),
        (
            lambda: ConsistencyChecker(kh.generation.FunctionGenerator(list)),
            ValueError,
            r"must draw samples: give `FunctionGenerator\(..., sample=...\)`",
        ),
        (
            lambda: ConsistencyChecker(Wrong([]), weights="probability"),
            TypeError,
            "`generator` must have `score` too where `weights` is 'probability'",
        ),
        (lambda: checker(["a"] * 2).check([CAPITAL], ["a"]), TypeError, "must hold Case objects"),
        (
            lambda: ConsistencyChecker(Wrong([["a", "b"], ["c", "d"]]), 2).check(
                [Case("?")], ["a"]
            ),
            ValueError,
            "same length.*'prompts': 1, 'samples': 2",
        ),
        (
            lambda: ConsistencyChecker(Wrong([["a"]]), 2).check([Case("?")], ["a"]),
            ValueError,
            "must return 2 texts a prompt. Received: 1",
        ),
        (
            lambda: ConsistencyChecker(Wrong([[1, 2]]), 2).check([Case("?")], ["a"]),
            TypeError,
            "`samples` must hold str only",
        ),
        (
            lambda: check("a", ["a", "b"], scorer=lambda s, c: [(2.0, 0.0, 0.0)] * len(s)),
            ValueError,
            "`scorer` must return probabilities",
        ),
    ],
)
def test_mistakes_raise(call, error, match):
    with pytest.raises(error, match=match):
        call()
