"""Are facts read from wherever they are kept, and found by whatever name?"""

import datetime
import decimal
import json

import numpy as np
import pandas as pd
import pytest

import keras_halluc as kh
from keras_halluc.grounding import KnowledgeBase

TRIPLES = [
    ("Marie Curie", "place of birth", "Warsaw"),
    ("Marie Curie", "award", "Nobel Prize in Physics"),
    ("Marie Curie", "award", "Nobel Prize in Chemistry"),
    ("Georgia", "capital", "Tbilisi"),
]
RECORDS = [
    {
        "name": "Marie Curie",
        "place_of_birth": "Warsaw",
        "award": ["Nobel Prize in Physics", "Nobel Prize in Chemistry"],
    },
    {"name": "Georgia", "capital": "Tbilisi", "award": None},
]


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def sources(folder):
    records = "\n".join(map(json.dumps, RECORDS))
    dicts = [dict(zip(("subject", "relation", "object"), triple)) for triple in TRIPLES]
    return {
        "triples": TRIPLES,
        "records": RECORDS,
        "dicts of triples": dicts,
        "an iterator": iter(TRIPLES),
        "frame of triples": pd.DataFrame(dicts),
        "frame of records": pd.DataFrame(RECORDS),
        "jsonl": write(folder / "a.jsonl", records),
        "json": write(folder / "a.json", json.dumps(TRIPLES)),
        "csv of triples": write(
            folder / "a.csv",
            "\ufeffsubject,relation,object,note\n"
            "Marie Curie,place of birth,Warsaw,x\n"
            "Marie Curie,award,Nobel Prize in Physics|Nobel Prize in Chemistry,\n"
            '"Georgia",capital,Tbilisi,\n',
        ),
        "csv of records": str(
            write(
                folder / "b.csv",
                "name,place_of_birth,award,capital\n"
                "Marie Curie,Warsaw,Nobel Prize in Physics | Nobel Prize in Chemistry,\n"
                "Georgia,,,Tbilisi\n",
            )
        ),
    }


