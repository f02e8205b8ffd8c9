"""Do the steps of CONTRIBUTING.md lead to a class that passes, and is a step left out named?

The steps and the table are read from the page; each is done in a copy of the tree, and the tests
of the last step are run there.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import test_floors
import toys

ROOT = pathlib.Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
COPIED = ("keras_halluc", "tests", "docs", "tools")
FILES = (
    "conftest.py",
    "setup.cfg",
    "pyproject.toml",
    "mkdocs.yml",
    "CITATION.cff",
    "README.md",
    "README.zh.md",
)
QUOTED = re.compile(r"`([^`]+)`")
KINDS = ("metric", "layer", "objective", "checker", "monitor", "generator", "schedule")


def section(title):
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def table(text):
    """Rows of the first table, each a dict by the heads of its columns."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, row, strict=True)) for row in rows]


STEPS = dict(re.findall(r"^(\d)\. (.+(?:\n   .+)*)", section("Add a class"), re.MULTILINE))
ROWS = {row["kind"]: row for row in table(section("Add a class"))}


def quoted(text):
    """What stands in backticks in a step, with the row of a kind filled in."""
    return QUOTED.findall(text)


def filled(text, kind):
    """A step for a kind: `<file>` and the like are what stands in its row."""
    row, name = ROWS[kind], toys.TOYS[kind].name
    file = quoted(row["file"])[0]
    values = {
        "file": file,
        "folder": file.partition("/")[0],
        "contracts": quoted(row["contracts"])[0],
        "kind": kind,
        "Name": name,
        "name": re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(),
    }
    for key in (*values, "name"):  # a file has a `<name>` of its own
        text = text.replace(f"<{key}>", values[key])
    return text


def insert(path, after, text):
    """Puts a text behind the first match of a pattern in a file."""
    old = path.read_text(encoding="utf-8")
    found = re.search(after, old, re.MULTILINE | re.DOTALL)
    assert found, f"{path} has no place for {text!r}: nothing matches {after!r}"
    path.write_text(old[: found.end()] + text + old[found.end() :], encoding="utf-8")


def do_step(number, kind, root):
    """Does one step of the page in the tree at `root`."""
    toy = toys.TOYS[kind]
    step = filled(STEPS[number], kind)
    paths = [part for part in quoted(step) if "/" in part or part.endswith(".md")]
    if number == "1":
        path = root / paths[0]
        assert path.parent.is_dir() and not path.exists()
        for word in quoted(ROWS[kind]["define"]):  # the toy is what the table says
            assert re.search(rf"\b{word}\b", toy.source) or word == "get_config", word
        path.write_text(toy.source, encoding="utf-8")
    elif number == "2":
        module = filled(quoted(ROWS[kind]["file"])[0], kind).removesuffix(".py").replace("/", ".")
        path = root / paths[0]
        text = path.read_text(encoding="utf-8")
        before, names, rest = re.split(r"(__all__ = \[.*?\])", text, maxsplit=1, flags=re.DOTALL)
        listed = sorted([*re.findall(r'"(\w+)"', names), toy.name])
        line = f"from keras_halluc.{module} import {toy.name}\n"
        path.write_text(f"{before}{line}\n__all__ = {listed}{rest}", encoding="utf-8")
    elif number == "3":
        function, path = quoted(step)[:2]
        insert(root / path, rf"^def {function}\(.*?\n    return \[", f"\n        {toy.entry},")
    elif number == "4":
        name, path = quoted(step)[:2]
        folder = filled("<folder>", kind)
        insert(root / path, rf'^{name} = .*?\n    "{folder}": \[', f'\n        "{toy.name}",')
    elif number == "5":
        insert(root / paths[0], r"^### Added\n", f"- `{toy.name}`.\n")
        named = [part for part in quoted(ROWS[kind]["also"]) if "/" in part]
        assert set(named) == set(toy.also), "the last column asks for something else"
        places = {
            "docs/limits.md": r"^## Checkers\n.*?\n\|---[|-]*\n",
            "docs/which_metric.md": r"^## The keys in `logs`\n.*?\n\|---[|-]*\n",
            "keras_halluc/tensorboard/directions.py": r"^BETTER = \{\n",
        }
        for path, line in toy.also.items():
            insert(root / path, places[path], f"{line}\n")


