"""Is training on several devices what it is on one, engine by engine?

`python benchmarks/several_devices.py` runs the scripts of `examples/several_devices/` on one device
and on two, of a processor cut in two or as two processes on this machine. It compares losses,
terms, what monitors say, how many prompts each process asks, and who writes. JAX and PyTorch must
be installed. Results: `benchmarks/results/several_devices.json`, `docs/several_devices.md`.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/results/several_devices.json"
PAGE = ROOT / "docs/several_devices.md"
BEGIN, END = "<!-- table -->", "<!-- end -->"
FOLDER = ROOT / "examples/several_devices"
ENGINES = {  # a script, its arguments for one device, and for two
    "TensorFlow, `MirroredStrategy`": (
        "tensorflow_replicas.py",
        ["--devices", "1"],
        ["--devices", "2"],
    ),
    "JAX, `DataParallel`": ("jax_devices.py", ["--devices", "1"], ["--devices", "2"]),
    "JAX, `ModelParallel`": (
        "jax_devices.py",
        ["--devices", "1"],
        ["--devices", "2", "--model-parallel"],
    ),
    "JAX, two processes": ("jax_processes.py", ["--processes", "1"], ["--processes", "2"]),
    "PyTorch, `DistributedDataParallel`": (
        "torch_processes.py",
        ["--processes", "1"],
        ["--processes", "2"],
    ),
}


def run(script, arguments):
    """What each process of a run printed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(FOLDER / script), *arguments, "--log-dir", folder]
        env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{FOLDER}"}
        done = subprocess.run(command, env=env, capture_output=True, text=True)
    found = [json.loads(line[6:]) for line in done.stdout.splitlines() if line.startswith("found ")]
    if done.returncode or not found:
        raise RuntimeError(f"{script} {arguments} failed: {done.stderr[-2000:]}")
    return found


def largest_difference(one, two, keys):
    """Over epochs and keys, relative to the value on one device where that is above 1."""
    pairs = [(a, b) for key in keys for a, b in zip(one[key], two[key], strict=True)]
    return max(abs(a - b) / max(abs(a), 1.0) for a, b in pairs)


def compare(one, two):
    """Figures of a run on two devices beside that on one."""
    first = two[0]
    history, other = one[0]["history"], first["history"]
    trained = [key for key in history if key.startswith("loss")]
    said = sorted(set(history) - set(trained) - {"sparse_categorical_accuracy"})
    return {
        "losses_differ": largest_difference(history, other, trained),
        "monitors_differ": largest_difference(history, other, said),
        "processes_agree": all(process["history"].keys() == other.keys() for process in two)
        and all(process["weights"] == first["weights"] for process in two),
        "asked_on_one": one[0]["asked"],
        "asked_by_each": [process["asked"] for process in two],
        "event_files": [one[0]["event_files"], first["event_files"]],
    }


def table(results):
    """Markdown."""
    lines = [
        "| engine | losses and terms differ by | monitored values differ by | prompts asked by "
        "each process; by one alone | event files; on one device |",
        "|---|---|---|---|---|",
    ]
    for engine, row in results.items():
        asked = ", ".join(map(str, row["asked_by_each"]))
        files = row["event_files"]
        lines.append(
            f"| {engine} | {row['losses_differ']:.1g} | {row['monitors_differ']:.1g} | {asked}; "
            f"{row['asked_on_one']} | {files[1]}; {files[0]} |"
        )
    return "\n".join(lines)


def write(results):
    """The file of results and the table of the page."""
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    page = f"{before}{BEGIN}\n\n{table(results)}\n\n{END}{rest.partition(END)[2]}"
    PAGE.write_text(page, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", help="parts of the names of engines; default: all")
    given = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    done: dict[str, list] = {}
    for engine, (script, one, two) in ENGINES.items():
        if given.engines and not any(part.lower() in engine.lower() for part in given.engines):
            continue
        key = f"{script} {one}"
        if key not in done:
            done[key] = run(script, one)
        results[engine] = compare(done[key], run(script, two))
        print(engine, json.dumps(results[engine]), flush=True)
    write({engine: results[engine] for engine in ENGINES if engine in results})


if __name__ == "__main__":
    main()
