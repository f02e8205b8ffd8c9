"""How long does each stage of the proof take, from a clean clone? `python tools/test_times.py`.

Stages are run in the order of `.ci/run`, one after the other, in a clone in a temporary folder.
What was measured goes into `benchmarks/results/test_times.json`, beside what other calls found.
`python tools/test_times.py test --clone=FOLDER` runs one stage, in a clone that is kept.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/results/test_times.json"
STAGES = {
    "install": ".venv/installed",
    "install_without_tensorflow": ".venv-without-tensorflow/installed",
    "quickstart": "quickstart",
    "check": "check",
    "docs": "docs",
    "test": "test",
    "examples": "examples",
    "test-torch": "test-torch",
    "test-without-tensorflow": "test-without-tensorflow",
}
FOR_A_RELEASE = {name: name for name in ("test-all-tensorflow", "test-all-torch", "test-all-jax")}
WHOLE = ".ci/run"  # from bare, its installing beside the rest
STAGE = re.compile(r"^== (\d+) s: (?:make (?:-s )?)?(.+)$")  # as `.ci/run` prints them
COUNTS = re.compile(r"(\d+) (passed|failed|skipped|deselected|xfailed|errors?)\b")


def clone(folder):
    """A clone of what is committed, without an environment."""
    if not (folder / ".git").exists():
        subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    return folder


def run(command, folder):
    """Wall and CPU seconds of a command, how it ended, its tests and its stages."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ended = subprocess.Popen(
        command,
        cwd=folder,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    counts: dict[str, int] = {}
    stages: dict[str, int] = {}
    for line in ended.stdout:
        sys.stdout.write(line)
        if stage := STAGE.match(line):
            stages[stage[2]] = int(stage[1])
        if " in " in line and re.search(r"\d+ passed", line):  # the last line of pytest
            for count, what in COUNTS.findall(line):
                counts[what] = counts.get(what, 0) + int(count)
    code, wall = ended.wait(), time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = sum(getattr(after, k) - getattr(before, k) for k in ("ru_utime", "ru_stime"))
    return {
        "wall_seconds": round(wall, 1),
        "cpu_seconds": round(cpu, 1),
        "exit_code": code,
        **({"tests": counts} if counts else {}),
        **({"stages": stages} if stages else {}),
    }


def store(name, found, folder):
    """Into the file, beside the stages that are there."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"stages": {}}
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=folder, capture_output=True, text=True
    ).stdout.strip()
    results["stages"][name] = {
        **found,
        "commit": commit,
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "load_before": found["load_before"],
        "python": platform.python_version(),
        "date": datetime.date.today().isoformat(),
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


def main():
    known = {**STAGES, **FOR_A_RELEASE, WHOLE: WHOLE}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stages", nargs="*", help=f"some of {', '.join(known)}")
    parser.add_argument("--clone", type=pathlib.Path, help="folder of a clone that is kept")
    given = parser.parse_args()
    if wrong := set(given.stages) - set(known):
        parser.error(f"`stages` must be among {', '.join(known)}. Received: {sorted(wrong)}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = clone(given.clone or pathlib.Path(temporary) / "clone")
        failed = []
        for name in given.stages or STAGES:
            load = round(os.getloadavg()[0], 2)
            command = [f"./{WHOLE}"] if name == WHOLE else ["make", known[name]]
            found = {**run(command, folder), "load_after": round(os.getloadavg()[0], 2)}
            store(name, {**found, "load_before": load}, folder)
            print(f"{name}: {found}")
            failed += [name] * (found["exit_code"] != 0)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
