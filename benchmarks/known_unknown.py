"""Which method keeps what a model knew, and how deeply does it learn new facts?

    python benchmarks/known_unknown.py                    # 5 seeds, about 3 hours on a core
    python benchmarks/known_unknown.py --seeds 0 --methods plain replay
    python benchmarks/known_unknown_report.py             # tables of what was measured so far

The embedded GPT-2 is fine-tuned on questions about 300 facts it knows and 300 it never saw, in one
wording, 15 epochs. A seed chooses the facts and the order of batches; every method starts from the
same weights with the same facts. Settings were chosen on seed 100; seeds 0 to 4 are reported.

Text to replay is of two kinds: sentences about other known facts, as in pretraining (`replay`), and
12,000 texts the base model writes by itself (`replay_written`). `practice` adds questions about
635 other facts without labels, with the answers the base model agrees on (`kh.data.agreed_answers`)
and `reworded` adds two statements of each new fact. `guarded` runs take more steps and a rate that
falls to 0: what that costs is in `train_seconds`.

Measured at the end, on facts and wordings apart from those used to train or to stop early:

- `known`: share of 400 held-out known facts answered right (base model: before fine-tuning)
- `known_reworded`: the same, asked in a wording that was not trained
- `new`: share of the 300 new facts recalled in the trained wording
- `new_reworded`: the same in two questions that were not trained; `new_stated`: as a statement
  that was not trained
- `hallucination_rate`: over held-out known, reworded new and 300 never seen facts
- `abstain_known`, `abstain_never_seen`: share answered with an abstention
- `ece`, `aurc`: calibration of the answer's probability, over the same answers
- `train_seconds`: the fastest epoch times their number
"""

import argparse
import dataclasses
import json
import os
import random
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import keras_hub
import numpy as np

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results"
EPOCHS, BATCH, RATE, LENGTH = 15, 64, 3e-4, 28
TRAIN, DEV, TEST = 300, 200, 400
WRITTEN = 12_000  # texts of the base model's own
ABSTENTION = " unknown"  # four tokens, where " I don't know" has nine
SHARES = (0.9, 0.8, 0.7, 0.5)  # of tuned weights, averaged with the base


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


def make_world(seed, task, base, generator):
    rng = random.Random(seed)
    known = [fact for fact in kh.data.load_facts("known") if fact.split == "known"]
    unknown = kh.data.load_facts("unknown")
    rng.shuffle(known)
    rng.shuffle(unknown)
    asked = kh.data.load_facts("asked")
    texts = [text for fact in asked for text in fact.statements]
    texts += [prompt + fact.answer for fact in asked for prompt in fact.prompts]
    return World(
        seed,
        known[:TRAIN],
        unknown[:TRAIN],
        known[TRAIN : TRAIN + DEV],
        known[TRAIN + DEV : TRAIN + DEV + TEST],
        unknown[TRAIN : 2 * TRAIN],
        asked,
        known[TRAIN + DEV + TEST :],
        task,
        base,
        generator,
        kh.data.text_inputs(task, texts),
    )


# ---------------------------------------------------------------------------------- training


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


def practice_rows(world):
    """Questions without labels, with what the base model answers in most wordings."""
    if world.practised is None:
        wordings = [
            [*fact.prompts, *(stated_prompt(fact, form) for form in range(4))]
            for fact in world.practice
        ]
        answers = kh.data.agreed_answers(world.generator, wordings)
        rows = [(fact, f" {answer}") for fact, answer in zip(world.practice, answers) if answer]
        world.practised = answer_rows(world, *zip(*rows))
    return world.practised


def adamw(total):
    rate = kh.schedules.WarmupLinear(RATE, 2 * total, warmup_steps=10)
    return keras.optimizers.AdamW(rate, weight_decay=0.0, clipnorm=1.0)


