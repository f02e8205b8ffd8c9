"""Lists as text in a cell: read as lists or refused, and ordinary text stays text."""

import time

import numpy as np
import pandas as pd
import pytest

from keras_halluc.data.cases import read_cases

LISTS = {
    "['Anna Weber', 'A. Weber']": ["Anna Weber", "A. Weber"],
    '["Anna Weber", "A. Weber"]': ["Anna Weber", "A. Weber"],
    "['Anna Weber' 'A. Weber']": ["Anna Weber", "A. Weber"],
    "['a'\n 'b'\n 'c']": ["a", "b", "c"],
    "  ['a']\n": ["a"],
    "['a', ]": ["a"],
    "['don\\'t', \"it's\"]": ["don't", "it's"],
    '["O\'Neil" \'say "no"\']': ["O'Neil", 'say "no"'],
    "['a, b', 'c | d']": ["a, b", "c | d"],
    "['[1] x', '(y)']": ["[1] x", "(y)"],
    "['caf\\xe9', 'tab\\there', 'back\\\\slash']": ["café", "tab\there", "back\\slash"],
    '["caf\\u00e9"]': ["café"],
    "('a', 'b')": ["a", "b"],
    "('a',)": ["a"],
    "{'a', 'b'}": ["a", "b"],
    "['北京', '东京']": ["北京", "东京"],
}
NUMBERS = {
    "[1945, 1946]": ["1945", "1946"],
    "[1 20  3]": ["1", "20", "3"],
    "[1.5, 2]": ["1.5", "2"],
}
TEXTS = [
    "[1] Paris is the capital.",
    "[1] Paris is large. [2]",
    "[citation needed]",
    "[unknown]",
    "[12:30]",
    "[[Paris]] is linked",
    "[[Paris]]",
    "[a",
    "[0, 1)",
    "[1], [2]",
    "(1, 2)",
    "('tis the season)",
    "('quoted')",
    '("Yes", she said.)',
    "{x: x > 1}",
    '{"city": "Paris"}',
    '{"text": "a"}',
    "{'a': 'b'}",
    "[",
    "]",
    "[...] and so on",
]
REFUSED = [
    "['a', 'b'",  # cut off
    "['a' 'b', 'c']",
    "['a', 'b' 'c']",
    "['a' 'b' ... 'y' 'z']",
    "['it''s']",
    "['a', None]",
    "['a', ['b']]",
    "[['a', 'b']]",
    '[{"city": "Paris"}]',
    "[true]",
    "[None]",
    "[nan]",
    "[b'a']",
    "[array(['a'], dtype=object)]",
    "[Anna Weber, A. Weber]",
    "[007, 8]",
    "['\\d']",
    "['\\N{no such letter}']",
    "['a']['b']",
    "[datetime.date(1945, 5, 8)]",
]


def table(field, cell):
    return pd.DataFrame({"prompt": ["p"], field: [cell]})


def csv(folder, field, cell):
    table(field, cell).to_csv(folder / "c.csv", index=False)
    return folder / "c.csv"


@pytest.mark.parametrize("cell, items", LISTS.items())
def test_lists(tmp_path, cell, items):
    for field in ("references", "reference"):
        for rows in (
            [{"prompt": "p", field: cell}],
            table(field, cell),
            csv(tmp_path, field, cell),
        ):
            assert sorted(read_cases(rows)[0].references) == sorted(items)
    for rows in ([{"prompt": "p", "source": cell}], csv(tmp_path, "source", cell)):
        assert sorted(read_cases(rows)[0].source.split("\n\n")) == sorted(items)


@pytest.mark.parametrize("cell, items", NUMBERS.items())
def test_lists_of_numbers_in_tables_only(tmp_path, cell, items):
    for rows in (table("references", cell), csv(tmp_path, "references", cell)):
        assert list(read_cases(rows)[0].references) == items
    with pytest.raises(ValueError, match="must be a text or a list at item 0.*may be an interval"):
        read_cases([("p", cell)])
    with pytest.raises(TypeError, match=r"`source` must be a str or a list of str.*source\[0\]=1"):
        read_cases(csv(tmp_path, "source", cell))


@pytest.mark.parametrize("text", TEXTS)
def test_ordinary_text(tmp_path, text):
    for field in ("references", "reference"):
        for rows in (
            [{"prompt": "p", field: text}],
            table(field, text),
            csv(tmp_path, field, text),
        ):
            assert read_cases(rows)[0].references == (text,)
    for rows in ([{"prompt": "p", "source": text}], csv(tmp_path, "source", text)):
        assert read_cases(rows)[0].source == text


@pytest.mark.parametrize("cell", REFUSED)
def test_refused(tmp_path, cell):
    for field in ("references", "reference", "source"):
        for rows in (
            [{"prompt": "p", field: cell}],
            table(field, cell),
            csv(tmp_path, field, cell),
        ):
            with pytest.raises(
                ValueError, match=f"`{field}` must be a text or a list at .*JSON list"
            ):
                read_cases(rows)
    # The way out of the error, in JSON and in a cell.
    assert read_cases([("p", [cell])])[0].references == (cell,)


def test_the_way_out_in_a_cell(tmp_path):
    for field in ("references", "source"):
        (case,) = read_cases(csv(tmp_path, field, '["[sic], he said"]'))
        assert (case.references or (case.source,)) == ("[sic], he said",)


def test_an_empty_list_is_missing(tmp_path):
    (case,) = read_cases([{"prompt": "p", "references": "[]", "source": "s"}])
    assert case.references == ()
    with pytest.raises(ValueError, match="must have `references`"):
        read_cases(csv(tmp_path, "references", "[]"))


ANSWERS = {"text": ["Saint Bernadette", "it's 'she'"], "answer_start": [515, 3]}
AS_ARRAYS = {"text": np.array(ANSWERS["text"], object), "answer_start": np.array([515, 3])}


@pytest.mark.parametrize("value", [ANSWERS, AS_ARRAYS], ids=["lists", "arrays"])
def test_answers_of_squad_that_went_through_a_csv_file(tmp_path, value):
    (case,) = read_cases(csv(tmp_path, "answers", value), references="answers")
    assert list(case.references) == ANSWERS["text"]
    none = {"text": [], "answer_start": []}
    with pytest.raises(ValueError, match="must have `references`"):
        read_cases(csv(tmp_path, "answers", none), references="answers")


@pytest.mark.parametrize(
    "cell", ["{'text': ['a'", "{'text': [x], 'answer_start': [1]}", '{"answer_start": [1]}']
)
def test_answers_of_squad_that_cannot_be_read(cell):
    with pytest.raises(ValueError, match="`references` must be a text or a list"):
        read_cases([("p", cell)])


@pytest.mark.parametrize(
    "piece", ["'a' ", "'a', ", "[", "['", "\\", "a, ", "{'text': ['a' ", " ", "("]
)
@pytest.mark.parametrize("start", ["[", "['", "{'text': [", "{'text': array(['a'", "("])
def test_reading_takes_as_long_as_the_text_is(piece, start):
    seconds = []
    for size in (10_000, 40_000):
        text = start + piece * (size // len(piece)) + "x"
        began = time.process_time()
        for end in ("", "]", ")", "}"):
            try:
                read_cases([{"prompt": "p", "references": text + end, "source": text + end}])
            except ValueError:
                pass
        seconds.append(time.process_time() - began)
    assert seconds[1] < 10 * seconds[0] + 0.1  # sixteen times as long if it were quadratic
