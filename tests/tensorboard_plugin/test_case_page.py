"""Are the right cases shown, in the right order? Counted again with plain loops."""

import itertools

import pytest
from tab_runs import make_cases
from tab_runs import write_run
from tensorboard.errors import InvalidArgumentError
from tensorboard.errors import NotFoundError

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.tensorboard import EventWriter
from keras_halluc.tensorboard_plugin.case_details import case_details
from keras_halluc.tensorboard_plugin.case_index import CaseIndex
from keras_halluc.tensorboard_plugin.case_page import Query
from keras_halluc.tensorboard_plugin.case_page import case_page

CASES = make_cases(60)
STEPS = 4
RANK = {"contradicted": 0, "unsupported": 1, "abstained": 2, "supported": 3}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The steps as read, and what was said in them."""
    folder = tmp_path_factory.mktemp("run")
    said = write_run(folder, CASES, STEPS)
    return CaseIndex(str(folder)).steps(), said


def change(now, then):
    if now.label not in RANK or then.label not in RANK:
        return ""
    gained = RANK[now.label] - RANK[then.label]
    return "worse" if gained < 0 else "better" if gained > 0 else "same"


def ids(page):
    return [row["id"] for row in page["rows"]]


@pytest.mark.parametrize("against", ["first", "previous"])
@pytest.mark.parametrize("step", range(STEPS))
def test_changes(run, step, against):
    steps, said = run
    before = 0 if against == "first" else max(step - 1, 0)
    wanted = [change(*pair) for pair in zip(said[step][1], said[before][1])]
    page = case_page(steps, Query(step=step, against=against, sort="given", limit=100))
    assert [row["change"] for row in page["rows"]] == wanted
    assert page["against"] == before and page["step"] == step
    assert page["changes"] == {
        kind: wanted.count(kind) for kind in ("better", "same", "worse") if kind in wanted
    }
    for kind in ("worse", "better", "same"):
        query = Query(step=step, against=against, change=kind, sort="given", limit=100)
        assert ids(case_page(steps, query)) == [
            case.id for case, found in zip(CASES, wanted) if found == kind
        ]


def test_rows_say_what_was_written(run):
    steps, said = run
    page = case_page(steps, Query(sort="given", limit=100))
    assert page["step"] == STEPS - 1  # the last, when none is asked for
    assert page["steps"] == list(range(STEPS))
    outputs, verdicts = said[STEPS - 1]
    for row, case, output, verdict in zip(page["rows"], CASES, outputs, verdicts):
        assert (row["id"], row["group"]) == (case.id, case.group)
        assert (row["label"], row["score"], row["reason"]) == (
            verdict.label,
            verdict.score,
            verdict.reason,
        )
        assert "".join(text for text, _ in row["output"]["pieces"]) == output
        assert "".join(text for text, _ in row["prompt"]["pieces"]) == case.prompt
        place = int(case.id[1:])
        assert row["history"] == [said[step][1][place].label for step in range(STEPS)]
        assert row["was"] == said[0][1][place].label


def test_labels_groups_and_search_hold_together(run):
    steps, said = run
    outputs, verdicts = said[2]
    for labels, group, search in itertools.product(
        [(), ("supported",), ("supported", "contradicted")],
        [None, "old", "nobody"],
        ["", "paris", "QUESTION 1", "c7", "because 北京", "nowhere"],
    ):
        wanted = [
            case.id
            for case, output, verdict in zip(CASES, outputs, verdicts)
            if (not labels or verdict.label in labels)
            and group in (None, case.group)
            and any(
                search.lower() in text.lower()
                for text in (case.id, case.prompt, output, verdict.reason)
            )
        ]
        query = Query(step=2, labels=labels, group=group, search=search, sort="given", limit=100)
        page = case_page(steps, query)
        assert ids(page) == wanted
        assert page["found"] == len(wanted) and page["all"] == len(CASES)
        assert sum(page["labels"].values()) == len(CASES)  # of all cases, whatever is shown
        assert page["groups"] == ["new", "old"]


def test_worst_change_first(run):
    steps, said = run
    page = case_page(steps, Query(limit=100))
    keys = []
    for row in page["rows"]:
        place = int(row["id"][1:])
        now, then = said[STEPS - 1][1][place], said[0][1][place]
        if change(now, then):
            keys.append((RANK[now.label] - RANK[then.label], now.score - then.score))
        else:
            keys.append((9, 0))  # what cannot be compared comes last
    assert keys == sorted(keys) and keys[0][0] == -3 and keys[-1][0] == 9


def test_lowest_score_first(run):
    page = case_page(run[0], Query(sort="score", limit=100))
    scores = [9 if row["score"] is None else row["score"] for row in page["rows"]]
    assert scores == sorted(scores) and 9 in scores


def test_pages_make_up_the_whole(run):
    whole = ids(case_page(run[0], Query(limit=100)))
    pages = [case_page(run[0], Query(offset=offset, limit=7)) for offset in range(0, 70, 7)]
    assert [name for page in pages for name in ids(page)] == whole
    assert {page["found"] for page in pages} == {60}


def test_the_nearest_step_is_shown(run):
    assert case_page(run[0], Query(step=99))["step"] == STEPS - 1


@pytest.mark.parametrize(
    "bad",
    [
        {"against": "last"},
        {"change": "different"},
        {"sort": "id"},
        {"offset": -1},
        {"limit": 0},
        {"limit": 201},
    ],
    ids=str,
)
def test_a_question_that_makes_no_sense(bad):
    with pytest.raises(InvalidArgumentError, match="must be"):
        Query(**bad)


def test_cases_that_were_not_asked_at_every_step(tmp_path):
    verdicts = {
        "a": Verdict("supported", 1.0),
        "b": Verdict("contradicted", 0.0),
        "c": Verdict("abstained", None),
    }
    with EventWriter(tmp_path) as writer:
        for step, asked in enumerate(["ab", "bc", "abc"]):
            cases = [Case(f"prompt {name}", ("x",), id=name) for name in asked]
            found = [verdicts[name] for name in asked]
            writer.cases(cases, [f"{name}{step}" for name in asked], found, step)
    steps = CaseIndex(str(tmp_path)).steps()
    rows = case_page(steps, Query(sort="given"))["rows"]
    assert [row["history"] for row in rows] == [
        ["supported", "-", "supported"],
        ["contradicted", "contradicted", "contradicted"],
        ["-", "abstained", "abstained"],
    ]
    assert [row["change"] for row in rows] == ["same", "same", ""]
    assert [said["step"] for said in case_details(steps, "a", None)["history"]] == [0, 2]
    with pytest.raises(NotFoundError, match="'a' was not asked at step 1"):
        case_details(steps, "a", 1)


def test_details_are_whole_and_their_history_is_cut(tmp_path):
    source, output = "source " * 1000, "word 👍 " * 1000
    case = Case("prompt " * 1000, ("one", "two"), source, "group", "x")
    verdict = Verdict("unsupported", 0.25, ((0, 4, "unsupported"),), "r" * 1000)
    with EventWriter(tmp_path) as writer:
        writer.cases([case], [output], [verdict], 3)
    found = case_details(CaseIndex(str(tmp_path)).steps(), "x", 3)
    assert (found["prompt"], found["source"]) == (case.prompt, source)
    assert found["references"] == ["one", "two"]
    assert found["output"] == {
        "pieces": [["word", "other"], [output[4:], ""]],
        "before": 0,
        "after": 0,
    }
    assert (found["label"], found["score"], found["reason"]) == ("unsupported", 0.25, "r" * 1000)
    (said,) = found["history"]
    assert said["output"]["after"] == len(output) - 400
