"""Do the tests bite? Plants one fault after another in a copy of the tree and runs the tests on it.

    KERAS_BACKEND=tensorflow python -m tools.mutants              # all
    KERAS_BACKEND=tensorflow python -m tools.mutants metrics span # a folder, a word of a name
    python -m tools.mutants --places                              # only: is every place there?

Prints a table and ends with 1 where a fault was not caught, or where its place is gone. The faults
stand in a file for each folder of the package; new code adds its own there.
"""

import argparse
import concurrent.futures
import contextlib
import importlib
import os
import pathlib
import queue
import sys
import time
from collections.abc import Sequence

from tools.mutants.fault import Fault
from tools.mutants.planting import ROOT
from tools.mutants.planting import copied_tree
from tools.mutants.planting import found
from tools.mutants.planting import place
from tools.mutants.record import read_record
from tools.mutants.record import write_record

CAUGHT = "caught by "


def all_faults() -> list[Fault]:
    """Those of each file beside this one that has a list of them."""
    names = sorted(path.stem for path in pathlib.Path(__file__).parent.glob("[a-z]*.py"))
    lists = (importlib.import_module(f"tools.mutants.{name}") for name in names)
    return [fault for module in lists for fault in getattr(module, "FAULTS", ())]


def chosen_faults(words: Sequence[str]) -> list[Fault]:
    """Faults in a folder of one of these names, or with one of these words in their name."""
    faults = all_faults()
    names = [fault.name for fault in faults]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"Every fault must have a name of its own. Received: twice {twice}")
    return [f for f in faults if not words or f.folder in words or any(w in f.name for w in words)]


def missing_places(faults: Sequence[Fault]) -> int:
    """Prints what cannot be planted, and says how many there are."""
    troubles = [f"{fault.name}: {trouble}" for fault in faults if (trouble := place(fault, ROOT))]
    print("\n".join([*troubles, f"{len(faults) - len(troubles)} of {len(faults)} have a place"]))
    return len(troubles)


def run(faults: Sequence[Fault], workers: int, record: pathlib.Path | None, label: str) -> int:
    """Plants them, prints the table, and says how many were not caught."""
    escaped = 0
    with contextlib.ExitStack() as stack:
        folders: queue.SimpleQueue[pathlib.Path] = queue.SimpleQueue()
        for _ in range(workers):
            folders.put(stack.enter_context(copied_tree()))

        def planted(fault: Fault) -> tuple[Fault, str, float]:
            folder, start = folders.get(), time.perf_counter()
            try:
                return fault, found(fault, folder), time.perf_counter() - start
            finally:
                folders.put(folder)

        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(workers))
        print("| fault | file | found | s |\n|---|---|---|---|")
        for fault, what, seconds in pool.map(planted, faults):
            caught = what.startswith(CAUGHT)
            escaped += not caught
            file = pathlib.Path(fault.file).name
            print(f"| {fault.name} | {file} | {what} | {seconds:.0f} |", flush=True)
            row = {
                "folder": fault.folder,
                "caught_by": what.removeprefix(CAUGHT) if caught else None,
                "seconds": round(seconds, 1),
            }
            if record:
                known = {**read_record(record, label), fault.name: row}
                write_record(record, label, os.environ["KERAS_BACKEND"], known)
    print(f"\n{len(faults) - escaped} of {len(faults)} caught")
    return escaped


def main() -> int:
    """Runs the faults named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("words", nargs="*", help="folders, or words of names; none is all")
    parser.add_argument("--places", action="store_true", help="only look whether places are there")
    parser.add_argument("--workers", type=int, default=1, help="copies of the tree side by side")
    parser.add_argument("--record", type=pathlib.Path, help="JSON to write into, fault by fault")
    parser.add_argument("--label", default="after", help="under which it is written")
    parser.add_argument("--new", action="store_true", help="leave out what the record has already")
    given = parser.parse_args()
    faults = chosen_faults(given.words)
    if given.places:
        return min(missing_places(faults), 1)
    if given.new and given.record:
        known = read_record(given.record, given.label)
        faults = [fault for fault in faults if fault.name not in known]
    return min(run(faults, given.workers, given.record, given.label), 1)


if __name__ == "__main__":
    sys.exit(main())
