"""Are verdicts combined by the rule, and by those alone who have one?"""

import itertools
import random

import pytest

import keras_halluc as kh
from keras_halluc._types import Checker
from keras_halluc._types import Verdict
from keras_halluc.data import Case
from keras_halluc.grounding import EnsembleChecker
from keras_halluc.grounding.united_spans import united_spans

TEXT = "0123456789"


class Says:
    """The same verdict of everything."""

    requires = ("source",)

    def __init__(self, label, score=None, spans=(), reason="so it is"):
        self.verdict = Verdict(label, score, spans, reason)

    def check(self, cases, outputs):
        return [self.verdict] * len(cases)


def combine(*said, **kwargs):
    return EnsembleChecker([Says(*verdict) for verdict in said], **kwargs).check(
        [Case("?", source="text")], [TEXT]
    )[0]


GOOD, BAD, WORSE = ("supported", 0.9), ("unsupported", 0.4), ("contradicted", 0.2)
SILENT, UNMEASURED = ("abstained",), ("unmeasured",)


@pytest.mark.parametrize(
    ("said", "kwargs", "label", "score"),
    [
        ([GOOD, BAD], {}, "supported", 0.65),
        ([GOOD, BAD], {"supported_at": 0.7}, "unsupported", 0.65),
        ([GOOD, WORSE], {"supported_at": 0.7}, "contradicted", 0.55),
        ([GOOD, BAD], {"weights": [1, 3]}, "supported", 0.525),
        ([GOOD, BAD], {"weights": [1, 4]}, "supported", 0.5),
        ([GOOD, BAD], {"weights": [1, 5]}, "unsupported", 2.9 / 6),
        ([GOOD, GOOD], {"supported_at": 1.0}, "unsupported", 0.9),
        ([("supported",), ("unsupported",)], {}, "supported", 0.5),
        ([GOOD, BAD], {"rule": "most_severe"}, "unsupported", 0.4),
        ([GOOD, BAD, WORSE], {"rule": "most_severe"}, "contradicted", 0.2),
        ([("supported", 0.3), ("unsupported", 0.8)], {"rule": "most_severe"}, "unsupported", 0.3),
        ([GOOD, ("supported", 0.3)], {"rule": "most_severe"}, "supported", 0.3),
        ([GOOD, GOOD, WORSE], {"rule": "vote"}, "supported", 2 / 3),
        ([GOOD, BAD, WORSE], {"rule": "vote"}, "contradicted", 1 / 3),
        ([GOOD, BAD], {"rule": "vote"}, "unsupported", 0.5),  # a tie supports nothing
        ([GOOD, BAD], {"rule": "vote", "weights": [1.1, 1.0]}, "supported", 1.1 / 2.1),
    ],
)
def test_rules(said, kwargs, label, score):
    verdict = combine(*said, **kwargs)
    assert verdict.label == label
    assert verdict.score == pytest.approx(score)


@pytest.mark.parametrize("rule", ["mean", "most_severe", "vote"])
def test_who_did_not_measure_has_no_say(rule):
    for others in ([UNMEASURED], [SILENT], [UNMEASURED, SILENT]):
        for said in (GOOD, BAD, WORSE):
            alone, among = combine(said, rule=rule), combine(*others, said, rule=rule)
            assert (among.label, among.score) == (alone.label, alone.score)
    assert combine(UNMEASURED, SILENT, rule=rule).label == "abstained"
    verdict = combine(UNMEASURED, UNMEASURED, rule=rule)
    assert (verdict.label, verdict.score, verdict.spans) == ("unmeasured", None, ())
    assert verdict.reason == "Says: unmeasured, so it is; Says: unmeasured, so it is"


def test_weights_of_those_who_did_not_measure_do_not_count():
    verdict = combine(GOOD, UNMEASURED, BAD, weights=[1, 100, 3])
    assert verdict.score == pytest.approx((0.9 + 3 * 0.4) / 4)
    assert (
        verdict.reason == "Says: supported 0.90; Says: unmeasured, so it is; Says: unsupported 0.40"
    )


def test_spans_are_those_of_the_checkers_against():
    low, high = ((0, 4, "unsupported"),), ((2, 6, "contradicted"),)
    verdict = combine(("unsupported", 0.1, low), ("contradicted", 0.1, high), GOOD)
    assert verdict.spans == ((0, 2, "unsupported"), (2, 6, "contradicted"))
    assert combine(("unsupported", 0.1, low), GOOD, GOOD).spans == ()  # supported together


def covered(spans, kind):
    return {i for start, end, k in spans if k == kind for i in range(start, end)}


