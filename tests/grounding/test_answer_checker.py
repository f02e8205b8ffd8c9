"""Is each output judged by what it commits to, whatever stands around it?"""

import random

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

import keras_halluc as kh
from keras_halluc._types import LABELS
from keras_halluc._types import Checker
from keras_halluc.data import Case

PARIS = Case("The capital of France is", references=("Paris", "City of Paris"))


def label(output, references=("Paris",), **kwargs):
    checker = kh.grounding.AnswerChecker(**kwargs)
    return checker.check([Case("?", references=references)], [output])[0].label


@pytest.mark.parametrize(
    "output, reference",
    [
        (" Paris.", "Paris"),
        ("It is PARIS, of course", "Paris"),
        ("答案是北京。", "北京"),
        ("東京です", "東京"),
        ("नई दिल्ली में", "नई दिल्ली"),
        ("هي القاهرة.", "القاهرة"),
        ("คือกรุงเทพ", "กรุงเทพ"),
        ("die Hauptstrasse", "Hauptstraße"),
        ("서울입니다", "서울"),
        ("The Unknown Soldier", "unknown soldier"),
        ("+", "+"),
    ],
)
def test_right_answers_are_supported(output, reference):
    (verdict,) = kh.grounding.AnswerChecker().check([Case("?", (reference,))], [output])
    assert (verdict.label, verdict.score, verdict.spans) == ("supported", 1.0, ())
    assert reference in verdict.reason


@pytest.mark.parametrize(
    "output, reference, score",
    [
        ("Lyon", "Paris", 0.0),
        ("Romeo", "Rome", 0.0),
        ("New Delhi", "New York", 0.5),
        ("Tirana, Albania", "Iran", 0.0),
        ("南京", "北京", 0.5),
        ("京東", "東京", 0.99),
        ("नई मुंबई", "नई दिल्ली", 0.5),
        ("35", "3.5", 0.0),
    ],
)
def test_wrong_answers_are_unsupported(output, reference, score):
    (verdict,) = kh.grounding.AnswerChecker().check([Case("?", ("x", reference))], [output])
    assert verdict.label == "unsupported" and verdict.hallucinated
    assert verdict.score == pytest.approx(score)
    assert verdict.spans == ((0, len(output), "unsupported"),)
    assert reference in verdict.reason


ABSTAINING = [
    "I don't know",
    "I don’t know.",
    "I do not know.",
    "I'm not sure",
    "Unknown",
    "UNKNOWN.",
    "N/A",
    "n/a",
    "no answer",
    "The answer cannot be determined.",
    "I don't know who the king of France is.",
    "I'm not sure what Paris is.",
    "Sorry, but I don't know the answer.",
    "I don't know. Sorry!",
    "I am sorry, I do not know. Please ask someone else.",
    "Unfortunately I cannot answer that question",
    "不知道",
    "我不知道。",
    "我不知道法国的首都",
    "不清楚",
    "抱歉，我无法回答这个问题。",
    "没有答案",
    "フランスの首都はわかりません。",
    "わかりません",
    "죄송합니다. 잘 모르겠습니다.",
    "Je ne sais pas.",
    "ich weiß es nicht",
    "Ich weiss nicht, tut mir leid.",
    "no lo sé",
    "No lo se",
    "لا أعرف الإجابة",
    "मुझे नहीं पता।",
    "ไม่ทราบ",
    "Я не знаю",
    "I don't know\nParis",
]


@pytest.mark.parametrize("mode", ["exact", "contains", "f1"])
@pytest.mark.parametrize("output", ABSTAINING)
def test_abstentions(output, mode):
    (verdict,) = kh.grounding.AnswerChecker(mode).check([PARIS], [output])
    assert (verdict.label, verdict.score, verdict.spans) == ("abstained", None, ())
    assert verdict.measured and not verdict.hallucinated


@pytest.mark.parametrize("output", ["", "  \n\t", "...", "?", "\u200b", "👍"])
def test_an_empty_output_abstains(output):
    (verdict,) = kh.grounding.AnswerChecker(abstentions=[]).check([PARIS], [output])
    assert (verdict.label, verdict.score, verdict.reason) == (
        "abstained",
        None,
        "no words in the output",
    )


