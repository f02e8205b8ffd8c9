"""Are ROUGE values those of the rouge-score package to the last bit, and right where it is not?"""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_halluc.text import RougeScore
from keras_halluc.text import RougeScorer
from keras_halluc.text import summary_lcs
from keras_halluc.text.summary_lcs import union_lcs_hits

KINDS = ("rouge1", "rouge2", "rougeL", "rougeLsum")
ALPHABETS = (
    "a b",
    "a b c d , . \n",
    "the cat cat's sat SAT on 1,000 mats \n !",
    "é İ \u212a x-ray 東京 Москва ʼn ß \u0131 \ud800 \x00 \x1c a\u0301 \n",
    " ".join(f"w{i}" for i in range(40)) + " \n",
)
WORDS = st.lists(st.sampled_from("a b c d e 1 é 東 . \n".split(" ")), max_size=30).map(" ".join)


def random_pairs(count, longest=40):
    rng = random.Random(7)
    for i in range(count):
        words = ALPHABETS[i % len(ALPHABETS)].split(" ")
        yield [" ".join(rng.choices(words, k=rng.randint(0, longest))) for _ in "ab"]


def lcs_length(left, right):
    """Longest common subsequence by its definition, one cell a pair of places."""
    table = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            same = table[i][j] + 1 if one == other else 0
            table[i + 1][j + 1] = max(same, table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def test_equal_to_the_rouge_score_package():
    theirs = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(KINDS)
    scorers = {}
    for reference, text in random_pairs(1500):
        expected = theirs.score(reference, text)
        scorer = scorers.setdefault(reference, RougeScorer(reference, KINDS))
        found = scorer.score(text)
        assert list(found) == list(KINDS)
        for kind in KINDS:
            assert tuple(found[kind]) == tuple(expected[kind]), (reference, text, kind)


def test_equal_to_the_rouge_score_package_on_long_texts():
    theirs = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(KINDS[:3])
    rng = random.Random(3)
    words = [f"word{i}" for i in range(60)]
    for _ in range(5):
        reference, text = (" ".join(rng.choices(words, k=300)) for _ in "ab")
        found, expected = RougeScorer(reference).score(text), theirs.score(reference, text)
        assert [tuple(found[kind]) for kind in KINDS[:3]] == [
            tuple(expected[kind]) for kind in KINDS[:3]
        ]


@pytest.mark.parametrize("reference, text", random_pairs(60))
def test_rouge_l_is_the_slow_longest_common_subsequence(reference, text):
    scorer = RougeScorer(reference, ["rougeL"], tokenizer="words")
    left, right = scorer._cut(reference), scorer._cut(text)
    length = lcs_length(left, right)
    precision, recall, _ = scorer.score(text)["rougeL"]
    assert precision == (length / len(right) if length else 0)
    assert recall == (length / len(left) if length else 0)


def test_by_hand():
    found = RougeScorer("the cat sat on the mat", KINDS).score("the the the dog sat")
    assert found["rouge1"] == RougeScore(3 / 5, 3 / 6, 2 * 0.6 * 0.5 / 1.1)
    assert found["rouge2"] == RougeScore(0.0, 0.0, 0.0)
    assert found["rougeL"].precision == 2 / 5  # the, sat
    assert found["rougeLsum"].recall == 2 / 6


def test_line_by_line():
    """Each line of the reference takes what any line of the text has of it (Lin 2004, 3.2)."""
    reference = [list("abcde")]
    assert union_lcs_hits(reference, [list("abxyz"), list("acxez")]) == 4
    assert union_lcs_hits(reference * 2, [list("abxyz")]) == 2  # a word of the text counts once
    assert union_lcs_hits([], [list("ab")]) == union_lcs_hits([list("ab")], []) == 0


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_one_line_each_is_the_longest_common_subsequence(left, right):
    assert union_lcs_hits([left], [right]) == lcs_length(left, right)


LINES = st.lists(st.lists(st.sampled_from("abcd"), max_size=14), max_size=3)


@given(LINES, LINES)
def test_a_long_line_is_walked_back_as_a_short_one(reference, text):
    short = union_lcs_hits(reference, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary_lcs, "LONG", 0)
        assert union_lcs_hits(reference, text) == short


@given(WORDS, WORDS)
def test_range_symmetry_and_order(left, right):
    one, other = RougeScorer(left, KINDS).score(right), RougeScorer(right, KINDS).score(left)
    for kind in KINDS:
        precision, recall, f1 = one[kind]
        assert 0 <= precision <= 1 and 0 <= recall <= 1
        assert min(precision, recall) - 1e-12 <= f1 <= max(precision, recall) + 1e-12
        if kind != "rougeLsum":
            assert (recall, precision) == other[kind][:2]
    assert one["rougeL"].precision <= one["rouge1"].precision


@given(WORDS)
def test_a_text_is_wholly_in_itself(text):
    for kind, score in RougeScorer(text, KINDS).score(text).items():
        tokens = len(RougeScorer(text)._tokens)
        assert score == ((1, 1, 1) if tokens > (kind == "rouge2") else (0, 0, 0))


def test_words_of_any_script():
    plain, words = RougeScorer("東京は日本"), RougeScorer("東京は日本", tokenizer="words")
    assert plain.score("東京は日本")["rouge1"].f1 == 0.0
    assert words.score("東京は日本")["rouge1"].f1 == 1.0
    assert words.score("東京も日本")["rouge2"].f1 == 0.5
    assert RougeScorer("ＣＡＦÉ", tokenizer="words").score("café")["rouge1"].f1 == 1.0
    assert RougeScorer("дом стоит", tokenizer="words").score("дом")["rougeL"].recall == 0.5


@pytest.mark.parametrize("tokenizer", ["rouge", "words"])
@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "?!…", "\x00\x07", "\ud800\udfff", "a\ud800b", "🙂", "\u0301"]
)
def test_odd_texts_give_numbers(tokenizer, text):
    for left, right in ((text, "a b"), ("a b", text), (text, text)):
        for score in RougeScorer(left, KINDS, tokenizer).score(right).values():
            assert all(0.0 <= value <= 1.0 and type(value) is float for value in score)


def test_a_line_of_a_megabyte():
    line = "lorem ipsum " * 90_000
    found = RougeScorer(line).score("lorem ipsum dolor")
    assert found["rougeL"].precision == 2 / 3


def test_only_what_is_asked_for():
    assert list(RougeScorer("a", ["rougeL"]).score("a")) == ["rougeL"]


@pytest.mark.parametrize(
    "args, error, match",
    [
        ((None,), TypeError, "`reference` must be a str. Received: reference=None"),
        (("a", "rouge1"), TypeError, "`kinds` must be a list of str"),
        (("a", []), ValueError, "`kinds` must not be empty"),
        (("a", ["rouge9"]), ValueError, "`kinds` must be one of .* Received: kinds='rouge9'"),
        (("a", ["rouge1"], "bert"), ValueError, "`tokenizer` must be one of"),
    ],
)
def test_mistakes(args, error, match):
    with pytest.raises(error, match=match):
        RougeScorer(*args)


def test_text_must_be_a_str():
    with pytest.raises(TypeError, match="`text` must be a str. Received: text=3"):
        RougeScorer("a").score(3)