KINDS = (
    "triples",
    "records",
    "dicts of triples",
    "an iterator",
    "frame of triples",
    "frame of records",
    "jsonl",
    "json",
    "csv of triples",
    "csv of records",
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_source_gives_the_same(tmp_path, kind):
    made = sources(tmp_path)
    assert set(made) == set(KINDS)
    base = KnowledgeBase(made[kind])
    assert base.objects("Marie Curie", "award") == (
        "Nobel Prize in Physics",
        "Nobel Prize in Chemistry",
    )
    assert base.objects("marie  CURIE", "Place-of-Birth") == ("Warsaw",)
    assert base.objects("Georgia", "award") == ()
    assert base.objects("Georgia", "capital") == ("Tbilisi",)
    assert base.objects("Paris", "capital") == () and not base.knows("Paris")
    assert len(base) == 4


@pytest.mark.parametrize(
    "value, texts",
    [
        (1867, ("1867",)),
        (np.int64(7), ("7",)),
        (1.5, ("1.5",)),
        (2.0, ("2",)),
        (np.float32(0.1), ("0.1",)),
        (1e-7, ("0.0000001",)),
        (1e22, ("1" + "0" * 22,)),
        (decimal.Decimal("3.50"), ("3.50",)),
        (True, ("yes",)),
        (np.bool_(False), ("no",)),
        (datetime.date(1867, 11, 7), ("1867-11-07",)),
        (pd.Timestamp("1867-11-07"), ("1867-11-07",)),
        (datetime.datetime(1867, 11, 7, 8, 30), ("1867-11-07T08:30:00",)),
        ([1, "two", None, ""], ("1", "two")),
        (np.array(["a", "b"]), ("a", "b")),
        ({"one"}, ("one",)),
        (" spaced ", ("spaced",)),
        (None, ()),
        (float("nan"), ()),
        (pd.NaT, ()),
        (pd.NA, ()),
        ("  ", ()),
    ],
)
def test_objects_of_every_type(value, texts):
    base = KnowledgeBase([{"name": "a", "x": value, "y": "kept"}])
    assert base.objects("a", "x") == texts


def test_an_entity_may_be_named_by_another_field():
    base = KnowledgeBase([{"title": "Dune", "year": 1965, "name": "no key"}], entity="title")
    assert base.objects("Dune", "year") == ("1965",)


def test_aliases_of_subjects_and_objects():
    base = KnowledgeBase(
        [("United States", "capital", "Washington, D.C."), ("Mary", "born in", "United States")],
        aliases={"United States": ["USA", "U.S.", "美国"]},
    )
    for name in ("usa", "U.S.", "us", "美国", "UNITED STATES"):
        assert base.objects(name, "capital") == ("Washington, D.C.",)
    assert set(base.forms("USA")) == {"USA", "United States", "U.S.", "美国"}
    assert base.forms("Mary") == ("Mary",)


def test_an_alias_of_several_means_any():
    base = KnowledgeBase(
        [("Georgia (country)", "capital", "Tbilisi"), ("Georgia (state)", "capital", "Atlanta")],
        aliases={"Georgia (country)": ["Georgia"], "Georgia (state)": ["Georgia"]},
    )
    assert set(base.objects("Georgia", "capital")) == {"Tbilisi", "Atlanta"}
    assert base.subjects_in("What is the capital of Georgia?") == [
        "Georgia (country)",
        "Georgia (state)",
    ]


@pytest.mark.parametrize(
    "text, found",
    [
        ("Tell me about Marie Curie.", ["Marie Curie"]),
        ("Describe Marie Curie!", ["Marie Curie"]),
        ("MARIE CURIE'S life", ["Marie Curie"]),
        ("Where is Georgia, and who is Marie Curie?", ["Georgia", "Marie Curie"]),
        ("South Georgia is an island.", []),
        ("Who was Marie?", []),
        ("居里夫人出生在哪里？", ["Marie Curie"]),
        ("", []),
        ("?!\ud800\x00", []),
        ("Tell us more.", []),
    ],
)
def test_subjects_in_a_text(text, found):
    base = KnowledgeBase(TRIPLES, aliases={"Marie Curie": ["居里夫人"], "Georgia": ["U.S."]})
    assert base.subjects_in(text) == found


@pytest.mark.parametrize(
    "source, error, match",
    [
        ([], ValueError, "`source` must hold at least one fact"),
        ([{"name": "a"}], ValueError, "at least one fact"),
        (3, TypeError, "`source` must be a path, a DataFrame.*source=3"),
        ({"a": 1}, TypeError, "`source` must be a path"),
        ([("a", "b")], TypeError, "item 0 must be .subject, relation, object"),
        (["abc"], TypeError, "item 0"),
        ([{"nam": "a", "x": 1}], ValueError, "item 0 must have.*`entity`.*'nam'"),
        ([("a", "", "c")], ValueError, "relation must have a name at item 0"),
        ([("a", None, "c")], ValueError, "relation must have a name"),
        ([("", "b", "c")], ValueError, "must have one subject at item 0"),
        ([(["a", "b"], "b", "c")], ValueError, "must have one subject"),
        ([("a", "b", None)], ValueError, "must have an object at item 0"),
        ([("a", "b", float("inf"))], ValueError, "must be finite.*at item 0"),
        ([("a", "b", 10**400)], ValueError, "at most 300 digits, at item 0"),
        ([("a", "b", -(10**5000))], ValueError, "at most 300 digits, at item 0"),
        ([("a", "b", decimal.Decimal("1e999999"))], ValueError, "at most 300 digits"),
        ([("a", "b", decimal.Decimal("1e-999999"))], ValueError, "at most 300 digits"),
        ([("a", "b", {"c": 1})], TypeError, "must be a str, a number, a date"),
        ([("a", "b", b"c")], TypeError, "must be a str"),
        ("facts.txt", ValueError, "must be a path that ends in"),
        ("no_such.csv", FileNotFoundError, "no_such.csv"),
        ("no_such.jsonl", FileNotFoundError, "no_such.jsonl"),
    ],
)
def test_bad_sources(source, error, match):
    with pytest.raises(error, match=match):
        KnowledgeBase(source)


@pytest.mark.parametrize(
    "name, content, match",
    [
        ("a.csv", b"name,x\na,1,2\n", "line 2 of a.csv must have at most 2 cells"),
        ("a.csv", b"name,x\n\xff,1\n", "a.csv must be in UTF-8"),
        ("a.csv", b'name,x\na,"b\n', "line 2 of a.csv must be valid CSV"),
        (
            "a.csv",
            b"name,x,x\na,1,2\n",
            "line 1 of a.csv must name the columns, .* each once.*'x', 'x'",
        ),
        ("a.csv", b"", "at least one fact"),
        ("a.jsonl", b"[" * 100_000, "line 1 of a.jsonl must be one JSON object"),
        ("a.json", b"[" * 100_000, "a.json must be valid JSON"),
        ("a.jsonl", b'["a", "b", ' + b"9" * 4000 + b"]", "at most 300 digits, not 4000"),
        ("a.jsonl", b'{"name": "a", "x": 1}\n{"name": \n', "line 2 of a.jsonl must be one JSON"),
        ("a.json", b"{", "a.json must be valid JSON"),
    ],
)
def test_bad_files(tmp_path, name, content, match):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=match):
        KnowledgeBase(path)


@pytest.mark.parametrize(
    "kwargs, error, match",
    [
        ({"entity": ""}, ValueError, "`entity` must name a field"),
        ({"aliases": ["a"]}, TypeError, "`aliases` must be a mapping"),
        ({"aliases": {"a": "b"}}, TypeError, "must be a list of str"),
        ({"incomplete": "award"}, TypeError, "`incomplete` must be a list"),
    ],
)
def test_bad_arguments(kwargs, error, match):
    with pytest.raises(error, match=match):
        KnowledgeBase(TRIPLES, **kwargs)


def test_the_embedded_facts_are_a_base():
    facts = kh.data.load_facts()
    base = KnowledgeBase((f.subject, f.relation, f.object) for f in facts)
    assert len(base) == len({(f.subject, f.relation, f.object) for f in facts})
    for fact in facts[:: len(facts) // 50]:
        assert fact.object in base.objects(fact.subject, fact.relation)
