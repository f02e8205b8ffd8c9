"""The same project on any number of devices: what the other scripts of this folder train.

On each engine only the lines around it differ. What a run found is printed as one line of JSON, so
that `benchmarks/several_devices.py` can lay the runs beside one another.
"""

import json
import pathlib

import keras
import numpy as np

import keras_halluc as kh

BATCH_SIZE, EPOCHS = 8, 2
TRAIN, ASKED = 28, 14
FACTS = [fact for fact in kh.data.load_facts("unknown")][: TRAIN + ASKED]
TEXTS = [fact.prompt() + fact.answer for fact in FACTS[:TRAIN]] + ["Paris is in France."] * 4
CASES = [kh.data.Case(fact.prompt(), (fact.object,)) for fact in FACTS[TRAIN:]]


class Asked(kh.generation.TaskGenerator):
    """A generator that counts what this process asks."""

    prompts = 0

    def generate(self, prompts):
        self.prompts += len(prompts)
        return super().generate(prompts)


def make(optimizer=None):
    """A guarded tuner, compiled: call it where the engine wants models to be made."""
    keras.utils.set_random_seed(0)
    task = kh.presets.load_facts_gpt2(dropout=0.0)  # masks would differ from device to device
    task.preprocessor.sequence_length = 32
    replay = kh.data.text_inputs(task, TEXTS[:8], 32)
    objectives = [
        kh.objectives.SelfDistillation(2.0),
        kh.objectives.SelfDistillation(5.0, replay=replay, batch_size=4, name="replay"),
        kh.objectives.LossTruncation(0.25, window=16),
        kh.objectives.L2SP(0.01),
    ]
    tuner = kh.models.FineTuner(task, objectives)
    tuner.compile(optimizer or keras.optimizers.SGD(0.005))
    return tuner


def monitors(tuner, log_dir):
    """Three monitors that share one generator, and the generator."""
    asked = Asked(tuner.task, max_new_tokens=4, batch_size=4)
    shared = {"generator": asked, "log_dir": log_dir, "budget": None, "strict": True}
    return asked, [
        kh.callbacks.HallucinationMonitor(CASES, **shared),
        kh.callbacks.KnowledgeMonitor(CASES, ["unknown"] * len(CASES), **shared),
        kh.callbacks.ForgettingMonitor(CASES, anchor=TEXTS[:5], **shared),
    ]


def report(history, asked, log_dir, tuner):
    """Prints what came of it."""
    weights = [np.asarray(keras.ops.convert_to_numpy(v)) for v in tuner.task.trainable_variables]
    found = {
        "history": {key: list(map(float, values)) for key, values in history.items()},
        "weights": float(sum(np.abs(w).sum(dtype="float64") for w in weights)),
        "asked": asked.prompts,
        "event_files": len(list(pathlib.Path(log_dir).rglob("*tfevents*"))),
    }
    print("found " + json.dumps(found), flush=True)
