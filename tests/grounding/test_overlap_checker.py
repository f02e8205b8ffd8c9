"""Is each sentence judged by the source's words, in any script, and by nothing else?"""

import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_halluc._types import Checker
from keras_halluc.data import Case
from keras_halluc.grounding import OverlapChecker
from keras_halluc.grounding.overlap.folded_words import fold_source
from keras_halluc.grounding.overlap.source_overlap import WINDOW
from keras_halluc.grounding.overlap.source_overlap import SourceOverlap

SOURCE = (
    "The river Elbe rose by two metres overnight. In Dresden 300 people left their homes. "
    "Mayor Anna Weber thanked the fire brigade."
)
SENTENCES = st.lists(
    st.sampled_from(
        [
            "The river rose.",
            "Anna Weber left Dresden.",
            "It did.",
            "他走了。",
            "?!",
            "No 300!",
            "X.",
        ]
    ),
    max_size=4,
).map(" ".join)


def check(output, source=SOURCE, **kwargs):
    return OverlapChecker(**{"supported_at": 0.8, **kwargs}).check(
        [Case("?", source=source)], [output]
    )[0]


def marked(output, source=SOURCE, **kwargs):
    verdict = check(output, source, **kwargs)
    assert all(kind == "unsupported" for *_, kind in verdict.spans)
    return [output[start:end] for start, end, _ in verdict.spans]


def test_labels_scores_and_spans():
    assert isinstance(OverlapChecker(), Checker)
    verdict = check("In Dresden 300 people left their homes.")
    assert (verdict.label, verdict.score, verdict.spans) == ("supported", 1.0, ())
    assert verdict.reason == "all 1 sentences in the source"
    verdict = check("Mayor Anna Weber thanked the fire brigade. Nobody died in Leipzig.")
    assert (verdict.label, verdict.score) == ("unsupported", 0.5)
    assert verdict.reason == "1 of 2 sentences not in the source, first: 'Nobody died'"
    assert check("The fire brigade. Nobody died.", aggregate="min").score == 0.0


def test_support_by_hand():
    overlap = SourceOverlap("river elbe rose two metres dresden people left".split())
    # Two of three words; in order: elbe, metres; of the pairs (elbe, fell), (fell, metres) none.
    assert overlap.shares("elbe fell metres".split()) == [2 / 3, 2 / 3, 0.0]
    # All words, two of them in order, one of two pairs.
    assert overlap.shares("left river elbe".split()) == [1.0, 2 / 3, 0.5]
    assert overlap.support("left river elbe".split()) == pytest.approx((1 + 2 / 3 + 1 / 2) / 3)
    assert overlap.shares(["elbe"]) == [1.0, 1.0]
    assert SourceOverlap([]).shares(["elbe", "rose"]) == [0.0, 0.0, 0.0]


def test_order_is_that_of_one_stretch_of_the_source():
    """Two words in the right order but far apart are no support in order."""
    words = [f"w{i}" for i in range(WINDOW * 20)]
    overlap = SourceOverlap(words)
    assert overlap.shares([words[5], words[90]])[1] == 1.0
    assert overlap.shares([words[5], words[500]])[1] == 0.5
    assert overlap.shares(words[1000:1030]) == [1.0, 1.0, 1.0]
    assert overlap.shares(words[1000:1999]) == [1.0, 1.0, 1.0]  # longer than any window
    assert overlap.shares(["other", "thing"]) == [0.0, 0.0, 0.0]


def test_spans_are_the_words_that_the_source_lacks():
    assert marked("The river Rhine rose by six metres.") == ["Rhine", "six"]
    assert marked("Firefighters from Prague came, and Anna Weber left.") == [
        "Firefighters",
        "Prague came",
    ]
    # Nothing new in it, but turned round: the whole sentence.
    twisted = "Dresden metres rose, Elbe people two homes."
    assert marked(f"The river rose. {twisted}", supported_at=1.0)[-1] == twisted


