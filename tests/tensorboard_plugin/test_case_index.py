"""Is every output read back as it was written, while the file grows, and whatever is in it?"""

import json
import random

import hypothesis
import pytest
from hypothesis import strategies as st
from tab_runs import make_answers
from tab_runs import make_cases
from tab_runs import write_run

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.tensorboard import EventWriter
from keras_halluc.tensorboard_plugin import case_file
from keras_halluc.tensorboard_plugin.case_file import CaseFile
from keras_halluc.tensorboard_plugin.case_file import read_head
from keras_halluc.tensorboard_plugin.case_index import CaseIndex
from keras_halluc.tensorboard_plugin.case_index import CaseIndexes

HEAD = {"ids": ["a"], "step": 0, "labels": ["supported"], "scores": [1.0], "bytes": [3]}


def the_file(folder):
    (path,) = folder.glob("cases.*.jsonl")
    return path


def test_all_is_read_back(tmp_path):
    cases = make_cases(9)
    said = write_run(tmp_path, cases, steps=3)
    steps = CaseIndex(str(tmp_path)).steps()
    assert list(steps) == [0, 1, 2]
    for step, (outputs, verdicts) in said.items():
        block = steps[step]
        assert block.ids == [case.id for case in cases]
        assert block.labels == [verdict.label for verdict in verdicts]
        assert block.scores == [verdict.score for verdict in verdicts]
        rows = [7, 0, 8]
        for row, case, answer in zip(rows, block.cases(rows), block.answers(rows)):
            spans = [list(span) for span in verdicts[row].spans]
            assert answer == {
                "output": outputs[row],
                "spans": spans,
                "reason": verdicts[row].reason,
            }
            assert case == {
                "prompt": cases[row].prompt,
                "references": list(cases[row].references),
                "source": None,
            }
            assert block.file.groups.get(cases[row].id) == cases[row].group


def test_a_file_that_grows_byte_by_byte(tmp_path):
    write_run(tmp_path / "whole", make_cases(2), steps=2)
    content = the_file(tmp_path / "whole").read_bytes()
    ends = [content.index(b"\n", content.index(b'"step": %d' % step)) for step in (0, 1)]
    growing = tmp_path / "cases.1.jsonl"
    growing.write_bytes(b"")
    index = CaseIndex(str(tmp_path))
    seen = []
    with open(growing, "ab", buffering=0) as stream:
        for i in range(len(content)):
            stream.write(content[i : i + 1])
            seen.append(len(index.steps()))
    assert seen == sorted(seen) and seen[-1] == 2
    assert seen.index(1) > ends[0] and seen.index(2) == len(content) - 1
    assert index.steps()[1].answers([0, 1]) == CaseIndex(str(tmp_path / "whole")).steps()[
        1
    ].answers([0, 1])


def test_of_a_step_written_twice_the_later_counts(tmp_path):
    cases, verdict = [Case("q", ("a",), id="x")], Verdict("supported", 1.0)
    index = CaseIndex(str(tmp_path))

    def outputs():
        return {step: block.answers([0])[0]["output"] for step, block in index.steps().items()}

    first, second = EventWriter(tmp_path), EventWriter(tmp_path)
    first.cases(cases, ["first 0"], [verdict], 0)
    first.cases(cases, ["first 1"], [verdict], 1)
    assert outputs() == {0: "first 0", 1: "first 1"}
    second.cases(cases, ["second 1"], [verdict], 1)
    assert outputs() == {0: "first 0", 1: "second 1"}
    first.cases(cases, ["late 1"], [verdict], 1)  # a file that is older, whenever it is written to
    first.cases(cases, ["late 0"], [verdict], 0)
    assert outputs() == {0: "late 0", 1: "second 1"}
    first.close()
    second.close()


def test_a_case_that_changed_is_shown_as_it_was_in_each_fit(tmp_path):
    verdict = Verdict("supported", 1.0)
    for step, prompt in enumerate(["old", "new"]):
        with EventWriter(tmp_path) as writer:
            writer.cases([Case(prompt, ("a",))], ["a"], [verdict], step)
    steps = CaseIndex(str(tmp_path)).steps()
    assert [block.cases([0])[0]["prompt"] for block in steps.values()] == ["old", "new"]


