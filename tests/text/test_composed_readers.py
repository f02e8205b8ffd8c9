"""Are codes, ratios, powers, places and Roman numerals found, each as one value?"""

import math
from fractions import Fraction

import pytest

from keras_halluc.text import find_values
from keras_halluc.text.values.roman_numerals import roman_number


@pytest.mark.parametrize(
    "text, kind, value",
    [
        ("version 3.11.4", "code", "3.11.4"),
        ("v2.0.0-rc1", "code", "2.0.0-rc1"),
        ("192.168.1.10", "code", "192.168.1.10"),
        ("10.0.0.0/8", "code", "10.0.0.0/8"),
        ("at 2001:DB8:0::1", "code", "2001:db8::1"),
        ("00-1A-2B-3C-4D-5E", "code", "00:1a:2b:3c:4d:5e"),
        ("to A.B+c@Example.ORG.", "code", "a.b+c@example.org"),
        ("see http://www.example.org/.", "code", "example.org"),
        ("030 123 45 67", "code", "301234567"),
        ("(555) 123-4567", "code", "5551234567"),
        ("ruf 0171/1234567 an", "code", "1711234567"),
        ("978-3-16-148410-0", "code", "9783161484100"),
        ("4-4-2", "code", "4-4-2"),
        ("A-380", "code", "a380"),
        ("H1N1", "code", "h1n1"),
        ("in 3D", "code", "3d"),
        ("3:1", "ratio", (3, 1)),
        ("1:2:3", "ratio", (1, 2, 3)),
        ("won 1-3", "ratio", (1, 3)),
        ("24比10", "ratio", (24, 10)),
        ("1.6×10⁻¹⁹", "number", Fraction(16, 10**20)),
        ("2**10", "number", 1024),
        ("1 1/2", "number", Fraction(3, 2)),
        (".75", "number", Fraction(3, 4)),
        ("$890M", "number", 890 * 10**6),
        ("52°30′ N", "number", Fraction(105, 2)),
        ("13.4° W", "number", Fraction(-134, 10)),
        ("siglo XX", "ordinal", 20),
        ("11:0-21:0", "time", 39600),
    ],
)
def test_one_value(text, kind, value):
    found = [v for v in find_values(text) if v.kind != "name" and not v.weak]
    assert (found[0].kind, found[0].value) == (kind, value)
    assert len(found) == (2 if kind == "time" else 1)


@pytest.mark.parametrize(
    "text, kinds",
    [
        ("1.234.567 Einwohner", ["number"]),
        ("1.100.200.100 Euro", ["number"]),
        ("2020-05-12", ["date"]),
        ("12.05.2020", ["date"]),
        ("10-20 people", ["number", "number"]),
        ("in 1998-2003", ["date", "date"]),
        ("in 1998²", ["date"]),
        ("at 1:30:05", ["time"]),
        ("EUR20", ["number"]),
        ("Q3", ["number"]),
        ("std::vector", []),
        ("05.12.2020 and 1 500 people", ["date", "number", "number"]),
    ],
)
def test_what_is_not_composed(text, kinds):
    assert [v.kind for v in find_values(text, "en") if v.kind != "name"] == kinds


def test_an_initial_may_be_no_numeral():
    weak = {v.text: v.weak for v in find_values("World War I and Louis XIV of France, Type V")}
    assert weak["XIV"] is False and weak["I"] and weak["V"]
    found = find_values("I am. He took vitamin X; see MIX, DIV and CIVIL.")
    assert {v.kind for v in found} == {"name"}


def test_roman_numbers_by_hand():
    signs = {10: "X", 9: "IX", 5: "V", 4: "IV", 1: "I"}
    for number in range(1, 40):
        numeral, rest = "", number
        for size, sign in signs.items():
            numeral += sign * (rest // size)
            rest %= size
        assert roman_number(numeral) == number


def test_a_telephone_number_of_a_country_is_that_without_it():
    abroad, at_home = (find_values(text)[-1] for text in ("+49 30 1234567", "030 1234567"))
    assert set(abroad.readings) & set(at_home.readings)
    other = find_values("+49 40 1234567")[-1]
    assert not set(other.readings) & set(abroad.readings)


def test_a_share_is_its_percentage():
    one, five = find_values("one in five")
    assert (Fraction(1, 5), "") in one.readings and (Fraction(1, 5), "") in five.readings
    assert all(len(v.readings) == 1 for v in find_values("5 in 2019"))


@pytest.mark.parametrize("text", ["10^999", "9999^400", "1e999", "0^-3", "5/0", "1/2/3"])
def test_numbers_too_large_and_broken_ones(text):
    for value in find_values(text):
        assert value.kind != "number" or math.isfinite(value.value)
