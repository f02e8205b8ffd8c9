"""What do we cost, as ratios measured in one run?

    python benchmarks/overhead.py          # about 7 minutes on 2 cores
    KERAS_BACKEND=jax python benchmarks/overhead.py

1. `FineTuner` without objectives against the bare task: time of a training step, interleaved.
2. `SelfDistillation` with a live teacher against the bare task, likewise.
3. Both monitors with their default budget: their share of the whole fit time, with and without
   the one compilation of `generate`.
4. `import keras_halluc` against `import keras`: seconds on top, in fresh processes.

Step times are the least of repeated interleaved blocks, as in `timeit`: what is above it is the
machine's other work. The medians are given too.
Budgets are those of the design: 1.02, 1.40, 5 % and 0.1 s.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results"
BATCH = 64
STEPS = 20  # in a timed block
BLOCKS = 15


def data(task):
    facts = kh.data.load_facts("known")[: BATCH * STEPS]
    prompts, answers = [f.prompt() for f in facts], [f.answer for f in facts]
    return facts, kh.data.answer_inputs(task, prompts, answers)


def compiled(model):
    model.compile(
        optimizer=keras.optimizers.AdamW(1e-5),
        loss=keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        ),
        weighted_metrics=[],
    )
    return model


def step_ratios():
    """Least and median step time of each model over that of the bare task."""
    load = kh.presets.load_facts_gpt2
    models = {
        "bare": compiled(load()),
        "FineTuner": compiled(kh.models.FineTuner(load())),
        "SelfDistillation": compiled(
            kh.models.FineTuner(load(), [kh.objectives.SelfDistillation()])
        ),
    }
    _, (x, y, weight) = data(models["bare"])

    def block(model):
        start = time.perf_counter()
        # keras.Model.fit: the arrays are tokenised already, for the bare task too.
        keras.Model.fit(
            model, x, y, sample_weight=weight, batch_size=BATCH, shuffle=False, verbose=0
        )
        return time.perf_counter() - start

    for model in models.values():
        block(model)
    times = {name: [] for name in models}
    for i in range(BLOCKS):
        names = list(models)
        for name in names[i % 3 :] + names[: i % 3]:
            times[name].append(block(models[name]))
    bare = np.array(times.pop("bare"))
    out = {"bare_milliseconds_a_step": 1000 * float(np.min(bare)) / STEPS}
    for name, values in times.items():
        out[f"{name} / bare step"] = float(np.min(values) / np.min(bare))
        out[f"{name} / bare step, median"] = float(np.median(np.array(values) / bare))
    return out


def monitor_share(epochs=4, repeats=16):
    """Share of fit time both monitors take with `budget=0.05`, base measurement included."""
    task = kh.presets.load_facts_gpt2()
    facts, (x, y, weight) = data(task)
    x = {key: np.tile(value, (repeats, 1)) for key, value in x.items()}
    y, weight = np.tile(y, (repeats, 1)), np.tile(weight, (repeats, 1))
    cases = [fact.case() for fact in facts]
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6)
    settings = {"generator": generator, "verbose": 0}
    monitors = [
        kh.callbacks.KnowledgeMonitor(
            cases[:100], ["highly_known"] * 100, heldout=cases[100:200], **settings
        ),
        kh.callbacks.HallucinationMonitor(cases[200:400], **settings),
    ]
    tuner = compiled(kh.models.FineTuner(task))
    start = time.perf_counter()
    generator.generate([case.prompt for case in cases])
    first = time.perf_counter() - start
    start = time.perf_counter()
    generator.generate([case.prompt for case in cases])
    compilation = first - (time.perf_counter() - start)
    start = time.perf_counter()
    tuner.fit(
        x, y, sample_weight=weight, batch_size=BATCH, epochs=epochs, verbose=0, callbacks=monitors
    )
    total = time.perf_counter() - start
    seconds = sum(monitor.seconds for monitor in monitors)
    return {
        "fit_seconds": total,
        "monitors_share_of_fit": seconds / total,
        "monitors_share_of_fit, with compilation": (seconds + compilation) / (total + compilation),
        "cases_checked_an_epoch": [len(monitor.answers) for monitor in monitors],
    }


def import_cost(repeats=7):
    """Median extra seconds of `import keras_halluc` after `import keras` in a fresh process."""
    code = (
        "import time, keras; t = time.perf_counter(); import keras_halluc; "
        "print(time.perf_counter() - t)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(repeats)
    ]
    return {"import_seconds_over_keras": statistics.median(float(r.stdout) for r in runs)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.parse_args()
    result = {"backend": keras.backend.backend(), "keras": keras.__version__}
    for part in (import_cost, step_ratios, monitor_share):
        result.update(part())
        print(json.dumps(result, indent=2), flush=True)
    target = RESULTS / f"overhead_{result['backend']}.json"
    target.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
