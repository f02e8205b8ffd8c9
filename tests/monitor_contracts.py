"""Every public monitor: how to make it, and a model of a few weights to fit under it.

Add a monitor here and the contract tests run on it.
"""

import keras
import numpy as np
import tiny_models

import keras_halluc as kh
from keras_halluc.generation import TokenScores
from keras_halluc.testing import MonitorContract

COUNT = 36  # fewer rows have no calibration
X = np.arange(2 * COUNT, dtype="float32").reshape(COUNT, 2) / COUNT
CLASSES = np.arange(COUNT) % 3
CASES = tuple(kh.data.Case(f"prompt {i}", ("yes",)) for i in range(COUNT))
PROMPTS = ["paris is in", "rome is in", "the cat sat", "a dog"]
ANSWERS = [" france", " italy", " down", " and a cat"]
BAD_CHECKER = {"checker": "values"}


def classifier():
    """Three classes out of two numbers, with dropout, which draws."""
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dropout(0.2), keras.layers.Dense(3, name="logits")]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.05), loss, run_eagerly=True)
    return model


def gpt2():
    """A GPT-2 over bytes with dropout, which is trained on token ids."""
    task = tiny_models.gpt2(dropout=0.1)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    task.compile(optimizer=keras.optimizers.Adam(0.01), loss=loss, run_eagerly=True)
    return task


class Sayer:
    """Says yes to every other prompt, the surer the higher its number."""

    def generate(self, prompts):
        return ["yes" if int(prompt.split()[-1]) % 2 else "no" for prompt in prompts]

    def score(self, prompts, continuations):
        found = [[-0.1 * (COUNT + 1 - int(prompt.split()[-1]))] for prompt in prompts]
        mask = np.array([[float(bool(text))] for text in continuations], "float32")
        return TokenScores(np.array(found, "float32") * mask, np.zeros_like(mask), mask)


def bags(texts):
    """How often each of a few letters stands in each text."""
    return np.array([[text.count(letter) for letter in "aeiouy"] for text in texts], "float32")


def asked(task):
    """Arguments for a monitor of what a task itself answers."""
    generator = kh.generation.TaskGenerator(task, max_new_tokens=3, batch_size=4)
    cases = [kh.data.Case(p, (a,)) for p, a in zip(PROMPTS, ANSWERS)]
    return {"cases": cases, "generator": generator}


def monitor_contracts() -> list[MonitorContract]:
    """At least one contract for each public monitor."""
    callbacks = kh.callbacks
    said = {"cases": CASES, "generator": Sayer()}
    plain = {"model": classifier, "data": (X, CLASSES)}
    tokens = kh.data.answer_inputs(tiny_models.gpt2(), PROMPTS, ANSWERS)
    return [
        MonitorContract(
            callbacks.AttentionMonitor,
            kwargs=lambda task: {**asked(task), "pictures": 1},
            model=gpt2,
            data=tokens,
            bad_kwargs=({"pictures": -1}, {"timeout": 0}),
        ),
        MonitorContract(
            callbacks.CalibrationMonitor,
            kwargs={**said, "resamples": 2},
            **plain,
            bad_kwargs=({"timeout": 0}, {"resamples": 0}, {"confidence": "loudness"}, BAD_CHECKER),
        ),
        MonitorContract(
            callbacks.ClassifierCalibrationMonitor,
            kwargs={"validation_data": (X, CLASSES), "resamples": 2},
            **plain,
            without=("budget",),  # it measures the same rows every time
            bad_kwargs=(
                {"from_logits": "yes"},
                {"batch_size": 0},
                {"max_rows": 0},
                {"resamples": 0},
            ),
        ),
        MonitorContract(
            callbacks.ForgettingMonitor,
            kwargs=lambda task: {
                **asked(task),
                "anchor": PROMPTS,
                "prompts": PROMPTS[:1],
                "top_k": 8,
            },
            model=gpt2,
            data=tokens,
            bad_kwargs=({"timeout": 0}, {"top_k": 0}, {"examples": -1}, BAD_CHECKER),
        ),
        MonitorContract(
            callbacks.GeneralizationMonitor,
            kwargs={"training_data": (X, CLASSES), "batch_size": 4},
            **plain,
            bad_kwargs=({"batch_size": 0}, {"max_rows": 0}),
        ),
        MonitorContract(
            callbacks.HallucinationMonitor,
            kwargs=said,
            **plain,
            bad_kwargs=({"timeout": 0}, {"examples": -1}, BAD_CHECKER),
        ),
        MonitorContract(
            callbacks.KnowledgeMonitor,
            kwargs={
                "cases": CASES[:8],
                "knowledge": ["maybe_known", "unknown"] * 4,
                "heldout": CASES[8:],
                "generator": Sayer(),
            },
            **plain,
            bad_kwargs=({"timeout": 0}, BAD_CHECKER),
        ),
        MonitorContract(
            callbacks.ShiftMonitor,
            kwargs={
                "cases": CASES,
                "training_texts": [f"the text {i}" for i in range(24)],
                "features": bags,
                "generator": Sayer(),
                "permutations": 9,
            },
            **plain,
            bad_kwargs=(
                {"timeout": 0},
                {"features": "bags"},
                {"max_length": 0},
                {"max_rows": 0},
                {"permutations": 0},
            ),
        ),
    ]
