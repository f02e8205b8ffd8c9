"""Situations that other projects had reported to them: is the verdict what a person would say?

Each section is a kind. Further members of a kind stand in the tests of what reads it.
"""

import functools

import pytest

import keras_halluc as kh
from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding import ConsistencyChecker
from keras_halluc.grounding import EntailmentChecker
from keras_halluc.grounding import OverlapChecker
from keras_halluc.grounding import ValueChecker

FRANCE = (
    "France is a country in Europe. The capital of France is Paris. "
    "The population of France is 67 million."
)
BAKING = "Add 200 g of flour and 3 eggs. Bake for 40 minutes at 180 °C. Serves six people."
PARTS = "The alpha part is made of iron. The beta part is made of tin. The gamma part is of wood."
PARIS = (
    "Paris is the capital of France. The tower is 324 meters tall. The city has 20 districts. "
    "The museum attracts over 10 million visitors a year."
)
HOURS = '{"hours":{"Friday":"11:0-21:0"}}'
MEAN = {
    "supported": {"supported"},
    "wrong": {"unsupported", "contradicted"},
    "abstained": {"abstained"},
    "nothing": {"abstained", "unmeasured"},
}
MARKDOWN = [
    (FRANCE, "The population of France is **67** million.", "supported"),
    (FRANCE, "The population of France is __67__ million.", "supported"),
    (FRANCE, "The population of France is **999** million.", "wrong"),
    (FRANCE, "**Lyon** is the capital of France.", "wrong"),
    ("该市人口为370万。", "该市人口为**370**万。", "supported"),
    ("Die Stadt hat 3,7 Millionen Einwohner.", "Die Stadt hat **3,7** Millionen.", "supported"),
    ("The area is 25 m².", "The area is 25 m<sup>2</sup>.", "supported"),
    ("The area is 25 m².", "The area is 25 m^2.", "supported"),
    ("Elle a coûté 4,5 millions d'euros.", "Elle a coûté **4,5** millions d'euros.", "supported"),
    ("The bridge opened on 3 May 1998.", "It opened on **3 May** 1998.", "supported"),
    ("The bridge opened on 3 May 1998.", "It opened on **4 May** 1998.", "wrong"),
]
LISTS = [
    (FRANCE, "The population of France is 67 million [1].", "supported"),
    (FRANCE, "1. The capital of France is Paris.\n2. The population is 67 million.", "supported"),
    (BAKING, "Step 1: Add 200 g of flour.\nStep 2: Bake for 40 minutes.", "supported"),
    ("蛋糕在180℃下烤40分钟。", "1. 蛋糕烤40分钟。\n2. 温度为180℃。", "supported"),
    ("Der Kuchen backt 40 Minuten bei 180 °C.", "Der Kuchen backt 40 Minuten [1].", "supported"),
    (BAKING, "a) Add 200 g of flour.\nb) Bake for 45 minutes.", "wrong"),
    (BAKING, "• Bake for 40 minutes【2】.", "supported"),
]
SIGNED = [
    ("Upgrade to Python 3.11.4.", "Upgrade to Python 3.11.3.", "wrong"),
    ("Server 192.168.1.10 is down.", "Server 192.168.10.1 is down.", "wrong"),
    ("They won 3:1.", "They won 1:3.", "wrong"),
    ("The number is ISBN 978-3-16-148410-0.", "The number is ISBN 978-3-16-148410-3.", "wrong"),
    ("Write to info@example.org.", "Write to info@example.net.", "wrong"),
    ("Call 030 1234567.", "Call 030 123 45 67.", "supported"),
    ("Revenue rose to $890M.", "Revenue was 890 million U.S. dollars.", "supported"),
    ("Revenue rose to $890M.", "Revenue was USD 890.", "wrong"),
    ("The accuracy was 0.47.", "The accuracy was 47%.", "supported"),
    ("The accuracy was 47%.", "The accuracy was 0.47.", "supported"),
    ("The charge is 1.6×10⁻¹⁹ C.", "The charge is 1.6×10⁻¹⁸ C.", "wrong"),
    ("It has 10⁶ cells.", "It has 1,000,000 cells.", "supported"),
    ("The learning rate was 2e-5.", "The learning rate was 0.00002.", "supported"),
    ("Hubo 0 casos.", "Hubo cero casos.", "supported"),
    ("There were 3 visits.", "There were no visits.", "wrong"),
    ("One in five adults smokes.", "20% of adults smoke.", "supported"),
    ("World War II ended.", "World War 2 ended.", "supported"),
    (HOURS, "On Friday it is open from 11 am to 9 pm.", "supported"),
    (HOURS, "On Friday it is open from 11:00 to 21:00.", "supported"),
    (HOURS, "On Friday it is open from 11 am to 10 pm.", "wrong"),
]
SENTENCES = [
    (PARIS, "1. Paris is the capital of France.\n2. The city has 20 districts.", "supported"),
    (PARIS, "The tower is 324 meters tall [2].", "supported"),
    (PARIS, "Here is a summary of the text:\nParis is the capital of France.", "supported"),
    (PARIS, "Hello! How can I help you?", "nothing"),
    (PARTS, "Based on the text, the alpha part is made of iron.", "supported"),
    (PARTS, "Sure! The alpha part is made of iron.", "supported"),
    (PARTS, "Sure! Nobody came to the party. I hope this helps!", "wrong"),
]
REFUSALS = """
The text does not mention who founded the company.
I couldn't find that information in the provided documents.
I don't have that information.
The answer is not provided.
Based on the provided context, I cannot answer this question.
No information available.
I was unable to find an answer.
The question is unanswerable.
Dazu habe ich keine Informationen.
Das kann ich nicht beantworten.
Im Text wird das nicht erwähnt.
Keine Ahnung.
Leider weiß ich das nicht.
Je n'ai pas d'information à ce sujet.
Le texte ne le mentionne pas.
Je suis désolé, mais je ne sais pas.
No tengo información sobre eso.
No puedo responder a esa pregunta.
Se desconoce.
文中没有提到。
没有相关信息。
根据提供的资料，无法回答该问题。
未提及。
本文には記載されていません。
申し訳ありませんが、わかりません。
情報がありません。
お答えできません。
""".strip().splitlines()
NO_REFUSALS = """
Don't Know Why
No Idea Records
わかりませんがパリです
I don't know, maybe Paris.
It is not Paris but Lyon.
不明飞行物
The unknown soldier
""".strip().splitlines()
ANSWERS = [
    ("Paris", "<think>\nLyon or Paris?\n</think>\nParis", "supported"),
    ("Paris", "<think>Lyon or Paris?</think>Lyon", "wrong"),
    ("Paris", "Here is the answer:\nParis", "supported"),
    ("Paris", '{\n"answer": "Paris"\n}', "supported"),
    ("Paris", "---\nParis", "supported"),
    ("Paris", "```\nParis\n```", "supported"),
    ("29", "$29.00", "supported"),
    ("0.5", "0.50", "supported"),
    ("1000", "1,000.00", "supported"),
    ("3 March 2024", "March 3, 2024", "supported"),
    ("March 3, 2024", "2024-03-03", "supported"),
    ("18", "eighteen", "supported"),
    ("$1000", "1000 dollars", "supported"),
    ("17:00", "5 pm", "supported"),
    ("1800", "1,800", "supported"),
    ("18", "#### 18", "supported"),
    ("18", "\\boxed{18}", "supported"),
    ("18", "-18", "wrong"),
    ("J.K. Rowling", "J. K. Rowling", "supported"),
    ("Montréal", "Montréal", "supported"),
    ("مُحَمَّد", "مُحَمَّد", "supported"),
    ("A", "a", "supported"),
    ("A", "(a)", "supported"),
    ("A", "a) Paris", "supported"),
    ("A", "A dog barked.", "wrong"),
    ("I", "I think it is C.", "wrong"),
    ("102", "10²", "wrong"),
    ("106", "10⁶", "wrong"),
    ("C", "C++", "wrong"),
    ("C++", "C#", "wrong"),
    ("≤5", "≥5", "wrong"),
    ("1/2", "1:2", "wrong"),
    ("A+", "A-", "wrong"),
    ("11/2", "1½", "wrong"),
    ("1/2", "½", "supported"),
    ("H2O", "H₂O", "supported"),
]
FOLDED = [
    ("Beyoncé", "Beyonce"),
    ("Montréal", "Montreal"),
    ("Istanbul", "İstanbul"),
    ("محمد", "مُحَمَّد"),
]
ONE_SENTENCE = [
    "Der Verein spielt in der 1. Bundesliga.",
    "Art. 5 Abs. 3 GG gilt.",
    "See Sec. 3 for more.",
    "1. Paris is the capital.",
]


