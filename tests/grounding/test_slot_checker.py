"""Are slots counted as missing and added as the papers on data-to-text count them?"""

import json
import re

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keras_halluc._types import Checker
from keras_halluc.data import Case
from keras_halluc.grounding import SlotChecker
from keras_halluc.grounding import SlotErrors
from keras_halluc.grounding import parse_meaning
from keras_halluc.testing import hostile_texts

MR = "name[The Eagle], food[French], area[riverside], familyFriendly[no]"
RULES = {
    "food": ["French", "Chinese", "Fast food"],
    "area": {"riverside": r"\briver", "city centre": r"\bcity\b|\bcent(?:er|re)\b"},
    "familyFriendly": {"yes": r"\bfamil(?:y|ies)\b", "no": r"\bnot\b[^.]{0,20}\bfamil"},
}
DENIALS = {"familyFriendly": "no"}
CHECKER = SlotChecker(RULES, denials=DENIALS)


def errors(output, source=MR, checker=CHECKER):
    found = checker.errors(source, output)
    missing = [f"{slot}={value}" for slot, value in found.missing]
    return missing, [(slot, output[start:end]) for slot, start, end in found.added], found.slots


def verdict(output, source=MR, checker=CHECKER):
    return checker.check([Case("?", source=source)], [output])[0]


@pytest.mark.parametrize(
    "output, missing, added",
    [
        ("The Eagle is a French place by the river, not for families.", [], []),
        ("the EAGLE, by the river, is french and not for families", [], []),
        ("The Eagle is French and by the river.", ["familyFriendly=no"], []),
        (
            "The Eagle is a Chinese place by the river, not for families.",
            ["food=French"],
            [("food", "Chinese")],
        ),
        (
            "The Eagle is French, by the river, for families.",
            ["familyFriendly=no"],
            [("familyFriendly", "families")],
        ),
        # A slot that is said right does not count as added for another value beside it.
        ("The Eagle is French and Chinese, by the river, not for families.", [], []),
        (
            "",
            ["name=The Eagle", "food=French", "area=riverside", "familyFriendly=no"],
            [],
        ),
    ],
)
def test_errors_by_value(output, missing, added):
    assert errors(output) == (missing, added, 4)


def test_a_slot_that_was_not_asked_for():
    assert errors("The Eagle is in the city.", "name[The Eagle]") == (
        [],
        [("area", "city")],
        1,
    )


MARKS = SlotChecker(
    {"name": r"\bSLOT_NAME\b", "food": r"\bSLOT_FOOD\b", "kids": {"*": r"\b(?:kid|child)\b"}}
)
ACT = "inform(name='the eagle';food='french';food='thai';kids='dont_care';open='noon')"


@pytest.mark.parametrize(
    "output, missing, added",
    [
        ("SLOT_NAME serves SLOT_FOOD and SLOT_FOOD to any child at noon", [], []),
        ("SLOT_NAME serves SLOT_FOOD to any child at noon", ["food=thai"], []),
        ("SLOT_FOOD to any kid and any child at noon", ["name=the eagle", "food=thai"], []),
        (
            "SLOT_NAME , SLOT_NAME serves SLOT_FOOD and SLOT_FOOD and SLOT_FOOD at noon",
            ["kids=dont_care"],
            [("name", "SLOT_NAME"), ("food", "SLOT_FOOD")],
        ),
        ("SLOT_NAMES", ["name=the eagle", "food=french", "food=thai"], []),
    ],
)
def test_errors_by_mark(output, missing, added):
    left_out, said, slots = errors(output, ACT, MARKS)
    assert [m for m in left_out if not m.startswith(("kids", "open"))] == [
        m for m in missing if not m.startswith("kids")
    ]
    assert (said, slots) == (added, 5)
    assert ("kids=dont_care" in left_out) == ("kid" not in output and "child" not in output)


