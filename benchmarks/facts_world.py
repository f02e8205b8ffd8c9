"""Facts a model knows and facts that are new to it: rows to train on, a `fit`, what is measured.

What `known_unknown.py` and `continual.py` share. What each measure means stands in the first.
"""

import dataclasses
import os
import random
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

import keras_halluc as kh

EPOCHS, BATCH, RATE, LENGTH = 15, 64, 3e-4, 28
TRAIN, DEV, TEST = 300, 200, 400
WRITTEN = 12_000  # texts of the base model's own


@dataclasses.dataclass
class World:
    """The facts of one seed, and the model they are taught to."""

    seed: int
    known: list  # in training
    new: list  # in training
    dev: list  # known, to stop early
    test: list  # known, reported
    never: list  # never seen, reported
    asked: list  # others that the model knows; their text is replayed
    practice: list  # others that the model knows; their questions are asked without answers
    task: keras.Model
    base: list
    generator: object
    replay: tuple
    written: tuple = None  # text the base model wrote
    practised: tuple = None  # what it answered to questions without labels

    @property
    def rows(self):
        return self.known + self.new

    @property
    def categories(self):
        return ["highly_known"] * len(self.known) + ["unknown"] * len(self.new)


def make_world(seed, task, base, generator, facts=None, sizes=(TRAIN, DEV, TEST)):
    """The world of a seed; `facts` are the embedded ones unless given."""
    train, dev, test = sizes
    rng = random.Random(seed)
    facts = kh.data.load_facts() if facts is None else facts
    known, unknown, asked = (
        [fact for fact in facts if fact.split == split] for split in ("known", "unknown", "asked")
    )
    rng.shuffle(known)
    rng.shuffle(unknown)
    texts = [text for fact in asked for text in fact.statements]
    texts += [prompt + fact.answer for fact in asked for prompt in fact.prompts]
    return World(
        seed,
        known[:train],
        unknown[:train],
        known[train : train + dev],
        known[train + dev : train + dev + test],
        unknown[train : 2 * train],
        asked,
        known[train + dev + test :],
        task,
        base,
        generator,
        kh.data.text_inputs(task, texts) if texts else None,
    )


def answer_rows(world, facts, answers=None, weights=None, length=LENGTH):
    answers = [fact.answer for fact in facts] if answers is None else answers
    return kh.data.answer_inputs(
        world.task, [fact.prompt() for fact in facts], answers, length, weights=weights
    )


def reworded_rows(world):
    """Every fact asked as in training, and the new ones stated in two of the four ways."""
    texts = [fact.statement(form) for fact in world.new for form in (0, 1)]
    return kh.data.mix_replay(
        answer_rows(world, world.rows), kh.data.text_inputs(world.task, texts, LENGTH)
    )


def stated_prompt(fact, form):
    return fact.statement(form).removesuffix(f"{fact.answer}.")


def own_answers(world):
    """What the base model answers to the questions without labels, where its wordings agree."""
    wordings = [
        [*fact.prompts, *(stated_prompt(fact, form) for form in range(4))]
        for fact in world.practice
    ]
    return kh.data.agreed_answers(world.generator, wordings)


def practice_rows(world):
    """Questions without labels, with what the base model answers in most wordings."""
    if world.practised is None:
        answers = own_answers(world)
        rows = [(fact, f" {answer}") for fact, answer in zip(world.practice, answers) if answer]
        world.practised = answer_rows(world, *zip(*rows))
    return world.practised


def written_replay(world):
    """Texts the base model writes by itself."""
    if world.written is None:
        world.written = written_rows(world, WRITTEN)
    return world.written


def written_rows(world, count):
    generator = kh.generation.TaskGenerator(world.task, max_new_tokens=24, batch_size=256)
    texts = kh.data.generate_replay(generator, count, seed=world.seed)
    return kh.data.text_inputs(world.task, texts)


def adamw(total, rate=RATE):
    """At a rate that falls linearly to one half."""
    rate = kh.schedules.WarmupLinear(rate, 2 * total, warmup_steps=10)
    return keras.optimizers.AdamW(rate, weight_decay=0.0, clipnorm=1.0)


def falling_adamw(total, rate):
    """At a rate that falls along a cosine to 0."""
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, total - 10, warmup_target=rate, warmup_steps=10
    )
    return keras.optimizers.AdamW(rate, weight_decay=0.0, clipnorm=1.0)


