"""Is reasoning left out, in whatever tags, and an answer found only where there is one?"""

import pytest

from keras_halluc.text import OutputReader


def read(text):
    return OutputReader().read(text)


@pytest.mark.parametrize(
    "text",
    [
        "<think>\nLyon or Paris?\n</think>\nParis",
        "<think>Lyon</think><think>Rome</think>\n\nParis",
        "<think>I opened <think> twice.</think>Paris",
        "<THINK>Lyon</THINK> Paris",
        "<thinking>Lyon</thinking>Paris",
        '<think mode="deep">Lyon</think>Paris',
        "<thought>Lyon</thought>Paris",
        "<reasoning>Lyon</reasoning>\nParis",
        "<reflection>Lyon</reflection>Paris",
        "<scratchpad>\nLyon\n</scratchpad>\nParis",
        "<analysis>Lyon</analysis>\n<answer>Paris</answer>",
        "<inner_monologue>Lyon</inner_monologue>Paris",
        "<chain-of-thought>Lyon</chain-of-thought>Paris",
        "<seed:think>Lyon</seed:think>Paris",
        "◁think▷Lyon◁/think▷Paris",
        "[THINK]Lyon[/THINK]Paris",
        "<|begin_of_thought|>Lyon<|end_of_thought|><|begin_of_solution|>Paris<|end_of_solution|>",
        "<|START_THINKING|>Lyon<|END_THINKING|><|START_RESPONSE|>Paris<|END_RESPONSE|>",
        "<unused94>thought\nLyon<unused95>Paris",
        "<|channel>thought\nLyon<channel|>Paris",
        "Lyon? No.\n</think>\n\nParis",
        "<|channel|>analysis<|message|>Lyon?<|end|><|start|>assistant<|channel|>final<|message|>"
        "Paris<|return|>",
        "<|channel|>final<|message|>Paris",
        "analysisLyon or not? We know.assistantfinalParis",
        "Thinking...\nLyon?\n...done thinking.\n\nParis",
        "Here is my thought process: Lyon. Here is my response: Paris",
        "### Reasoning\nLyon is big.\n\n### Answer\nParis",
        "**Reasoning:** Lyon is big.\n**Final answer:** Paris",
        "思考过程：里昂很大。\n答案：Paris",
        "Überlegung: Lyon ist groß.\nAntwort: Paris",
        "Raisonnement : Lyon est grand.\nRéponse : Paris",
        "Razonamiento: Lyon es grande.\nRespuesta: Paris",
    ],
)
def test_the_answer_alone_is_left(text):
    said = read(text)
    assert said.text.strip() == "Paris"
    assert {"reasoning", "answer tag"} & set(said.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "<think>It is Paris",
        "<think>\nParis?",
        "It is Paris.</think>",
        "<thinking>Paris</thinking>",
        "<|channel|>analysis<|message|>It is Paris",
        "<|channel|>commentary to=tool <|constrain|>json<|message|>{}<|call|>",
        "analysisWe know that it is Paris",
        "[THINK]Paris",
    ],
)
def test_reasoning_that_does_not_end_gives_no_answer(text):
    said = read(text)
    assert said.text.strip() == "" and said.reasons[0] == "reasoning"


@pytest.mark.parametrize(
    "text",
    [
        "Put `<think>` before it.",
        'The tag "</think>" ends it.',
        "I think it is Paris.",
        "The analysis is final.",
        "Thinking... is hard.",
        "[think tank]",
        "Reasoning: it is old.",
    ],
)
def test_what_is_no_tag_stays(text):
    assert read(text).text.replace("`", "") == text.replace("`", "")


def test_what_stands_before_reasoning_stays():
    assert read("Paris <think>or Lyon").text.strip() == "Paris"
    assert (
        read("Paris is big. <think>Is it?</think> It is old.").text == "Paris is big.  It is old."
    )
