"""Killed at random moments and resumed: do monitors and the stopper end as if nothing had happened?

    python benchmarks/killed_and_resumed.py --times 20      # TensorFlow; about a quarter of an hour
    KERAS_BACKEND=torch python benchmarks/killed_and_resumed.py --times 20

The embedded GPT-2 is fine-tuned on unknown facts until `StopOnHallucination` stops it. It watches a
`HallucinationMonitor` kept to 32 of its 40 cases by its budget; a `ForgettingMonitor` with anchor
text and a `KnowledgeMonitor` that asks the base model stand beside it. A process of its own runs
`fit` and is killed with SIGKILL at a moment drawn at random from a seed: the end of a step, between
two callbacks, or while a file of ours is written. It is started again with the same
`keras.callbacks.BackupAndRestore`, in every second run killed once more, and started again. What it
leaves is compared with what the uninterrupted run leaves: weights, every value of every epoch, the
stopped and the best epoch, the base model's values, and what TensorBoard and the Hallucination tab
read.

Not killed are Keras' own writes of the backup, which are not atomic, nor is the order of rows drawn
(`shuffle=False`), since Keras does not restore it.
"""

import argparse
import csv
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

RESULTS = Path(__file__).parent / "results" / "killed_and_resumed.json"
EPOCHS, STEPS, BATCH = 6, 3, 16
ENDED = "it ended"
BACKEND = os.environ.get("KERAS_BACKEND", "tensorflow")
CONTEXT = multiprocessing.get_context("forkserver")  # a backend takes long to import
PARTS = ("hallucination", "forgetting", "knowledge", "stopping")


class Moments:
    """Counts the moments of a run, and kills the process at one of them."""

    def __init__(self, kill_at, file):
        self.count, self.kill_at, self.file = 0, kill_at, file

    def __call__(self, what):
        self.count += 1
        if self.count == self.kill_at:
            self.file.write_text(what)
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, owner, name, what):
        """Makes each call of a function a moment before it, where a write is half done."""
        function = getattr(owner, name)

        def counted(*args, **kwargs):
            self(what)
            return function(*args, **kwargs)

        setattr(owner, name, counted)


def between(moments, place):
    """A callback at a place of the list: what comes after it has not happened."""
    import keras

    return keras.callbacks.LambdaCallback(
        on_train_batch_end=(lambda step, logs: moments("a step")) if place == "first" else None,
        on_epoch_end=lambda epoch, logs: moments(f"the end of an epoch, {place}"),
    )


def train(folder, kill_at):
    """One `fit`; writes what it leaves, or dies."""
    import keras

    import keras_halluc as kh
    from keras_halluc.callbacks.session import state_folder
    from keras_halluc.tensorboard import grown_file

    moments = Moments(kill_at, folder / "killed")
    moments.before(state_folder.StateFolder, "_write", "a write of the state")
    moments.before(state_folder.os, "replace", "a state written and not yet in its place")
    moments.before(grown_file.GrownFile, "flush", "an event or a case")
    resumed = (folder / "backup" / "training_metadata.json").exists()
    keras.utils.set_random_seed(random.SystemRandom().randrange(1 << 30) if resumed else 0)
    tuner = kh.models.FineTuner(kh.presets.load_facts_gpt2())
    generator = kh.generation.TaskGenerator(tuner.task, max_new_tokens=4, batch_size=20)
    rate = keras.optimizers.schedules.PiecewiseConstantDecay([2 * STEPS], [2e-4, 2e-3])
    tuner.compile(keras.optimizers.AdamW(rate, clipnorm=1.0))
    unknown, known = kh.data.load_facts("unknown"), kh.data.load_facts("known")
    train_on = unknown[: STEPS * BATCH]
    prompts, answers = [f.prompt() for f in train_on], [f.answer for f in train_on]
    x, y, weight = kh.data.answer_inputs(tuner.task, prompts, answers)
    common = {"generator": generator, "log_dir": folder / "run", "strict": True, "verbose": 0}
    cases = [fact.case() for fact in known[:48]]
    monitor = kh.callbacks.HallucinationMonitor(cases[:40], budget=1e-9, **common)
    monitors = [
        monitor,
        kh.callbacks.ForgettingMonitor(
            cases[:8], anchor=[f.statement() for f in known[:8]], budget=None, **common
        ),
        kh.callbacks.KnowledgeMonitor(
            [f.case() for f in train_on[:4]] + cases[:4], heldout=cases[40:], budget=None, **common
        ),
    ]
    stop = kh.callbacks.StopOnHallucination(monitor, log_dir=folder / "run", strict=True, verbose=0)
    callbacks = [
        between(moments, "first"),
        *monitors,
        between(moments, "after the monitors"),
        stop,
        keras.callbacks.CSVLogger(folder / "log.csv", append=True),
        between(moments, "before the backup"),
        keras.callbacks.BackupAndRestore(folder / "backup"),
        between(moments, "after the backup"),
    ]
    fit = {"batch_size": BATCH, "epochs": EPOCHS, "shuffle": False, "verbose": 0}
    tuner.fit(x, y, sample_weight=weight, callbacks=callbacks, **fit)
    np.savez(folder / "weights.npz", *tuner.task.get_weights())
    base = {key: repr(value) for one in monitors for key, value in one.baseline.items()}
    left = {
        "stopped_epoch": stop.stopped_epoch,
        "best_epoch": stop.best_epoch,
        "reason": stop.reason,
        "baseline": base,
    }
    (folder / "left.json").write_text(json.dumps({**left, "moments": moments.count}))