@pytest.mark.parametrize(
    "guess",
    [
        "I don't know, maybe {}",
        "I don't know but {}",
        "I'm not sure. {}",
        "I do not know - {}",
        "我不知道，可能是{}",
        "わかりません、たぶん{}",
        "Je ne sais pas, peut-être {}",
    ],
)
def test_a_hedged_guess_is_judged_as_an_answer(guess):
    assert label(guess.format("Paris")) == "supported"
    assert label(guess.format("Lyon")) == "unsupported"


@pytest.mark.parametrize(
    "output", ["Unknown Pleasures", "Nadia", "Not Paul", "未知死亡", "The Knowledge", "no"]
)
def test_names_that_look_like_abstentions_are_answers(output):
    assert label(output) == "unsupported"


def test_a_long_text_is_an_answer_whatever_it_says():
    assert label("I don't know. " * 60) == "abstained"
    assert label("I don't know. " * 80) == "unsupported"


def test_an_abstention_is_right_where_it_is_the_reference():
    assert label("Unknown", ("unknown",)) == "supported"
    assert label("I don't know.", ("unknown",)) == "supported"
    assert label("不知道", ("没有答案",)) == "supported"
    assert label("Lyon", ("unknown",)) == "unsupported"
    assert label("", ("unknown",)) == "abstained"
    song = "I Don't Know How to Love Him"
    assert label(song, (song,)) == "supported"
    assert label("I don't know", (song,)) == "abstained"


def test_the_users_abstentions_replace_the_default():
    assert label("Pass.", abstentions=["pass"]) == "abstained"
    assert label("I don't know", abstentions=["pass"]) == "unsupported"
    assert label("I don't know", abstentions=[]) == "unsupported"
    checker = kh.grounding.AnswerChecker(abstentions=("weiß ich doch nicht",))
    assert checker.abstentions == ("weiß ich doch nicht",)
    assert "{en}" in kh.grounding.DEFAULT_ABSTENTIONS


def test_a_later_line_does_not_rescue_a_wrong_answer():
    for mode in ("exact", "contains", "f1"):
        assert label("Lyon\nParis", mode=mode) == "unsupported"
        assert label("\n \n Paris\nLyon Lyon Lyon Lyon", mode=mode) == "supported"
    assert label("Lyon\nParis", reader=kh.text.OutputReader()) == "supported"
    (verdict,) = kh.grounding.AnswerChecker().check([PARIS], ["\nLyon\r\nQuestion: Paris"])
    assert verdict.spans == ((1, 5, "unsupported"),)
    checker = kh.grounding.AnswerChecker(reader=kh.text.OutputReader())
    (verdict,) = checker.check([PARIS], ["Lyon\nis it"])
    assert verdict.spans == ((0, 10, "unsupported"),)


def test_modes_differ():
    output = "the big city of Paris"
    assert label(output, mode="contains") == "supported"
    assert label(output, mode="exact") == "unsupported"
    assert label("The PARIS!", mode="exact") == "supported"
    assert label("50 %", ("50%",), mode="exact") == "supported"
    assert label("+", ("+",), mode="exact") == "supported"
    assert label("-", ("+",), mode="exact") == "abstained"
    assert label(output, mode="f1", f1_threshold=0.4) == "supported"
    assert label(output, mode="f1", f1_threshold=0.41) == "unsupported"  # F1 is 2 / (4 + 1)


def test_any_reference_will_do_and_the_best_one_scores():
    assert label("It is Lutetia", ("Paris", "Lutetia")) == "supported"
    case = Case("?", ("New York City", "New York", "Paris"))
    (verdict,) = kh.grounding.AnswerChecker().check([case], ["New Orleans"])
    assert verdict.score == pytest.approx(0.5)


@pytest.mark.parametrize("output", ["Paris", "", "I don't know"])
def test_without_references_nothing_is_measured(output):
    (verdict,) = kh.grounding.AnswerChecker().check([Case("?", source="x")], [output])
    assert (verdict.label, verdict.score) == ("unmeasured", None)
    assert verdict.reason == "the case has no references" and not verdict.measured


def test_is_a_checker_and_takes_an_empty_batch():
    checker = kh.grounding.AnswerChecker()
    assert isinstance(checker, Checker) and checker.requires == ("references",)
    assert checker.check([], []) == []


