"""Are the embedded facts fit for showing what is known and what is not?"""

import collections
import csv
import dataclasses
import json

import pytest

from keras_halluc._types import Case
from keras_halluc.data import Fact
from keras_halluc.data import load_facts
from keras_halluc.data.cases import require_cases
from keras_halluc.data.facts import FOLDER
from keras_halluc.text import contains_answer
from keras_halluc.text import normalize_answer

FACTS = load_facts()
SPLITS = {split: load_facts(split) for split in ("asked", "known", "unknown")}


def test_there_are_enough_of_every_kind():
    assert len(FACTS) >= 3000
    objects = collections.defaultdict(set)
    for fact in FACTS:
        objects[fact.relation].add(fact.object)
    assert sum(len(values) >= 20 for values in objects.values()) >= 10
    for facts in SPLITS.values():
        assert len({fact.relation for fact in facts}) == len(objects)
    for relation in objects:
        one = next(fact for fact in FACTS if fact.relation == relation)
        assert len(set(one.statements)) >= 4
        assert len(set(one.prompts)) >= 2


def test_splits():
    assert len(SPLITS["known"]) + len(SPLITS["unknown"]) == len(FACTS)
    assert not set(SPLITS["known"]) & set(SPLITS["unknown"])
    assert set(SPLITS["asked"]) < set(SPLITS["known"])
    assert {fact.split for fact in SPLITS["known"]} == {"asked", "known"}
    # An unknown subject must not be met under another relation or spelling either.
    known = {normalize_answer(fact.subject) for fact in SPLITS["known"]}
    assert not known & {normalize_answer(fact.subject) for fact in SPLITS["unknown"]}


def test_subjects_and_prompts_are_unique():
    assert len({fact.subject for fact in FACTS}) == len(FACTS)
    prompts = [prompt for fact in FACTS for prompt in fact.prompts]
    assert len(set(prompts)) == len(prompts)
    statements = [statement for fact in FACTS for statement in fact.statements]
    assert len(set(statements)) == len(statements)


def test_no_prompt_gives_the_answer_away():
    given = [
        fact for fact in FACTS for prompt in fact.prompts if contains_answer(prompt, fact.object)
    ]
    assert given == []


def test_every_sentence_says_what_it_should():
    for fact in FACTS:
        for statement in fact.statements:
            assert fact.subject in statement and fact.object in statement
            assert statement.endswith(".") and "{" not in statement
        for prompt in fact.prompts:
            assert fact.subject in prompt and "{" not in prompt
            assert prompt.endswith("?\nAnswer:") and prompt.count("\n") == 1
        assert fact.answer == " " + fact.object
        for text in (fact.subject, fact.object):
            assert text == text.strip() and text


def test_forms_are_counted_round():
    fact = FACTS[0]
    assert fact.statement(len(fact.statements) + 1) == fact.statements[1]
    assert fact.prompt(len(fact.prompts)) == fact.prompt() == fact.prompts[0]
    assert fact.prompt(1) != fact.prompt(0)


def test_order_is_that_of_the_file():
    with open(FOLDER / "facts.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [dataclasses.astuple(fact) for fact in load_facts()] == [tuple(row) for row in rows[1:]]
    wanted = [fact for fact in FACTS if fact.split == "unknown"]
    assert load_facts("unknown") == wanted


def test_relations_file_has_nothing_but_what_is_used():
    relations = json.loads((FOLDER / "relations.json").read_text(encoding="utf-8"))
    assert set(relations) == {fact.relation for fact in FACTS}
    for entry in relations.values():
        assert set(entry) == {"wikidata", "statements", "questions"}
        assert all("{object}" in form for form in entry["statements"])
        assert not any("{object}" in form for form in entry["questions"])


def test_as_cases():
    fact = Fact("Karl Marx", "work_location", "Cologne", "unknown")
    assert fact.case(1) == Case(
        fact.prompt(1), ("Cologne",), None, "work_location", "work_location/Karl Marx"
    )
    assert len(require_cases([fact.case() for fact in FACTS])) == len(FACTS)


@pytest.mark.parametrize("split", ["Known", "", 3, ["known"]])
def test_unknown_splits(split):
    with pytest.raises(ValueError, match="`split` must be one of .*'asked', 'known', 'unknown'"):
        load_facts(split)
