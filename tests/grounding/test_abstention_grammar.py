"""Does a rule of the grammar say what its notation says?"""

import re

import pytest

from keras_halluc.grounding.abstention_grammar.clauses import clauses_of
from keras_halluc.grounding.abstention_grammar.language import Language
from keras_halluc.grounding.abstention_grammar.notation import read_grammar
from keras_halluc.grounding.abstention_grammar.places import Places
from keras_halluc.grounding.abstention_grammar.places import fold
from keras_halluc.grounding.abstention_grammar.rules import fits
from keras_halluc.grounding.abstentions import GRAMMARS
from keras_halluc.grounding.abstentions import LANGUAGES
from keras_halluc.grounding.abstentions import language_of

GRAMMAR = """
who = I | we | the (old | young) man  # a comment
    nobody
see = {who} [really] see ... land
    | {who} saw
stopped = {who} saw .. land
exact = !sé | se va
long = one
        two | three
"""


@pytest.mark.parametrize(
    "rule, text, fitting",
    [
        ("who", "We", True),
        ("who", "the young man", True),
        ("who", "the man", False),
        ("who", "nobody", True),
        ("who", "a comment", False),
        ("see", "I see land", True),
        ("see", "I really see a lot of land!", True),
        ("see", "I really see land now", False),
        ("see", "nobody saw", True),
        ("see", "nobody", False),
        ("stopped", "we saw much land", True),
        ("stopped", "we saw no land", False),
        ("stopped", "we saw land and no land", False),
        ("exact", "Sé", True),
        ("exact", "Se", False),
        ("exact", "sé va", True),
        ("long", "one two", True),
        ("long", "three", True),
        ("long", "one", False),
    ],
)
def test_notation(rule, text, fitting):
    rules = read_grammar(GRAMMAR)
    places = Places(fold(text), stops=frozenset(("no",)))
    assert fits(rules[rule], places) == fitting


def test_a_closed_clause_has_nothing_for_the_dots():
    rules = read_grammar(GRAMMAR)
    assert fits(rules["see"], Places(fold("I see land"), is_open=False))
    assert not fits(rules["see"], Places(fold("I see more land"), is_open=False))


@pytest.mark.parametrize(
    "text, match",
    [
        ("a = b\na = c", "define a name once.*'a'"),
        ("a = {b}", "names defined above it. Received: {b}"),
        ("a = {a}", "names defined above it. Received: {a}"),
        ("a = (b", "must close what '\\('"),
        ("a = [b)", "must close what '\\['"),
        ("a = b]", "must open a bracket before '\\]'"),
    ],
)
def test_a_grammar_that_cannot_be_read(text, match):
    with pytest.raises(ValueError, match=match):
        read_grammar(text)


def test_clauses():
    clauses = clauses_of("Sorry, I don't know. Don't Know Why - Norah (2002)\nNO!")
    assert [clause.words for clause in clauses] == [
        ("sorry",),
        ("i", "don", "t", "know"),
        ("don", "t", "know", "why"),
        ("norah",),
        ("2002",),
        ("no",),
    ]
    assert [clause.is_first for clause in clauses] == [True, False, True, False, False, True]
    assert [clause.is_title for clause in clauses] == [False, False, True, False, False, False]


def test_a_language():
    language = Language(
        "lead = well\n"
        "sign = nope\n"
        "abstention = [{lead}] nope [about ...]\n"
        "aside = bye\n"
        "more = or ...\n"
        "filler = oh dear\n"
        "turn = but"
    )

    def read(text):
        return language.only_abstains(clauses_of(text), language.abstention)

    assert read("nope") and read("well nope about it, or her. bye") and read("bye but nope")
    assert read("oh dear nope") and read("nope oh dear about oh dear it")
    assert not read("bye")
    assert not read("nope but yes") and not read("nope. or her") and not read("or her, nope")
    assert not read("well") and not read("oh dear") and not read("")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_name_of_a_grammar_is_used(code):
    """What no rule needs is a list of words that somebody forgot to delete."""
    roles = {"abstention", "sign", "aside", "more", "filler", "turn", "stop", "lead"}
    assert set(language_of(code).rules) - roles <= set(re.findall(r"{(\w+)}", GRAMMARS[code]))
