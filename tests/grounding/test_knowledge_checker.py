"""Is what contradicts the base found, and nothing said where the base cannot tell?"""

import random
import re

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

import keras_halluc as kh
from keras_halluc._types import Checker
from keras_halluc.data import Case
from keras_halluc.grounding import KnowledgeBase
from keras_halluc.grounding import KnowledgeChecker
from keras_halluc.grounding import Statement
from keras_halluc.grounding import Verdict

BASE = KnowledgeBase(
    [
        {
            "name": "Marie Curie",
            "born": "7 November 1867",
            "birthplace": "Warsaw",
            "prizes": 2,
            "languages": ["Polish", "French", "Russian"],
            "出生地": "华沙",
        },
        {"name": "Pierre Curie", "born": 1859, "birthplace": "Paris"},
        {"name": "Harbour Bridge", "length": "1,149 m", "country": "Australia"},
    ],
    aliases={"Marie Curie": ["Maria Skłodowska", "居里夫人"], "Warsaw": ["Warszawa", "华沙"]},
    incomplete=["languages"],
)
NAME = r"(?P<subject>[A-Z]\w+(?: [A-Z]\w+)+)"
RULES = [
    rf"{NAME} was born in (?P<birthplace>[A-Z]\w+)",
    r"born on (?P<born>[\w ,]*\d{4})",
    r"speaks (?P<languages>[\w, ]+)",
    r"(?P<length>[\d.,]+ ?(?:km|m|metres))\b",
    r"(?P<subject>居里夫人)(?:出)?生于(?P<出生地>[^，。]+)",
]
ABOUT = Case("Tell me about Marie Curie.")


def check(output, case=ABOUT, rules=RULES, base=BASE, **kwargs):
    return KnowledgeChecker(base, rules, **kwargs).check([case], [output])[0]


@pytest.mark.parametrize(
    "output",
    [
        "Marie Curie was born in Warsaw.",
        "Maria Skłodowska was born in Warszawa, Poland.",
        "She was born on November 7th, 1867.",
        "She was born on 7 November 1867 and speaks Polish.",
        "She speaks Russian, French and Polish",
        "居里夫人出生于华沙，1867年。",
        "居里夫人生于Warsaw。",
    ],
)
def test_supported(output):
    verdict = check(output)
    assert (verdict.label, verdict.score, verdict.spans) == ("supported", 1.0, ()), verdict.reason


@pytest.mark.parametrize(
    "output, wrong, known",
    [
        ("Marie Curie was born in Paris.", "Paris", "Warsaw"),
        ("In 1867 Maria Skłodowska was born in Krakow, they say.", "Krakow", "Warsaw"),
        ("She was born on 8 November 1867.", "8 November 1867", "7 November 1867"),
        ("居里夫人出生于巴黎，1867年。", "巴黎", "华沙"),
        ("Pierre Curie was born in Warsaw.", "Warsaw", "Paris"),
    ],
)
def test_contradicted_with_span_and_the_value_in_the_base(output, wrong, known):
    verdict = check(output)
    start = output.index(wrong)
    assert (verdict.label, verdict.score) == ("contradicted", 0.0)
    assert verdict.spans == ((start, start + len(wrong), "contradicted"),)
    assert known in verdict.reason and wrong in verdict.reason


@pytest.mark.parametrize(
    "output, why",
    [
        ("Albert Einstein was born in Ulm.", "does not know 'Albert Einstein'"),
        ("The bridge is 1,149 m long.", "does not know 'length' of 'Marie Curie'"),
        ("She was a chemist.", "no rule finds a statement"),
        ("She speaks Polish and Latin.", "cannot settle it"),
    ],
)
def test_unmeasured_where_the_base_cannot_tell(output, why):
    verdict = check(output)
    assert (verdict.label, verdict.score, verdict.spans) == ("unmeasured", None, ())
    assert why in verdict.reason


def test_more_than_the_base_says_is_not_supported():
    verdict = check("He was born on 3 May 1859.", Case("Pierre Curie"))
    assert verdict.label == "unmeasured" and "which cannot settle it" in verdict.reason
    assert check("He was born on 3 May 1860.", Case("Pierre Curie")).label == "contradicted"


