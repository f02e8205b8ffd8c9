"""Does a file of finished text keep the groups of its cases, and give each rate by group?"""

import io
import json
import sys
import tracemalloc

import pytest
from scripted import LabelChecker

from keras_halluc import statistics
from keras_halluc.data import Case
from keras_halluc.grounding import CheckSummary
from keras_halluc.grounding import GroupRate
from keras_halluc.grounding import Verdict
from keras_halluc.grounding import check
from keras_halluc.grounding import rates_by_group
from keras_halluc.grounding.__main__ import main
from keras_halluc.ops.verdicts import VERDICT_RATES

LABELS = {
    "de": {"supported": 45, "unsupported": 3, "contradicted": 2, "unmeasured": 7},
    "fr": {"supported": 20, "abstained": 10, "contradicted": 20},
    "it": {"supported": 29},
    None: {"contradicted": 50},
}
# Of each rate: hits and cases of each group of at least 30.
COUNTS = {
    "hallucination_rate": {"de": (5, 50), "fr": (20, 50)},
    "abstention_rate": {"de": (0, 50), "fr": (10, 50)},
    "answer_accuracy": {"de": (45, 50), "fr": (20, 50)},
    "check_coverage": {"de": (50, 57), "fr": (50, 50)},
}
ITALIAN = {
    "hallucination_rate": 0,
    "abstention_rate": 0,
    "answer_accuracy": 29,
    "check_coverage": 29,
}


def rows():
    """Rows whose output is their label, the groups mixed."""
    found = [
        {"prompt": "?", "reference": "yes", "output": label}
        | ({} if group is None else {"group": group})
        for group, labels in LABELS.items()
        for label, count in labels.items()
        for _ in range(count)
    ]
    return [found[i * 7 % len(found)] for i in range(len(found))]


def run(cases, to=None, **kwargs):
    kwargs = {"checker": LabelChecker(), "batch_size": 16, "verbose": False, **kwargs}
    return check(cases, to=to, **kwargs)


def records(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_every_rate_of_every_group_by_hand():
    assert len(rows()) % 7 and len(rows()) == 186  # each is there once
    groups = run(rows()).groups
    assert list(groups) == list(VERDICT_RATES)
    for name, counts in COUNTS.items():
        assert list(groups[name]) == ["de", "fr", "it"]
        hits = sum(hit for hit, _ in counts.values()) + ITALIAN[name]
        total = sum(count for _, count in counts.values()) + 29
        for group, (hit, count) in counts.items():
            own = groups[name][group]
            assert (own.rate.value, own.rate.count, own.reason) == (hit / count, count, "")
            assert (own.rate.low, own.rate.high) == statistics.wilson_interval(hit, count, 0.95)
            found = own.difference.value, own.difference.low, own.difference.high
            others = hits - hit, total - count
            assert found == statistics.newcombe_interval(hit, count, *others, 0.95)
        assert groups[name]["it"] == GroupRate(
            "it", 29, 29, None, None, "29 cases, at least 30 needed"
        )
    assert groups["hallucination_rate"]["de"].total == 57


def test_the_file_keeps_the_group_and_the_rates_are_those_of_all_verdicts(tmp_path):
    to = tmp_path / "verdicts.jsonl"
    summary = run(rows(), to)
    lines = records(to)
    assert [line.get("group") for line in lines] == [row.get("group") for row in rows()]
    assert sum("group" in line for line in lines) == 136
    cases = [Case("?", ("yes",), group=line.get("group")) for line in lines]
    verdicts = [Verdict(line["label"], line["score"]) for line in lines]
    assert summary.groups == {name: rates_by_group(cases, verdicts, name) for name in VERDICT_RATES}


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("kept", [0, 1, 100, 186])
def test_a_run_that_goes_on_counts_the_groups_of_all_rows(tmp_path, kept, old):
    whole, to = tmp_path / "whole.jsonl", tmp_path / "verdicts.jsonl"
    expected = run(rows(), whole)
    lines = records(whole)
    begun = [
        {name: value for name, value in line.items() if name != "group" or not old}
        for line in lines[:kept]
    ]
    torn = [line[:60] for line in whole.read_bytes().splitlines()[kept:][:1]]
    to.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in begun) + b"".join(torn))
    assert run(rows(), to, resume=True) == expected
    assert records(to) == begun + lines[kept:]


