"""Is an output judged by what it says, whatever wraps it, by every checker?"""

import numpy as np
import pytest

import keras_halluc as kh
from keras_halluc.data import Case
from keras_halluc.text import OutputReader

FRANCE = (
    "France is a country in Europe. The capital of France is Paris. The population of France is "
    "67 million."
)
RECIPE = "Add 200 g of flour and 3 eggs. Bake for 40 minutes at 180 °C. Serves six people."
PARTS = "The alpha part is made of iron. The beta part is made of tin. The gamma part is of wood."
VALUES, OVERLAP = kh.grounding.ValueChecker(), kh.grounding.OverlapChecker()


def verdict(checker, output, source=FRANCE):
    return checker.check([Case("?", source=source)], [output])[0]


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (FRANCE, "The population of France is **67** million."),
        (FRANCE, "The population of France is __67__ million."),
        (FRANCE, "The population of France is ~~67~~ million."),
        (FRANCE, "The population of France is <b>67</b> million."),
        (FRANCE, "The population of France is $67$ million."),
        (FRANCE, "The population of France is \\boxed{67} million."),
        (FRANCE, "The population of France is `67` million."),
        (FRANCE, "The population of France is 67 million [1]."),
        (FRANCE, "The population of France is 67 million.[^3]"),
        (FRANCE, "The population of France is 67 million (p. 12)."),
        (FRANCE, "The population of France is 67 million【1】."),
        (FRANCE, "The population of France is 67 million (Source 2)."),
        (FRANCE, "1. The capital of France is Paris.\n2. The population is 67 million."),
        (FRANCE, "1) The capital of France is Paris.\n2) The population is 67 million."),
        (FRANCE, "(1) The capital is Paris. (2) The population is 67 million."),
        (FRANCE, "## 1. Capital\nThe capital of France is Paris."),
        (FRANCE, "<think>68 million?</think>The population is 67 million."),
        (FRANCE, "<think>68 million?\nNo.</think>\n\n**67 million**"),
        (FRANCE, "The population is 67 million.<|im_end|>\n<|im_start|>user\nAnd 47 million?"),
        (FRANCE, "The population is 67 million.\n\nUser: Has Spain 47 million?"),
        (FRANCE, '{"answer": "The population is 67 million.", "confidence": 0.93}'),
        (RECIPE, "Step 1: Add 200 g of flour.\nStep 2: Bake for 40 minutes."),
        (RECIPE, "**Step 1:** Add 200 g of flour.\n**Step 2:** Bake for 40 minutes."),
        (RECIPE, "1: Add 200 g of flour.\n2: Bake at 180 °C."),
        ("The area is 25 m².", "The area is 25 m<sup>2</sup>."),
        ("The area is 25 m².", "The area is 25 m^2."),
        ("该市人口为370万。", "该市人口为**370**万。"),
        ("蛋糕在180℃下烤40分钟。", "1. 蛋糕烤40分钟。\n2. 温度为180℃。"),
        ("蛋糕在180℃下烤40分钟。", "第一步：蛋糕烤40分钟【2】。"),
        ("Die Stadt hat 3,7 Millionen Einwohner.", "Die Stadt hat **3,7** Millionen Einwohner."),
        ("Der Kuchen backt 40 Minuten bei 180 °C.", "Der Kuchen backt 40 Minuten [1]."),
        ("La ville compte 3,7 millions d'habitants.", "Elle compte **3,7** millions d'habitants."),
        (
            "La ciudad tiene 3,7 millones de habitantes.",
            "Tiene **3,7** millones de habitantes (p. 4).",
        ),
    ],
)
def test_marks_are_no_values(source, output):
    assert verdict(VALUES, output, source).label == "supported"
    assert not verdict(kh.grounding.ValueChecker(reader=OutputReader([])), "x", source).hallucinated


@pytest.mark.parametrize(
    ("output", "marked"),
    [
        ("The population of France is **999** million.", "999** million"),
        ("**Lyon** is the capital of France.", "Lyon"),
        (
            "1. The capital of France is Paris.\n2. The population is 999 million [1].",
            "999 million",
        ),
        ("<think>67 million</think>The population of France is 999 million.", "999 million"),
        ('{"answer": "The population of France is 999 million."}', "999 million"),
    ],
)
def test_a_wrong_value_is_marked_where_it_was_written(output, marked):
    found = verdict(VALUES, output)
    assert found.label == "contradicted"
    assert [output[start:end] for start, end, _ in found.spans] == [marked]
    assert "; left out: " in found.reason


@pytest.mark.parametrize(
    "output",
    [
        "Here is a summary of the text:\nThe alpha part is made of iron.",
        "Based on the text, the alpha part is made of iron.",
        "Sure! The alpha part is made of iron.",
        "The alpha part is made of iron [2].",
        "1. The alpha part is made of iron.\n2. The beta part is made of tin.",
        "Certainly! Here are the key facts:\n\n- The alpha part is made of iron.",
        "The alpha part is made of iron. I hope this helps!",
        "The alpha part is made of iron.\n\nLet me know if you have any other questions.",
        "## Materials\n\nThe alpha part is made of iron.",
        "According to the passage, the beta part is made of tin. Is there anything else?",
        "> The alpha part is made of *iron*.\n\n---",
        "<reasoning>Rust or gold?</reasoning>The alpha part is made of iron.",
    ],
)
def test_wrapping_is_no_claim(output):
    assert verdict(OVERLAP, output, PARTS).label == "supported"
    as_written = verdict(kh.grounding.OverlapChecker(reader=OutputReader([])), output, PARTS)
    assert (as_written.score or 0.0) <= verdict(OVERLAP, output, PARTS).score