def test_the_subject_may_stand_in_the_prompt():
    begun = Case("Marie Curie was born in")
    assert check(" Warsaw.", begun).label == "supported"
    verdict = check(" Paris.", begun)
    assert (verdict.label, verdict.spans) == ("contradicted", ((1, 6, "contradicted"),))
    question = r"Where was (?P<subject>.+) born\?\s*Answer: (?P<birthplace>\w+)"
    shots = "Where was Pierre Curie born?\nAnswer: Warsaw\nWhere was Marie Curie born?\nAnswer:"
    assert check(" Warsaw", Case(shots), [question]).label == "supported"
    assert check(" Paris", Case(shots), [question]).spans == ((1, 6, "contradicted"),)
    # What the prompt says by itself is not the model's.
    assert check("No idea at all", Case("Marie Curie was born in Paris."), RULES).label != (
        "contradicted"
    )


def test_the_end_of_a_prompt_is_not_glued_to_the_output():
    verdict = check("Pierre Curie was born in Paris.", Case("And now for Marie"))
    assert verdict.label == "supported"


@pytest.mark.parametrize(
    "prompt, why",
    [
        ("Tell me a story.", "names nothing"),
        ("Marie Curie and Pierre Curie?", "names 2 things"),
    ],
)
def test_without_one_subject_in_the_prompt_nothing_is_measured(prompt, why):
    verdict = check("Was born on 7 November 1867", Case(prompt))
    assert verdict.label == "unmeasured" and why in verdict.reason


def test_score_is_the_share_of_the_measured_statements():
    verdict = check(
        "Was born on 7 November 1867. Marie Curie was born in Paris. Jan Krol was born in Ulm"
    )
    assert (verdict.label, verdict.score) == ("contradicted", 0.5)
    assert verdict.reason.startswith("1 of 3 statements contradicted")


def test_members_of_a_list_are_judged_one_by_one():
    rule = [r"speaks (?P<languages>.+)"]
    base = KnowledgeBase([("Ann", "languages", "Polish"), ("Ann", "languages", "French")])
    for said in (
        "Polish",
        "French and Polish",
        "Polish, French",
        "Polish; French",
        "Polish和French",
    ):
        assert check(f"speaks {said}", Case("Ann"), rule, base).label == "supported"
    verdict = check("speaks Polish, Latin and French", Case("Ann"), rule, base)
    assert verdict.spans == ((15, 20, "contradicted"),)
    assert "'Latin', where the base has 'Polish', 'French'" in verdict.reason


def test_a_known_list_may_hold_joining_words():
    rule = [re.compile(r"comes from (?P<home>[\w ]+)")]
    base = KnowledgeBase([("Ann", "home", "Trinidad and Tobago"), ("Ann", "home", "Chile")])
    assert check("comes from Trinidad and Tobago", Case("Ann"), rule, base).label == "supported"
    assert check("comes from Chile and Peru", Case("Ann"), rule, base).label == "contradicted"


def test_tolerance_and_language():
    base = KnowledgeBase([("Bridge", "length", "1,149 m"), ("Brücke", "länge", "1149")])
    rule = [r"is (?P<length>[\d,.]+ m)", r"misst (?P<länge>[\w.]+)"]
    assert check("is 1,150 m", Case("The Bridge"), rule, base).label == "contradicted"
    assert check("is 1,150 m", Case("The Bridge"), rule, base, tolerance=0.01).label == "supported"
    for language in (None, "de"):
        verdict = check("misst 1.149", Case("Die Brücke"), rule, base, language=language)
        assert verdict.label == "supported"


def years(output, case):
    """Nobody lives for more than 120 years."""
    for match in re.finditer(r"lived for (\d+) years", output):
        if int(match[1]) > 120:
            yield Verdict("contradicted", 0.0, ((*match.span(1), "contradicted"),), "too long")


def prizes(output, case):
    found = re.search(r"(\w+) prizes", output)
    return None if found is None else Statement("Marie Curie", "prizes", found[1], *found.span(1))


def test_rules_that_are_functions():
    rules = [years, prizes]
    assert check("She won two prizes.", rules=rules).label == "supported"
    verdict = check("She won three prizes and lived for 130 years.", rules=rules)
    assert verdict.label == "contradicted" and verdict.score == 0.0
    assert verdict.spans == ((8, 13, "contradicted"), (35, 38, "contradicted"))
    assert check("She lived for 66 years.", rules=rules).label == "unmeasured"


