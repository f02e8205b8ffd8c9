"""Are other wordings complete, and false ones false, fluent and of the right kind?"""

import pytest

from keras_halluc.data import negate
from keras_halluc.data import reword
from keras_halluc.data import swap_answers
from keras_halluc.data import swap_entities
from keras_halluc.data import swap_numbers
from keras_halluc.data import swap_roles


def test_reword():
    people = [{"who": "Marx", "where": "Trier"}, {"who": "Liszt", "where": "Raiding"}]
    assert reword(people, ["{who} is from {where}.", "{where}: {who}"]) == [
        ["Marx is from Trier.", "Liszt is from Raiding."],
        ["Trier: Marx", "Raiding: Liszt"],
    ]
    with pytest.raises(ValueError, match="`templates` must name parts.*'when'"):
        reword(people, ["{when}"])


def test_swapped_answers_are_others_of_the_same_group():
    answers = ["Rome", "Paris", "1900", "1950", "Oslo", "1900"]
    groups = ["city", "city", "year", "year", "city", "year"]
    for seed in range(20):
        swapped = swap_answers(answers, groups, seed)
        for answer, other, group in zip(answers, swapped, groups):
            assert other != answer
            assert other in {a for a, g in zip(answers, groups) if g == group}
    assert swap_answers(answers, groups, 1) == swap_answers(answers, groups, 1)
    assert len({tuple(swap_answers(answers, groups, seed)) for seed in range(20)}) > 1
    with pytest.raises(ValueError, match="at least two different answers.*'year'"):
        swap_answers(["Rome", "Paris", "1900"], ["city", "city", "year"])


def test_swapped_entities():
    cities = ["York", "New York", "Rome"]
    for seed in range(10):
        changed = swap_entities("He left New York.", cities, seed)
        assert changed in ("He left York.", "He left Rome.")  # never "New Rome"
    assert swap_entities("He left.", cities) is None
    assert swap_entities("他在北京出生。", ["北京", "上海"]) == "他在上海出生。"
    both = {swap_entities("From Rome to York.", cities, seed) for seed in range(30)}
    assert {"From York to York.", "From Rome to Rome."} <= both


def test_swapped_numbers_have_as_many_digits():
    for seed in range(30):
        changed = swap_numbers("Born 7 May 1818.", seed)
        assert changed != "Born 7 May 1818." and len(changed) == 16
        day, year = changed[5:-1].split(" May ")
        assert (day == "7") != (year == "1818")  # one of both
        assert len(str(int(year))) == 4
    assert swap_numbers("No digits.") is None


@pytest.mark.parametrize("digits", [1000, 1001, 5000])
def test_numbers_of_thousands_of_digits(digits):
    changed = swap_numbers(f"It is {'7' * digits}.")
    number = changed.removeprefix("It is ").removesuffix(".")
    assert len(number) == digits and number.isdecimal() and number[0] != "0"
    assert number != "7" * digits and changed != swap_numbers(f"It is {'7' * digits}.", seed=1)


def test_negation_goes_in_and_out():
    assert negate("It is not far and never was.", 1) in (
        "It is far and never was.",
        "It is not far and never was not.",
    )
    both = {negate("He was here and she has left.", seed) for seed in range(20)}
    assert both == {"He was not here and she has left.", "He was here and she has not left."}
    assert negate(negate("Rome is old.")) == "Rome is old."
    assert negate("Rome fell.") is None
    assert negate("This island wasted.") is None  # no verb within a word


def test_roles_are_swapped_where_the_order_says_something():
    names = ["Rome", "Carthage", "New York", "York"]
    assert swap_roles("From Rome to New York.", names) == "From New York to Rome."
    assert swap_roles("Rome and Carthage fought.", names) is None
    assert swap_roles("Rome, Carthage", names) is None
    assert swap_roles("Romeo left Rome for York.", names) == "Romeo left York for Rome."
    assert swap_roles("Rome is Rome.", names) is None
    overlapping = ["New York", "York City", "Rome"]  # those two cannot change places
    swapped = {swap_roles("New York City beat Rome.", overlapping, seed) for seed in range(20)}
    assert swapped == {"Rome City beat New York.", "New Rome beat York City."}
    assert swap_roles("罗马击败迦太基。", ["罗马", "迦太基"]) == "迦太基击败罗马。"
    three = {swap_roles("Rome sent York to Carthage.", names, seed) for seed in range(40)}
    assert three == {
        "York sent Rome to Carthage.",
        "Carthage sent York to Rome.",
        "Rome sent Carthage to York.",
    }


def test_no_part_of_a_word_is_an_entity_nor_a_short_not_a_verb():
    assert swap_entities("Indiana Jones was born in Peru.", ["India", "China"]) is None
    for seed in range(5):
        changed = swap_entities("Nigeria borders Niger.", ["Niger", "Chad"], seed)
        assert changed == "Nigeria borders Chad."
    teams = ["Washington, D.C.", "New York"]
    assert swap_roles("Washington, D.C. beat New York.", teams) == "New York beat Washington, D.C.."
    assert negate("He can't swim.") is None
    assert negate("He can’t swim, but she can.") == "He can’t swim, but she can not."
