"""Does every file keep to the rules of the house? Read as text; nothing is imported."""

import ast
import functools
import pathlib

import pytest

ROOT = pathlib.Path(__file__).parents[1] / "keras_halluc"
FLOORS = (
    (
        "_types",
        "_require",
        "_register",
        "_progress",
        "_preprocessing",
        "_compiled_apart",
        "_deprecate",
        "_token_rows",
        "_distribution",
        "_processes",
        "_parse_json",
    ),
    ("ops", "text"),
    ("statistics", "internals"),
    ("metrics", "losses", "layers", "schedules", "generation", "grounding", "tensorboard"),
    ("data", "evaluation", "objectives", "presets"),
    ("models", "callbacks"),
    ("reports",),
    ("__main__",),
)
ASIDE = ("testing", "tensorboard_plugin")  # may import from any floor; nothing imports them
FLOOR_OF = {name: floor for floor, names in enumerate(FLOORS) for name in names}
BACKENDS = ("tensorflow", "jax", "torch")
BACKEND_FILES = ("ops/gradients.py", "_distribution.py", "_processes.py")
LONGEST = 300


def imported(nodes):
    """Each imported name with its dots, wherever it stands: `(line, "package.module.name")`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, "." * node.level + (node.module or "") + "." + alias.name
        elif isinstance(node, ast.Call):  # import_module("x"), __import__("x")
            function = node.func
            name = getattr(function, "attr", getattr(function, "id", ""))
            first = node.args[0] if node.args else None
            if name in ("import_module", "__import__") and isinstance(first, ast.Constant):
                yield node.lineno, str(first.value)


@functools.cache
def parsed(source):
    """The tree of a file and all nodes in it."""
    tree = ast.parse(source)
    return tree, list(ast.walk(tree))


def problems(path, source):
    """What is wrong in the file at `path`, relative to the package: a list of str."""
    tree, nodes = parsed(source)
    found = []
    if ast.get_docstring(tree) is None:
        found.append("has no docstring")
    lines = source.count("\n") + (not source.endswith("\n"))
    if lines > LONGEST:
        found.append(f"has {lines} lines, more than {LONGEST}")
    found += [f"line {node.lineno}: assert" for node in nodes if isinstance(node, ast.Assert)]
    own = path.split("/")[0].removesuffix(".py")
    if own == "testing":  # its checks raise AssertionError by promise
        found = [problem for problem in found if not problem.endswith("assert")]
    for line, name in imported(nodes):
        first, _, rest = name.partition(".")
        if name.startswith("."):
            found.append(f"line {line}: relative import {name}")
        elif f"{name}.".startswith("keras.src.") or ".src." in f".{name}.":
            found.append(f"line {line}: private {name}")
        elif first in BACKENDS and path not in BACKEND_FILES:
            found.append(f"line {line}: backend {name}")
        elif first == "keras_halluc" and own not in ASIDE:
            found += [f"line {line}: {why}" for why in _climbs(own, rest.split(".")[0])]
    return found


def _climbs(own, other):
    if own == "__init__" or other == own:
        return []
    if other not in FLOOR_OF:
        return [f"imports {other or 'the whole package'}, which is on no floor"]
    if own not in FLOOR_OF:
        return [f"{own} is on no floor"]
    if FLOOR_OF[other] >= FLOOR_OF[own]:
        return [f"imports {other} (floor {FLOOR_OF[other]}) from floor {FLOOR_OF[own]}"]
    return []


def cycles(sources):
    """Import cycles among files, `sources` by path: a list of `"a.py -> b.py -> a.py"`.

    Every import counts: in a function and for a type checker too.
    """
    graph = {path: _files_imported(sources[path], sources) for path in sorted(sources)}
    found, done = [], set()

    def follow(path, way):
        if path in way:
            found.append(" -> ".join([*way[way.index(path) :], path]))
        elif path not in done:
            for other in graph[path]:
                follow(other, [*way, path])
            done.add(path)

    for path in graph:
        follow(path, [])
    return found


def _files_imported(source, paths):
    found = set()
    for _, name in imported(parsed(source)[1]):
        module = name.removeprefix("keras_halluc.").replace(".", "/")
        if name.startswith("keras_halluc."):
            owner = module.rpartition("/")[0]
            tried = (f"{m}{end}" for m in (module, owner) for end in (".py", "/__init__.py"))
            found.add(next((path for path in tried if path in paths), None))
    return sorted(found - {None})


@functools.cache
def sources():
    """The text of each file of the package, by path."""
    paths = sorted(ROOT.rglob("*.py"))
    return {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in paths}


def test_files():
    found = {path: problems(path, source) for path, source in sources().items()}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_no_file_imports_itself_in_a_roundabout_way():
    assert cycles(sources()) == []


def test_every_folder_is_on_a_floor():
    folders = {path.split("/")[0].removesuffix(".py") for path in sources()}
    lost = sorted(folders - {"__init__"} - set(FLOOR_OF) - set(ASIDE))
    assert [
        f"{name} is on no floor: add it to FLOORS in tests/test_floors.py" for name in lost
    ] == []
    assert len(sources()) > 50  # the folder was found


@pytest.mark.parametrize(
    "path, source, problem",
    [
        ("ops/a.py", "import numpy", "has no docstring"),
        ("ops/a.py", '"""A."""\n' + "\n" * 299, "has 301 lines"),
        ("ops/a.py", '"""A."""\ndef f(x):\n    assert x', "line 3: assert"),
        ("ops/a.py", '"""A."""\nfrom keras_halluc.metrics import Perplexity', "imports metrics"),
        ("ops/a.py", '"""A."""\nfrom keras_halluc.text import tokenize', "imports text (floor 1)"),
        ("metrics/a.py", '"""A."""\nimport keras_halluc.grounding', "imports grounding (floor 3)"),
        ("data/a.py", '"""A."""\nfrom keras_halluc import callbacks', "imports callbacks (floor 5"),
        ("_types.py", '"""A."""\nfrom keras_halluc._require import received', "imports _require"),
        ("ops/a.py", '"""A."""\ndef f():\n    import keras_halluc.data', "line 3: imports data"),
        ("ops/a.py", '"""A."""\nimport keras_halluc', "the whole package"),
        ("ops/a.py", '"""A."""\nfrom keras_halluc.testing import x', "imports testing"),
        ("new/a.py", '"""A."""\nfrom keras_halluc._require import x', "new is on no floor"),
        ("ops/a.py", '"""A."""\nfrom . import b', "relative import"),
        ("ops/a.py", '"""A."""\nfrom keras.src import backend', "private keras.src"),
        ("ops/a.py", '"""A."""\nimport keras.src.backend', "private keras.src"),
        ("ops/a.py", '"""A."""\nfrom keras import src', "private keras.src"),
        ("ops/a.py", '"""A."""\nfrom keras_hub.src.models import x', "private keras_hub.src"),
        ("ops/a.py", '"""A."""\ndef f():\n    import torch.nn', "line 3: backend torch.nn"),
        ("ops/a.py", '"""A."""\nfrom jax import grad', "backend jax.grad"),
        (
            "ops/a.py",
            '"""A."""\nimport importlib\nimportlib.import_module("tensorflow")',
            "backend",
        ),
        ("testing.py", '"""A."""\nimport tensorflow as tf', "backend tensorflow"),
    ],
)
def test_a_planted_fault_is_found(path, source, problem):
    found = problems(path, source + "\n")
    assert len(found) == 1 and problem in found[0]


@pytest.mark.parametrize(
    "path, source",
    [
        ("ops/gradients.py", "import tensorflow as tf\nimport jax\nimport torch"),
        ("_distribution.py", "import tensorflow as tf\nimport jax\nimport torch"),
        ("_processes.py", "import jax\nimport torch"),
        ("ops/a.py", "from keras_halluc.ops.masking import masked_mean\nimport keras"),
        ("callbacks/a.py", "from keras_halluc import data\nfrom keras_halluc.ops import forbid"),
        ("testing.py", "from keras_halluc.callbacks import CaseMonitor\nassert CaseMonitor"),
        ("ops/a.py", "import jaxlib_like\nimport tensorboard.compat"),
        ("reports/a.py", "\n" * 299),
    ],
)
def test_what_is_allowed_passes(path, source):
    assert problems(path, '"""A."""\n' + source) == []


@pytest.mark.parametrize(
    "imports, cycle",
    [
        ({"a": "from keras_halluc.ops.b import x", "b": "import keras_halluc.ops.a"}, "a b a"),
        (
            {
                "a": "from typing import TYPE_CHECKING\n"
                "if TYPE_CHECKING:\n    from keras_halluc.ops.b import X",
                "b": "from keras_halluc.ops.c import y",
                "c": "from keras_halluc.ops import a",
            },
            "a b c a",
        ),
        (
            {"a": "def f():\n    import keras_halluc.ops.b", "b": "import keras_halluc.ops.a"},
            "a b a",
        ),
        ({"a": "from keras_halluc.ops.a import x"}, "a a"),
        (
            {"__init__": "from keras_halluc.ops.a import x", "a": "from keras_halluc.ops import y"},
            "__init__ a __init__",
        ),
    ],
)
def test_a_planted_cycle_is_found(imports, cycle):
    planted = {f"ops/{name}.py": source for name, source in imports.items()}
    expected = " -> ".join(f"ops/{name}.py" for name in cycle.split())
    assert cycles(planted) == [expected]


def test_two_ways_to_one_file_are_no_cycle():
    a, b = "from keras_halluc.ops import b, c", "import keras_halluc.ops.c"
    assert cycles({"ops/a.py": a, "ops/b.py": b, "ops/c.py": "import keras"}) == []
