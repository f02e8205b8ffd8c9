"""Is an answer taken only where enough wordings give it, and none where they do not?"""

import pytest

import keras_halluc as kh

pytestmark = pytest.mark.eager

SAID = {
    "a1": "Rome",
    "a2": " rome.\nMore of it.",
    "a3": "The Rome",
    "b1": "Oslo",
    "b2": "Bern",
    "b3": "Oslo",
    "c1": "",
    "c2": " \n",
    "c3": "Kyoto",
    "d1": "东京。",
    "d2": "東京",
    "d3": "东京",
}


def model(prompts):
    return [SAID[prompt] for prompt in prompts]


def ask(agreement):
    wordings = [[f"{name}{i}" for i in (1, 2, 3)] for name in "abcd"]
    return kh.data.agreed_answers(model, wordings, agreement)


@pytest.mark.parametrize(
    ("agreement", "expected"),
    [
        (1.0, ["Rome", None, None, None]),
        (2 / 3, ["Rome", "Oslo", None, "东京"]),
        (0.3, ["Rome", "Oslo", "Kyoto", "东京"]),
    ],
)
def test_a_silent_wording_counts_as_one_that_does_not_agree(agreement, expected):
    assert ask(agreement) == expected


def test_questions_may_have_different_numbers_of_wordings():
    assert kh.data.agreed_answers(model, [["b2"], ["a1", "a2"]]) == ["Bern", "Rome"]


def test_the_generator_is_asked_once():
    calls = []

    def counting(prompts):
        calls.append(list(prompts))
        return model(prompts)

    kh.data.agreed_answers(counting, [["a1", "a2"], ["b1"]])
    assert len(calls) == 1 and sorted(calls[0]) == ["a1", "a2", "b1"]


@pytest.mark.parametrize("wordings", ["a1", ["a1"], [], [[]], [[1]], None])
def test_wordings_are_lists_of_texts(wordings):
    with pytest.raises((TypeError, ValueError), match="wordings"):
        kh.data.agreed_answers(model, wordings)


@pytest.mark.parametrize("agreement", [0.0, 1.1, "0.5", float("nan")])
def test_agreement_is_a_share(agreement):
    with pytest.raises((TypeError, ValueError), match="`agree_at`"):
        kh.data.agreed_answers(model, [["a1"]], agreement)


def test_silence_and_abstentions_agree_on_nothing():
    said = {"1": "!!!", "2": "---", "3": "I don't know.", "4": "I don't know", "5": "Rome"}
    wordings = [["1", "2"], ["3", "4"], ["3", "5"], ["5", "5"]]
    answers = kh.data.agreed_answers(lambda prompts: [said[p] for p in prompts], wordings, 0.5)
    assert answers == [None, None, "Rome", "Rome"]
