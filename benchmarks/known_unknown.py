"""Which method keeps what a model knew, and how deeply does it learn new facts?

    python benchmarks/known_unknown.py                    # 5 seeds, about 3 hours on a core
    python benchmarks/known_unknown.py --seeds 0 --methods plain replay
    python benchmarks/known_unknown.py --world pararel    # after pararel_world.py
    python benchmarks/known_unknown_report.py             # tables of what was measured so far
    python benchmarks/figures.py                          # and into the pages with them

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
- of the base model, `known_stated`: held-out facts completed as statements; `practice_agreed` and
  `practice_agreed_right`: questions without labels it answers alike in every wording, and rightly
- `train_seconds`: the fastest epoch times their number
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import keras_hub
from facts_world import BATCH
from facts_world import EPOCHS
from facts_world import adamw
from facts_world import answer_rows
from facts_world import guarded
from facts_world import make_world
from facts_world import measure
from facts_world import own_knowledge
from facts_world import practice_rows
from facts_world import reworded_rows
from facts_world import self_distillation
from facts_world import train
from facts_world import written_replay
from known_unknown_report import load
from known_unknown_report import run_of

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results"
ABSTENTION = " unknown"  # four tokens, where " I don't know" has nine
RUNS = {"embedded": "known_unknown_runs.jsonl", "pararel": "known_unknown_pararel_runs.jsonl"}
SHARES = (0.9, 0.8, 0.7, 0.5)  # of tuned weights, averaged with the base


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
            kh.objectives.ConsistencyOnUnlabelled(
                unlabelled=answer_rows(w, w.asked), batch_size=BATCH
            )
        ],
    ),
    "unlikelihood": lambda w: train(
        w, objectives=[kh.objectives.Unlikelihood(negatives=wrong_answers(w, w.rows))]
    ),
    "preference": lambda w: train(
        w,
        objectives=[
            kh.objectives.PreferenceFactuality(
                chosen=answer_rows(w, w.asked), rejected=wrong_answers(w, w.asked), batch_size=BATCH
            )
        ],
    ),
    "r_drop": lambda w: train(with_dropout(w), objectives=[kh.objectives.RDrop()]),
    "dropout": lambda w: train(with_dropout(w)),
    "lora": lambda w: train(lora(w), optimizer=keras.optimizers.AdamW(3e-3, clipnorm=1.0)),
    "lora_1e-3": lambda w: train(lora(w), optimizer=keras.optimizers.AdamW(1e-3, clipnorm=1.0)),
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


def copied(world, **changes):
    """Another task of the same weights, with changes of the backbone's configuration."""
    config = world.task.backbone.get_config() | changes
    backbone = keras_hub.models.GPT2Backbone.from_config(config)
    task = keras_hub.models.GPT2CausalLM(backbone, world.task.preprocessor)
    task.set_weights(world.base)
    return task


def with_dropout(world):
    return fresh(world, copied(world, dropout=0.1))


def lora(world):
    return fresh(world, kh.models.enable_lora(copied(world), rank=16))


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


def load_world(name):
    """The pretrained model and all facts it may be asked about."""
    if name == "embedded":
        return kh.presets.load_facts_gpt2(), kh.data.load_facts()
    import pararel_world

    if not pararel_world.PRESET.exists():
        sys.exit("Run benchmarks/pararel_world.py first: it pretrains the model of this world.")
    task = keras_hub.models.CausalLM.from_preset(str(pararel_world.PRESET))
    return task, pararel_world.load_facts()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2, 3, 4])
    parser.add_argument("--methods", nargs="*", default=list(METHODS), choices=METHODS)
    parser.add_argument("--world", choices=("embedded", "pararel"), default="embedded")
    parser.add_argument("--runs", type=Path)
    help = "number of the base model, where it was pretrained anew; give `plain` too"
    parser.add_argument("--pretraining", type=int, default=0, help=help)
    args = parser.parse_args()
    args.runs = args.runs or RESULTS / RUNS[args.world]
    task, facts = load_world(args.world)
    base = task.get_weights()
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)
    worlds = {seed: make_world(seed, task, base, generator, facts) for seed in args.seeds}
    for method in ["base", *args.methods]:
        for seed, world in worlds.items():
            done = {(run_of(row), row["method"]) for row in load(args.runs)}
            if ((seed, args.pretraining), method) in done:
                continue
            if method == "base":
                task.set_weights(base)
                rows = [{"seed": seed, "method": "base", **measure(world), **own_knowledge(world)}]
            else:
                rows = run(world, method)
            mark = {"pretraining": args.pretraining} if args.pretraining else {}
            with open(args.runs, "a") as file:
                file.writelines(json.dumps(row | mark) + "\n" for row in rows)


if __name__ == "__main__":
    main()
