"""Do the passages found become the source, and only where a case has none?"""

import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding import BM25Retriever
from keras_halluc.grounding import OverlapChecker
from keras_halluc.grounding import Passage
from keras_halluc.grounding import RetrievalChecker
from keras_halluc.grounding import ValueChecker
from keras_halluc.grounding import Verdict

CORPUS = {
    "bridge": "The Harbour Bridge in Sydney was opened on 19 March 1932.",
    "opera": "The Opera House in Sydney was opened on 20 October 1973.",
    "长城": "长城始建于公元前7世纪，全长21196公里。",
}
RETRIEVER = BM25Retriever(CORPUS)
WHEN = Case("When was the Harbour Bridge opened?")


class Asked:
    """A retriever that notes what it is asked, and gives what it was given."""

    def __init__(self, found=None):
        self.asked = []
        self.found = found

    def search(self, queries, k):
        self.asked.append((list(queries), k))
        return RETRIEVER.search(queries, k) if self.found is None else self.found


class Seen:
    """A checker that notes the sources it is given."""

    requires = ("source", "references")

    def check(self, cases, outputs):
        self.sources = [case.source for case in cases]
        return [
            Verdict("unmeasured", reason="none")
            if case.source is None
            else Verdict("supported", 1.0)
            for case in cases
        ]


def check(output, case=WHEN, checker=None, **kwargs):
    checker = RetrievalChecker(RETRIEVER, checker or ValueChecker(), **kwargs)
    return checker.check([case], [output])[0]


def test_the_passage_found_supports_or_contradicts():
    assert check("It was opened on 19 March 1932.", k=1).label == "supported"
    verdict = check("It was opened on 20 October 1973.", k=1)
    assert verdict.label == "contradicted" and verdict.reason.endswith("(found: 'bridge')")
    assert verdict.spans == ((17, 32, "contradicted"),)


def test_more_passages_support_more():
    verdict = check("The Opera House came in 1973.", k=3, checker=ValueChecker(roles=False))
    assert verdict.label == "supported" and "'bridge', 'opera'" in verdict.reason


def test_chinese():
    case = Case("长城有多长？")
    assert check("全长21196公里。", case).label == "supported"
    assert check("全长12196公里。", case).label == "contradicted"


def test_other_checkers():
    verdict = check("The Harbour Bridge was opened.", checker=OverlapChecker())
    assert verdict.label == "supported"
    assert check("Elephants like bananas.", checker=OverlapChecker()).label == "unsupported"
    assert check("I don't know.").label == "abstained"


def test_a_source_of_its_own_is_kept():
    case = Case(WHEN.prompt, source="The Harbour Bridge was opened in 1999.")
    verdict = check("It was opened in 1999.", case)
    assert verdict.label == "supported" and "found" not in verdict.reason


@pytest.mark.parametrize("prompt", ["What is love?", "?", "", "\x00\ud800"])
def test_nothing_found_is_unmeasured(prompt):
    verdict = check("In 1932.", Case(prompt))
    assert (verdict.label, verdict.score) == ("unmeasured", None)
    assert verdict.reason.startswith("no passage found for") and verdict.reason.isprintable()


def test_each_query_is_asked_once_and_passages_are_joined():
    retriever, seen = Asked(), Seen()
    checker = RetrievalChecker(retriever, seen, k=2)
    assert checker.requires == ("references",)
    cases = [WHEN, Case("a", source="s"), WHEN, Case("Opera House Sydney opened")]
    checker.check(cases, ["x", "y", "z", "w"])
    assert retriever.asked == [([WHEN.prompt, cases[3].prompt], 2)]
    both = CORPUS["bridge"] + "\n" + CORPUS["opera"]
    assert seen.sources[:3] == [both, "s", both]
    assert seen.sources[3] == CORPUS["opera"] + "\n" + CORPUS["bridge"]
    checker.check([Case("a", source="s")], ["y"])
    assert len(retriever.asked) == 1  # nothing to search for, nothing asked


def test_the_query_may_be_made_of_the_output():
    retriever = Asked()
    checker = RetrievalChecker(
        retriever, ValueChecker(), query=lambda case, output: f"{case.prompt} {output}"
    )
    checker.check([Case("a"), Case("a")], ["b", "c"])
    assert retriever.asked == [(["a b", "a c"], 3)]


def test_the_same_verdicts_in_every_batch():
    checker = RetrievalChecker(RETRIEVER, ValueChecker())
    cases = [WHEN, Case("When was the Opera House opened?"), Case("?"), Case("长城全长")]
    outputs = ["In 1932.", "In 1932.", "In 1932.", "21196公里"]
    expected = [checker.check([case], [output])[0] for case, output in zip(cases, outputs)]
    assert checker.check(cases, outputs) == expected
    assert checker.check(cases[::-1], outputs[::-1]) == expected[::-1]
    assert {verdict.label for verdict in expected} >= {"supported", "unmeasured"}


def test_a_retriever_must_answer_each_query():
    checker = RetrievalChecker(Asked(found=[[Passage("t", "i", 1.0)]]), ValueChecker())
    with pytest.raises(ValueError, match="'queries': 2, 'found': 1"):
        checker.check([Case("a"), Case("b")], ["1", "2"])


@pytest.mark.parametrize(
    "arguments, kwargs, error, match",
    [
        ((None, ValueChecker()), {}, TypeError, "`retriever` must be an object with `search"),
        ((BM25Retriever, ValueChecker()), {}, TypeError, "`retriever` must be an object"),
        ((RETRIEVER, None), {}, TypeError, "`checker` must have a method `check`"),
        ((RETRIEVER, AnswerChecker()), {}, ValueError, "`checker` must read the source"),
        ((RETRIEVER, ValueChecker()), {"k": 0}, ValueError, "`k` must be an integer >= 1"),
        ((RETRIEVER, ValueChecker()), {"query": "prompt"}, TypeError, "`query` must be a callable"),
    ],
)
def test_bad_arguments(arguments, kwargs, error, match):
    with pytest.raises(error, match=match):
        RetrievalChecker(*arguments, **kwargs)
