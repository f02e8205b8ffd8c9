"""Are objects that are not there found and counted as CHAIR counts them?"""

import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import COCO_OBJECTS
from keras_halluc.grounding import ObjectChecker
from keras_halluc.grounding import ObjectRates
from keras_halluc.grounding.objects.plural_forms import plural_forms

PETS = ObjectChecker({"dog": ["puppy"], "cat": [], "hot dog": [], "bus": [], "wine glass": []})
COCO = ObjectChecker()


def named(text, checker=COCO):
    return [f"no {m.name}" if m.denied else m.name for m in checker.find(text)]


def verdict(output, references=("a dog and a bus",), checker=PETS):
    return checker.check([Case("Describe.", references)], [output])[0]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Two MEN and a Puppy", ["person", "dog"]),
        ("a hot dog", ["hot dog"]),
        ("a hot, dog-like thing", ["hot dog"]),  # punctuation is not looked at
        ("knives, benches, buses, sheep, mice, broccoli", "knife bench bus sheep mouse broccoli"),
        ("wine glasses", ["wine glass"]),
        ("a wine", []),
        ("a train on the train tracks at a train station", ["train"]),
        ("the doggy in the catalogue", []),
        ("a traffic", []),
        ("the man's dog's ball", ["person", "dog", "sports ball"]),
        ("the clock tower has a clock", ["clock"]),
    ],
)
def test_words_of_objects(text, expected):
    assert named(text) == (expected.split() if isinstance(expected, str) else expected)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("There is no dog.", ["no dog"]),
        ("a cat without any dogs", ["cat", "no dog"]),
        ("It isn't a dog.", ["no dog"]),
        ("I don't see a single dog or cat, but a bird.", ["no dog", "no cat", "bird"]),
        ("no cars, buses or trains", ["no car", "no bus", "no train"]),
        ("no cars, a bus", ["no car", "bus"]),
        ("not only a dog but also a cat", ["dog", "cat"]),
        ("There is no. A dog.", ["dog"]),
        ("no grass and a dog", ["dog"]),
        ("neither a dog nor a cat", ["no dog", "no cat"]),
        ("don't move, dog", ["dog"]),
    ],
)
def test_what_is_denied_is_not_named(text, expected):
    assert named(text) == expected


def test_spans_are_those_of_the_output_as_it_was_written():
    output = "**A cat** on a bus. Two cats and a dog."
    found = verdict(output)
    assert [output[start:end] for start, end, _ in found.spans] == ["cat", "cats"]
    assert (found.label, found.score) == ("unsupported", 0.5)
    assert "2 of 4 objects named are not there: 'cat'" in found.reason


@pytest.mark.parametrize(
    "output, label",
    [
        ("A puppy on a bus.", "supported"),
        ("A puppy, and no cat.", "supported"),
        ("A cat.", "unsupported"),
        ("A red house.", "unmeasured"),
        ("no cat", "unmeasured"),
        ("I don't know.", "abstained"),
    ],
)
def test_labels(output, label):
    assert verdict(output).label == label


def test_any_reference_may_name_what_is_there_and_a_denial_does_not():
    references = ("a dog", "wine glasses, no cat")
    assert verdict("a dog and a wine glass", references).label == "supported"
    assert verdict("a cat", references).label == "unsupported"


def test_rates_are_those_of_chair_counted_by_hand():
    cases = [
        Case("", ("dog", "bus")),
        Case("", ("a cat",)),
        Case("", ("grass",)),
        Case("", source="no references"),
    ]
    outputs = [
        "A dog, a dog and a cat. A cat. A bus.",  # 5 mentions, 2 wrong, in 2 of 3 sentences
        "Nothing to see.",  # no mention: a caption that hallucinates nothing
        "A cat.",  # 1 mention, wrong: nothing is there
        "A cat.",
    ]
    rates = PETS.rates(cases, outputs)
    assert rates == ObjectRates(
        captions=3,
        hallucinated_captions=2,
        sentences=5,
        hallucinated_sentences=3,
        mentions=6,
        hallucinated_mentions=3,
        present=3,
        named=2,
    )
    assert (rates.chair_i, rates.chair_s) == (0.5, 2 / 3)
    assert (rates.sentence_rate, rates.recall) == (0.6, 2 / 3)


def test_a_rate_over_nothing_is_none():
    rates = PETS.rates([], [])
    assert {rates.chair_i, rates.chair_s, rates.sentence_rate, rates.recall} == {None}


def test_a_word_that_was_given_counts_more_than_a_plural():
    checker = ObjectChecker({"glass": [], "spectacles": ["glasses"]})
    assert named("glasses", checker) == ["spectacles"]
    assert named("a glass", checker) == ["glass"]
    assert named("two dogs", ObjectChecker(["dog"], plurals=False)) == []


def test_other_scripts_and_a_vocabulary_of_ones_own():
    checker = ObjectChecker({"狗": ["犬"], "猫": []})
    assert named("没有猫，有两只狗。", checker) == ["no 猫", "狗"]


def test_two_objects_with_one_word():
    with pytest.raises(ValueError, match="'pet' is a word for 'dog' and for 'cat'"):
        ObjectChecker({"dog": ["pet"], "cat": ["pet"]})


def test_coco_has_its_80_objects_and_every_word_finds_its_own():
    assert len(COCO_OBJECTS) == 80
    for name, words in COCO_OBJECTS.items():
        for word in (name, *words):
            assert named(f"a {word} there") == [name]


@pytest.mark.parametrize(
    "word, plurals",
    [
        ("dog", ("dogs",)),
        ("church", ("churches",)),
        ("city", ("cities",)),
        ("toy", ("toys",)),
        ("knife", ("knives", "knifes")),
        ("roof", ("roofs",)),
        ("tomato", ("tomatoes", "tomatos")),
        ("woman", ("women",)),
        ("snowman", ("snowmen",)),
        ("human", ("humans",)),
        ("person", ("people",)),
        ("child", ("children",)),
        ("sheep", ()),
        ("狗", ()),
    ],
)
def test_plural_forms(word, plurals):
    assert plural_forms(word) == plurals
