"""Two runs case by case, all that is known of a case, and the export of what is shown."""

import csv
import io
import json

import pytest
from tab_site import Site
from tensorboard.errors import InvalidArgumentError

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.tensorboard import EventWriter
from keras_halluc.tensorboard_plugin.source_passages import source_passages

LABELS = ("supported", "unsupported", "contradicted", "abstained", "unmeasured")
SOURCE = "The bridge opened in 1932. It cost 6 million pounds. The mayor of Sydney spoke."
FIELDS = {"topic": "bridges", "page": 7, "made": 0.5, "odd": ["a"], "=f()": "=1+1"}


def pairs_of_labels():
    """A case for each pair of labels: ours and theirs."""
    return [(ours, theirs) for ours in LABELS for theirs in LABELS]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    cases = [
        Case(f"Q{i}", (f"a{i}", "b"), SOURCE, f"g{i % 2}", f"c{i}", fields=FIELDS)
        for i in range(26)
    ]
    ours, theirs = zip(*pairs_of_labels())
    for run, labels, step in [("a", ours, 0), ("a", ours, 3), ("b", theirs, 1), ("b", theirs, 2)]:
        verdicts = [
            Verdict(
                label, None if label == "unmeasured" else 0.5, ((4, 8, "word"),), f"why {label}"
            )
            for label in labels
        ]
        asked = cases[:25] if run == "a" else [*cases[:24], cases[25]]  # c24 in the first run only
        outputs = [f"=it {i} of {run} in 1933." + " more" * 200 for i in range(25)]
        with EventWriter(folder / run / "hallucination") as writer:
            writer.cases(asked, outputs, verdicts, step)
    return Site(folder)


def cases(site, **query):
    return site.json("/cases", part="a/hallucination", sort="given", limit=100, **query)


def test_which_run_is_right(site):
    wrong = ("unsupported", "contradicted")
    wanted = {"first": [], "second": [], "differ": []}
    for i, (ours, theirs) in enumerate(pairs_of_labels()[:24]):
        if ours == "supported" and theirs in wrong:
            wanted["first"].append(f"c{i}")
        if theirs == "supported" and ours in wrong:
            wanted["second"].append(f"c{i}")
        if "unmeasured" not in (ours, theirs) and ours != theirs:
            wanted["differ"].append(f"c{i}")
    page = cases(site, other="b/hallucination")
    assert page["pairs"] == {kind: len(names) for kind, names in wanted.items()}
    assert len(wanted["first"]) == 2 and len(wanted["differ"]) == 12
    for kind, names in wanted.items():
        found = cases(site, other="b/hallucination", pair=kind)
        assert [row["id"] for row in found["rows"]] == names
        assert found["pairs"] == page["pairs"] and found["found"] == len(names)
    row = page["rows"][1]
    assert (row["label"], row["other"]["label"]) == pairs_of_labels()[1]
    assert row["other"]["output"]["pieces"][0][0].startswith("=it ")
    assert page["rows"][24]["other"] is None  # the other run was not asked
    alone = cases(site)
    assert alone["pairs"] is None and alone["rows"][0]["other"] is None


def test_the_step_of_the_other_run(site):
    for query, step in [({}, 2), ({"step": 0}, 1), ({"other_step": 1}, 1), ({"other_step": 9}, 2)]:
        assert cases(site, other="b/hallucination", **query)["other_step"] == step
    with pytest.raises(InvalidArgumentError, match="pair must be one of"):
        site.get("/cases", part="a/hallucination", pair="third")


def test_details_have_fields_and_passages(site):
    found = site.json("/case", part="a/hallucination", id="c3")
    assert found["fields"] == [
        ["topic", "bridges"],
        ["page", "7"],
        ["made", "0.5"],
        ["odd", "['a']"],
        ["=f()", "=1+1"],
    ]
    (passage,) = found["passages"]
    assert passage["span"] == "3 of"
    assert "".join(text for text, _ in passage["passage"]) in SOURCE


def test_the_nearest_passage():
    output = "Long ago. The bridge cost 9 million pounds, they say. Zebras."
    start, end = output.index("9 million"), output.index(" pounds")
    last = output.index("Zebras")
    spans = [[start, end, "contradicted"], [last, last + 6, "x"], "none", [0, 99, "far", 1]]
    cost, zebras = source_passages(SOURCE, output, spans)
    assert cost["span"] == "9 million"
    assert cost["passage"] == [
        ["It ", ""],
        ["cost", "shared"],
        [" 6 ", ""],
        ["million", "shared"],
        [" ", ""],
        ["pounds", "shared"],
        [".", ""],
    ]
    assert zebras == {"span": "Zebras", "passage": []}  # no word of it is there
    assert source_passages("", output, spans) == source_passages(SOURCE, output, None) == []
    assert source_passages(SOURCE, "", [[0, 1, "x"]]) == []
    assert source_passages("...", "a b", [[0, 1, "x"]]) == [{"span": "a", "passage": []}]
    long = source_passages("word " * 5000, "word", [[0, 4, "x"]])[0]["passage"]
    assert sum(len(text) for text, _ in long) <= 600


def exported(site, kind, **query):
    response = site.get("/export", part="a/hallucination", kind=kind, **query)
    assert response.headers["Content-Disposition"].endswith(f".{kind}")
    return response.get_data(as_text=True)


def test_export_has_all_that_is_shown(site):
    query = {"other": "b/hallucination", "pair": "differ", "sort": "given", "limit": 1}
    lines = [json.loads(line) for line in exported(site, "jsonl", **query).splitlines()]
    shown = cases(site, other="b/hallucination", pair="differ")["rows"]
    assert [line["id"] for line in lines] == [row["id"] for row in shown]  # not one page alone
    first = lines[0]
    assert first["output"].startswith("=it ") and len(first["output"]) > 1000  # whole
    assert first["fields"] == {**FIELDS, "odd": "['a']"}
    assert (first["run"], first["epoch"], first["other_run"], first["other_epoch"]) == (
        "a",
        3,
        "b",
        2,
    )
    assert first["references"] == ["a1", "b"] and first["spans"] == [[4, 8, "word"]]
    rows = list(csv.DictReader(io.StringIO(exported(site, "csv", **query), newline="")))
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert rows[0]["output"] == "'" + first["output"]  # no spreadsheet takes it for a formula
    assert rows[0]["fields.page"] == "7" and json.loads(rows[0]["references"]) == ["a1", "b"]
    assert rows[0]["other_label"] == first["other_label"]
    alone = json.loads(exported(site, "jsonl", search="c24 ", label="unmeasured") or "{}")
    assert alone == {}
    nothing = exported(site, "csv", search="nowhere")
    assert nothing == ""
    with pytest.raises(InvalidArgumentError, match="kind must be one of"):
        site.get("/export", part="a/hallucination", kind="xml")
