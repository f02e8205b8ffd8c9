"""What do the tests say when a fault stands in a copy of the tree?"""

import contextlib
import multiprocessing
import os
import pathlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator

from tools.mutants.fault import Fault

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPIED = (
    *("keras_halluc", "tests", "docs", "conftest.py", "setup.cfg", "pyproject.toml"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "README.md", "mkdocs.yml"),
)
TESTS_FAILED = 1  # what pytest ends with; anything else above 0 is trouble of its own
PATIENCE = 900  # seconds; a fault may keep a loop from ending
# A backend takes longer to import than most tests run: it is imported once, and then forked.
BACKENDS = ("tensorflow", "torch")  # of JAX the threads would not live on


@contextlib.contextmanager
def copied_tree() -> Iterator[pathlib.Path]:
    """A folder with what the tests need, for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in COPIED:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / part)
        yield folder


def place(fault: Fault, folder: pathlib.Path) -> str:
    """`""`, or why the fault cannot be planted or its tests not be run."""
    path = folder / fault.file
    times = path.read_text(encoding="utf-8").count(fault.old) if path.is_file() else 0
    if times != 1:
        return f"NO PLACE: {times} times in {fault.file}"
    gone = [test for test in fault.tests if not (folder / test).exists()]
    return f"NO TEST: {' '.join(gone)}" if gone else ""


def found(fault: Fault, folder: pathlib.Path) -> str:
    """`"caught by <test>"`, `"ESCAPED"`, or what stood in the way."""
    if trouble := place(fault, folder):
        return trouble
    path = folder / fault.file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    try:
        code, said = _tested(fault.tests, folder)
    finally:
        path.write_text(text, encoding="utf-8")
    if code is None:
        return "caught by the clock"
    if code == TESTS_FAILED:
        failed = [line for line in said.splitlines() if re.match(r"(FAILED|ERROR) \S+::", line)]
        return "caught by " + failed[0].split("::")[-1].split(" - ")[0]
    return "ESCAPED" if code == 0 else f"NOT RUN: {said[-200:]!r}"


def _tested(tests: tuple[str, ...], folder: pathlib.Path) -> tuple[int | None, str]:
    """What pytest ended with, None where it did not end, and what it said."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([b for b in BACKENDS if b == os.environ["KERAS_BACKEND"]])
    log = folder / "said.txt"
    process = context.Process(target=_test, args=(tests, folder, log))
    process.start()
    process.join(PATIENCE)
    code = process.exitcode
    if code is None:
        process.kill()
        process.join()
    return code, log.read_text(encoding="utf-8", errors="replace")


def _test(tests: tuple[str, ...], folder: pathlib.Path, log: pathlib.Path) -> None:
    """Runs pytest on the copy, in a process of its own, as `make test` does on the tree."""
    os.chdir(folder)
    os.environ["PYTHONPATH"] = str(folder)  # for what tests start
    sys.path.insert(0, str(folder))
    with open(log, "wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    import pytest

    code = int(pytest.main(["-x", "-q", *tests]))
    sys.stdout.flush()
    os._exit(code)  # what a fault left running does not hold it up
