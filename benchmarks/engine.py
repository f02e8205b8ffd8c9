"""How many rows a second does a data engine check, and do two workers give what one process gives?

    pip install "ray[data]"
    KERAS_HALLUC_DATA=... python benchmarks/engine.py --rows 1000000

Rows are those of BEGIN and PAWS in TRUE (Honovich et al. 2022), over and over: each copy has its
number in the source, so that no source is met twice, and every other copy a changed text. They lie
in one .jsonl file, which Ray Data reads, checks by `CheckBatch(OverlapChecker())` and writes as
Parquet, with 1 and with 2 workers; and which `grounding.check` reads and checks in one process. All
verdicts must be the same. Rows a second are without the start of the workers, which is given
beside: a first run on few rows. The load of the machine is noted: where it is above 0 before the
run, others had a share of the cores, and the ratio says little.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from true import DATA
from true import read_rows

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results/engine.json"
SETS = ("begin", "paws")
FEW = 400  # rows of the run that starts the workers
BATCH_SIZE = 256


def write_rows(path, count):
    """Real rows and copies of them, as one JSON object a line."""
    real = [pair for name in SETS for pair in zip(*read_rows(name)[:2])]
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            copy, place = divmod(number, len(real))
            source, text = real[place]
            if copy:
                source += f" This is copy {copy}."
            if copy % 2:
                text = text.rstrip(" .") + f", on page {number}."
            row = {"id": str(number), "prompt": "Write.", "source": source, "output": text}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return len(real)


def by_engine(ray, rows, few, folder, workers):
    """Rows a second and the seconds that the workers took to start."""
    ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        seconds = []
        for path, to in ((few, folder / "few"), (rows, folder / str(workers))):
            start = time.perf_counter()
            check = kh.grounding.CheckBatch(kh.grounding.OverlapChecker())
            dataset = ray.data.read_json(str(path))
            if path == few:
                dataset = dataset.repartition(4 * workers)  # so that every worker gets some
            dataset = dataset.map_batches(check, batch_size=BATCH_SIZE)
            dataset.drop_columns(["prompt", "source", "output"]).write_parquet(str(to))
            seconds.append(time.perf_counter() - start)
        return seconds
    finally:
        ray.shutdown()


def read_parquet(folder):
    """Verdicts by id."""
    import pyarrow.dataset

    table = pyarrow.dataset.dataset(folder).to_table().to_pydict()
    names = ("verdict_label", "verdict_score", "verdict_spans", "verdict_reason")
    return dict(zip(table["id"], zip(*(table[name] for name in names)), strict=True))


def read_jsonl(path):
    found = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            spans = json.dumps(row["spans"])
            found[row["id"]] = (row["label"], row["score"], spans, row["reason"])
    return found


def measure(ray, count, folder):
    rows, few = folder / "rows.jsonl", folder / "few.jsonl"
    real = write_rows(rows, count)
    write_rows(few, FEW)
    result = {
        "rows": count,
        "real_rows": real,
        "megabytes": round(rows.stat().st_size / 1e6, 1),
        "cores": len(os.sched_getaffinity(0)),
        "ray": ray.__version__,
        "rows_per_second": {},
        "start_seconds": {},
        "load_before": {},
    }
    result["load_before"]["one process"] = round(os.getloadavg()[0], 1)
    start = time.perf_counter()
    to = folder / "verdicts.jsonl"
    summary = kh.grounding.check(rows, checker=kh.grounding.OverlapChecker(), to=to, verbose=False)
    speed = {"one process": count / (time.perf_counter() - start)}
    expected = read_jsonl(to)
    same = len(expected) == summary.rows == count
    for workers in (1, 2):
        result["load_before"][f"workers {workers}"] = round(os.getloadavg()[0], 1)
        start_seconds, seconds = by_engine(ray, rows, few, folder, workers)
        speed[f"workers {workers}"] = count / seconds
        result["start_seconds"][f"workers {workers}"] = round(start_seconds, 1)
        same = same and read_parquet(folder / str(workers)) == expected
    result["rows_per_second"] = {name: round(value) for name, value in speed.items()}
    result["two_workers_over_one"] = round(speed["workers 2"] / speed["workers 1"], 2)
    result["same_verdicts"] = same
    result["hallucination_rate"] = round(summary.estimates["hallucination_rate"].value, 4)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    args = parser.parse_args()
    if not (DATA / "true").is_dir():
        print(f"Skipped: no TRUE data in {DATA}; set KERAS_HALLUC_DATA to the folder with true/")
        return 0
    try:
        import ray.data
    except ImportError:
        print("Skipped: the engine is not installed; pip install 'ray[data]'")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        result = measure(ray, args.rows, Path(folder))
    print(json.dumps(result, indent=1))
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    return 0 if result["same_verdicts"] else 1


if __name__ == "__main__":
    sys.exit(main())
