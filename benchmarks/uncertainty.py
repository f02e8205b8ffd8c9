"""Does one pass over an answer tell that it is wrong as well as ten more answers do?

    python benchmarks/uncertainty.py

The embedded GPT-2 is fine-tuned a little on known and new facts, so that it answers any question,
and is then asked for 400 facts that it knows, in the trained wording and in another, and for 300
that it has never seen. A wrong answer should be an unsure one: AUROC x 100 of each score against
"the answer is wrong", mean over the seeds, and the area under the risk-coverage curve (x 100, lower
is better; the error rate is what a score that says nothing has). Of the same greedy answers:

- the scores of `UncertaintyScorer`, from one teacher-forced pass over the answer; its length;
- a `HallucinationProbe` on the hidden state in the middle layer, cross-validated by fact: the one
  score that is trained on labels, and that sees no wording of the fact it is asked about;
- semantic entropy over ten samples (`ConsistencyChecker`), by count and by probability, and how
  seldom the samples mean what the answer says.

Seconds are those of the pass, and of drawing and comparing the samples in full batches, after
everything is compiled; writing the answers is part of neither. The differences from semantic
entropy come with a 95 % interval of a bootstrap that draws the same answers for both, the two
wordings of a fact as if they were two facts.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from facts_world import ask
from facts_world import make_world
from facts_world import train

import keras_halluc as kh
from keras_halluc.generation.uncertainty_scorer import SCORES

RESULTS = Path(__file__).parents[1] / "benchmarks/results/uncertainty.json"
SEEDS, EPOCHS, SAMPLES, RESAMPLES = 3, 5, 10, 1000
L2 = 100.0  # of the probe
SAMPLED = ("semantic_entropy", "semantic_entropy_by_probability", "disagreement")
SUPERVISED = "probe"


class Drawn:
    """A generator whose samples are drawn already, all prompts at once."""

    def __init__(self, generator, prompts):
        self.score = generator.score
        self.drawn = dict(zip(prompts, generator.sample(prompts, SAMPLES)))

    def sample(self, prompts, num_samples, temperature, seed):
        return [self.drawn[prompt] for prompt in prompts]


def sampled_scores(generator, cases, outputs):
    """Scores from samples, and the seconds for the first of them."""
    prompts = [case.prompt for case in cases]
    start = time.perf_counter()
    drawn = Drawn(generator, prompts)
    checker = kh.grounding.ConsistencyChecker(drawn, SAMPLES)
    by_count = [sampled.semantic_entropy for sampled in checker.sample_answers(prompts)]
    seconds = time.perf_counter() - start
    by_probability = kh.grounding.ConsistencyChecker(drawn, SAMPLES, weights="probability")
    entropies = [s.semantic_entropy for s in by_probability.sample_answers(prompts)]
    agreement = [1.0 if v.score is None else v.score for v in checker.check(cases, outputs)]
    return dict(
        zip(SAMPLED, map(np.array, (by_count, entropies, 1 - np.array(agreement))))
    ), seconds


def run(seed, task, base):
    """Scores of every answer of one seed, whether it is wrong, and seconds."""
    task.set_weights(base)
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)
    world = make_world(seed, task, base, generator)
    train(world, epochs=EPOCHS)
    facts = [*world.test, *world.test, *world.never]
    forms = [0] * len(world.test) + [1] * len(world.test) + [0] * len(world.never)
    cases = [fact.case(form) for fact, form in zip(facts, forms)]
    prompts = [case.prompt for case in cases]
    outputs, verdicts = ask(world, cases)
    wrong = np.array([verdict.label != "supported" for verdict in verdicts])
    scorer = kh.generation.UncertaintyScorer(generator)
    scorer(prompts, outputs)
    generator.sample(prompts[:128], SAMPLES)  # compiled before the clock runs
    start = time.perf_counter()
    scores = scorer(prompts, outputs)
    seconds = {"one pass": time.perf_counter() - start}
    sampled, seconds["semantic entropy"] = sampled_scores(generator, cases, outputs)
    states = scorer.hidden_states(prompts, outputs)
    middle = states[:, states.shape[1] // 2]
    names = [f"{fact.subject}/{fact.relation}" for fact in facts]
    probe = kh.layers.HallucinationProbe.cross_validate(middle, wrong, groups=names, l2=L2)
    scores |= {SUPERVISED: probe, **sampled}
    empty = np.isnan(scores["length"])
    return {name: values[~empty] for name, values in scores.items()}, wrong[~empty], seconds


def mean_auroc(scores, wrong, seed):
    return np.mean([kh.ops.auroc(scores[seed == s], wrong[seed == s]) for s in np.unique(seed)])


def mean_aurc(scores, wrong, seed):
    return np.mean([kh.ops.aurc(-scores[seed == s], ~wrong[seed == s]) for s in np.unique(seed)])


def percent(value):
    return round(100 * float(value), 1)


def main():
    task = kh.presets.load_facts_gpt2()
    base = task.get_weights()
    runs = [run(seed, task, base) for seed in range(SEEDS)]
    wrong = np.concatenate([w for _, w, _ in runs])
    seed = np.repeat(np.arange(SEEDS), [len(w) for _, w, _ in runs])
    scores = {name: np.concatenate([s[name] for s, _, _ in runs]) for name in runs[0][0]}
    seconds = {name: sum(s[name] for _, _, s in runs) for name in runs[0][2]}
    reference = (scores["semantic_entropy"], wrong, seed)
    table = {}
    for name in (*SCORES, SUPERVISED, *SAMPLED):
        own = (scores[name], wrong, seed)
        difference = kh.ops.paired_bootstrap(mean_auroc, reference, own, RESAMPLES, 0.95, seed=0)
        table[name] = {
            "auroc": percent(mean_auroc(*own)),
            "minus semantic entropy": [percent(value) for value in difference],
            "aurc": percent(mean_aurc(*own)),
        }
        print(f"{name:32}", json.dumps(table[name]), flush=True)
    result = {
        "answers": len(wrong),
        "seeds": SEEDS,
        "error_rate": percent(wrong.mean()),
        "scores": table,
        "seconds_per_1000_answers": {
            name: round(1000 * value / len(wrong), 2) for name, value in seconds.items()
        },
        "cost_ratio": round(seconds["semantic entropy"] / seconds["one pass"], 1),
    }
    print(json.dumps({k: v for k, v in result.items() if k != "scores"}))
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
