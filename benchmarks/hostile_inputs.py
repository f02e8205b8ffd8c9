"""How many hostile inputs break a reader of text, a reader of files, a checker or the tab?

    python benchmarks/hostile_inputs.py              # writes "after" of the results
    python benchmarks/hostile_inputs.py --as before  # "before", with an older package on PYTHONPATH

Each input is drawn from a seed (`tests/fuzzing.py`): texts that no reader was made for, JSON
that is deep or has thousands of digits, files with bytes lost, doubled and exchanged, case files of
the Hallucination tab with hostile heads. A reader keeps its promise if it reads the input, or
refuses it with an error that says what must hold, within ten seconds; if its verdicts have spans in
the text and its JSON is what a browser reads; and if it leaves files of others as they were.
Beside them stands how long some large inputs take, in seconds of processor time.
"""

import argparse
import collections
import json
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from fuzzing import TARGETS
from fuzzing import run_trial

import keras_halluc as kh
from keras_halluc.tensorboard_plugin.case_file import CaseFile
from keras_halluc.tensorboard_plugin.span_pieces import cut_pieces

RESULTS = Path(__file__).parent / "results/hostile_inputs.json"
COUNT = 100  # inputs of each target
PATIENCE = 60  # seconds for a large input
MEGABYTES = 300  # of a case file without a line end


def ten_requests(path):
    """A file of the tab is looked at anew at each request."""
    file = CaseFile(path)
    for _ in range(10):
        file.scan()


def large_inputs(folder):
    path = folder / "cases.1.jsonl"
    with open(path, "wb") as file:
        for _ in range(MEGABYTES):
            file.write(b"x" * 2**20)
    spans = [[i, 20_000 + i, "unsupported"] for i in range(20_000)]
    return {
        f"10 requests of a case file of {MEGABYTES} MB without a line end": lambda: ten_requests(
            str(path)
        ),
        "20,000 overlapping spans": lambda: cut_pieces("x" * 40_000, spans),
        "mcnemar_test, 100,000 changes": lambda: kh.statistics.mcnemar_test(51_000, 49_000),
        "mcnemar_test, 1,000,000 changes": lambda: kh.statistics.mcnemar_test(501_000, 499_000),
        "find_values of 20,000 fractions": lambda: kh.text.find_values("½" * 20_000),
        "swap_entities of 20,000 names": lambda: kh.data.swap_entities(
            "Paris " * 20_000, ["Paris", "Rome"]
        ),
        "swap_roles of 4,000 names": lambda: kh.data.swap_roles(
            "Paris Rome " * 2_000, ["Paris", "Rome"]
        ),
    }


def seconds(read):
    """Processor time of a call, or what ended it."""

    def stop(*_):
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE)
    start = time.process_time()
    try:
        read()
        return round(time.process_time() - start, 4)
    except Exception as error:
        return f"{type(error).__name__} after {round(time.process_time() - start)} s"
    finally:
        signal.alarm(0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--as", dest="name", default="after", choices=("before", "after"))
    parser.add_argument("--count", type=int, default=COUNT)
    arguments = parser.parse_args()
    broken = {}
    for target in TARGETS:
        found = [run_trial(target, number) for number in range(arguments.count)]
        kinds = collections.Counter(why.split(":")[0] for why in found if why)
        if kinds:
            first = next(number for number, why in enumerate(found) if why)
            broken[target] = {**kinds, "first": f"{first}: {found[first]}"}
            print(target, broken[target], flush=True)
    count = sum(n for own in broken.values() for key, n in own.items() if key != "first")
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    tried = len(TARGETS) * arguments.count
    with tempfile.TemporaryDirectory() as folder:
        large = {name: seconds(read) for name, read in large_inputs(Path(folder)).items()}
    print(large)
    results[arguments.name] = {
        "targets": len(TARGETS),
        "tried": tried,
        "broke_a_promise": count,
        "by_target": broken,
        "seconds_of_large_inputs": large,
    }
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{count} of {tried} broke a promise")


if __name__ == "__main__":
    main()
