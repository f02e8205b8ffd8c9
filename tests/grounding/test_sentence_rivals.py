"""Is a value told from another one of the source by what the sentences around them speak of?"""

import pytest

from keras_halluc._types import Case
from keras_halluc.grounding import ValueChecker
from keras_halluc.grounding.values.source_dates import SourceDates

SOURCE = (
    "The plant in Ulm made 300 cars in 2019. The plant in Bonn, opened in 1998, made 450 lorries. "
    "Both belong to one family. Its sales rose by 12 % to 80 million euros in March."
)


def label(output, source=SOURCE, **kwargs):
    (verdict,) = ValueChecker(**kwargs).check([Case("Sum up.", source=source)], [output])
    return verdict.label


@pytest.mark.parametrize(
    "output",
    [
        "300 cars were made by the plant in Ulm.",
        "As many as 450 lorries left the plant in Bonn.",
        "1998 is the year Bonn opened.",
        "80 million euros were its sales, which rose in March by 12 %.",
        "The plant in Ulm made 300 cars, the one in Bonn 450 lorries.",
        "Some 450 of them, and 300 more.",  # speaks of nothing that tells
        "450 it was, of all things, says the plant.",  # both sentences have the plant
    ],
)
def test_said_in_other_words(output):
    assert label(output) == "supported"


@pytest.mark.parametrize(
    "output, wrong",
    [
        ("450 cars were made in Ulm.", "450"),
        ("As many as 300 lorries left the plant in Bonn.", "300"),
        ("2019 is the year Bonn opened.", "2019"),
    ],
)
def test_the_value_of_another_sentence(output, wrong):
    (verdict,) = ValueChecker().check([Case("Sum up.", source=SOURCE)], [output])
    assert verdict.label == "contradicted"
    assert [output[start:end] for start, end, _ in verdict.spans] == [wrong]
    assert label(output, roles=False) == "supported"


def test_a_value_said_in_two_sentences_is_right_in_both():
    twice = "Ulm made 300 cars. Ulm made 450 cars last May. From Bonn came 300 lorries."
    assert label("Ulm, they say, made as many as 300 of those cars.", twice) == "supported"
    source = SOURCE + " In Bonn they make 300 lorries a week."
    assert label("300 lorries a week is what they make in Bonn.", source) == "supported"
    assert label("300 cars were made by the plant in Ulm.", source) == "supported"


def test_rare_words_tell_more_than_frequent_ones():
    source = " ".join(
        f"The depot in town {i} of the company holds 1{i} vans." for i in range(20, 30)
    )
    source += " The garage holds 77 lorries."
    assert label("77 lorries is what the garage of the company holds.", source) == "supported"
    assert label("125 lorries is what the garage holds.", source) == "contradicted"


@pytest.mark.parametrize(
    "source, output, wanted",
    [
        ("The war lasted from 1861 to 1865.", "It ended in the 19th century.", "supported"),
        ("The war lasted from 1861 to 1865.", "It ended in the 20th century.", "unsupported"),
        ("They were in films in the 1980s.", "Films of the 20th century had them.", "supported"),
        ("She was born on December 16, 1961.", "The 16th was her birthday.", "supported"),
        ("She was born on December 16, 1961.", "The 17th was her birthday.", "unsupported"),
    ],
)
def test_what_follows_from_dates(source, output, wanted):
    assert label(output, source) == wanted


def test_a_turn_of_the_century_is_in_either():
    dates = SourceDates()
    dates.add((1900, None, None))
    assert [n for n in range(30) if dates.has_century(n)] == [19, 20]
    dates.add((None, 5, 3))
    assert dates.has((None, 5, None)) and dates.has_yearless(5, 3) and dates.has_day(3)
    assert not dates.has((1900, 5, 3)) and not dates.has_yearless(5, 4) and not dates.has_day(5)
    assert dates.has_year(1900.0) and not dates.has_year(1900.5) and not dates.has_year(1901)
