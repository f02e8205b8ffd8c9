"""Are cases kept in a file that anybody can read, and what is no case refused?"""

import json
import math

import pytest

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.tensorboard import EventWriter
from keras_halluc.tensorboard.directions import BETTER
from keras_halluc.tensorboard.directions import better

CASES = [Case("one?", ("1",), "a source", "numbers", "x"), Case("two?", ("2", "zwei"))]
VERDICTS = [
    Verdict("contradicted", 0.25, ((0, 3, "contradicted"),), "no reference says so"),
    Verdict("unmeasured", None, (), ""),
]


def lines(folder):
    (path,) = folder.glob("cases.*.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def test_the_file_says_it_all(tmp_path, read_run):
    with EventWriter(tmp_path) as writer:
        writer.cases(CASES, ["two", "zw\ud83dei\n"], VERDICTS, step=3)
        writer.cases(CASES[:1], ["three"], VERDICTS[:1], step=4)
        writer.progress(4, epochs=4, ended=True)
    told, one, two, head, first, second, head_4, third = lines(tmp_path)
    sizes = [line.pop("bytes") for line in (told, head, head_4)]
    assert told == {"ids": ["x", "1"], "groups": ["numbers", None]}
    assert one == {"prompt": "one?", "references": ["1"], "source": "a source"}
    assert two == {"prompt": "two?", "references": ["2", "zwei"], "source": None}
    assert head == {
        "ids": ["x", "1"],
        "step": 3,
        "labels": ["contradicted", "unmeasured"],
        "scores": [0.25, None],
    }
    assert first == {
        "output": "two",
        "spans": [[0, 3, "contradicted"]],
        "reason": "no reference says so",
    }
    assert second == {"output": "zw\ud83dei\n", "spans": [], "reason": ""}
    assert (head_4["step"], head_4["ids"], third["output"]) == (4, ["x"], "three")
    (path,) = tmp_path.glob("cases.*.jsonl")
    raw = path.read_bytes().splitlines(keepends=True)
    assert sizes == [[len(raw[i]) for i in places] for places in ([1, 2], [4, 5], [7])]
    run = read_run(tmp_path)
    assert run.tags("hallucination") == ["hallucination__cases__", "hallucination__progress__"]
    assert run.steps("hallucination__cases__") == [3, 4]
    (progress,) = run.values("hallucination__progress__")
    assert json.loads(progress.item()) == {"epochs": 4, "ended": True}


def test_all_can_be_read_before_the_writer_is_closed(tmp_path):
    writer = EventWriter(tmp_path, flush_seconds=1000.0)
    writer.cases(CASES, ["a", "b"], [VERDICTS[1]] * 2, step=0)
    assert len(lines(tmp_path)) == 6
    writer.close()
    writer.close()


def test_each_fit_has_a_file(tmp_path):
    writer = EventWriter(tmp_path)
    for step in range(2):
        writer.cases(CASES, ["a", "b"], [VERDICTS[1]] * 2, step)
        writer.close()
    assert len(list(tmp_path.glob("cases.*.jsonl"))) == 2


def test_a_case_is_told_again_when_it_changed(tmp_path):
    with EventWriter(tmp_path) as writer:
        for prompt in ("old", "old", "new"):
            writer.cases([Case(prompt, ("a",))], ["a"], [VERDICTS[1]], 0)
    assert [line["prompt"] for line in lines(tmp_path) if "prompt" in line] == ["old", "new"]


class Unshown:
    def __str__(self):
        raise RuntimeError


def test_fields_are_kept_and_told_again_when_they_changed(tmp_path):
    given = {
        "year": 1945,
        "open": True,
        "big": 10**400,
        "size": 0.5,
        "bad": Unshown(),
        "half": "\ud83d",
    }
    with EventWriter(tmp_path) as writer:
        for fields in ({}, given, given, {"year": 1946}):
            writer.cases([Case("a", ("b",), fields=fields)], ["a"], [VERDICTS[1]], 0)
    told = [line.get("fields") for line in lines(tmp_path) if "prompt" in line]
    kept = {**given, "big": str(10**400), "bad": "a Unshown that cannot be shown (RuntimeError)"}
    assert told == [None, kept, {"year": 1946}]


@pytest.mark.parametrize("length, kept", [(2**18, 2**18), (2**18 + 5, 2**18)])
def test_a_text_without_end_is_cut(tmp_path, length, kept):
    text = "x" * length
    verdict = Verdict("supported", 1.0, ((length - 1, length, "unsupported"),))
    with EventWriter(tmp_path) as writer:
        writer.cases([Case(text, (text,), text)], [text], [verdict], 0)
    _, case, _, answer = lines(tmp_path)
    for found in (case["prompt"], *case["references"], case["source"], answer["output"]):
        assert found[:kept] == text[:kept]
        assert found[kept:] == ("" if length == kept else "… [5 more characters were not kept]")


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"outputs": ["a"]}, ValueError, "same length"),
        ({"verdicts": VERDICTS[:1]}, ValueError, "same length"),
        ({"outputs": "ab"}, TypeError, "`outputs` must be a list of str"),
        ({"outputs": ["a", None]}, TypeError, "`outputs` must hold str only"),
        ({"cases": ["one?", "two?"]}, TypeError, "must hold Case objects"),
        ({"cases": [CASES[0], CASES[0]]}, ValueError, "must have different ids"),
        ({"cases": [Case("a", id="1"), Case("b")]}, ValueError, "Received: id='1' twice"),
        ({"verdicts": ["supported"] * 2}, TypeError, "must hold Verdict objects"),
        ({"verdicts": [Verdict("right")] * 2}, ValueError, "`verdict.label` must be one of"),
        ({"verdicts": [Verdict("supported", 1.5)] * 2}, ValueError, "`verdict.score` must be <= 1"),
        ({"verdicts": [Verdict("supported", math.nan)] * 2}, ValueError, "must be finite"),
        (
            {"verdicts": [Verdict("supported", 1.0, ((0, 9, "unsupported"),))] * 2},
            ValueError,
            "`spans` must lie in the text",
        ),
        ({"step": -1}, ValueError, "`step` must be an integer >= 0"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_is_written(tmp_path, change, error, message):
    given = {"cases": CASES, "outputs": ["abc", "b"], "verdicts": VERDICTS, "step": 0} | change
    with EventWriter(tmp_path / "run") as writer:
        with pytest.raises(error, match=message):
            writer.cases(**given)
    assert not (tmp_path / "run").exists()


def test_progress_must_be_whole_epochs(tmp_path):
    with EventWriter(tmp_path) as writer:
        with pytest.raises(TypeError, match="`epochs` must be an integer"):
            writer.progress(0, epochs=1.5)


@pytest.mark.parametrize("tag", ["hallucination__cases__", "hallucination__progress__"])
def test_the_tags_of_the_tab_are_taken(tmp_path, tag):
    with EventWriter(tmp_path) as writer:
        with pytest.raises(ValueError, match="must not be the name of the layout or of the tab"):
            writer.scalar(tag, 1.0, 0)


@pytest.mark.parametrize(
    "tag, end",
    [
        ("forgetting", "lower"),
        ("law_val_answer_accuracy", "higher"),
        ("known_fit", "higher"),
        ("val_auroc", "higher"),
        ("val_aurc", "lower"),
        ("semantic_entropy", ""),  # no callback writes it
        ("unknown_fit", ""),
        ("a_unknown_fit", ""),
        ("loss", ""),
        ("val_hallucination_rate/low", ""),
    ],
)
def test_better(tag, end):
    assert better(tag) == end


def test_the_good_end_is_that_of_the_metric():
    """Without Keras the writer cannot ask them, so both are written down."""
    metrics = pytest.importorskip("keras_halluc.metrics")
    found = set()
    for name in metrics.__all__:
        metric = getattr(metrics, name)
        key = "val_" + "".join("_" + c.lower() if c.isupper() else c for c in name).strip("_")
        key = key if key in BETTER else key.removeprefix("val_")
        if key in BETTER and BETTER[key]:
            higher = metric.higher_is_better
            assert BETTER[key] == ("higher" if higher else "lower"), name
            found.add(key)
    assert {"val_hallucination_rate", "val_answer_accuracy", "expected_calibration_error"} <= found