@functools.cache
def default():
    return EntailmentChecker.default()


def of_source(checker, rows):
    cases = [kh.data.Case("?", source=source) for source, _, _ in rows]
    verdicts = checker.check(cases, [output for _, output, _ in rows])
    return [
        (output, verdict.label, verdict.reason)
        for (_, output, right), verdict in zip(rows, verdicts, strict=True)
        if verdict.label not in MEAN[right]
    ]


def of_answers(rows, **kwargs):
    cases = [kh.data.Case("?", (reference,)) for reference, _, _ in rows]
    verdicts = AnswerChecker(**kwargs).check(cases, [output for _, output, _ in rows])
    return [
        (reference, output, verdict.label)
        for (reference, output, right), verdict in zip(rows, verdicts, strict=True)
        if verdict.label not in MEAN[right]
    ]


@pytest.mark.parametrize("rows", [MARKDOWN, LISTS, SIGNED], ids=["markdown", "lists", "signs"])
def test_values_of_a_source(rows):
    assert of_source(ValueChecker(), rows) == []


@pytest.mark.parametrize("make", [default, OverlapChecker], ids=["entailment", "overlap"])
def test_what_only_wraps_a_sentence(make):
    assert of_source(make(), SENTENCES) == []


def test_refusals():
    rows = [("Sunrise", text, "abstained") for text in REFUSALS]
    rows += [("Sunrise", text, "wrong") for text in NO_REFUSALS]
    assert of_answers(rows) == []


