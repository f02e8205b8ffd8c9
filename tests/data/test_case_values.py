"""Values of cases: numbers, dates and SQuAD's answers as references, passages as a source."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest

from keras_halluc.data.cases import read_cases

DATE = datetime.date(1945, 5, 8)
NOON = datetime.datetime(1945, 5, 8, 12)
REFERENCES = [
    (1945, ("1945",)),
    (np.int64(-3), ("-3",)),
    (2.0, ("2.0",)),
    (0.1, ("0.1",)),
    (1e-07, ("1e-07",)),
    (np.float32(0.1), ("0.1",)),
    (decimal.Decimal("1.50"), ("1.50",)),
    (decimal.Decimal("1E+3"), ("1000",)),
    ([1945, "1945 AD", 2.5], ("1945", "1945 AD", "2.5")),
    (np.array([7, 8]), ("7", "8")),
    (np.array(["x", 3], object), ("x", "3")),
    (DATE, ("1945-05-08",)),
    (NOON, ("1945-05-08T12:00:00",)),
    (datetime.time(9, 30), ("09:30:00",)),
    (pd.Timestamp("1945-05-08"), ("1945-05-08",)),
    (np.array(["1945-05-08"], "datetime64[ns]"), ("1945-05-08",)),
    ([DATE, np.datetime64("1945-05-09", "ns")], ("1945-05-08", "1945-05-09")),
    ({"text": ["Paris", "Lutetia"], "answer_start": [1, 9]}, ("Paris", "Lutetia")),
    ({"text": np.array(["Paris"], object), "answer_start": np.array([1])}, ("Paris",)),
    ({"text": "Paris"}, ("Paris",)),
    ([{"text": "Paris", "answer_start": 1}, {"text": "['a']"}], ("Paris", "['a']")),
    (["['a']", "[1, 2]"], ("['a']", "[1, 2]")),  # what stands in a list is text
]


@pytest.mark.parametrize("value, expected", REFERENCES, ids=lambda value: str(value)[:40])
def test_references(value, expected):
    for field in ("references", "reference"):
        assert read_cases([{"prompt": "a", field: value}])[0].references == expected
    assert read_cases([("a", value)])[0].references == expected
    frame = pd.DataFrame({"prompt": ["a", "b"], "answer": pd.Series([value, "z"], dtype=object)})
    if not isinstance(value, np.float32):  # pandas makes a float64 of one in a column of objects
        assert read_cases(frame, references="answer")[0].references == expected


def test_whole_numbers_that_a_gap_made_floats_of():
    frame = pd.DataFrame({"prompt": list("abc"), "source": list("xyz")})
    frame["reference"], frame["group"], frame["id"] = [1945, None, -7], [1, 2, None], [5, None, 6]
    frame["year"] = [2024, None, None]
    assert frame["reference"].dtype == frame["id"].dtype == float
    cases = read_cases(frame)
    assert [case.references for case in cases] == [("1945",), (), ("-7",)]
    assert [case.group for case in cases] == ["1", "2", None]
    assert [case.id for case in cases] == ["5", "1", "6"]
    assert cases[0].fields == {"year": 2024} and type(cases[0].fields["year"]) is int
    for values in ([1.5, None, 2.0], [1.0, 2.0, 3.0], [1e300, None, 2.0]):
        frame["reference"] = values  # true floats
        assert read_cases(frame)[2].references == (repr(values[2]),)
    frame["reference"] = np.array([0.1, np.nan, 0.3], "float32")
    assert read_cases(frame)[2].references == ("0.3",)
    frame["reference"] = pd.array([1, None, 3], dtype="Int64")
    assert read_cases(frame)[2].references == ("3",)


@pytest.mark.parametrize(
    "value",
    [True, np.bool_(False), [True], float("inf"), [float("nan")], decimal.Decimal("-Infinity")]
    + [10**400, decimal.Decimal("1e400"), {"a", "b"}, b"a", 1j, [["a"]], [None], {"texts": ["a"]}]
    + [datetime.timedelta(1), {"text": [True]}, [{"text": ["a"]}], [{"texts": "a"}]],
)
def test_what_is_no_reference(value):
    with pytest.raises((TypeError, ValueError), match="must be .*item 0"):
        read_cases([("a", value)])


@pytest.mark.parametrize("value", [3, 2.5, DATE])
def test_numbers_are_no_texts(value):
    with pytest.raises(TypeError, match="`prompt` must be a str at item 0.*`dtype=str`"):
        read_cases([(value, "x")])
    with pytest.raises(TypeError, match="`source` must be a str at item 0.*`dtype=str`"):
        read_cases([{"prompt": "a", "source": value}])
    with pytest.raises(TypeError, match=r"`source` must be a str or a list of str.*source\[1\]="):
        read_cases([{"prompt": "a", "source": ["x", value]}])


def test_passages_of_a_source():
    for passages in (["One.", "", "Two."], ("One.", "Two."), np.array(["One.", "Two."], object)):
        (case,) = read_cases([{"prompt": "a", "source": passages}])
        assert case.source == "One.\n\nTwo."
    (case,) = read_cases([{"prompt": "a", "source": ["[1, 2]"]}])
    assert case.source == "[1, 2]"
    (case,) = read_cases([{"prompt": "a", "source": [], "reference": "x"}])
    assert case.source is None
    with pytest.raises(ValueError, match="`source` must not be empty"):
        read_cases([{"prompt": "a", "source": [" ", ""]}])


def test_an_unanswerable_question_of_squad_has_its_source():
    row = {"question": "?", "context": "Text.", "answers": {"text": [], "answer_start": []}}
    (case,) = read_cases([row], prompt="question", source="context", references="answers")
    assert case.references == () and case.source == "Text."