def train(
    world, inputs=None, objectives=(), optimizer=None, callbacks=(), epochs=EPOCHS, batch=BATCH
):
    """Fine-tunes `world.task` from where it is; returns seconds: its fastest epoch x epochs."""
    inputs = answer_rows(world, world.rows) if inputs is None else inputs
    dataset = isinstance(inputs, keras.utils.PyDataset)
    steps = len(inputs) if dataset else -(-len(inputs[1]) // batch)
    keras.utils.set_random_seed(world.seed)
    tuner = kh.models.FineTuner(world.task, objectives=list(objectives))
    tuner.compile(optimizer=optimizer or adamw(epochs * steps))
    times = EpochTimes()
    if dataset:
        arguments = {"x": inputs}
    else:
        arguments = dict(zip(("x", "y", "sample_weight"), inputs), batch_size=batch)
    tuner.fit(**arguments, epochs=epochs, callbacks=[times, *callbacks], verbose=0)
    return min(times.seconds[1:] or times.seconds) * epochs


def guarded(world, rows, epochs):
    """Replay of the model's own writing, at a higher rate that falls to 0."""
    optimizer = falling_adamw(epochs * -(-len(rows[1]) // BATCH), 5e-4)
    objective = self_distillation(world, replay=written_replay(world), size=2 * BATCH)
    return train(world, rows, [objective], optimizer, epochs=epochs)


class EpochTimes(keras.callbacks.Callback):
    """Seconds of each epoch, without what other callbacks do at its end."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.start)


def self_distillation(world, weight=10.0, replay=None, size=BATCH, **kwargs):
    rows = world.replay if replay is None else replay
    return kh.objectives.SelfDistillation(weight, replay=rows, batch_size=size, **kwargs)


def stated_case(fact):
    """The fact to be completed as a statement, in a wording no method trains."""
    return dataclasses.replace(fact.case(), prompt=stated_prompt(fact, 3))


def ask(world, cases):
    outputs = world.generator.generate([case.prompt for case in cases])
    return outputs, kh.grounding.AnswerChecker().check(cases, outputs)


def share(verdicts, label="supported"):
    return sum(v.label == label for v in verdicts) / len(verdicts)


def measure(world):
    """Everything in the module's docstring, of the model as it is."""
    parts = {
        "known": [fact.case() for fact in world.test],
        "known_reworded": [fact.case(form=1) for fact in world.test],
        "new": [fact.case() for fact in world.new],
        "new_reworded": [fact.case(form=i) for fact in world.new for i in (1, 2)],
        "never": [fact.case() for fact in world.never],
        "new_stated": [stated_case(fact) for fact in world.new],
    }
    everything = [case for cases in parts.values() for case in cases]
    outputs, verdicts = ask(world, everything)
    by_part, start = {}, 0
    for name, cases in parts.items():
        by_part[name] = slice(start, start + len(cases))
        start += len(cases)
    of = {name: verdicts[rows] for name, rows in by_part.items()}
    found = {
        name: share(of[name])
        for name in ("known", "known_reworded", "new", "new_reworded", "new_stated")
    }
    names = ("known", "new_reworded", "never")
    watched = [i for name in names for i in range(by_part[name].start, by_part[name].stop)]
    judged = [verdicts[i] for i in watched]
    found["hallucination_rate"] = sum(v.hallucinated for v in judged) / len(judged)
    found["abstain_known"] = share(of["known"], "abstained")
    found["abstain_never_seen"] = share(of["never"], "abstained")
    scores = world.generator.score(
        [everything[i].prompt for i in watched], [outputs[i] or " " for i in watched]
    )
    confidence = np.exp((scores.log_probs * scores.mask).sum(axis=1))
    right = np.array([v.label == "supported" for v in judged])
    found["ece"] = calibration_error(confidence, right)
    found["aurc"] = kh.ops.aurc(confidence, right)
    return found


def own_knowledge(world):
    """What the base model knows without being asked as in training."""
    pairs = [(a, f.object) for a, f in zip(own_answers(world), world.practice) if a is not None]
    stated = [
        dataclasses.replace(fact.case(), prompt=stated_prompt(fact, form))
        for fact in world.test
        for form in range(4)
    ]
    return {
        "known_stated": share(ask(world, stated)[1]),
        "practice_agreed": len(pairs) / len(world.practice),
        "practice_agreed_right": sum(a == b for a, b in pairs) / len(pairs),
    }


def calibration_error(confidence, right, bins=15):
    """Mean gap between confidence and accuracy, in bins of equal mass."""
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, bins)
    return sum(abs(confidence[p].mean() - right[p].mean()) * len(p) for p in parts) / len(order)