def test_function_words_weigh_nothing_and_negations_do():
    assert check("This is the river, and these were her homes.", supported_at=0.3).score > 0.3
    assert marked("The river is not the Elbe.") == ["not"]
    assert marked("The Elbe", function_words=[], source="Elbe") == ["The"]
    assert check("The Elbe", source="Elbe").label == "supported"
    assert marked("The Elbe rose", function_words=["ELBE"], source="Rose") == ["The"]


def test_a_sentence_of_function_words_is_compared_whole():
    assert check("It did.", source="Did it rain? It did.").score == 1.0
    assert check("She would.", source="Did it rain? It did.").score == 0.0


def test_function_words_are_those_of_the_source_language():
    assert "war" in fold_source("Die Stadt war groß und alt").function_words
    assert "war" not in fold_source("The city was at war").function_words
    assert fold_source("Budapest nagyváros").function_words == frozenset()
    assert check("Groß war die Stadt", source="Die Stadt war groß", supported_at=0.4).label == (
        "supported"
    )


@pytest.mark.parametrize(
    "source, same, other, lacking",
    [
        ("北京是中国的首都。", "中国的首都是北京。", "上海有三个机场。", ["上海有三", "机场"]),
        ("東京は日本の首都です。", "日本の首都は東京です。", "大阪の人口", ["大阪", "人口"]),
        ("서울은 한국의 수도이다.", "한국의 수도는 서울이다.", "부산", ["부산"]),
        ("กรุงเทพเป็นเมืองหลวง", "เมืองหลวงเป็นกรุงเทพ", "ไฟ", ["ไฟ"]),
        ("Париж — столица Франции.", "Столица Франции — Париж.", "Лион большой.", ["Лион большой"]),
        ("باريس عاصمة فرنسا.", "عاصمة فرنسا باريس.", "ليون كبيرة.", ["ليون كبيرة"]),
        ("दिल्ली भारत की राजधानी है।", "भारत की राजधानी दिल्ली है।", "मुंबई", ["मुंबई"]),
        ("ＰＡＲＩＳ　1,000 m", "paris, 1000 m", "Lyon", ["Lyon"]),
    ],
)
def test_any_script(source, same, other, lacking):
    assert check(source, source=source).score == 1.0
    assert check(same, source=source).score > 0.5 > check(other, source=source).score
    assert marked(other, source=source) == lacking


@pytest.mark.parametrize(
    "output, source, label, reason",
    [
        ("It rained.", None, "unmeasured", "the case has no source"),
        ("It rained.", "", "unmeasured", "the case has a source without any text"),
        ("It rained.", "?! …", "unmeasured", "the case has a source without any text"),
        ("", SOURCE, "abstained", "no words in the output"),
        (" ?!\n", SOURCE, "abstained", "no words in the output"),
        ("I don't know.", SOURCE, "abstained", "says that it does not know"),
        ("不知道。", SOURCE, "abstained", "says that it does not know"),
    ],
)
def test_what_is_not_measured(output, source, label, reason):
    verdict = check(output, source)
    assert (verdict.label, verdict.score, verdict.reason) == (label, None, reason)


@given(st.lists(st.tuples(SENTENCES, SENTENCES), max_size=6), st.randoms())
def test_batch_and_order_do_not_matter(rows, shuffle):
    checker = OverlapChecker(0.8)
    cases = [Case("?", source=source) for source, _ in rows]
    outputs = [output for _, output in rows]
    alone = [checker.check([case], [output])[0] for case, output in zip(cases, outputs)]
    order = list(range(len(rows)))
    shuffle.shuffle(order)
    found = checker.check([cases[i] for i in order], [outputs[i] for i in order])
    assert found == [alone[i] for i in order]


@given(SENTENCES, SENTENCES, st.sampled_from(["mean", "min"]))
def test_ranges_and_laws(source, output, aggregate):
    verdict = check(output, source, aggregate=aggregate)
    if verdict.score is None:
        assert verdict.label in ("abstained", "unmeasured") and verdict.spans == ()
        return
    assert 0.0 <= verdict.score <= 1.0
    assert (verdict.label == "supported") == (verdict.spans == ())
    assert check(output.upper(), source.upper(), aggregate=aggregate).score == verdict.score
    assert check(output, f"{source} {output}", supported_at=0.5).label == "supported"
    ends = [0, *(end for _, end, _ in verdict.spans)]
    assert all(end <= start < stop for end, (start, stop, _) in zip(ends, verdict.spans))


