"""What does someone get who installs the wheel: the demo, and a curve of her own model?"""

import difflib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.slow  # `make wheel`

ROOT = Path(__file__).parents[1]
BUILT = ("setup.cfg", "pyproject.toml", "MANIFEST.in", "LICENSE", "PACKAGE.md")
EPOCHS = 3

# A notebook of hers: a GPT-2 of her own, `fit`, and a plot of the history.
HER_NOTEBOOK = [
    """\
import keras
import keras_hub
import pandas as pd""",
    """\
keras.utils.set_random_seed(0)
printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
others = [byte for byte in range(256) if byte not in printable]
names = [chr(i) for i in printable] + [chr(256 + i) for i in range(len(others))]
vocabulary = {name: i for i, name in enumerate([*names, "th", "<|endoftext|>"])}
tokenizer = keras_hub.models.GPT2Tokenizer(vocabulary, ["t h"])
preprocessor = keras_hub.models.GPT2CausalLMPreprocessor(tokenizer, sequence_length=32)
backbone = keras_hub.models.GPT2Backbone(
    len(vocabulary), num_layers=1, num_heads=2, hidden_dim=32, intermediate_dim=64,
    max_sequence_length=64)
lm = keras_hub.models.GPT2CausalLM(backbone, preprocessor)
lm.compile(keras.optimizers.Adam(1e-2))""",
    """\
train = ["rome is in italy", "paris is in france"] * 16
history = lm.fit(train, epochs=3)""",
    """\
pd.DataFrame(history.history).plot();""",
]
HER_CASES = [
    {"prompt": "rome is in", "references": ["italy"]},
    {"prompt": "paris is in", "references": ["france"]},
]
FIT = "history = lm.fit(train, epochs=3)"
MONITORED = (
    "history = lm.fit(train, epochs=3, callbacks=["
    'kh.callbacks.HallucinationMonitor(kh.data.read_cases("cases.jsonl"))])'
)
RUN_NOTEBOOK = """
import os, sys, jupyter_client, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
kernel = jupyter_client.KernelManager(transport="ipc", ip=os.path.abspath("kernel"))
kernel.start_kernel()
client = NotebookClient(notebook, km=kernel, timeout=None)
try:
    client.execute()
finally:
    kernel.shutdown_kernel(now=True)
nbformat.write(notebook, sys.argv[1])
"""


def run(command, cwd):
    """Output of a command in which nothing of this checkout is found."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """The Python of a new environment with our wheel, which takes all else from this one."""
    folder = tmp_path_factory.mktemp("fresh")
    source = folder / "source"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("keras_halluc", "examples", "docs"):
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    for name in BUILT:
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip"]
    run([*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, "."], source)
    (wheel,) = folder.glob("*.whl")
    run([sys.executable, "-m", "venv", "--without-pip", folder / "env"], folder)
    python = folder / "env/bin/python"
    (own,) = (folder / "env").glob("lib/python*/site-packages")
    (own / "others.pth").write_text(sysconfig.get_path("purelib"))
    install = ["install", "-q", "--no-deps", "--no-index", "--ignore-installed", wheel]
    run([*pip, "--python", python, *install], folder)
    where = run([python, "-c", "import keras_halluc; print(keras_halluc.__file__)"], folder)
    assert Path(where.strip()).is_relative_to(own)
    return python


def test_her_notebook_needs_two_lines(fresh, tmp_path):
    """Two lines of hers change, and her own plot has the curve."""
    began = time.perf_counter()
    mine = [cell.replace(FIT, MONITORED) for cell in HER_NOTEBOOK]
    mine[0] += "\nimport keras_halluc as kh"
    lines = ["\n".join(cells).splitlines() for cells in (HER_NOTEBOOK, mine)]
    changes = [one for one in difflib.unified_diff(*lines, n=0, lineterm="")][2:]
    assert len([one for one in changes if one.startswith("+")]) == 2
    mine.append('print("curve", history.history["val_hallucination_rate"])')
    cells = [nbformat.v4.new_code_cell(cell) for cell in mine]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "hers.ipynb")
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, HER_CASES)))
    run([fresh, "-c", RUN_NOTEBOOK, "hers.ipynb"], tmp_path)
    done = nbformat.read(tmp_path / "hers.ipynb", 4)
    curve = json.loads(done.cells[-1].outputs[0].text.partition("curve ")[2])
    assert len(curve) == EPOCHS and all(0.0 <= rate <= 1.0 for rate in curve)
    assert any("image/png" in output.get("data", {}) for output in done.cells[3].outputs)
    said = "".join(output.get("text", "") for output in done.cells[2].outputs)
    assert "val_hallucination_rate" in said  # Keras' own bar
    print(f"From the wheel to the curve: {time.perf_counter() - began:.0f} s")


def test_the_demo_needs_no_repository(fresh, tmp_path):
    command = fresh.with_name("keras-halluc")
    said = run([command, "demo", "--epochs", "1"], tmp_path)
    assert "Hallucination rate" in said and (tmp_path / "quickstart.png").stat().st_size > 10_000
    assert len(list((tmp_path / "runs").rglob("*tfevents*"))) >= 4
    assert "keras-halluc demo" in run([fresh, "-m", "keras_halluc", "--help"], tmp_path)


def test_the_wheel_says_what_it_is(fresh):
    code = (
        "import importlib.metadata as m; found = m.metadata('keras_halluc');"
        "print(found['Author'], found['Keywords'].split(',')[0], sep='\\n');"
        "print(found.get_payload()[:20] or found['Description'][:20])"
    )
    lines = run([fresh, "-c", code], fresh.parent).splitlines()
    assert lines[:2] == ["keras_halluc developers", "keras"] and lines[2] == "# keras_halluc"
