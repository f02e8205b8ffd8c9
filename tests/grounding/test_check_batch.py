"""Does a checker give the same as a function of columns, wherever it is unpickled?"""

import json
import pickle

import numpy as np
import pandas as pd
import pytest

from keras_halluc.data import Case
from keras_halluc.grounding import AnswerChecker
from keras_halluc.grounding import CheckBatch
from keras_halluc.grounding import OverlapChecker
from keras_halluc.grounding import Verdict

SOURCE = "It rained all day. The match was called off."
ROWS = [
    {"source": SOURCE, "references": None, "output": "The match was called off."},
    {"source": SOURCE, "references": None, "output": "Nobody came."},
    {"source": None, "references": ["a", "b"], "output": "a"},
    {"source": SOURCE, "references": ["a"], "output": "I don't know."},
]
ROWS = [{"prompt": "?", "id": i, "model": "m", **row} for i, row in enumerate(ROWS)]
NEW = ["verdict_label", "verdict_score", "verdict_spans", "verdict_reason"]


def columns(rows=ROWS, kind=list):
    return {name: kind([row[name] for row in rows]) for name in rows[0]}


def objects(values):
    array = np.empty(len(values), object)
    array[:] = values
    return array


def expected(checker):
    cases = [Case("?", tuple(row["references"] or ()), row["source"]) for row in ROWS]
    return checker.check(cases, [row["output"] for row in ROWS])


def check(result, verdicts):
    assert list(result["verdict_label"]) == [v.label for v in verdicts]
    assert list(result["verdict_score"]) == [v.score for v in verdicts]  # None, and never NaN
    spans = [[tuple(s) for s in json.loads(text)] for text in result["verdict_spans"]]
    assert spans == [list(v.spans) for v in verdicts]
    assert list(result["verdict_reason"]) == [v.reason for v in verdicts]


@pytest.mark.parametrize("checker", [OverlapChecker(), AnswerChecker()])
def test_batches_of_every_kind(checker):
    verdicts = expected(checker)
    assert len({verdict.label for verdict in verdicts}) >= 3
    for batch in (columns(), columns(kind=objects), pd.DataFrame(ROWS)):
        before = list(batch)
        result = CheckBatch(checker)(batch)
        assert type(result) is type(batch)
        assert list(batch) == before and list(result) == before + NEW
        assert list(result["model"]) == ["m"] * 4  # a column of another's is handed on
        check(result, verdicts)


def test_rows_of_a_frame_keep_their_index():
    frame = pd.DataFrame(ROWS).iloc[::-1]
    result = CheckBatch(OverlapChecker())(frame)
    assert list(result.index) == [3, 2, 1, 0]
    check(result.iloc[::-1], expected(OverlapChecker()))


def test_an_empty_batch():
    result = CheckBatch(OverlapChecker())({name: [] for name in ROWS[0]})
    assert list(result) == list(ROWS[0]) + NEW and not any(map(len, result.values()))
    result = CheckBatch(OverlapChecker())(pd.DataFrame(ROWS)[:0])
    assert list(result) == list(ROWS[0]) + NEW and len(result) == 0


def test_two_checkers_one_after_the_other():
    first, second = CheckBatch(OverlapChecker()), CheckBatch(AnswerChecker(), prefix="answer_")
    result = second(first(columns()))
    check(result, expected(OverlapChecker()))
    assert list(result["answer_label"]) == [v.label for v in expected(AnswerChecker())]
    with pytest.raises(ValueError, match="column `verdict_label` already; give another `prefix`"):
        first(result)


class Counted(OverlapChecker):
    made = 0

    def __init__(self):
        super().__init__()
        Counted.made += 1


def test_a_checker_is_made_once_by_each_worker():
    Counted.made = 0
    function = CheckBatch(Counted)
    assert Counted.made == 0
    function(columns())
    function(columns())
    assert Counted.made == 1
    for again in (pickle.loads(pickle.dumps(function)), pickle.loads(pickle.dumps(function))):
        check(again(columns()), expected(OverlapChecker()))
    assert Counted.made == 3
    again = pickle.loads(pickle.dumps(CheckBatch(OverlapChecker(supported_at=0.1))))
    assert again.checker.supported_at == 0.1


def test_rows_that_cannot_be_read():
    rows = columns([{**row, "output": None} if row["id"] == 2 else row for row in ROWS])
    with pytest.raises(TypeError, match="`output` must be a str at row 2 of the batch"):
        CheckBatch(OverlapChecker())(rows)
    result = CheckBatch(OverlapChecker(), on_error="skip")(rows)
    assert list(result["verdict_label"])[2] == "unmeasured"
    assert "row 2 of the batch" in list(result["verdict_reason"])[2]
    verdicts = expected(OverlapChecker())
    assert list(result["verdict_score"])[:2] == [v.score for v in verdicts[:2]]


class Bad:
    def check(self, cases, outputs):
        return [Verdict("supported", 1.5)] * len(cases)


@pytest.mark.parametrize(
    "kwargs, batch, error, message",
    [
        ({"checker": 3}, None, TypeError, "`checker` must have a method `check`"),
        ({"checker": lambda: 3}, columns(), TypeError, "`checker` must have a method `check`"),
        ({"checker": Bad()}, columns(), ValueError, "`verdict.score` must be <= 1"),
        ({"on_error": "stop"}, None, ValueError, "`on_error` must be one of"),
        ({"prefix": None}, None, TypeError, "`prefix` must be a str"),
        ({}, [1, 2], TypeError, "`batch` must be a dict of columns or a DataFrame"),
        ({}, {"prompt": ["a"], "source": ["b"]}, ValueError, "must have a column `output`"),
        ({"on_error": "skip"}, {"text": ["a"]}, ValueError, "must have a column `output`"),
        ({}, {"output": ["a"]}, ValueError, "row 0 of the batch must have a `prompt`"),
    ],
)
def test_bad_arguments(kwargs, batch, error, message):
    with pytest.raises(error, match=message):
        CheckBatch(**{"checker": OverlapChecker(), **kwargs})(batch)