def test_answers():
    assert of_answers(ANSWERS) == []


def test_accents():
    """They fold where the reference has none; for a reference that has some, by option."""
    rows = [(reference, output, "supported") for reference, output in FOLDED]
    assert of_answers(rows[2:]) == []
    assert of_answers(rows, fold_accents=True) == []


@pytest.mark.parametrize(
    "samples, output, right",
    [
        (["Sure!\nParis", "Sure!\nLyon", "Sure!\nRome", "Sure!\nBern"], "Sure!\nParis", "wrong"),
        (["5 km", "5 kilometres", "5 kilometers", "5km"], "5 km", "supported"),
        (["Paris", "The text does not say."], "No idea.", "abstained"),
        (["$29.00", "29 dollars", "$29", "twenty-nine dollars"], "$29", "supported"),
    ],
)
def test_samples(samples, output, right):
    generator = kh.generation.FunctionGenerator(
        lambda prompts: [output] * len(prompts),
        lambda prompts, *_, **__: [samples] * len(prompts),
    )
    checker = ConsistencyChecker(generator, num_samples=len(samples))
    (verdict,) = checker.check([kh.data.Case("?")], [output])
    assert verdict.label in MEAN[right], verdict


@pytest.mark.parametrize("text", ONE_SENTENCE)
def test_one_sentence(text):
    assert len(kh.text.split_sentences(text)) == 1


def test_two_sentences():
    assert len(kh.text.split_sentences("It opened at 5 p.m. Then it closed.")) == 2
