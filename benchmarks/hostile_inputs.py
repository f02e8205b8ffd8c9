"""How many hostile inputs break a reader of text, a reader of files, a checker or the tab?

    python benchmarks/hostile_inputs.py              # writes "after" of the results
    python benchmarks/hostile_inputs.py --as before  # "before", with an older package on PYTHONPATH

Each input is drawn from a seed (`tests/fuzzing.py`): texts that no reader was made for, JSON
that is deep or has thousands of digits, files with bytes lost, doubled and exchanged, case files of
the Hallucination tab with hostile heads. A reader keeps its promise if it reads the input, or
refuses it with an error that says what must hold, within ten seconds; if its verdicts have spans in
the text and its JSON is what a browser reads; and if it leaves files of others as they were.
"""

import argparse
import collections
import json
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from fuzzing import TARGETS
from fuzzing import run_trial

RESULTS = Path(__file__).parent / "results/hostile_inputs.json"
COUNT = 100  # inputs of each target


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
    results[arguments.name] = {
        "targets": len(TARGETS),
        "tried": tried,
        "broke_a_promise": count,
        "by_target": broken,
    }
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{count} of {tried} broke a promise")


if __name__ == "__main__":
    main()
