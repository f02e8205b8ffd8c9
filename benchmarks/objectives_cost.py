"""What does each objective cost, as ratios to plain fine-tuning in one run?

    python benchmarks/objectives_cost.py          # about 15 minutes on 2 cores
    KERAS_BACKEND=jax python benchmarks/objectives_cost.py
    python benchmarks/objectives_cost.py --jit-compile --only "AdversarialPerturbation, fgm"

Step time: the least of interleaved blocks over the least of the plain task's, as in `timeit`.
Memory: bytes of all variables of the tuner and its optimizer over those of plain fine-tuning, and
of the columns a cached teacher adds to a row over those of the row itself. Activations are not in
it: a second forward pass holds those of two.
"""

import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import keras_hub
import numpy as np

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results"
BATCH, STEPS, BLOCKS = 64, 10, 7
BUDGETS = {
    "SelfDistillation, live teacher": 1.40,
    "SelfDistillation, cached teacher": 1.10,
    "SelfDistillation, recorded replay": 1.6,
    "RDrop": 2.1,
    "AdversarialPerturbation, fgm": 2.1,
}


def load(dropout=0.0):
    task = kh.presets.load_facts_gpt2()
    if not dropout:
        return task
    config = task.backbone.get_config() | {"dropout": dropout}
    backbone = keras_hub.models.GPT2Backbone.from_config(config)
    return keras_hub.models.GPT2CausalLM(backbone, task.preprocessor)


def rows(task):
    facts = kh.data.load_facts("known")[: BATCH * STEPS]
    answers = [fact.answer for fact in facts]
    prompts = [fact.prompt() for fact in facts]
    wrong = kh.data.swap_answers(answers, [fact.relation for fact in facts])
    return (
        kh.data.answer_inputs(task, prompts, answers),
        kh.data.answer_inputs(task, prompts, wrong),
    )


def objectives(right, wrong):
    kinds = kh.objectives
    replay = keras.tree.map_structure(lambda array: array[:BATCH], right)
    return {
        "plain": [],
        "plain, dropout": [],
        "SelfDistillation, live teacher": [kinds.SelfDistillation()],
        "SelfDistillation, cached teacher": [kinds.SelfDistillation(teacher="cached")],
        "SelfDistillation, replay": [kinds.SelfDistillation(replay=right, batch_size=BATCH)],
        "SelfDistillation, recorded replay": [
            kinds.SelfDistillation(replay=replay, teacher="cached", batch_size=BATCH // 2)
        ],
        "LossTruncation": [kinds.LossTruncation()],
        "L2SP": [kinds.L2SP()],
        "RDrop": [kinds.RDrop()],
        "AdversarialPerturbation, fgm": [kinds.AdversarialPerturbation()],
        "AdversarialPerturbation, pgd 3": [kinds.AdversarialPerturbation(method="pgd")],
        "AdversarialPerturbation, freelb 3": [kinds.AdversarialPerturbation(method="freelb")],
        "VirtualAdversarial": [kinds.VirtualAdversarial()],
        "Unlikelihood": [kinds.Unlikelihood()],
        "Unlikelihood, negatives": [kinds.Unlikelihood(negatives=wrong)],
        "Distillation, same size": [kinds.Distillation(teacher=load())],
        "Denoising": [kinds.Denoising()],
        "ConsistencyOnUnlabelled": [
            kinds.ConsistencyOnUnlabelled(unlabelled=right, batch_size=BATCH)
        ],
        "PreferenceFactuality": [
            kinds.PreferenceFactuality(chosen=right, rejected=wrong, batch_size=BATCH)
        ],
    }


def bytes_of(variables):
    return sum(
        int(np.prod(v.shape)) * np.dtype(v.dtype if v.dtype != "bfloat16" else "float16").itemsize
        for v in variables
    )


class Prepared:
    """A tuner with its rows as `fit` prepares them, so that only steps are timed."""

    def __init__(self, name, terms, right, **settings):
        dropped = name in ("RDrop", "plain, dropout")
        self.tuner = kh.models.FineTuner(load(0.1 if dropped else 0.0), terms)
        self.tuner.compile(keras.optimizers.AdamW(1e-5), **settings)
        self.x, self.y, self.weight = self.tuner._training_rows(*right)
        self.block()
        state = [*self.tuner.variables, *self.tuner.optimizer.variables]
        self.bytes = bytes_of(state)
        self.row_bytes = sum(array.nbytes for array in keras.tree.flatten(self.x)) / len(self.y)

    def block(self):
        start = time.perf_counter()
        keras.Model.fit(
            self.tuner,
            self.x,
            self.y,
            sample_weight=self.weight,
            batch_size=BATCH,
            shuffle=False,
            verbose=0,
        )
        return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=BLOCKS)
    parser.add_argument("--only", nargs="*", help="beside plain; others stay in the file")
    parser.add_argument("--jit-compile", action="store_true", help="by XLA, as JAX always does")
    args = parser.parse_args()
    right, wrong = rows(load())
    chosen = objectives(right, wrong)
    if args.only:
        chosen = {name: chosen[name] for name in ("plain", *args.only)}
    settings = {"jit_compile": True} if args.jit_compile else {}
    prepared = {name: Prepared(name, t, right, **settings) for name, t in chosen.items()}
    times = {name: [] for name in prepared}
    for _ in range(args.blocks):
        for name, one in prepared.items():
            times[name].append(one.block())
    xla = "_xla" if args.jit_compile else ""
    target = RESULTS / f"objectives_cost_{keras.backend.backend()}{xla}.json"
    result = {"backend": keras.backend.backend(), "keras": keras.__version__, "objectives": {}}
    if args.only and target.exists():  # the others stay as they were measured
        result["objectives"] = json.loads(target.read_text())["objectives"]
    plain, least = prepared["plain"], {name: min(values) for name, values in times.items()}
    for name, one in prepared.items():
        floor = least["plain, dropout" if name == "RDrop" else "plain"]
        result["objectives"][name] = {
            "step / plain": round(least[name] / floor, 3),
            "budget": BUDGETS.get(name),
            "variables / plain": round(one.bytes / plain.bytes, 3),
            "row / plain row": round(one.row_bytes / plain.row_bytes, 2),
        }
        print(f"{name:36s}", result["objectives"][name], flush=True)
    target.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