@pytest.mark.parametrize(
    "output",
    ["Hello! How can I help you?", "Sure!", "<think>The part is", "您好！有什么可以帮您？", "---"],
)
def test_nothing_but_wrapping_is_no_hallucination(output):
    checkers = [VALUES, OVERLAP, kh.grounding.AnswerChecker()]
    for checker in checkers:
        case = Case("?", ("iron",), source=PARTS)
        (found,) = checker.check([case], [output])
        assert (found.label, found.score, found.spans) == ("abstained", None, ())


@pytest.mark.parametrize("mode", ["exact", "contains", "f1"])
@pytest.mark.parametrize(
    ("output", "label"),
    [
        ("<think>\nLyon or Paris?\n</think>\nParis", "supported"),
        ("<think>Lyon or Paris?</think>Lyon", "unsupported"),
        ("<think>It is Paris", "abstained"),
        ("Here is the answer:\nParis", "supported"),
        ("Sure!\nParis", "supported"),
        ('{\n"answer": "Paris"\n}', "supported"),
        ('{"answer": "Lyon"}\nParis', "unsupported"),
        ("---\nParis", "supported"),
        ("```\nParis\n```", "supported"),
        ("Paris</s>", "supported"),
        ("Paris<|im_end|>", "supported"),
        ("Lyon</s>Paris", "unsupported"),
        ("Lyon\n\nQ: What is the capital of France?\nA: Paris", "unsupported"),
        ("Lyon\nAnswer: Paris", "unsupported"),
        ("Sure!\nLyon\nParis", "unsupported"),
        ("The answer is **Paris** [1].", "supported"),
        ("Let me think about France.\nThe answer is Paris.", "supported"),
        ("答案：Paris", "supported"),
        ("Die Antwort lautet: Paris", "supported"),
    ],
)
def test_an_answer_is_found_in_its_wrapping(output, label, mode):
    (found,) = kh.grounding.AnswerChecker(mode).check([Case("?", ("Paris",))], [output])
    assert found.label == label


@pytest.mark.parametrize(
    ("output", "reference"),
    [
        ("1. Paris", "1"),
        ("1. Paris", "Paris"),
        ("2. Bundesliga", "2. Bundesliga"),
        ("[1, 2]", "[1, 2]"),
        ("arr[0]", "arr[0]"),
        ("2 * 3", "2 * 3"),
        ("snake_case", "snake_case"),
        ("Hello, World!", "Hello, World!"),
        ("Hello", "hello"),
        ("Sure Thing", "Sure Thing"),
        ("x^2", "x^2"),
        ("The answer is x^2.", "x^2"),
        ("\\frac{1}{2}", "1/2"),
        ("1/2", "$\\frac{1}{2}$"),
        ("---", "---"),
        ("C. \n", "C"),
        ("(A)", "A"),
    ],
)
def test_an_answer_that_looks_like_wrapping_is_right_where_it_is_the_reference(output, reference):
    (found,) = kh.grounding.AnswerChecker().check([Case("?", (reference,))], [output])
    assert (found.label, found.spans) == ("supported", ())


def test_samples_are_read_as_the_output_is():
    samples = ["Sure!\nParis", "Sure!\nLyon", "<think>Rome</think>Paris", "**Bern**"]
    generator = kh.generation.FunctionGenerator(len, lambda prompts, *_: [samples])
    checker = kh.grounding.ConsistencyChecker(generator, num_samples=4)
    found = checker.check([Case("?")] * 2, ["Paris", "Sure!\nLyon"])
    assert [v.score for v in found] == [0.5, 0.25]
    assert found[1].spans == ((6, 10, "unsupported"),)
    said = kh.data.agreed_answers(lambda prompts: samples[: len(prompts)], [["a", "b", "c"]], 0.6)
    assert said == ["Paris"]


def test_claims_and_statements_are_those_of_what_is_said():
    asked = []

    def scorer(sources, claims):
        asked.extend(claims)
        return np.array([[0.1, 0.8, 0.1]] * len(claims))

    output = "<think>Hm.</think>Sure! **Marie Curie** was born in __Rome__ [1]. I hope this helps!"
    found = verdict(kh.grounding.EntailmentChecker(scorer), output)
    assert asked == ["Marie Curie was born in Rome."]
    assert [output[start:end] for start, end, _ in found.spans] == [
        "Marie Curie** was born in __Rome__ [1]."
    ]
    base = kh.grounding.KnowledgeBase([{"name": "Marie Curie", "birthplace": "Warsaw"}])
    rule = r"(?P<subject>Marie Curie) was born in (?P<birthplace>\w+)"
    found = verdict(kh.grounding.KnowledgeChecker(base, [rule]), output)
    assert [output[start:end] for start, end, _ in found.spans] == ["Rome"]


def test_the_reader_is_the_users():
    cites = kh.grounding.ValueChecker(reader=OutputReader(without=["citations"]))
    assert verdict(cites, "The population is 67 million [1].").hallucinated
    assert verdict(cites, "The population is **67** million.").label == "supported"
    case = Case("?", ("Paris",))
    whole = kh.grounding.AnswerChecker(reader=OutputReader())
    assert whole.check([case], ["Lyon\nParis"])[0].label == "supported"
    slots = kh.grounding.SlotChecker({})
    meaning = Case("?", source="name[The Eagle], near[The Mill]")
    said = "<think>?</think>**The Eagle** is near <i>The Mill</i>."
    assert slots.check([meaning], [said])[0].label == "supported"
    assert slots.error_rate([meaning], [said]) == 0.0
