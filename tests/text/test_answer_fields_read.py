"""Is the answer found in an object or a tag, wherever it stands there and however it is quoted?"""

import json

import pytest
from hypothesis import assume
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from keras_halluc.text import OutputReader


def read(text):
    return OutputReader().read(text).text.strip()


@pytest.mark.parametrize(
    "text",
    [
        '{"answer": "Paris"}',
        '{\n  "answer": "Paris"\n}',
        '{"answer": "Paris", "confidence": 0.97}',
        '{"reasoning": "Is it \\"answer\\": Lyon?", "answer": "Paris"}',
        '{"question": "Capital?", "final_answer": "Paris", "answer": "Lyon"}',
        '{"response": {"answer": "Paris", "language": "en"}}',
        '{"answers": ["Paris"]}',
        '{"Answer": "Paris"}',
        '{"capital": "Paris"}',
        "{'answer': 'Paris'}",
        "{answer: Paris}",
        '{"答案": "Paris"}',
        '{"antwort": "Paris", "quelle": 3}',
        '{"réponse": "Paris", "page": 3}',
        '{"respuesta": "Paris", "fuente": 3}',
        '{"answer": "Paris',
        '[{"answer": "Paris"}]',
        '["Paris"]',
        '```json\n{"answer": "Paris"}\n```',
        'Here is the JSON:\n```json\n{"answer": "**Paris**"}\n```\nLet me know if you need more!',
        '{"answer": "The answer is Paris"}',
        "<answer>Paris</answer>",
        "It is France, so <answer>\nParis\n</answer> I think.",
        "<final_answer>Paris</final_answer>",
        "<response>Paris",
        '<output>{"answer": "Paris"}</output>',
    ],
)
def test_the_answer_is_found(text):
    assert read(text) == "Paris"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"answer": 42, "unit": "km"}', "42"),
        ('{"answer": true}', "true"),
        ('{"answer": null}', ""),
        ('{"answer": ""}', ""),
        ('{"answer": ["Paris", "Lyon"]}', "Paris, Lyon"),
        ('{"answer": "Lyon"}\nParis', "Lyon\nParis"),
        ('{"answer": "It\\u2019s 5\\n\\"km\\""}', 'It’s 5\n"km"'),
        ("{'answer': 'It's here', 'b': 1}", "It's here"),
    ],
)
def test_what_else_an_object_may_say(text, said):
    assert read(text) == said


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Paris", "population": 67}',
        "{1, 2, 3}",
        "[1, 2]",
        "[[1, 2], [3, 4]]",
        "{}",
        "{x: 1} and more",
        "The set {a} holds the answer: none.",
        "Put <answer> before it.",
    ],
)
def test_what_is_no_wrapper_stays(text):
    assert read(text) == text


@settings(deadline=None, max_examples=50)
@example("{a:b", {})
@given(st.text(max_size=20), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_a_string_is_read_as_json_reads_it(answer, others):
    reader = OutputReader(["fields"])
    assume(reader.read(answer).text == answer)  # an answer such as "{0:0" is a wrapper itself
    fields = {"answer": answer} | {f"x{key}": value for key, value in others.items()}
    for ascii_only in (True, False):
        said = reader.read(json.dumps(fields, ensure_ascii=ascii_only))
        assert said.text == answer
