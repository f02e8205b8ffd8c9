"""What is the most that can be kept at about twice the price of plain fine-tuning?

    python benchmarks/recipe_search.py --seeds 100 101
    python benchmarks/recipe_search.py --seeds 0 1 2 3 4 --recipes plain NAME
    python benchmarks/recipe_search.py --world pararel       # after pararel_world.py

The world and the measures are those of `known_unknown.py`. Cost is CPU seconds on one thread, of
all that stands between the base model and the tuned one: the texts the base model writes, what is
recorded of it, its answers to practise, and `fit` without its first epoch, which compiles (as many
seconds as another epoch are counted for it). Settings are chosen on seeds 100 and above. Rows go
to `results/recipe_search.jsonl`.
"""

import argparse
import dataclasses
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import facts_world
import keras
import known_unknown
import numpy as np

import keras_halluc as kh
from keras_halluc.schedules.weight_depth import weight_depths

RUNS = Path(__file__).parent / "results/recipe_search.jsonl"
BATCH, LENGTH = facts_world.BATCH, facts_world.LENGTH


@dataclasses.dataclass(frozen=True)
class Recipe:
    """What is done, and how much of it."""

    epochs: int = 15
    rate: float = 3e-4
    falls_to_zero: bool = False  # cosine, or linearly to one half
    texts: int = 0  # that the base model writes
    size: int = 32  # of them in a step
    weight: float = 10.0
    stated: int = 0  # statements of each new fact
    practice: int = 0  # questions without labels
    practised_by: str = "answers"  # or "kl", with the texts
    masked: float = 0.0  # weight of the masked teacher on the batch itself


R = Recipe
RECIPES = {
    "plain": R(),
    "masked": R(masked=1.0),
    "masked, 3": R(masked=3.0),
    "practice": R(epochs=8, practice=635),
    "masked, practice": R(epochs=8, practice=635, masked=1.0),
    "replay": R(texts=2000),
    "replay, cosine": R(texts=2000, rate=5e-4, falls_to_zero=True),
    "replay, practice": R(epochs=8, texts=2000, practice=635, rate=5e-4, falls_to_zero=True),
    "replay, practice by KL": R(
        epochs=12, texts=2000, practice=635, practised_by="kl", rate=5e-4, falls_to_zero=True
    ),
    "replay, stated": R(epochs=8, texts=2000, stated=2, rate=5e-4, falls_to_zero=True),
    "replay, stated, practice": R(
        epochs=7, texts=2000, stated=2, practice=635, rate=5e-4, falls_to_zero=True
    ),
    "replay, stated once, practice": R(
        epochs=8, texts=2000, stated=1, practice=635, rate=5e-4, falls_to_zero=True
    ),
    "replay 4000, stated, practice": R(
        epochs=6, texts=4000, stated=2, practice=635, rate=7e-4, falls_to_zero=True
    ),
    "replay, stated, practice, rate 1e-3": R(
        epochs=6, texts=2000, stated=2, practice=635, rate=1e-3, falls_to_zero=True
    ),
    "replay, stated, practice, masked": R(
        epochs=6, texts=2000, stated=2, practice=635, rate=5e-4, falls_to_zero=True, masked=1.0
    ),
    "replay, stated, practice, 4 times": R(
        epochs=12, texts=6000, stated=2, practice=635, size=64, rate=5e-4, falls_to_zero=True
    ),
}
LINES = ("plain", "replay, stated, practice")  # averaged by depth after it


def training_rows(world, recipe, practised):
    rows = facts_world.answer_rows(world, world.rows)
    if recipe.stated:
        texts = [fact.statement(form) for fact in world.new for form in range(recipe.stated)]
        rows = kh.data.mix_replay(rows, kh.data.text_inputs(world.task, texts, LENGTH))
    if practised is not None and recipe.practised_by == "answers":
        rows = kh.data.mix_replay(rows, practised)
    return rows


def practice_rows(world, count):
    part = dataclasses.replace(world, practice=world.practice[:count], practised=None)
    return facts_world.practice_rows(part)


def objectives(recipe, replay):
    found = []
    if replay is not None:
        found += [
            kh.objectives.SelfDistillation(
                recipe.weight, replay=replay, teacher="cached", batch_size=recipe.size
            )
        ]
    if recipe.masked:
        found += [
            kh.objectives.SelfDistillation(
                recipe.masked, mask_gold=True, teacher="cached", name="masked"
            )
        ]
    return found