def test_a_statement_without_a_place_is_found_in_the_output():
    def rule(output, case):
        return [Statement("Marie Curie", "birthplace", "Paris")]

    assert check("Born in Paris.", rules=[rule]).spans == ((8, 13, "contradicted"),)
    assert check("Born there.", rules=[rule]).spans == ()


@pytest.mark.parametrize(
    "verdict, label, score",
    [
        (Verdict("unsupported", reason="x"), "unsupported", 0.0),
        (Verdict("unsupported", 0.25, reason="x"), "unsupported", 0.25),
        (Verdict("supported", reason="x"), "supported", 1.0),
        (Verdict("abstained", reason="x"), "abstained", None),
        (Verdict("unmeasured", reason="x"), "unmeasured", None),
    ],
)
def test_the_verdict_of_a_rule(verdict, label, score):
    found = check("Something.", rules=[lambda output, case: verdict])
    assert (found.label, found.score) == (label, score)
    assert "x" in found.reason


def test_no_span_lies_over_another():
    spans = [((0, 4, "unsupported"),), ((2, 6, "contradicted"),), ((7, 8, "unsupported"),)]
    rules = [lambda o, c, s=s: Verdict("unsupported", 0.0, s, "x") for s in spans]
    assert check("123456789", rules=rules).spans == (
        (0, 2, "unsupported"),
        (2, 6, "contradicted"),
        (7, 8, "unsupported"),
    )


@pytest.mark.parametrize(
    "returned, error, match",
    [
        ("Paris", TypeError, "A rule must return a Statement, a Verdict"),
        (3, TypeError, "A rule must return"),
        ([("a", "b", "c")], TypeError, "A rule must return"),
        (Verdict("wrong"), ValueError, "verdict.label"),
        (Verdict("supported", 2.0), ValueError, "verdict.score"),
        (Verdict("unsupported", 0.0, ((0, 99, "unsupported"),)), ValueError, "spans must lie in"),
    ],
)
def test_what_a_rule_must_not_return(returned, error, match):
    with pytest.raises(error, match=match):
        check("Something.", rules=[lambda output, case: returned])


@pytest.mark.parametrize("output", ["", " \n", "?!", "\x00", "\ud800", "I don't know.", "不知道"])
def test_abstained(output):
    verdict = check(output)
    assert (verdict.label, verdict.score, verdict.spans) == ("abstained", None, ())


def test_neither_references_nor_a_source_are_needed():
    assert KnowledgeChecker.requires == ()
    assert isinstance(KnowledgeChecker(BASE, RULES), Checker)


SENTENCES = st.lists(
    st.sampled_from(
        [
            "Marie Curie was born in Warsaw. ",
            "Marie Curie was born in Paris. ",
            "She was born on 7 November 1867. ",
            "She was born on 1 May 1860. ",
            "Ada Lovelace was born in London. ",
            "Nothing. ",
            "居里夫人出生于巴黎。",
        ]
    ),
    max_size=4,
).map("".join)


@given(st.lists(SENTENCES, max_size=6), st.randoms())
@settings(max_examples=30)
def test_the_same_verdicts_in_every_batch_and_order(outputs, rng: random.Random):
    checker = KnowledgeChecker(BASE, RULES)
    expected = [checker.check([ABOUT], [output])[0] for output in outputs]
    order = rng.sample(range(len(outputs)), len(outputs))
    found = checker.check([ABOUT] * len(outputs), [outputs[i] for i in order])
    assert found == [expected[i] for i in order]


@given(SENTENCES)
@settings(max_examples=50)
def test_laws(output):
    verdict = check(output)
    wrong = sum(text in output for text in ("in Paris", "1 May", "巴黎"))
    right = sum(text in output for text in ("in Warsaw", "7 November"))
    if wrong:
        assert verdict.label == "contradicted" and len(verdict.spans) >= wrong
    elif right:
        assert verdict.label == "supported"
    else:
        assert verdict.label == ("unmeasured" if output else "abstained")


def test_in_the_monitor():
    """As `HallucinationMonitor` takes it: a case needs a reference to be one at all."""
    cases = [Case("Marie Curie was born in", references=("Warsaw",))]
    monitor = kh.callbacks.HallucinationMonitor(
        cases, KnowledgeChecker(BASE, RULES), lambda prompts: [" Paris."] * len(prompts), verbose=0
    )
    monitor.on_train_begin()
    assert monitor.baseline["val_hallucination_rate"].value == 1.0