def follow(kinds, root, without=None):
    """Follows all steps but one for each kind in a copy of the tree; returns the last commands."""
    for name in COPIED:
        skipped = shutil.ignore_patterns("__pycache__", "test_contributing.py", "toys.py")
        shutil.copytree(ROOT / name, root / name, ignore=skipped)
    for name in (*FILES, "CHANGELOG.md"):
        shutil.copy(ROOT / name, root / name)
    *doing, last = STEPS
    for kind in kinds:
        for number in doing:
            if number != without:
                do_step(number, kind, root)
    commands = [quoted(filled(STEPS[last], kind))[0].split() for kind in kinds]
    assert all(command[:3] == ["python", "-m", "pytest"] for command in commands)
    return list(dict.fromkeys(path for command in commands for path in command[3:]))


def run(paths, root, expression):
    """The tests of those paths that match, in a process of their own: `(exit code, output)`."""
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header", *paths, "-k", expression],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTEST_XDIST_WORKER": ""},
        capture_output=True,
        text=True,
    )
    return found.returncode, found.stdout + found.stderr


# The tests that see whether something is missing.
LISTS = "has_a_contract or offers_exactly or direction or explained or has_its_limits or floors"
NOT_DONE = {  # what is said to someone who leaves out a step
    "2": "module 'keras_halluc.metrics' has no attribute 'ToyRate'",
    "3": "`kh.metrics.ToyRate` has no contract: add one to `metric_contracts` in tests/contracts",
    "4": '`kh.metrics.ToyRate` is new: add it to "metrics" of PUBLIC in tests/test_public_api.py',
    "5": "`kh.metrics.ToyRate` is new: add a line to CHANGELOG.md",
}
ALSO_NOT_DONE = (
    "Which end of `toy_weight` is good? Add it to BETTER in keras_halluc/tensorboard/directions.py",
    "Explain `toy_weight` in the table",
    "Say in docs/limits.md where ToyChecker fails",
)


def test_there_are_at_most_six_steps_for_each_kind():
    assert list(STEPS) == [str(i + 1) for i in range(len(STEPS))] and 1 < len(STEPS) <= 6
    assert tuple(ROWS) == KINDS == tuple(toys.TOYS)


def test_the_floors_are_those_of_the_page():
    rows = table(section("Where things are"))
    assert [row["floor"] for row in rows] == [str(i) for i in range(len(test_floors.FLOORS))]
    for row, names in list(zip(rows, test_floors.FLOORS))[1:]:
        listed = {word.strip("/") for part in quoted(row["folders"]) for word in part.split()}
        there = {name for name in names if (ROOT / "keras_halluc" / name).exists()}
        assert there <= listed, f"floor {row['floor']} of CONTRIBUTING.md lacks {there - listed}"
    folders = {path.name for path in (ROOT / "keras_halluc" / "callbacks").iterdir()}
    described = set(quoted(section("Where things are").partition("Inside `callbacks/`:")[2]))
    folders = {f"{name}/" for name in folders if "." not in name and not name.startswith("_")}
    assert folders <= described, f"CONTRIBUTING.md lacks {folders - described}"


@pytest.mark.slow
def test_a_metric(tmp_path):
    tests = "ToyRate or has_a_contract or offers_exactly"
    code, output = run(follow(["metric"], tmp_path), tmp_path, tests)
    assert code == 0, output


@pytest.mark.slow
def test_every_kind(tmp_path):
    names = " or ".join(toy.name for toy in toys.TOYS.values())
    code, output = run(follow(KINDS, tmp_path), tmp_path, f"{names} or ({LISTS})")
    assert code == 0, output
    assert int(re.search(r"(\d+) passed", output)[1]) > 40


@pytest.mark.slow
@pytest.mark.parametrize("without", NOT_DONE)
def test_a_step_left_out_is_named(without, tmp_path):
    code, output = run(follow(KINDS, tmp_path, without=without), tmp_path, LISTS)
    assert code != 0, output
    sentences = [NOT_DONE[without]]
    for kind, toy in toys.TOYS.items():
        folder = filled("<folder>", kind)
        sentence = NOT_DONE[without].replace("metric_", f"{kind}_").replace("ToyRate", toy.name)
        sentence = sentence.replace("metrics", folder)
        if without == "3":
            sentence = sentence.partition("tests/")[0] + quoted(ROWS[kind]["contracts"])[0]
        sentences.append(sentence)
    missing = [s for s in (*sentences, *ALSO_NOT_DONE * (without == "5")) if s not in output]
    assert missing == [], output