@pytest.mark.parametrize(
    "value, output",
    [
        ("1200", "It has twelve hundred seats."),
        ("£20", "It costs 20 pounds."),
        ("1,5 km", "1500 m away"),
        ("São Paulo", "in sao paulo"),
        ("北京", "位于北京市"),
        ("Café Adriatic", "the café adriatic"),
        ("+", "A+"),
    ],
)
def test_a_slot_without_a_rule_is_said_in_any_form(value, output):
    source = json.dumps({"slot": value})
    assert errors(output, source) == ([], [], 1)
    assert errors("Nothing of it.", source) == ([f"slot={value}"], [], 1)


def test_same_unsaid_and_slots_left_out():
    rules = {"price": {"cheap": r"\bcheap\b", "high": r"\bexpensive\b"}, "near": None}
    checker = SlotChecker(rules, same={"less than £20": "cheap"}, unsaid=["none", "dont_care"])
    source = "price[less than £20], near[Burger King], area[none], food[dont_care]"
    assert errors("It is cheap.", source, checker) == ([], [], 1)
    assert errors("It is expensive.", source, checker) == (
        ["price=cheap"],
        [("price", "expensive")],
        1,
    )


def test_verdicts():
    right = verdict("The Eagle is a French place by the river, not for families.")
    assert (right.label, right.score, right.spans) == ("supported", 1.0, ())
    less = verdict("The Eagle is French and by the river.")
    assert (less.label, less.score, less.spans) == ("unsupported", 0.75, ())
    assert "familyFriendly=no" in less.reason
    wrong = verdict("The Eagle is a Chinese place by the river, not for families.")
    assert (wrong.label, wrong.score) == ("contradicted", 0.5)
    assert wrong.spans == ((15, 22, "contradicted"),)
    nothing = verdict("")
    assert (nothing.label, nothing.score) == ("unsupported", 0.0)  # an empty output stops nobody
    assert verdict("Families like Chinese food in the city.", "name[a]").score == 0.0
    assert verdict("", "goodbye()").label == "abstained"
    assert verdict("Bye!", "goodbye()").label == "supported"


@pytest.mark.parametrize(
    "source", [None, "", "The Eagle", "name[", "{", '{"a": {"b": 1}}', "\ud800"]
)
def test_unmeasured(source):
    found = verdict("The Eagle", source)
    assert (found.label, found.score, found.spans) == ("unmeasured", None, ())
    assert "source" in found.reason and found.reason.isprintable()


def test_slot_error_rate():
    outputs = [
        "The Eagle is a Chinese place by the river, not for families.",  # 1 missing, 1 added of 4
        "The Eagle is French.",  # 2 missing of 4
        "The Eagle is in the city.",  # 1 added of 1
    ]
    cases = [Case("?", source=source) for source in (MR, MR, "name[The Eagle]")]
    assert CHECKER.error_rate(cases, outputs) == pytest.approx(5 / 9)
    assert isinstance(CHECKER.errors(MR, outputs[0]), SlotErrors)
    assert CHECKER.errors(MR, outputs[0]).count == 2
    for sources in ([], ["goodbye()"]):
        cases = [Case("?", source=source) for source in sources]
        with pytest.raises(ValueError, match="at least one slot"):
            CHECKER.error_rate(cases, [""] * len(cases))
    with pytest.raises(ValueError, match="A meaning representation must look like"):
        CHECKER.error_rate([Case("?")], ["a"])


@pytest.mark.parametrize(
    "text, slots",
    [
        ("name[The Eagle], food[French]", [("name", "The Eagle"), ("food", "French")]),
        ("customer rating[5 out of 5]", [("customer rating", "5 out of 5")]),
        ("near[Café Rouge, Ely], food[]", [("near", "Café Rouge, Ely"), ("food", "")]),
        ("inform(name='x y';food=thai)", [("name", "x y"), ("food", "thai")]),
        ('inform(name="x; y", food=thai)', [("name", "x; y"), ("food", "thai")]),
        ("inform(name='joe's';food=thai)", [("name", "joe's"), ("food", "thai")]),
        ("inform(name=joe's;food='thai')", [("name", "joe's"), ("food", "thai")]),
        ("inform(name[Max Payne], rating[good])", [("name", "Max Payne"), ("rating", "good")]),
        ("inform(area=north; south)", [("area", "north"), ("south", "")]),
        ("?request(area)", [("area", "")]),
        ("goodbye()", []),
        ("inform_no_match(a='b(c)')", [("a", "b(c)")]),
        ('{"a": "b", "c": ["d", 5], "e": null, "f": true}', None),
        ("{}", []),
    ],
)
def test_meaning_representations(text, slots):
    expected = [("a", "b"), ("c", "d"), ("c", "5"), ("f", "yes")] if slots is None else slots
    assert parse_meaning(text) == expected
    assert parse_meaning(f"  {text}\n") == expected