def malformed(count=200):
    rng = random.Random(11)
    alphabet = list("aB9.,!?\n\t -'\"%") + [
        "\x00", "\x07", "\x1b", "\ud800", "\udfff", "\u200b", "\u202e", "\ufeff", "\u0301", "的",
        "京", "ก", "้", "한", "ﬁ", "Ａ", "٣", "ا", "🙂", "\U0010ffff", "ß", "İ", "word", "。",
    ]  # fmt: skip
    for i in range(count):
        yield "".join(rng.choices(alphabet, k=rng.randint(0, 60) if i % 10 else 3000))


def test_malformed_texts_give_numbers_or_a_reason():
    texts = list(malformed())
    cases = [Case("?", source=text) for text in texts]
    for outputs in (texts, texts[1:] + texts[:1], ["a word"] * len(texts)):
        for output, verdict in zip(outputs, OverlapChecker(0.8).check(cases, outputs)):
            if verdict.score is None:
                assert verdict.reason
            else:
                assert 0.0 <= verdict.score <= 1.0
            assert all(0 <= start < end <= len(output) for start, end, _ in verdict.spans)


@pytest.mark.parametrize(
    "piece, length",
    [("ab", 300_000), ("lorem ipsum dolor ", 100_000), ("的京", 50_000), ("a.\n", 50_000)],
)
def test_a_long_line(piece, length):
    line = piece * (length // len(piece))
    assert check(line, source=line).score == 1.0
    assert check("Lorem fell.", source=line).label == "unsupported"
    assert check(line, source="Nothing of it").label == "unsupported"


def test_a_checker_travels_and_takes_nothing_along():
    checker = OverlapChecker(supported_at=0.7, function_words=["the"])
    before = len(pickle.dumps(checker))
    first = checker.check([Case("?", source=SOURCE)], ["The river fell."])
    assert len(pickle.dumps(checker)) == before
    again = pickle.loads(pickle.dumps(checker))
    assert again.check([Case("?", source=SOURCE)], ["The river fell."]) == first


@pytest.mark.parametrize(
    "kwargs, error, match",
    [
        ({"supported_at": 0}, ValueError, "`supported_at` must be > 0.0. Received"),
        ({"supported_at": 1.1}, ValueError, "`supported_at` must be <= 1.0"),
        ({"supported_at": "much"}, TypeError, "`supported_at` must be a number"),
        ({"aggregate": "max"}, ValueError, "`aggregate` must be one of"),
        ({"function_words": "the"}, TypeError, "`function_words` must be a list of str"),
        ({"function_words": [1]}, TypeError, "`function_words` must hold str only"),
        ({"abstentions": ["?"]}, ValueError, "`abstentions` must hold phrases"),
    ],
)
def test_mistakes(kwargs, error, match):
    with pytest.raises(error, match=match):
        OverlapChecker(**kwargs)


def test_bad_batches():
    with pytest.raises(TypeError, match="`cases` must hold Case objects only"):
        OverlapChecker().check([SOURCE], ["a"])
    with pytest.raises(ValueError, match="must have the same length"):
        OverlapChecker().check([Case("?", source=SOURCE)], [])
    assert OverlapChecker().check([], []) == []


@pytest.mark.parametrize(
    ("output", "label"),
    [
        ("The Rhine rose by six metres.", "supported"),
        ("The Rhine rose a great deal in spring.", "unmeasured"),
        ("Nobody answered our letters.", "unsupported"),
        ("The Rhine rose a great deal in spring. Nobody answered our letters.", "unsupported"),
    ],
)
def test_between_its_thresholds_it_is_not_sure(output, label):
    case = Case("?", source="The Rhine rose by six metres on Monday.")
    (verdict,) = OverlapChecker().check([case], [output])
    assert verdict.label == label
    assert (verdict.score is None) == (label == "unmeasured")
    with pytest.raises(ValueError, match="`unsupported_below` must be <= 0.5"):
        OverlapChecker(0.5, unsupported_below=0.6)
