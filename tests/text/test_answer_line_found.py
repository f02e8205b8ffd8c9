"""Is the line found that answers, and does nothing that runs on behind it make it right?"""

import pytest

from keras_halluc.text import ANSWER_STEPS
from keras_halluc.text import OutputReader


def read(text):
    return OutputReader(ANSWER_STEPS).read(text).text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "Paris",
        "\n \nParis\nLyon",
        "Paris\r\nLyon",
        "Paris\u2028Lyon",
        "Paris\n\nExplanation: Lyon is smaller.",
        "Paris\nAnswer: Lyon",
        "Paris\nThe answer is Lyon.",
        "Paris\n#### Lyon",
        "---\nParis",
        "***\n\nParis",
        "What is the capital of France?\nParis",
        "法国的首都是哪个城市？\nParis",
        "The capital of France is:\nParis",
        "Here is the answer:\n\nParis",
        "Sure!\nParis\nLyon",
        "1. Paris\n2. Lyon",
        "- Paris\n- Lyon",
        "# Paris\nIt is big.",
        "**Paris**\n\nIt is the capital.",
        "Let's think step by step.\nLyon is big.\nThe answer is Paris",
        "Let us think. Lyon is big. The answer is Paris",
        "First, Lyon is big.\nThen there is the other.\nAnswer: Paris",
        "To find the capital, we look at Lyon.\nFinal answer: Paris",
        "Lyon is big and old, but it is small beside it.\nTherefore, the answer is Paris",
        "There are 3 and 4 of them in Lyon, so 7.\n#### Paris\n\nThere are 5 more.\n#### Lyon",
        "We know that it is not Lyon.\nSo the final answer is: \\boxed{Paris}",
        "首先，我们看里昂。\n所以答案是Paris",
        "Zuerst sehen wir Lyon an.\nDie Antwort lautet Paris",
        "D'abord, Lyon est grande.\nLa réponse est Paris",
        "Primero, Lyon es grande.\nLa respuesta es Paris",
        "<think>Lyon</think>\n\nParis\nLyon",
        "Question: Capital?\nParis",
    ],
)
def test_the_answer(text):
    assert read(text).rstrip(".") == "Paris"


def test_what_was_left_out_is_said():
    said = OutputReader(ANSWER_STEPS).read("Is it big, or is it old?\nParis\nLyon")
    assert said.reasons == ("line before the answer", "further lines")
    said = OutputReader(ANSWER_STEPS).read("Let me see. It is old.\nThe answer is Paris")
    assert said.reasons == ("working", "lead-in")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Lyon?\nParis", "Lyon?"),
        ("Lyon:\nParis is bigger.", "Lyon:"),
        ('{\n"a": 1,\n"b": 2\n}', '{\n"a": 1,\n"b": 2\n}'),
        ("Lyon is the capital.\nQ: What is the capital?\nA: Paris", "Lyon is the capital."),
        ("The answer is unknown to me.\nParis", "unknown to me."),
        ("...", "..."),
        ("", ""),
    ],
)
def test_what_is_an_answer_itself_stays(text, answer):
    assert read(text) == answer