@pytest.mark.parametrize("text", ["", "a", "name[x] and more", "name[x", "a]b[", "f(", "{1}", "[]"])
def test_not_a_meaning_representation(text):
    with pytest.raises(ValueError, match="meaning representation"):
        parse_meaning(text)
    with pytest.raises(TypeError, match="`text` must be a str"):
        parse_meaning(None)


def test_hostile_meaning_representations_are_read_or_refused():
    for text in hostile_texts():
        for wrapped in (text, f"a[{text}]", f"a({text})", f'{{"a": {json.dumps(text)}}}'):
            try:
                assert all(len(pair) == 2 for pair in parse_meaning(wrapped))
            except ValueError as error:
                assert "Received" in str(error)


SLOTS = {"food": ("French", "Chinese"), "area": ("riverside", "city centre"), "name": ("Bo", "Al")}
SAID = {"riverside": "by the river", "city centre": "in the city"}


@given(
    st.fixed_dictionaries({}, optional={s: st.sampled_from(v) for s, v in SLOTS.items()}),
    st.fixed_dictionaries({}, optional={s: st.sampled_from(v) for s, v in SLOTS.items()}),
    st.randoms(),
)
@settings(max_examples=60)
def test_laws(wanted, said, rng):
    checker = SlotChecker(
        {"food": ["French", "Chinese"], "area": RULES["area"], "name": ["Bo", "Al"]}
    )
    source = ", ".join(f"{slot}[{value}]" for slot, value in wanted.items()) or "bye()"
    parts = [SAID.get(value, value) for value in said.values()]
    rng.shuffle(parts)
    found = checker.errors(source, "; ".join(parts))
    assert found.slots == len(wanted)
    assert dict(found.missing) == {s: v for s, v in wanted.items() if said.get(s) != v}
    assert {slot for slot, *_ in found.added} == {
        slot for slot, value in said.items() if wanted.get(slot) != value
    }


@pytest.mark.parametrize(
    "kwargs, error, match",
    [
        ({"rules": ["food"]}, TypeError, "`rules` must be a mapping"),
        ({"rules": {"food": 3}}, TypeError, "A rule must be a pattern"),
        ({"rules": {"food": {}}}, TypeError, "A rule must be a pattern"),
        ({"rules": {"food": []}}, ValueError, "must not be empty"),
        ({"rules": {"food": [1]}}, TypeError, "must hold str only"),
        ({"rules": {"food": "("}}, ValueError, "slot 'food' must be a regular expression"),
        ({"rules": {"food": {"a": "("}}}, ValueError, "slot 'food' must be a regular"),
        ({"rules": {"food": re.compile(b"a")}}, TypeError, "must be of str"),
        ({"rules": {}, "denials": {"a": "b"}}, ValueError, "`denials` must name slots"),
        ({"rules": {"a": "x"}, "denials": {"a": "b"}}, ValueError, "`denials` must name"),
        ({"rules": {"a": ["x"]}, "denials": {"a": "b"}}, ValueError, "`denials` must name"),
        ({"rules": {}, "parse": "json"}, TypeError, "`parse` must be a callable"),
        ({"rules": {}, "unsaid": "none"}, TypeError, "`unsaid` must be a list"),
    ],
)
def test_bad_arguments(kwargs, error, match):
    with pytest.raises(error, match=match):
        SlotChecker(**kwargs)
    assert isinstance(CHECKER, Checker) and CHECKER.requires == ("source",)
