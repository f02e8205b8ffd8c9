"""Can the Hallucination tab be used with 50 runs of 2,000 cases and 50 epochs?

    python benchmarks/tab_scale.py                   # writes the runs to a temporary folder first
    python benchmarks/tab_scale.py --folder scale    # keeps the runs, and takes them if there

The runs are written by `EventWriter`, as monitors do. A TensorBoard on them is opened in headless
Chromium. Times are what somebody waits: from the address to the table on the screen (the whole of
TensorBoard, and the tab alone), and from a key or a click to the next frame with the answer in it.
The time of computing alone is also told, for where others compute too. Needs Linux, Chromium with
its driver, and `pip install selenium`.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import pytest
import tensorboard
from tab_page import Tab
from tab_page import open_browser
from tensorboard_server import Server

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.tensorboard import EventWriter

RESULTS = ROOT / "benchmarks/results/tab_scale.json"
RUNS, CASES, EPOCHS = 50, 2000, 50
WORDS = "the of capital Paris born river 1889 north old known as city people in was".split()
FIRST_PAINTS, STEPS = 5, 30

# Does something in the page, and says how long it is until the table has the answer on the screen.
WAIT_FOR = """
const [action, argument, done] = arguments;
const table = document.querySelector(".cases-table");
const actions = {
  key: () => document.body.dispatchEvent(
    new KeyboardEvent("keydown", {key: argument, bubbles: true})),
  search: () => {
    const box = document.querySelector(".filters input[type=search]");
    box.value = argument;
    box.dispatchEvent(new Event("input"));
  },
  choose: () => {
    const select = document.querySelector("[aria-label='Cases of']");
    select.value = argument;
    select.dispatchEvent(new Event("change"));
  },
};
let asked = false;
const observer = new MutationObserver(() => {
  const busy = table.getAttribute("aria-busy") === "true";
  asked ||= busy;
  if (!asked || busy) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
});
observer.observe(table, {attributes: true});
const start = performance.now();
actions[action]();
"""


def write_runs(folder):
    """All runs; the same outputs in each, drawn once, since only their size matters."""
    rng = random.Random(0)
    cases = [
        Case(f"What is said of place {i}?\nAnswer:", (f"answer {i}",), None, f"g{i % 5}", f"c{i}")
        for i in range(CASES)
    ]
    epochs = [[answer(rng) for _ in cases] for _ in range(EPOCHS + 1)]
    start, seconds = time.perf_counter(), 0.0
    for run in range(RUNS):
        with EventWriter(folder / f"run {run:02}/hallucination") as writer:
            for step, said in enumerate(epochs):
                outputs, verdicts = zip(*said)
                rate = sum(verdict.hallucinated for verdict in verdicts) / CASES
                for key in ("val_hallucination_rate", "val_answer_accuracy", "val_grounding_score"):
                    writer.interval(key, rate, rate - 0.02, rate + 0.02, step)
                began = time.perf_counter()
                writer.cases(cases, outputs, verdicts, step)
                seconds += time.perf_counter() - began
                writer.progress(step, EPOCHS)
            writer.progress(EPOCHS, EPOCHS, ended=True)
    print(f"written in {time.perf_counter() - start:.0f} s", flush=True)
    return seconds / (RUNS * (EPOCHS + 1))


def answer(rng):
    output = " ".join(rng.choices(WORDS, k=12))
    label = rng.choice(("supported", "unsupported", "contradicted", "abstained"))
    spans = ((0, len(output) // 2, label),) if label in ("unsupported", "contradicted") else ()
    return output, Verdict(label, rng.randrange(101) / 100, spans, "compared with the references")


def memory(pid):
    """Resident memory of a process in MB."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def server_seconds(pid):
    """Of computing, by TensorBoard so far; what else it does in the background counts too."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def summary(milliseconds):
    ordered = sorted(milliseconds)
    return {
        "median_ms": round(statistics.median(ordered)),
        "worst_ms": round(ordered[-1]),
        "times": len(ordered),
    }


def paints(tab, **options):
    found = []
    for _ in range(FIRST_PAINTS):
        start = time.perf_counter()
        tab.open(**options)
        found.append(1000 * (time.perf_counter() - start))
    return summary(found)


def measure(server, browser):
    tab = Tab(browser, server.address)
    browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})

    def page_seconds():
        """Of computing, by the page so far."""
        metrics = browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

    def waits(action, arguments):
        before = page_seconds(), server_seconds(server.process.pid)
        found = summary([browser.execute_async_script(WAIT_FOR, action, a) for a in arguments])
        after = page_seconds(), server_seconds(server.process.pid)
        for name, start, end in zip(("page", "server"), before, after):
            found[f"{name}_cpu_ms"] = round(1000 * (end - start) / len(arguments), 1)
        return found

    found = {
        "first_paint_whole_tensorboard": paints(tab, framed=True),
        "first_paint_tab_alone": paints(tab),
        "first_paint_all_runs": paints(tab, runs=",".join(f"run {i:02}" for i in range(RUNS))),
    }
    keys = ["Home", *["ArrowRight"] * (STEPS - 1)]
    found["step"] = waits("key", keys)
    found["other_run"] = waits("choose", [f"run {i:02}/hallucination" for i in range(10, 30)])
    found["next_page"] = waits("key", ["]"] * 10)
    found["only_got_worse"] = waits("key", ["w", "w"] * 5)
    found["search"] = waits("search", ["place 77", "nowhere", "born river", "", "c199", "1889"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=pathlib.Path)
    args = parser.parse_args()
    try:
        browser = open_browser()
    except pytest.skip.Exception as missing:
        sys.exit(f"Skipped: {missing}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or pathlib.Path(temporary) / "logs"
        result = {
            "load_average": os.getloadavg()[0],
            "runs": RUNS,
            "cases": CASES,
            "epochs": EPOCHS,
            "tensorboard": tensorboard.__version__,
            "cores": len(os.sched_getaffinity(0)),
        }
        if not folder.exists():
            result["write_seconds_an_epoch"] = round(write_runs(folder), 4)
        files = [path for path in folder.rglob("*") if path.is_file()]
        result["megabytes"] = round(sum(path.stat().st_size for path in files) / 1e6)
        start = time.perf_counter()
        server = Server(folder, pathlib.Path(temporary) / "log.txt", False, "auto")
        try:
            server.wait(lambda s: len(s.get("plugin/hallucination/runs")["runs"]) == RUNS)
            result["server_ready_seconds"] = round(time.perf_counter() - start, 1)
            browser.set_script_timeout(60)
            result |= measure(server, browser)
            result["server_megabytes"] = memory(server.process.pid)
        finally:
            browser.quit()
            server.stop()
    if RESULTS.exists():
        result = json.loads(RESULTS.read_text()) | result  # what was written before stays known
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