def run(folder, kill_at=-1):
    """Runs `train` in a process of its own; returns at which moment it was killed."""
    process = CONTEXT.Process(target=train, args=(folder, kill_at))
    process.start()
    process.join()
    if kill_at > 0 and process.exitcode == -signal.SIGKILL:
        return (folder / "killed").read_text()
    assert process.exitcode == 0
    return ENDED


def what_is_left(folder):
    """All that a run leaves, by name, and how many moments its last process had."""
    left = json.loads((folder / "left.json").read_text())
    moments = left.pop("moments")
    with np.load(folder / "weights.npz") as found:
        left["weights"] = [found[f"arr_{i}"].tobytes() for i in range(len(found))]
    with open(folder / "log.csv") as file:  # the row of an epoch done twice is its later one
        left["history"] = {row["epoch"]: row for row in csv.DictReader(file)}
    left["events"] = {part: events(folder / "run" / part) for part in PARTS}
    left["cases"] = {part: said(folder / "run" / part) for part in PARTS[:3]}
    left["backup"] = (folder / "backup").exists()
    return left, moments


def events(folder):
    """Steps and values by tag, as TensorBoard's default server shows them: the later of a step."""
    from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
    from tensorboard.util import tensor_util

    sizes = dict.fromkeys(("scalars", "text", "histograms", "custom_scalars", "images"), 0)
    reader = EventMultiplexer({"run": str(folder)}, tensor_size_guidance=sizes)
    reader.Reload()
    found = {}
    for tag in reader.Runs()["run"]["tensors"]:
        kept = found[tag] = []
        for event in reader.Tensors("run", tag):
            while kept and kept[-1][0] >= event.step:
                kept.pop()
            kept.append((event.step, repr(tensor_util.make_ndarray(event.tensor_proto).tolist())))
    return found


def said(folder):
    """What the tab shows of each step."""
    from keras_halluc.tensorboard_plugin.case_index import CaseIndex

    steps = CaseIndex(str(folder)).steps()
    return {
        step: [block.ids, block.labels, block.scores, block.answers(range(len(block.ids)))]
        for step, block in steps.items()
    }


def one_run(folder, kills):
    folder.mkdir()
    moments = []
    for kill in [*kills, -1]:  # it may end before it is killed a second time
        if ENDED not in moments:
            moments.append(run(folder, kill))
    return moments, what_is_left(folder)[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20)
    args = parser.parse_args()
    CONTEXT.set_forkserver_preload([BACKEND, "keras_hub", "keras_halluc"])
    rng, outcomes, began = random.Random(0), [], time.time()
    with tempfile.TemporaryDirectory() as root:
        straight = Path(root) / "straight"
        straight.mkdir()
        run(straight)
        expected, moments = what_is_left(straight)
        assert expected["stopped_epoch"] is not None, expected["reason"]
        print(expected["reason"], f"{moments} moments", flush=True)
        for i in range(args.times):
            kills = [rng.randrange(1, moments + 1)]
            if i % 2:  # fewer are left the second time, but never fewer than those of an epoch
                kills.append(rng.randrange(1, moments // 4))
            killed, left = one_run(Path(root) / str(i), kills)
            apart = [name for name in expected if left[name] != expected[name]]
            outcomes.append({"killed_at": kills, "during": killed, "apart": apart})
            print(outcomes[-1], flush=True)
    equal = sum(not outcome["apart"] for outcome in outcomes)
    print(f"{equal} of {len(outcomes)} left what the uninterrupted run left")
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    found[BACKEND] = {
        "equal": equal,
        "of": len(outcomes),
        "moments": moments,
        "compared": sorted(expected),
        "uninterrupted": expected["reason"],
        "seconds": round(time.time() - began),
        "runs": outcomes,
    }
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
