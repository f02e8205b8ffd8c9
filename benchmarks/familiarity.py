"""After fine-tuning: does the model tell what it was never told from what it can answer?

    python benchmarks/familiarity.py                     # 5 seeds, about 20 minutes on a core
    python benchmarks/familiarity.py --world pararel     # after pararel_world.py

The world of `known_unknown.py`, fine-tuned plainly. Answerable are held-out facts that the model
knows and new ones it was taught; not answerable are facts neither pretraining nor fine-tuning told.
Half of the latter, the facts held back to stop early and half of the new ones fit what is fitted;
the others are reported. "refused": never-seen subjects refused where 5 % of what is answerable is.

Beside familiarity of the base model and both together stand fewer tokens in the question, the tuned
model's confidence, semantic entropy of 8 samples, and R-Tuning (`abstain` in `known_unknown.py`) at
the share of known facts it refuses itself.
"""

import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import facts_world
import known_unknown
import known_unknown_report
import numpy as np

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results/familiarity.json"
REFUSED = 0.05
SAMPLES = 8


def prompts(facts):
    return [fact.prompt() for fact in facts]


def length(world):
    tokenizer = world.task.preprocessor.tokenizer
    return lambda asked: -np.array([np.size(tokenizer(prompt)) for prompt in asked], "float64")


def confidence(world):
    def surest(asked):
        outputs = world.generator.generate(asked)
        scores = world.generator.score(asked, [output or " " for output in outputs])
        return (scores.log_probs * scores.mask).sum(axis=1)

    return surest


def semantic_entropy(world):
    def surest(asked):
        checker = kh.grounding.ConsistencyChecker(world.generator, num_samples=SAMPLES)
        outputs = world.generator.generate(asked)
        cases = [kh.data.Case(prompt) for prompt in asked]
        verdicts = checker.check(cases, outputs)
        return np.array([np.nan if v.score is None else v.score for v in verdicts], "float64")

    return surest


def figures(answerable, never):
    """AUROC, and the share of `never` refused; the threshold leaves 95 % of `answerable`."""
    scores = np.concatenate([answerable, never])
    can = np.arange(len(scores)) < len(answerable)
    threshold = np.quantile(answerable, REFUSED)
    return {
        "auroc": 100 * float(kh.statistics.auroc(scores, can)),
        "refused": 100 * float((never < threshold).mean()),
    }


def run(seed, task, base, generator, facts):
    task.set_weights(base)
    world = facts_world.make_world(seed, task, base, generator, facts)
    half = len(world.new) // 2
    familiarity = kh.generation.FamiliarityScorer(generator)
    familiarity.fit(prompts(world.rows + world.dev))
    facts_world.train(world)
    both = kh.generation.FamiliarityUncertainty(generator, familiarity)
    fitting = world.dev + world.new[:half], world.never[:half]
    both.fit(prompts(sum(fitting, [])), [True] * len(fitting[0]) + [False] * len(fitting[1]))
    answerable, never = prompts(world.test + world.new[half:]), prompts(world.never[half:])

    def both_scores(asked):
        return -both(asked, [output or " " for output in generator.generate(asked)])

    scores = {
        "fewer tokens": length(world),
        "confidence": confidence(world),
        "semantic entropy": semantic_entropy(world),
        "familiarity": familiarity,
        "both": both_scores,
    }
    found = {name: figures(score(answerable), score(never)) for name, score in scores.items()}
    threshold = np.quantile(both_scores(prompts(world.dev + world.new[:half])), REFUSED)
    found["both, threshold fitted apart"] = {
        "refused": 100 * float((both_scores(never) < threshold).mean()),
        "answerable refused": 100 * float((both_scores(answerable) < threshold).mean()),
    }
    task.set_weights(base)
    facts_world.train(world, known_unknown.abstention_rows(world))
    shares = {}
    for name, own in (("refused", world.never[half:]), ("answerable refused", world.test)):
        verdicts = facts_world.ask(world, [fact.case() for fact in own])[1]
        shares[name] = 100 * facts_world.share(verdicts, "abstained")
    return {**found, "R-Tuning": shares}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2, 3, 4])
    parser.add_argument("--world", choices=("embedded", "pararel"), default="embedded")
    args = parser.parse_args()
    task, facts = known_unknown.load_world(args.world)
    base = task.get_weights()
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)
    runs = []
    for seed in args.seeds:
        runs.append(run(seed, task, base, generator, facts))
        print(seed, json.dumps(runs[-1]), flush=True)
    summary = {
        name: {
            key: known_unknown_report.mean_interval([run[name][key] for run in runs])
            for key in part
        }
        for name, part in runs[0].items()
    }
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results[args.world] = {"seeds": args.seeds, "summary": summary, "runs": runs}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