@pytest.mark.parametrize("seed", range(30))
def test_united_spans_cover_what_the_others_do(seed):
    rng = random.Random(seed)
    spans = []
    for _ in range(rng.randrange(7)):
        start, end = sorted(rng.sample(range(12), 2))
        spans.append((start, end, rng.choice(["unsupported", "contradicted"])))
    found = united_spans(spans)
    assert covered(found, "contradicted") == covered(spans, "contradicted")
    rest = covered(spans, "unsupported") - covered(spans, "contradicted")
    assert covered(found, "unsupported") == rest
    assert list(found) == sorted(found) and all(a < b for a, b, _ in found)
    assert all(one[1] <= two[0] for one, two in zip(found, found[1:]))
    assert united_spans(rng.sample(spans, len(spans))) == found
    assert united_spans(found) == found


def test_united_spans_by_hand():
    one, two, three = (0, 3, "unsupported"), (3, 5, "unsupported"), (2, 4, "unsupported")
    assert united_spans([one, two]) == (one, two)  # they touch: two words, say
    assert united_spans([one, two, three]) == ((0, 5, "unsupported"),)
    assert united_spans([(0, 9, "unsupported"), (3, 5, "contradicted")]) == (
        (0, 3, "unsupported"),
        (3, 5, "contradicted"),
        (5, 9, "unsupported"),
    )
    assert united_spans([]) == ()


def test_needs_what_all_need():
    overlap, answers = kh.grounding.OverlapChecker(), kh.grounding.AnswerChecker()
    assert EnsembleChecker([overlap, kh.grounding.ValueChecker()]).requires == ("source",)
    both = EnsembleChecker([overlap, answers])
    assert both.requires == ()
    cases = [Case("?", source="It rained."), Case("?", references=("It rained",)), Case("?")]
    verdicts = both.check(cases, ["It rained."] * 3)
    assert [verdict.label for verdict in verdicts] == ["supported", "supported", "unmeasured"]
    assert verdicts[2].reason == (
        "OverlapChecker: unmeasured, the case has no source; "
        "AnswerChecker: unmeasured, the case has no references"
    )


def test_an_ensemble_of_one_and_of_ensembles():
    case = Case("?", source="In Dresden 300 people left. It stayed dry in Leipzig.")
    overlap = kh.grounding.OverlapChecker()
    for output in ("In Dresden 300 people left.", "Nobody died in Rome.", "I don't know"):
        alone = overlap.check([case], [output])[0]
        for made in (EnsembleChecker([overlap]), EnsembleChecker([EnsembleChecker([overlap])])):
            verdict = made.check([case], [output])[0]
            assert verdict.score == alone.score and isinstance(made, Checker)


def test_permuting_checkers_changes_no_score():
    said = [GOOD, BAD, WORSE, UNMEASURED]
    for rule in ("mean", "most_severe", "vote"):
        found = {
            (verdict.label, round(verdict.score, 9))
            for order in itertools.permutations(said)
            for verdict in [combine(*order, rule=rule)]
        }
        assert len(found) == 1


class NoVerdicts:
    def check(self, cases, outputs):
        return ["supported"] * len(cases)


class TooFew:
    def check(self, cases, outputs):
        return []


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: EnsembleChecker([]), TypeError, "`checkers` must be a list of at least one"),
        (lambda: EnsembleChecker(Says("supported")), TypeError, "`checkers` must be a list"),
        (lambda: EnsembleChecker([Says]), TypeError, r"`checkers\[0\]` must have a method `check`"),
        (lambda: combine(GOOD, rule="median"), ValueError, "`rule` must be one of"),
        (lambda: combine(GOOD, weights=[1, 2]), ValueError, "'checkers': 1, 'weights': 2"),
        (lambda: combine(GOOD, weights=[0]), ValueError, "`weights` must be > 0"),
        (
            lambda: combine(GOOD, rule="most_severe", weights=[1]),
            ValueError,
            "`weights` must be None for rule 'most_severe'",
        ),
        (lambda: combine(GOOD, supported_at=0), ValueError, "`supported_at` must be > 0"),
        (
            lambda: EnsembleChecker([NoVerdicts()]).check([Case("?")], ["a"]),
            TypeError,
            "must return Verdict objects",
        ),
        (
            lambda: EnsembleChecker([TooFew()]).check([Case("?")], ["a"]),
            ValueError,
            "'cases': 1, 'verdicts': 0",
        ),
    ],
)
def test_mistakes_raise(call, error, match):
    with pytest.raises(error, match=match):
        call()
