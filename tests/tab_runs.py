"""Runs for the Hallucination tab, written as the monitors write them, with known contents."""

import math
import random

import numpy as np

from keras_halluc._types import Case
from keras_halluc._types import Verdict
from keras_halluc.tensorboard import EventWriter

LABELS = ("contradicted", "unsupported", "abstained", "supported", "unmeasured")
OF_NUMBER = {0.0: "supported", 1.0: "unsupported"}
START, EPOCH = 1.7e9, 60.0  # seconds, of planted runs
SCRIPT = '<script>window.top.pwned = 1</script><img src=x onerror="window.top.pwned = 1">'
LONG = "long output " * 17_000  # 204,000 characters
SOURCE = "The bridge opened in 1932. It cost 6 million pounds. " + "Ferries went on. " * 90
WORDS = ("Paris", "Lyon 👍", "北京", "1889", "Ωmega", "I do not know", "Rome")


def make_cases(count, grouped=True):
    """Numbered cases; with `grouped`, every third has no group."""
    groups = ("old", "new", None) if grouped else (None,)
    return [
        Case(f"Question {i}?\nAnswer:", (f"answer {i}",), None, groups[i % len(groups)], f"c{i}")
        for i in range(count)
    ]


def make_answers(rng, count):
    """Outputs and verdicts drawn at random, each output with a span or none."""
    outputs, verdicts = [], []
    for _ in range(count):
        words = rng.choices(WORDS, k=3)
        label = rng.choice(LABELS)
        start = len(words[0]) + 1
        spans = ((start, start + len(words[1]), label),) if label in LABELS[:2] else ()
        score = None if label == "unmeasured" else rng.randrange(101) / 100
        outputs.append(" ".join(words))
        verdicts.append(Verdict(label, score, spans, f"because {words[2]}"))
    return outputs, verdicts


def write_step(writer, cases, outputs, verdicts, step, epochs=None):
    """What a monitor writes of one step."""
    measured = [verdict for verdict in verdicts if verdict.measured]
    rate = sum(verdict.hallucinated for verdict in measured) / max(len(measured), 1)
    low, high = max(rate - 0.1, 0.0), min(rate + 0.1, 1.0)
    writer.interval("val_hallucination_rate", rate, low, high, step)
    writer.interval("val_answer_accuracy", 1 - rate, 1 - high, 1 - low, step)
    writer.cases(cases, outputs, verdicts, step)
    writer.progress(step, epochs)


def write_run(folder, cases, steps, planned=None, ended=True, seed=0):
    """A run of random answers; returns `{step: (outputs, verdicts)}`."""
    rng = random.Random(seed)
    said = {}
    with EventWriter(folder) as writer:
        for step in range(steps):
            said[step] = make_answers(rng, len(cases))
            write_step(writer, cases, *said[step], step, planned)
        if ended:
            writer.progress(steps - 1, planned, ended=True)
    return said


def write_planted(folder, bad, groups, steps):
    """A run as a monitor writes it, an epoch a minute."""
    cases = [Case(f"Q{i}", ("a",), group=group, id=f"c{i}") for i, group in enumerate(groups)]
    with EventWriter(folder) as writer:
        for column, step in enumerate(steps):
            asked = [i for i, value in enumerate(bad[:, column]) if not math.isnan(value)]
            rows = [cases[i] for i in asked]
            verdicts = [Verdict(OF_NUMBER[bad[i, column]], 1.0 - bad[i, column]) for i in asked]
            when = START + EPOCH * step
            writer.interval("val_hallucination_rate", 0.5, 0.4, 0.6, step, when)
            writer.cases(rows, ["said"] * len(rows), verdicts, step, when)
        writer.progress(steps[-1], steps[-1], ended=True)


def write_hostile(folder):
    """Scripts, half a character and a huge output, wherever a text can be."""
    verdict = Verdict("unsupported", 0.0, ((0, 8, "unsupported"),), SCRIPT)
    cases = [
        Case(SCRIPT, (SCRIPT,), SCRIPT, SCRIPT, SCRIPT, fields={SCRIPT: SCRIPT}),
        Case("long", ("a",), None, None, "long"),
        Case("half", ("a",), None, None, "\ud800"),  # no address can hold it
    ]
    with EventWriter(folder) as writer:
        for step in (0, 1):
            write_step(writer, cases, [SCRIPT, LONG, "half said"], [verdict] * 3, step, 1)


def write_compared(folder):
    """Two runs on three cases: right in the first, in the second, in both; with a long output."""
    long = "And so it was. " * 60
    outputs = ["It opened in 1932.", long + "It cost 9 million pounds.", "It is a bridge."]
    start = outputs[1].index("9 million")
    spans = [(), ((start, start + 9, "contradicted"),), ()]
    labels = {
        "first": ("supported", "contradicted", "supported"),
        "second": ("unsupported", "supported", "supported"),
    }
    images = (np.full((6, 8, 3), 0.5), "photos/1.jpg", None)
    prompts = [f"{'Tell me. ' * 100}Question {i}?" for i in range(3)]
    cases = [
        Case(prompts[i], ("a",), SOURCE, None, f"c{i}", fields={"page": i}, image=images[i])
        for i in range(3)
    ]
    for run, named in labels.items():
        verdicts = [
            Verdict(label, float(label == "supported"), spans[i] if run == "first" else ())
            for i, label in enumerate(named)
        ]
        with EventWriter(folder / run / "hallucination") as writer:
            for step in range(2):
                write_step(writer, cases, outputs, verdicts, step, 1)
            writer.progress(1, 1, ended=True)


def fit_with_monitors(log_dir, epochs, cases=None):
    """A fit as `make quickstart` has it, of a model that says things at random; the monitors."""
    import keras

    import keras_halluc as kh

    facts = kh.data.load_facts("known")[:40]
    cases = cases or [fact.case() for fact in facts]
    rng = random.Random(0)

    def generate(prompts):
        right = {case.prompt: case.references[0] for case in cases}
        return [right[p] if rng.random() < 0.6 else rng.choice(facts).answer for p in prompts]

    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    settings = {"generator": generate, "log_dir": log_dir, "budget": None, "verbose": 0}
    half = len(cases) // 2
    categories = ["highly_known", "unknown"] * half
    monitors = [
        kh.callbacks.KnowledgeMonitor(
            cases[:half], categories[:half], heldout=cases[half:], **settings
        ),
        kh.callbacks.HallucinationMonitor(cases, **settings),
    ]
    stop = keras.callbacks.EarlyStopping("val_hallucination_rate", mode="min", patience=2)
    x = np.zeros((4, 1))
    model.fit(x, x, epochs=epochs, callbacks=[*monitors, stop], verbose=0)
    return {monitor.name: monitor for monitor in monitors}
