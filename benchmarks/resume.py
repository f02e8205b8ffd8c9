"""Killed at a random step and resumed: are the final weights those of a run that was not?

    python benchmarks/resume.py           # 10 kills, about 10 minutes on a core

The embedded GPT-2 with dropout 0.1, `FineTuner` with `SelfDistillation` on replay drawn at random,
3 epochs of 8 steps, AdamW with a schedule. Each run in a process of its own is killed with SIGKILL
at a random step after the first epoch and started again with the same
`keras.callbacks.BackupAndRestore`, which goes on from the last whole epoch. Weights are compared
bit by bit. The order of rows is fixed (`shuffle=False`): Keras itself does not restore the state of
its shuffling.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

RESULTS = Path(__file__).parent / "results"
EPOCHS, STEPS, BATCH = 3, 8, 16


def train(folder, kill_at):
    """One fit; writes the final weights, or dies at the step."""
    import keras
    import keras_hub

    import keras_halluc as kh

    keras.utils.set_random_seed(0 if kill_at else random.randrange(1 << 30))
    task = kh.presets.load_facts_gpt2()
    config = task.backbone.get_config() | {"dropout": 0.1}
    backbone = keras_hub.models.GPT2Backbone.from_config(config)
    weights = task.get_weights()
    task = keras_hub.models.GPT2CausalLM(backbone, task.preprocessor)
    task.set_weights(weights)
    facts = kh.data.load_facts("unknown")[: STEPS * BATCH]
    replay = kh.data.text_inputs(task, [f.statement() for f in kh.data.load_facts("asked")])
    x, y, weight = kh.data.answer_inputs(
        task, [f.prompt() for f in facts], [f.answer for f in facts]
    )
    objective = kh.objectives.SelfDistillation(replay=replay, batch_size=16, seed=1)
    tuner = kh.models.FineTuner(task, [objective])
    schedule = kh.schedules.WarmupLinear(1e-3, EPOCHS * STEPS, warmup_steps=4)
    tuner.compile(keras.optimizers.AdamW(schedule, clipnorm=1.0))
    left = [kill_at]

    def count(batch, logs=None):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    callbacks = [
        keras.callbacks.BackupAndRestore(folder / "backup"),
        keras.callbacks.LambdaCallback(on_train_batch_end=count),
    ]
    fit = {"batch_size": BATCH, "epochs": EPOCHS, "shuffle": False, "verbose": 0}
    tuner.fit(x, y, sample_weight=weight, callbacks=callbacks, **fit)
    np.savez(folder / "weights.npz", *tuner.task.get_weights())


def run(folder, kill_at=-1):
    command = [sys.executable, __file__, "--folder", str(folder), "--kill-at", str(kill_at)]
    return subprocess.run(command, capture_output=True, text=True)


def weights_in(folder):
    with np.load(folder / "weights.npz") as found:
        return [found[f"arr_{i}"] for i in range(len(found))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kill-at", type=int, default=-1, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.folder:
        return train(args.folder, args.kill_at)
    rng, outcomes = random.Random(0), []
    with tempfile.TemporaryDirectory() as root:
        straight = Path(root) / "straight"
        straight.mkdir()
        first = run(straight, kill_at=10**9)
        assert first.returncode == 0, first.stderr
        expected = weights_in(straight)
        for i in range(args.times):
            folder = Path(root) / str(i)
            folder.mkdir()
            step = rng.randrange(STEPS + 1, EPOCHS * STEPS)
            killed = run(folder, step)
            assert killed.returncode == -signal.SIGKILL, killed.stderr
            resumed = run(folder)
            assert resumed.returncode == 0, resumed.stderr
            pairs = list(zip(expected, weights_in(folder)))
            apart = max(float(np.max(np.abs(a - b))) for a, b in pairs)
            outcomes.append({"killed_at_step": step, "largest_difference": apart})
            print(outcomes[-1], flush=True)
    equal = sum(o["largest_difference"] == 0.0 for o in outcomes)
    print(f"{equal} of {len(outcomes)} equal to the uninterrupted run")
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    result = {"backend": backend, "equal": equal, "of": len(outcomes), "runs": outcomes}
    (RESULTS / f"resume_{backend}.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
