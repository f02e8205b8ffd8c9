"""Does the time to read a text grow with its length where it once grew with the square?

`benchmarks/reader_growth.py` measures it for every reader and up to 100 kilobytes.
"""

import time

import pytest
from text_readers import READERS
from text_readers import UNITS
from text_readers import text_of

from keras_halluc.data import swap_roles
from keras_halluc.text import find_values


def seconds(read, text):
    start = time.process_time()
    read(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    ("reader", "kind", "length"),
    [
        ("text.find_values", "fractions", 700),
        ("text.find_values", "telephone numbers", 6_000),
        ("data.swap_entities", "names", 6_000),
        ("data.swap_roles", "names", 6_000),
        ("text.OutputReader", "ticks", 4_000),
        ("text.OutputReader", "spaces", 4_000),
    ],
)
def test_four_times_the_text_takes_about_four_times_as_long(reader, kind, length):
    read, unit = READERS[reader], UNITS[kind]
    short = min(seconds(read, text_of(unit, length, f" {i}")) for i in range(3))
    long = min(seconds(read, text_of(unit, 4 * length, f" {i}")) for i in range(3))
    assert long < 9 * max(short, 1e-3)  # the square would be 16


def test_a_row_of_scales_is_no_number_without_end():
    for language, scale in (("en", "million "), ("fr", "mille "), ("es", "millones ")):
        values = find_values("two " + scale * 300, language)
        assert values and all(value.kind != "number" or value.value < 10**40 for value in values)


def test_names_without_number_change_places_with_a_later_one():
    text = "Rome Paris " * 9_000
    for seed in range(3):
        swapped = swap_roles(text, ["Rome", "Paris"], seed)
        assert sorted(swapped.split()) == sorted(text.split()) and swapped != text
