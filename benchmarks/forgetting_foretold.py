"""What foretells forgetting: on the way, without old data, and before training, fact by fact?

    python benchmarks/forgetting_foretold.py      # 5 seeds, about half an hour on a core

The world of `known_unknown.py`.

1. `prompt_divergence` of `ForgettingMonitor`, KL from the base model on the prompts of training,
   against `forgetting` on held-out known facts: Spearman's rank correlation over the epochs of four
   methods, with an interval over seeds, within a method and over all; and of the divergence after
   the first epoch with the forgetting after the last one, over methods and seeds.
2. Which of the held-out known facts does plain fine-tuning lose? AUROC of what can be asked of the
   base model before: how unsure it is of its answer, the gap to its second-likeliest token, how
   many words the question has in common with the nearest new one, and whether the answer is one of
   the new answers.
"""

import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import facts_world
import keras
import known_unknown_report
import numpy as np
from scipy.stats import rankdata
from scipy.stats import spearmanr

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results/forgetting_foretold.json"


def masked():
    return kh.objectives.SelfDistillation(1.0, mask_gold=True, teacher="cached")


METHODS = {
    "plain": lambda w, watched: facts_world.train(w, callbacks=watched),
    "masked": lambda w, watched: facts_world.train(w, objectives=[masked()], callbacks=watched),
    "practice": lambda w, watched: facts_world.train(
        w,
        kh.data.mix_replay(
            facts_world.answer_rows(w, w.rows), facts_world.practice_rows(w), seed=w.seed
        ),
        callbacks=watched,
        epochs=facts_world.EPOCHS // 2,
    ),
    "l2_sp": lambda w, watched: facts_world.train(
        w, objectives=[kh.objectives.L2SP(0.3)], callbacks=watched
    ),
}


def spearman(a, b):
    return float(spearmanr(a, b).statistic)


def watch(world, method):
    """Forgetting and divergence after each epoch."""
    monitor = kh.callbacks.ForgettingMonitor(
        [fact.case() for fact in world.test],
        prompts=[fact.prompt() for fact in world.rows],
        generator=world.generator,
        budget=None,
        verbose=0,
    )
    history = []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: history.append(
            [float(logs["forgetting"]), float(logs["prompt_divergence"])]
        )
    )
    METHODS[method](world, [monitor, keep])
    return history


def near(prompt, others):
    """Largest share of common words with one of the others."""
    words = set(prompt.split())
    return max(len(words & other) / len(words | other) for other in others)


def risk(world):
    """What the base model tells of each held-out known fact it answers right, by name."""
    cases = [fact.case() for fact in world.test]
    outputs, verdicts = facts_world.ask(world, cases)
    right = [i for i, verdict in enumerate(verdicts) if verdict.label == "supported"]
    prompts = [cases[i].prompt for i in right]
    said = kh.generation.UncertaintyScorer(world.generator, ["log_prob", "margin"])(
        prompts, [outputs[i] for i in right]
    )
    taught = [set(fact.prompt().split()) for fact in world.new]
    answers = {fact.object for fact in world.new}
    scores = {
        "unsure": said["log_prob"],
        "narrow margin": said["margin"],
        "near a new question": np.array([near(prompt, taught) for prompt in prompts]),
        "answer is a new one too": np.array(
            [world.test[i].object in answers for i in right], float
        ),
    }
    return right, scores


def lost(world, right):
    """Which of these are wrong now."""
    verdicts = facts_world.ask(world, [world.test[i].case() for i in right])[1]
    return np.array([verdict.label != "supported" for verdict in verdicts])


def run(seed, task, base, generator):
    task.set_weights(base)
    world = facts_world.make_world(seed, task, base, generator)
    facts_world.practice_rows(world)
    right, scores = risk(world)
    found = {"histories": {}}
    for method in METHODS:
        task.set_weights(base)
        found["histories"][method] = watch(world, method)
        if method == "plain":
            gone = lost(world, right)
            both = rankdata(scores["unsure"]) + rankdata(scores["near a new question"])
            scores["unsure and near"] = both
            found["lost"] = float(gone.mean())
            found["auroc"] = {
                name: float(kh.statistics.auroc(score, gone)) for name, score in scores.items()
            }
    return found


def summary(runs):
    """Means over seeds with intervals; the last is one number over methods and seeds."""
    interval = known_unknown_report.mean_interval
    within = {
        method: interval([spearman(*zip(*run["histories"][method])) for run in runs])
        for method in METHODS
    }
    pooled = [sum(run["histories"].values(), []) for run in runs]
    first, last = [], []
    for run in runs:
        for history in run["histories"].values():
            first.append(history[0][1])
            last.append(history[-1][0])
    return {
        "within a method": within,
        "over methods": interval([spearman(*zip(*rows)) for rows in pooled]),
        "first divergence, last forgetting": spearman(first, last),
        "lost": interval([run["lost"] for run in runs]),
        "auroc": {
            name: interval([100 * run["auroc"][name] for run in runs]) for name in runs[0]["auroc"]
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2, 3, 4])
    args = parser.parse_args()
    task = kh.presets.load_facts_gpt2()
    base = task.get_weights()
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)
    runs = []
    for seed in args.seeds:
        runs.append(run(seed, task, base, generator))
        print(seed, json.dumps({key: runs[-1][key] for key in ("lost", "auroc")}), flush=True)
    result = {"seeds": args.seeds, "summary": summary(runs), "runs": runs}
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result["summary"], indent=1))


if __name__ == "__main__":
    main()
