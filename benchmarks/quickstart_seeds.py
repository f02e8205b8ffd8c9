"""Does the quick start's result hold over seeds? Runs it for five and writes means and intervals.

    python benchmarks/quickstart_seeds.py            # about 10 minutes on 2 cores

A seed chooses the training facts, the held-out facts and the order of batches; the pretrained model
is the same. Intervals are 95 % Student intervals of the mean over seeds; the difference is paired.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "examples"))

import known_unknown_report
import quickstart


def with_interval(values):
    """Mean, half width of its 95 % interval, and what they are of."""
    mean, half = known_unknown_report.mean_interval(values)
    return {"mean": mean, "half_width": half, "values": values}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    numbers = sorted(known_unknown_report.STUDENT_975)
    parser.add_argument("--seeds", type=int, default=5, choices=numbers)
    args = parser.parse_args()
    runs = []
    for seed in range(args.seeds):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(quickstart.run(seed, folder))
        quickstart.show_table(runs[-1])
    summary = {}
    for key in quickstart.SHOWN:
        summary[key] = {"base": with_interval([run["plain"][key][0] for run in runs])}
        ends = {}
        for name in ("plain", "guarded"):
            ends[name] = [run[name][key][quickstart.kept_epoch(run, name)] for run in runs]
            summary[key][name] = with_interval(ends[name])
        gaps = [g - p for g, p in zip(ends["guarded"], ends["plain"])]
        summary[key]["guarded_minus_plain"] = with_interval(gaps)
    epochs = [quickstart.kept_epoch(run, "guarded") for run in runs]
    result = {"seeds": args.seeds, "summary": summary, "guarded_epoch": epochs, "curves": runs}
    target = ROOT / "benchmarks/results/quickstart_seeds.json"
    target.write_text(json.dumps(result, indent=1) + "\n")
    for key, rows in summary.items():
        print(key)
        for name, row in rows.items():
            print(f"  {name:20s} {100 * row['mean']:6.1f} ± {100 * row['half_width']:.1f}")


if __name__ == "__main__":
    main()
