"""Makes `examples/notebooks/*.ipynb` of the example scripts, and runs them.

    python tools/notebooks.py                        # all of them: some minutes each
    python tools/notebooks.py examples/quickstart.py

A notebook has the cells of its script and is never edited by hand; `tests/test_notebooks.py`
compares the two. Scripts that know small settings (`KERAS_HALLUC_QUICK`) it runs as notebooks.
"""

import argparse
import contextlib
import os
import tempfile
from pathlib import Path

import jupyter_client
import jupytext
import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
SCRIPTS = [
    path
    for path in sorted((ROOT / "examples").glob("*.py"))
    if "Set KERAS_HALLUC_DATA" not in path.read_text(encoding="utf-8")  # the others stop without
]
NOTEBOOKS = ROOT / "examples/notebooks"
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "2"}


def read(script):
    """The script as a notebook without outputs."""
    notebook = jupytext.read(script)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{number}", {}
    return notebook


@contextlib.contextmanager
def running_kernel(**variables):
    """One process for any number of notebooks, since loading Keras takes longest."""
    with tempfile.TemporaryDirectory() as folder:
        kernel = jupyter_client.KernelManager(transport="ipc", ip=f"{folder}/kernel")
        kernel.start_kernel(cwd=folder, env={**QUIET, **os.environ, **variables})
        try:
            yield kernel
        finally:
            kernel.shutdown_kernel(now=True)


def execute(notebook, kernel):
    """Runs the notebook with no names of an earlier one; what goes to stderr is left out."""
    notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    settings = {"timeout": None, "record_timing": False, "coalesce_streams": True}
    client = NotebookClient(notebook, km=kernel, **settings)
    client.execute()
    client.kc.stop_channels()
    del notebook.cells[0]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count -= 1
            cell.outputs = [out for out in cell.outputs if out.get("name") != "stderr"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scripts", nargs="*", type=Path, default=SCRIPTS)
    for script in parser.parse_args().scripts:
        notebook = read(script)
        with running_kernel() as kernel:
            execute(notebook, kernel)
        nbformat.write(notebook, NOTEBOOKS / f"{script.stem}.ipynb")


if __name__ == "__main__":
    main()
