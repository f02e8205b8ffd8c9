"""Do the examples run as notebooks, and are the notebooks made of the examples as they stand?"""

import importlib
import importlib.util
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
LARGEST = 300_000  # bytes of a notebook, pictures included


@pytest.fixture(scope="module")
def tool():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("notebooks")
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def kernel(tool):
    with tool.running_kernel(KERAS_HALLUC_QUICK="1") as running:
        yield running


# The others run as scripts: `make quickstart`, tests/test_examples.py.
QUICK = [
    path
    for path in sorted((ROOT / "examples").glob("*.py"))
    if "KERAS_HALLUC_QUICK" in path.read_text(encoding="utf-8")
]
NEEDS = {"picture_captions": "sklearn"}  # what ships its pictures


@pytest.mark.parametrize(
    "script",
    QUICK,
    ids=lambda path: path.stem,
)
@pytest.mark.slow
def test_runs_as_a_notebook(script, tool, kernel):
    package = NEEDS.get(script.stem)
    if package and importlib.util.find_spec(package) is None:
        pytest.skip(f"{script.name} needs {package}: pip install scikit-learn")
    notebook = tool.read(script)
    tool.execute(notebook, kernel)  # an error in a cell is one here
    assert any(cell.get("outputs") for cell in notebook.cells)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples/notebooks").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_notebook_is_its_script(path, tool):
    made = nbformat.read(path, as_version=4)
    script = tool.read(ROOT / f"examples/{path.stem}.py")
    assert [cell.source for cell in made.cells] == [cell.source for cell in script.cells]
    assert all(
        cell.outputs or cell.execution_count for cell in made.cells if cell.cell_type == "code"
    )
    assert path.stat().st_size < LARGEST