ANSWERS = st.sampled_from(["Paris", "Lyon", "Rome", "unknown", "北京", "दिल्ली", "I don't know", ""])
OUTPUTS = st.lists(ANSWERS, max_size=3).map(" ".join) | st.text(max_size=12)
ITEMS = st.tuples(st.lists(ANSWERS.filter(bool), max_size=2).map(tuple), OUTPUTS)


@settings(deadline=None)  # a machine may be busy
@given(
    st.lists(ITEMS, min_size=1, max_size=6),
    st.sampled_from(["exact", "contains", "f1"]),
    st.randoms(use_true_random=False),
)
def test_verdicts_do_not_depend_on_batch_or_order(items, mode, shuffler: random.Random):
    checker = kh.grounding.AnswerChecker(mode)
    cases = [Case("?", references) for references, _ in items]
    outputs = [output for _, output in items]
    together = checker.check(cases, outputs)
    alone = [checker.check([case], [output])[0] for case, output in zip(cases, outputs)]
    order = list(range(len(items)))
    shuffler.shuffle(order)
    shuffled = checker.check([cases[i] for i in order], [outputs[i] for i in order])
    assert together == alone
    assert shuffled == [together[i] for i in order]


@settings(deadline=None)  # a machine may be busy
@given(ITEMS, st.sampled_from(["exact", "contains", "f1"]))
def test_verdicts_are_well_formed(item, mode):
    references, output = item
    (verdict,) = kh.grounding.AnswerChecker(mode).check([Case("?", references)], [output])
    assert verdict.label in LABELS and verdict.reason and "\n" not in verdict.reason
    if verdict.label == "supported":
        assert verdict.score == 1.0
    elif verdict.label == "unsupported":
        assert 0.0 <= verdict.score < 1.0
        ((start, end, kind),) = verdict.spans
        assert output[start:end] == output[start:end].strip() != "" and kind == "unsupported"
    else:
        assert verdict.score is None and verdict.spans == ()


@settings(deadline=None)  # a machine may be busy
@given(st.text(min_size=1, max_size=20))
def test_giving_a_reference_word_for_word_is_never_unsupported(text):
    line = " ".join(text.split())
    assert label(line, (line,)) != "unsupported" or not line


@pytest.mark.parametrize(
    "cases, outputs, error, match",
    [
        ([PARIS], ["a", "b"], ValueError, "same length.*'cases': 1, 'outputs': 2"),
        ([PARIS], [None], TypeError, r"`outputs` must hold str only.*outputs\[0\]=None"),
        ([PARIS], "a", TypeError, "`outputs` must be a list of str"),
        ([PARIS], None, TypeError, "`outputs` must be a list of str"),
        ([{"prompt": "?"}], ["a"], TypeError, r"`cases` must hold Case .*read_cases.*cases\[0\]="),
        (PARIS, ["a"], TypeError, "`cases` must be a list of Case"),
        ("ab", ["a", "b"], TypeError, "`cases` must be a list of Case"),
        ([Case("?", references="Paris")], ["a"], TypeError, r"`cases\[0\].references` must be a l"),
        ([Case("?", references=(1945,))], ["a"], TypeError, r"`cases\[0\].references` must hold"),
    ],
)
def test_bad_batches(cases, outputs, error, match):
    with pytest.raises(error, match=match):
        kh.grounding.AnswerChecker().check(cases, outputs)


@pytest.mark.parametrize(
    "kwargs, error, match",
    [
        ({"mode": "fuzzy"}, ValueError, "`mode` must be one of"),
        ({"f1_threshold": 0.0}, ValueError, "`f1_threshold` must be > 0"),
        ({"f1_threshold": 1.5}, ValueError, "`f1_threshold` must be <= 1"),
        ({"f1_threshold": "0.5"}, TypeError, "`f1_threshold` must be a number"),
        ({"abstentions": "unknown"}, TypeError, "`abstentions` must be a list of str"),
        ({"abstentions": [1]}, TypeError, "`abstentions` must hold str only"),
        ({"abstentions": ["?"]}, ValueError, r"`abstentions` must hold phrases.*abstentions\[0\]"),
        (
            {"reader": "yes"},
            TypeError,
            r"`reader` must be a keras_halluc.text.OutputReader or None.*'yes'",
        ),
    ],
)
def test_bad_arguments(kwargs, error, match):
    with pytest.raises(error, match=match):
        kh.grounding.AnswerChecker(**kwargs)