def train(world, inputs=None, objectives=(), optimizer=None, callbacks=(), epochs=EPOCHS):
    """Fine-tunes `world.task` from where it is; returns seconds: its fastest epoch x epochs."""
    inputs = answer_rows(world, world.rows) if inputs is None else inputs
    dataset = isinstance(inputs, keras.utils.PyDataset)
    steps = len(inputs) if dataset else -(-len(inputs[1]) // BATCH)
    keras.utils.set_random_seed(world.seed)
    tuner = kh.models.FineTuner(world.task, objectives=list(objectives))
    tuner.compile(optimizer=optimizer or adamw(epochs * steps))
    times = EpochTimes()
    if dataset:
        arguments = {"x": inputs}
    else:
        arguments = dict(zip(("x", "y", "sample_weight"), inputs), batch_size=BATCH)
    tuner.fit(**arguments, epochs=epochs, callbacks=[times, *callbacks], verbose=0)
    return min(times.seconds[1:] or times.seconds) * epochs


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
    return kh.objectives.SelfDistillation(weight, replay=rows, replay_batch_size=size, **kwargs)


def written_replay(world):
    """Texts the base model writes by itself."""
    if world.written is None:
        generator = kh.generation.TaskGenerator(world.task, max_new_tokens=24, batch_size=256)
        texts = kh.data.generate_replay(generator, WRITTEN, seed=world.seed)
        world.written = kh.data.text_inputs(world.task, texts)
    return world.written


def stop_early(world):
    generator = world.generator
    monitor = kh.callbacks.KnowledgeMonitor(
        [world.known[0].case()],
        ["highly_known"],
        heldout=[fact.case() for fact in world.dev],
        generator=generator,
        budget=None,
        verbose=0,
    )
    stop = keras.callbacks.EarlyStopping(
        "heldout_known_accuracy", mode="max", patience=3, restore_best_weights=True
    )
    return [monitor, stop]


def wrong_answers(world, facts):
    groups = [fact.relation for fact in facts]
    swapped = kh.data.swap_answers([fact.answer for fact in facts], groups, world.seed)
    return answer_rows(world, facts, swapped)


METHODS = {
    "plain": lambda w: train(w),
    "early_stopping": lambda w: train(w, callbacks=stop_early(w)),
    "filter": lambda w: train(w, answer_rows(w, kh.data.drop_unknown(w.rows, w.categories))),
    "weight_0.1": lambda w: train(
        w, answer_rows(w, w.rows, weights=kh.data.weight_by_knowledge(w.categories))
    ),
    "truncation_0.5": lambda w: train(w, objectives=[kh.objectives.LossTruncation(0.5)]),
    "truncation_0.3": lambda w: train(w, objectives=[kh.objectives.LossTruncation(0.3)]),
    "kl_answers": lambda w: train(w, objectives=[kh.objectives.SelfDistillation(1.0)]),
    "kl_masked": lambda w: train(
        w, objectives=[kh.objectives.SelfDistillation(1.0, mask_gold=True)]
    ),
    "kl_snapshot": lambda w: train(
        w, objectives=[kh.objectives.SelfDistillation(1.0, mask_gold=True, snapshot_epoch=2)]
    ),
    "replay": lambda w: train(w, objectives=[self_distillation(w)]),
    "replay_written": lambda w: train(
        w, objectives=[self_distillation(w, replay=written_replay(w))]
    ),
    "replay_cross_entropy": lambda w: train(
        w, kh.data.mix_replay(answer_rows(w, w.rows), w.replay, seed=w.seed)
    ),
    "l2_sp": lambda w: train(w, objectives=[kh.objectives.L2SP(0.3)]),
    "layerwise_0.6": lambda w: train(w, optimizer=layerwise(w, 0.6)),
    "known_patch": lambda w: train(
        w, kh.data.known_patch(answer_rows(w, w.rows), w.categories, EPOCHS, 3, BATCH, w.seed)
    ),
    "adversarial_fgm": lambda w: train(
        w, objectives=[kh.objectives.AdversarialPerturbation(epsilon=0.5)]
    ),
    "adversarial_freelb": lambda w: train(
        w, objectives=[kh.objectives.AdversarialPerturbation(method="freelb", epsilon=0.5, steps=2)]
    ),
    "virtual_adversarial": lambda w: train(
        w, objectives=[kh.objectives.VirtualAdversarial(epsilon=0.5)]
    ),
    "denoising": lambda w: train(w, objectives=[kh.objectives.Denoising(rate=0.1)]),
    "consistency": lambda w: train(
        w,
        objectives=[
            kh.objectives.ConsistencyOnUnlabelled(answer_rows(w, w.asked), batch_size=BATCH)
        ],
    ),
    "unlikelihood": lambda w: train(
        w, objectives=[kh.objectives.Unlikelihood(negatives=wrong_answers(w, w.rows))]
    ),
    "preference": lambda w: train(
        w,
        objectives=[
            kh.objectives.PreferenceFactuality(
                answer_rows(w, w.asked), wrong_answers(w, w.asked), batch_size=BATCH
            )
        ],
    ),
    "r_drop": lambda w: train(with_dropout(w), objectives=[kh.objectives.RDrop()]),
    "dropout": lambda w: train(with_dropout(w)),
    "lora": lambda w: train(lora(w), optimizer=keras.optimizers.AdamW(3e-3, clipnorm=1.0)),
    "abstain": lambda w: train(w, abstention_rows(w)),
    # Half of the epochs: a new fact has three rows, so that there are as many steps.
    "reworded": lambda w: train(w, reworded_rows(w), epochs=EPOCHS // 2),
    "practice": lambda w: train(
        w, kh.data.mix_replay(answer_rows(w, w.rows), practice_rows(w)), epochs=EPOCHS // 2
    ),
    "replay_reworded": lambda w: guarded(w, reworded_rows(w), 15),
    "replay_reworded_practice": lambda w: guarded(
        w, kh.data.mix_replay(reworded_rows(w), practice_rows(w)), 15
    ),
    "filter_replay_practice": lambda w: guarded(
        w,
        kh.data.mix_replay(
            answer_rows(w, kh.data.drop_unknown(w.rows, w.categories)), practice_rows(w)
        ),
        10,
    ),
    "abstain_replay_practice": lambda w: train(
        w,
        kh.data.mix_replay(abstention_rows(w), practice_rows(w)),
        [self_distillation(w)],
        epochs=EPOCHS // 2,
    ),
}
AVERAGED = ("plain", "replay_written", "replay_reworded_practice")


def guarded(world, rows, epochs):
    """Replay of the model's own writing, at a higher rate that falls to 0."""
    total = epochs * -(-len(rows[1]) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, total - 10, warmup_target=5e-4, warmup_steps=10
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=0.0, clipnorm=1.0)
    objective = self_distillation(world, replay=written_replay(world), size=2 * BATCH)
    return train(world, rows, [objective], optimizer, epochs=epochs)


def layerwise(world, decay):
    steps = EPOCHS * -(-len(world.rows) // BATCH)
    return kh.schedules.layerwise_optimizer(adamw(steps), world.task, decay)


def abstention_rows(world):
    answers = [fact.answer for fact in world.rows]
    answers = kh.data.abstain_on_unknown(answers, world.categories, ABSTENTION)
    return answer_rows(world, world.rows, answers, length=None)


def fresh(world, task):
    """The same world with another task of the same weights."""
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)
    return use(world, task, generator)


def use(world, task, generator):
    world.task, world.generator = task, generator
    return world


def with_dropout(world):
    config = world.task.backbone.get_config() | {"dropout": 0.1}
    backbone = keras_hub.models.GPT2Backbone.from_config(config)
    task = keras_hub.models.GPT2CausalLM(backbone, world.task.preprocessor)
    task.set_weights(world.base)
    return fresh(world, task)


def lora(world):
    return fresh(world, kh.models.enable_lora(kh.presets.load_facts_gpt2(), rank=16))


# --------------------------------------------------------------------------------- measuring


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
    found["aurc"] = risk_coverage_area(confidence, right)
    return found


def calibration_error(confidence, right, bins=15):
    """Mean gap between confidence and accuracy, in bins of equal mass."""
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, bins)
    return sum(abs(confidence[p].mean() - right[p].mean()) * len(p) for p in parts) / len(order)


def risk_coverage_area(confidence, right):
    order = np.argsort(-confidence, kind="stable")
    risks = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    return float(risks.mean())


def run(world, method):
    """Trains and measures one method; rows with weights averaged come with it."""
    started = time.perf_counter()
    task, generator = world.task, world.generator
    task.set_weights(world.base)
    try:
        seconds = METHODS[method](world)
        rows = [{"method": method, "train_seconds": seconds, **measure(world)}]
        if method in AVERAGED:
            for part in SHARES:
                with kh.models.averaged_weights(world.task, world.base, part):
                    rows.append({"method": f"{method}, {part} averaged", **measure(world)})
    finally:
        use(world, task, generator)
    took = time.perf_counter() - started
    print(f"seed {world.seed} {method} ({took:.0f} s)", compact(rows[0]), flush=True)
    return [{"seed": world.seed, **row} for row in rows]


def compact(row):
    keys = ("known", "new", "new_reworded", "hallucination_rate", "abstain_never_seen")
    return {key: round(row[key], 3) for key in keys}


def load(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2, 3, 4])
    parser.add_argument("--methods", nargs="*", default=list(METHODS), choices=METHODS)
    parser.add_argument("--runs", type=Path, default=RESULTS / "known_unknown_runs.jsonl")
    args = parser.parse_args()
    task = kh.presets.load_facts_gpt2()
    base = task.get_weights()
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)
    worlds = {seed: make_world(seed, task, base, generator) for seed in args.seeds}
    for method in ["base", *args.methods]:
        for seed, world in worlds.items():
            done = {(row["seed"], row["method"]) for row in load(args.runs)}
            if (seed, method) in done:
                continue
            if method == "base":
                task.set_weights(base)
                rows = [{"seed": seed, "method": "base", **measure(world)}]
            else:
                rows = run(world, method)
            with open(args.runs, "a") as file:
                file.writelines(json.dumps(row) + "\n" for row in rows)


if __name__ == "__main__":
    main()
