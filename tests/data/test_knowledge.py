"""Is each case put into the right category?"""

import math

import pytest

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.data import Knowledge
from keras_halluc.data import categorize_knowledge
from keras_halluc.data.knowledge import CATEGORIES
from keras_halluc.data.knowledge import _tail
from keras_halluc.generation import FunctionGenerator


def scripted(greedy, hits=None):
    """Answers prompts out of a dict; samples hold `hits[prompt]` right ones."""
    calls = []

    def sample(prompts, num_samples, temperature, seed):
        calls.append((list(prompts), num_samples, temperature, seed))
        return [["yes"] * hits[p] + ["no"] * (num_samples - hits[p]) for p in prompts]

    return FunctionGenerator(lambda prompts: [greedy[p] for p in prompts], sample), calls


def names(known):
    return [k.category for k in known]


def test_closed_forms_over_wordings():
    forms = [["a1", "a2"], ["b1", "b2"], ["c1", "c2"], ["d1", "d2", "d3"], ["e1"]]
    cases = [Case(own[0][0], ("yes",), group=own[0]) for own in forms]
    right = {"a1", "a2", "b2"}
    greedy = {prompt: "yes" if prompt in right else "no" for own in forms for prompt in own}
    hits = {"b1": 4, "c1": 0, "c2": 1, "d1": 0, "d2": 0, "d3": 0, "e1": 4}
    generator, calls = scripted(greedy, hits)
    found = categorize_knowledge(generator, cases, forms, 4, temperature=0.7, chance=0.0, seed=3)
    assert found == [
        Knowledge("highly_known", 1.0, None),
        Knowledge("maybe_known", 0.5, None),
        Knowledge("weakly_known", 0.0, 1 / 8),
        Knowledge("unknown", 0.0, 0.0),
        Knowledge("weakly_known", 0.0, 1.0),
    ]
    assert tuple(dict.fromkeys(names(found))) == CATEGORIES
    # Only what greedy decoding misses altogether is sampled, once, as asked for.
    assert calls == [(["c1", "c2", "d1", "d2", "d3", "e1"], 4, 0.7, 3)]


def test_each_cases_own_prompt_by_default():
    generator, calls = scripted({"a": "yes", "b": "no", "c": "no"}, {"b": 16, "c": 0})
    cases = [Case(p, ("yes",), group=p) for p in "abc"]
    found = categorize_knowledge(generator, cases)
    assert names(found) == ["highly_known", "weakly_known", "unknown"]
    assert calls == [(["b", "c"], 16, 0.5, 0)]


def test_nothing_is_sampled_when_all_is_known_or_when_asked_not_to():
    generator, calls = scripted({"a": "yes"})
    assert names(categorize_knowledge(generator, [Case("a", ("yes",))])) == ["highly_known"]
    generator, calls = scripted({"a": "no"})
    found = categorize_knowledge(generator, [Case("a", ("yes",))], num_samples=0)
    assert found == [Knowledge("unknown", 0.0, None)]
    assert calls == []


def tail(hits, total, chance):
    """By the recurrence of one more draw, not by binomial coefficients."""
    exactly = [1.0]
    for _ in range(total):
        exactly = [
            (exactly[k] if k < len(exactly) else 0.0) * (1 - chance)
            + (exactly[k - 1] * chance if k else 0.0)
            for k in range(len(exactly) + 1)
        ]
    return sum(exactly[hits:])


@pytest.mark.parametrize("total", [1, 4, 16, 64])
@pytest.mark.parametrize("chance", [0.0, 0.01, 0.25, 0.5, 1.0])
def test_binomial_tail(total, chance):
    for hits in {0, 1, total // 2, total}:
        assert _tail(hits, total, chance) == pytest.approx(tail(hits, total, chance), abs=1e-12)
    assert _tail(1, total, chance) == pytest.approx(1 - (1 - chance) ** total, abs=1e-12)


@pytest.mark.parametrize("chance", [0.0, 0.02, 0.3, 1.0])
def test_hits_must_be_more_than_chance_explains(chance):
    needed = next((h for h in range(1, 17) if tail(h, 16, chance) <= 0.05), math.inf)
    for hits in range(17):
        generator, _ = scripted({"a": "no"}, {"a": hits})
        found = categorize_knowledge(generator, [Case("a", ("yes",))], chance=chance)
        assert names(found) == ["weakly_known" if hits >= needed else "unknown"]
        assert found[0].sampled_accuracy == hits / 16
    if chance == 0.0:
        assert needed == 1  # as Gekhman et al. have it


def test_chance_is_taken_from_the_answers_of_the_group():
    # In group g 3 of 4 answers are "yes"; for each of them 2 of the 3 others. In h none of them is.
    cases = [Case(p, ("yes",), group="g") for p in "abc"] + [Case("d", ("no way",), group="g")]
    cases += [Case("e", ("yes",), group="h"), Case("f", ("maybe",), group="h")]
    hits = dict.fromkeys("abcdef", 14)
    generator, _ = scripted(dict.fromkeys("abcdef", "wrong"), hits)
    assert tail(14, 16, 2 / 3) > 0.05 > tail(15, 16, 2 / 3)
    # d and f never are "yes"
    expected = ["unknown"] * 3 + ["unknown", "weakly_known", "unknown"]
    assert names(categorize_knowledge(generator, cases)) == expected
    hits["b"] = 15
    assert names(categorize_knowledge(generator, cases))[1] == "weakly_known"


def test_one_case_alone_leaves_nothing_to_chance():
    generator, _ = scripted({"a": "no"}, {"a": 1})
    assert names(categorize_knowledge(generator, [Case("a", ("yes",))])) == ["weakly_known"]


def test_equal_prompts_with_different_answers():
    cases = [Case("a", ("yes",)), Case("a", ("other",))]
    generator, _ = scripted({"a": "yes"}, {"a": 0})
    assert names(categorize_knowledge(generator, cases)) == ["highly_known", "unknown"]


def test_a_checker_of_ones_own():
    class Longer:
        def check(self, cases, outputs):
            return [Verdict("supported" if len(o) > 2 else "unsupported") for o in outputs]

    generator, _ = scripted({"a": "yes", "b": "no"}, {"b": 0})
    cases = [Case("a", ("x",)), Case("b", ("x",))]
    found = categorize_knowledge(generator, cases, checker=Longer())
    assert names(found) == ["highly_known", "unknown"]


def test_a_plain_callable_cannot_sample_and_says_so():
    with pytest.raises(ValueError, match="cannot sample"):
        categorize_knowledge(lambda prompts: ["no"], [Case("a", ("yes",))])