def test_a_folder_that_was_written_anew(tmp_path):
    write_run(tmp_path, make_cases(3), steps=4)
    index = CaseIndex(str(tmp_path))
    assert len(index.steps()) == 4
    the_file(tmp_path).unlink()
    assert index.steps() == {}
    write_run(tmp_path, make_cases(3), steps=2, seed=1)
    assert len(index.steps()) == 2
    path = the_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    assert list(index.steps()) == [0]


def test_other_files_and_folders_are_left_alone(tmp_path):
    write_run(tmp_path / "a[1]", make_cases(1), steps=1)
    (tmp_path / "a[1]" / "cases.folder.jsonl").mkdir()
    (tmp_path / "a[1]" / "cases.txt").write_text(json.dumps(HEAD) + "\n{}\n")
    assert len(CaseIndex(str(tmp_path / "a[1]")).steps()) == 1
    assert CaseIndex(str(tmp_path / "absent")).steps() == {}


@pytest.mark.parametrize(
    "change",
    [
        {"ids": "a"},
        {"ids": [1]},
        {"ids": ["a", "b"]},
        {"labels": [None]},
        {"labels": []},
        {"scores": ["1"]},
        {"scores": None},
        {"bytes": [-1]},
        {"bytes": ["3"]},
        {"step": "0"},
        {"step": None},
        {"step": True},
        {"step": 2**53},
        {"step": 10**4000},
        {"bytes": [True]},
        {"scores": [True]},
        {"scores": [float("inf")]},
        {"scores": [float("nan")]},
    ],
    ids=str,
)
def test_a_head_must_be_whole(change):
    assert read_head(json.dumps(HEAD).encode()) == HEAD
    assert read_head(json.dumps(HEAD | change).encode()) is None


@hypothesis.given(st.lists(st.binary(max_size=40), max_size=4), st.integers(0, 2**32))
def test_whatever_else_stands_in_the_file_is_passed_over(tmp_path_factory, garbage, seed):
    folder = tmp_path_factory.mktemp("run")
    said = write_run(folder, make_cases(2), steps=2, seed=seed)
    lines = the_file(folder).read_bytes().splitlines(keepends=True)
    blocks = [b"".join(lines[i : i + 3]) for i in range(0, len(lines), 3)]  # a head and two lines
    rng = random.Random(seed)
    for text in garbage:
        line = text.replace(b"\n", b" ") + b"\n"
        hypothesis.assume(read_head(line) is None)
        blocks.insert(rng.randrange(len(blocks) + 1), line)
    path = folder / "cases.jsonl"
    path.write_bytes(b"".join(blocks))
    found = CaseFile(str(path)).scan()
    assert [block.step for block in found] == [0, 1]
    for block in found:
        assert [answer["output"] for answer in block.answers([0, 1])] == said[block.step][0]


def test_a_broken_line_is_an_empty_one(tmp_path):
    path = tmp_path / "cases.1.jsonl"
    path.write_text(json.dumps(HEAD) + "\nno\n")
    (block,) = CaseFile(str(path)).scan()
    assert block.answers([0]) == [{}]
    assert block.cases([0]) == [{}]


HOSTILE_LINES = {
    "deep": b"[" * 100_000,
    "deep objects": b'{"ids":' * 100_000,
    "deep and whole": b'{"ids": ' + b"[" * 900 + b"]" * 900 + b"}",
    "digits": b'{"step": ' + b"9" * 100_000 + b"}",
    "no text": b"\xff\xfe\x00",
    "a surrogate": b'{"ids": ["\\ud800"]}',
    "a list": b"[1, 2]",
}


@pytest.mark.parametrize("line", HOSTILE_LINES.values(), ids=HOSTILE_LINES)
def test_a_hostile_line_is_passed_over(tmp_path, line):
    path = tmp_path / "cases.1.jsonl"
    block = json.dumps(HEAD | {"bytes": [len(line) + 1]}).encode() + b"\n" + line + b"\n"
    path.write_bytes(line + b"\n" + block + line + b"\n" + block)
    found = CaseFile(str(path)).scan()
    assert [one.step for one in found] == [0, 0]
    assert [type(one.answers([0])[0]) for one in found] == [dict, dict]