def optimizer(recipe, steps):
    make = facts_world.falling_adamw if recipe.falls_to_zero else facts_world.adamw
    return make(steps, recipe.rate)


class CpuSeconds(keras.callbacks.Callback):
    """Of what `fit` does before the first epoch, and of each epoch."""

    def __init__(self):
        super().__init__()
        self.made, self.before, self.seconds = time.process_time(), None, []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.process_time()
        if self.before is None:
            self.before = self.start - self.made

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.process_time() - self.start)


def prepare(world, recipe):
    """Rows to train on and objectives, and the CPU seconds they took."""
    began = time.process_time()
    practised = practice_rows(world, recipe.practice) if recipe.practice else None
    replay = facts_world.written_rows(world, recipe.texts) if recipe.texts else None
    if practised is not None and recipe.practised_by == "kl":
        replay = practised if replay is None else kh.data.mix_replay(replay, practised)
    rows = training_rows(world, recipe, practised)
    terms = objectives(recipe, replay)
    for term in terms:
        term.attach(world.task)
    return rows, terms, time.process_time() - began


def train(world, recipe):
    """CPU seconds of all of it."""
    keras.utils.set_random_seed(world.seed)
    prepare(world, dataclasses.replace(recipe, texts=min(recipe.texts, 300)))  # compiles
    rows, terms, prepared = prepare(world, recipe)
    keras.utils.set_random_seed(world.seed)
    tuner = kh.models.FineTuner(world.task, terms)
    steps = recipe.epochs * -(-len(rows[1]) // BATCH)
    tuner.compile(optimizer=optimizer(recipe, steps))
    times = CpuSeconds()
    x, y, weight = rows
    tuner.fit(
        x,
        y,
        sample_weight=weight,
        batch_size=BATCH,
        epochs=recipe.epochs,
        callbacks=[times],
        verbose=0,
    )
    return prepared + times.before, float(np.median(times.seconds[1:])) * recipe.epochs


def averaged_by_depth(world, shallow):
    """LiNeS (Wang et al. 2024): of the first block `shallow` of the update, of the last all."""
    depths = dict(zip((id(v) for v in world.task.trainable_variables), weight_depths(world.task)))
    deepest = max(depths.values())
    values = []
    for variable, before in zip(world.task.weights, world.base):
        share = shallow + (1 - shallow) * depths.get(id(variable), deepest) / deepest
        values.append(before + share * (keras.ops.convert_to_numpy(variable) - before))
    world.task.set_weights(values)


def run(world, name):
    world.task.set_weights(world.base)
    prepared, fitted = train(world, RECIPES[name])
    cost = {"prepare_seconds": round(prepared, 2), "fit_seconds": round(fitted, 2)}
    found = [{"recipe": name, **cost, **facts_world.measure(world)}]
    if name in LINES:
        averaged_by_depth(world, 0.5)
        found.append({"recipe": f"{name}, LiNeS", **cost, **facts_world.measure(world)})
    return found


def done(path):
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return {(row["world"], row["seed"], row["recipe"]) for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[100, 101])
    parser.add_argument("--recipes", nargs="*", default=list(RECIPES), choices=RECIPES)
    parser.add_argument("--world", choices=("embedded", "pararel"), default="embedded")
    parser.add_argument("--runs", type=Path, default=RUNS)
    args = parser.parse_args()
    task, facts = known_unknown.load_world(args.world)
    base = task.get_weights()
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)
    for seed in args.seeds:
        world = facts_world.make_world(seed, task, base, generator, facts)
        if (args.world, seed, "base") not in done(args.runs):
            task.set_weights(base)
            keep(args, seed, [{"recipe": "base", **facts_world.measure(world)}])
        for name in args.recipes:
            if (args.world, seed, name) not in done(args.runs):
                keep(args, seed, run(world, name))


def keep(args, seed, rows):
    with open(args.runs, "a") as file:
        for row in rows:
            file.write(json.dumps({"world": args.world, "seed": seed, **row}) + "\n")
            shown = ("known", "known_reworded", "new", "new_reworded", "hallucination_rate")
            seconds = row.get("prepare_seconds", 0), row.get("fit_seconds", 0)
            print(seed, row["recipe"], {key: round(row[key], 3) for key in shown}, seconds)


if __name__ == "__main__":
    main()
