"""Is our BLEU with references cut up once the very value that sacrebleu gives?"""

import pickle
import random

import pytest
import sacrebleu

from keras_halluc.text import BleuScorer

WORDS = "the cat sat on 1,000 mats . , don't é 東京 x-ray \u2028 A".split(" ")


@pytest.mark.parametrize("tokenizer", ["13a", "intl", "zh", "char", "none"])
@pytest.mark.parametrize("lowercase", [False, True])
def test_equal_to_sacrebleu(tokenizer, lowercase):
    rng = random.Random(5)
    for _ in range(60):
        references = [
            " ".join(rng.choices(WORDS, k=rng.randint(0, 30))) for _ in range(rng.randint(1, 3))
        ]
        scorer = BleuScorer(references, tokenizer, lowercase)
        for _ in range(2):
            text = " ".join(rng.choices(WORDS, k=rng.randint(0, 30)))
            expected = sacrebleu.sentence_bleu(
                text, references, tokenize=tokenizer, lowercase=lowercase
            )
            assert scorer.score(text) == min(expected.score, 100.0)


def test_one_reference_may_be_a_str_and_the_scorer_travels():
    scorer = BleuScorer("the cat sat on the mat")
    value = scorer.score("the cat sat on a mat")
    assert value == BleuScorer(["the cat sat on the mat"]).score("the cat sat on a mat")
    assert pickle.loads(pickle.dumps(scorer)).score("the cat sat on a mat") == value
    assert scorer.score("the cat sat on the mat") == pytest.approx(100.0)


@pytest.mark.parametrize("text", ["", " ", "?!", "\x00", "\ud800", "🙂"])
def test_odd_texts_give_numbers(text):
    assert 0.0 <= BleuScorer("a b c d e").score(text) <= 100.0
    assert 0.0 <= BleuScorer(text).score("a b c d e") <= 100.0


@pytest.mark.parametrize(
    "args, error, match",
    [
        ((None,), TypeError, "`references` must be a list of str"),
        (([],), ValueError, "`references` must not be empty"),
        (("a", "flores200"), ValueError, "`tokenizer` must be one of"),
        (("a", "13a", 1), TypeError, "`lowercase` must be a bool"),
    ],
)
def test_mistakes(args, error, match):
    with pytest.raises(error, match=match):
        BleuScorer(*args)


@pytest.mark.parametrize("text", ["a", "a b", "a b c", "the cat", "one two three four five six"])
def test_the_same_text_is_100_and_no_more(text):
    assert 99.99 < BleuScorer(text).score(text) <= 100.0