def test_cases_whose_groups_have_changed_are_others(tmp_path):
    to = tmp_path / "verdicts.jsonl"
    run([{"prompt": "?", "output": "supported", "group": "de"}] * 2, to)
    content = to.read_bytes()
    for other in ({"group": "fr"}, {}):
        row = {"prompt": "?", "output": "supported", **other}
        with pytest.raises(ValueError, match="the id '0', the group is .* and not 'de'. Give"):
            run([row] * 2, to, resume=True)
    assert to.read_bytes() == content


def test_rows_that_cannot_be_read_belong_to_no_group():
    bad = {"prompt": "?", "group": "de", "output": 3}
    good = {"prompt": "?", "group": "de", "output": "supported"}
    summary = run([bad] * 5 + [good] * 30, on_error="skip")
    own = summary.groups["check_coverage"]["de"]
    assert (summary.skipped, own.count, own.total, own.rate.value) == (5, 30, 30, 1.0)


def test_without_groups_nothing_is_said_of_them(tmp_path):
    plain = [{"prompt": "?", "output": "supported"}] * 40
    to = tmp_path / "verdicts.jsonl"
    summary = run(plain, to)
    assert summary.groups == {name: {} for name in VERDICT_RATES}
    assert "group" not in str(summary) and b"group" not in to.read_bytes()
    assert str(CheckSummary(40, 0, summary.labels, summary.estimates)) == str(summary)


def test_only_counts_are_held():
    def peak(count):
        cases = ((Case("?" * 1000 + str(i), group="ab"[i % 2]), "supported") for i in range(count))
        tracemalloc.start()
        assert run(cases).groups["check_coverage"]["a"].count == count // 2
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(100)  # what is loaded once
    assert peak(4000) < peak(400) + 20_000


def test_what_is_printed():
    text = str(run(rows()))
    few = "  'it'  29 cases, at least 30 needed"
    assert text.count(few) == 4 and text.count(" by group, ") == 4
    pair = str(run([row for row in rows() if row.get("group") in ("de", "fr")]))
    value, low, high = statistics.newcombe_interval(5, 50, 20, 50, 0.95)
    assert (
        "hallucination_rate by group, and minus that of the other groups\n"
        "  'de'  0.100  [0.043, 0.214]  of 50  "
        f"{value:+.3f}  [{low:+.3f}, {high:+.3f}]  of 100\n"
        "  'fr'  0.400  [0.276, 0.538]  of 50  "
        f"{-value:+.3f}  [{-high:+.3f}, {-low:+.3f}]  of 100\n"
        "abstention_rate by group"
    ) in pair
    alone = str(run([row for row in rows() if row.get("group") == "de"]))
    assert "of 50  0 cases of other groups, at least 30 needed\n" in alone


def test_names_of_groups_are_shown_safely_and_not_without_end():
    names = ["a\nb", "\ud800\x1b[2J", "x" * 1000, *map(str, range(100, 199))]
    text = str(run([{"prompt": "?", "output": "supported", "group": name} for name in names]))
    assert r"'a\nb' " not in text  # not among the first fifty
    assert text.count("  and 52 more") == 4
    text = str(run([{"prompt": "?", "output": "supported", "group": name} for name in names[:3]]))
    assert r"  'a\nb' " in text and r"  '\ud800\x1b[2J' " in text
    assert "'xxx" in text and "x" * 40 not in text and "x...  " in text


def test_command_line_shows_groups_on_any_terminal(tmp_path, monkeypatch):
    texts = ["yes"] * 30 + ["no"] * 10
    lines = [
        {"prompt": "?", "reference": "yes", "output": text, "group": group}
        for group in ("de", "中文")
        for text in texts
    ]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    for encoding, name in (("utf-8", "'中文'"), ("cp1252", r"'\u4e2d\u6587'")):
        out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
        monkeypatch.setattr(sys, "stdout", out)
        main([str(source), str(tmp_path / f"{encoding}.jsonl"), "--checker", "answer"])
        out.flush()
        shown = out.buffer.getvalue().decode(encoding)
        assert f"  {name}  0.250  [0.142, 0.402]  of 40  +0.000  [" in shown
        assert shown.startswith("80 rows: 60 supported, 20 unsupported\n")
    assert [line["group"] for line in records(tmp_path / "utf-8.jsonl")] == ["de"] * 40 + [
        "中文"
    ] * 40
