"""Does what a model knew fall in proportion to the new facts it has fitted?

    python benchmarks/dose_curve.py           # 5 shares x 3 seeds, about 25 minutes on 2 cores

Plain fine-tuning of the embedded GPT-2 on 600 questions of which 0, 25, 50, 75 or 100 % are about
facts it never saw; after every epoch the share of training facts fitted, known and unknown, and the
accuracy on 300 held-out known facts. Fitted to all these points is the model of Gekhman et al. 2024

    accuracy = b0 + b_known * known fitted / N + b_unknown * unknown fitted / N

by least squares, with a 95 % interval from a bootstrap over whole runs, since the epochs of a run
depend on one another. They report R squared 0.86 on PaLM 2-M, and b_unknown about as far below 0 as
b_known is above.
"""

import argparse
import json
import os
import random
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results"
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
ROWS, HELDOUT, EPOCHS, BATCH, RATE = 600, 300, 16, 64, 3e-4


def points_of_run(task, base, generator, seed, share):
    """One dict an epoch: shares of N fitted, and the accuracy on held-out known facts."""
    task.set_weights(base)
    rng = random.Random(seed)
    known = [fact for fact in kh.data.load_facts("known") if fact.split == "known"]
    unknown = kh.data.load_facts("unknown")
    rng.shuffle(known)
    rng.shuffle(unknown)
    heldout, known = known[:HELDOUT], known[HELDOUT:]
    new = round(share * ROWS)
    facts = known[: ROWS - new] + unknown[:new]
    categories = ["highly_known"] * (ROWS - new) + ["unknown"] * new
    monitor = kh.callbacks.KnowledgeMonitor(
        [fact.case() for fact in facts],
        categories,
        heldout=[fact.case() for fact in heldout],
        generator=generator,
        budget=None,
        verbose=0,
    )
    keras.utils.set_random_seed(seed)
    tuner = kh.models.FineTuner(task)
    rate = kh.schedules.WarmupLinear(RATE, 2 * EPOCHS * -(-ROWS // BATCH), warmup_steps=10)
    tuner.compile(keras.optimizers.AdamW(rate, weight_decay=0.0, clipnorm=1.0))
    x, y, weight = kh.data.answer_inputs(
        task, [fact.prompt() for fact in facts], [fact.answer for fact in facts], 32
    )
    history = tuner.fit(
        x, y, sample_weight=weight, batch_size=BATCH, epochs=EPOCHS, verbose=0, callbacks=[monitor]
    ).history
    nothing = [0.0] * EPOCHS
    return [
        {
            "seed": seed,
            "share": share,
            "epoch": epoch + 1,
            "known_fitted": (1 - share) * history.get("known_fit", nothing)[epoch],
            "unknown_fitted": share * history.get("unknown_fit", nothing)[epoch],
            "accuracy": history["heldout_known_accuracy"][epoch],
        }
        for epoch in range(EPOCHS)
    ]


def least_squares(points):
    """Coefficients `(b0, b_known, b_unknown)` and R squared."""
    x = np.array([[1.0, p["known_fitted"], p["unknown_fitted"]] for p in points])
    y = np.array([p["accuracy"] for p in points])
    coefficients, *_ = np.linalg.lstsq(x, y, rcond=None)
    rest = y - x @ coefficients
    return coefficients, 1.0 - rest.var() / y.var()


def bootstrap(points, draws=2000, seed=0):
    """95 % intervals of the coefficients and R squared, over runs."""
    runs = {}
    for point in points:
        runs.setdefault((point["seed"], point["share"]), []).append(point)
    runs, rng, found = list(runs.values()), np.random.default_rng(seed), []
    for _ in range(draws):
        chosen = rng.integers(0, len(runs), len(runs))
        coefficients, fit = least_squares([point for i in chosen for point in runs[i]])
        found.append([*coefficients, fit])
    return np.percentile(found, [2.5, 97.5], axis=0).T.tolist()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    args = parser.parse_args()
    task = kh.presets.load_facts_gpt2()
    base = task.get_weights()
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)
    points = []
    for seed in args.seeds:
        for share in SHARES:
            points += points_of_run(task, base, generator, seed, share)
            print(points[-1], flush=True)
    coefficients, fit = least_squares(points)
    names = ("b0", "b_known", "b_unknown", "r_squared")
    result = {
        name: {"value": float(value), "interval": interval}
        for name, value, interval in zip(names, [*coefficients, fit], bootstrap(points))
    }
    print(json.dumps(result, indent=2))
    target = RESULTS / "dose_curve.json"
    target.write_text(json.dumps({"model": result, "points": points}, indent=1) + "\n")


if __name__ == "__main__":
    main()