@pytest.fixture
def bytes_read(monkeypatch):
    """How much is read of each file, in a list of one."""
    count = [0]

    class Counting:
        def __init__(self, *args):
            self.file = open(*args)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.file.close()

        def seek(self, *place):
            return self.file.seek(*place)

        def read(self, size):
            found = self.file.read(size)
            count[0] += len(found)
            return found

    monkeypatch.setattr(case_file, "open", Counting, raising=False)
    return count


def test_a_line_without_an_end_is_read_once(tmp_path, bytes_read):
    path = tmp_path / "cases.1.jsonl"
    path.write_bytes(b"x" * 3_000_000)
    file = CaseFile(str(path))
    for _ in range(9):
        assert file.scan() == []
    assert bytes_read[0] <= 3_000_000
    with open(path, "ab") as stream:
        stream.write(b"y\n" + json.dumps(HEAD).encode() + b"\n{}\n")
    (block,) = file.scan()
    assert block.answers([0]) == [{}] and bytes_read[0] < 10_000_000


def test_a_head_is_read_once_while_its_lines_are_on_their_way(tmp_path, monkeypatch):
    heads = []
    monkeypatch.setattr(case_file, "read_head", lambda line: heads.append(line) or read_head(line))
    path = tmp_path / "cases.1.jsonl"
    path.write_bytes(json.dumps(HEAD | {"bytes": [10**6]}).encode() + b"\n")
    file = CaseFile(str(path))
    for _ in range(5):
        assert file.scan() == []
    assert len(heads) == 1
    with open(path, "ab") as stream:
        stream.write(b" " * 10**6 + json.dumps(HEAD).encode() + b"\n{}\n")
    assert len(file.scan()) == 2 and len(heads) == 2


def test_a_line_longer_than_any_of_ours_is_passed_over_unread(tmp_path, monkeypatch, bytes_read):
    path = tmp_path / "cases.1.jsonl"
    path.write_bytes(json.dumps(HEAD | {"ids": ["a" * 200]}).encode() + b"\n{}\n")
    monkeypatch.setattr(case_file, "LONGEST_LINE", 100)
    assert CaseFile(str(path)).scan() == []
    path.write_bytes(json.dumps(HEAD | {"bytes": [1000]}).encode() + b"\n" + b" " * 1000)
    (block,) = CaseFile(str(path)).scan()
    bytes_read[0] = 0
    assert block.answers([0]) == [{}] and bytes_read[0] == 0


def test_what_no_address_can_hold_is_escaped():
    head = read_head(json.dumps(HEAD | {"ids": ["é\ud800"], "labels": ["\udfff"]}).encode())
    assert head["ids"] == ["é\\ud800"] and head["labels"] == ["\\udfff"]
    head = {"ids": ["a", "b"], "groups": [None, "\ud800"], "bytes": [1, 1]}
    assert read_head(json.dumps(head).encode())["groups"] == [None, "\\ud800"]


def test_few_indexes_are_kept(monkeypatch):
    monkeypatch.setattr("keras_halluc.tensorboard_plugin.case_index.KEPT_RUNS", 2)
    indexes = CaseIndexes(lambda run: f"/{run}")
    first = indexes.of("a")
    assert first.folder == "/a" and indexes.of("a") is first
    indexes.of("b")
    assert indexes.of("a") is first
    indexes.of("c")
    assert indexes.of("a") is first  # `b` was looked at longest ago


def test_ten_thousand_answers_take_few_objects(tmp_path):
    """The ids of steps that asked the same cases are one list."""
    cases = make_cases(100)
    with EventWriter(tmp_path) as writer:
        for step in range(100):
            writer.cases(cases, *make_answers(random.Random(step), 100), step)
    steps = CaseIndex(str(tmp_path)).steps()
    assert len({id(block.ids) for block in steps.values()}) == 1
