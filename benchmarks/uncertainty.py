"""Does one pass over an answer tell that it is wrong as well as ten more answers do?

    python benchmarks/uncertainty.py
    python benchmarks/uncertainty.py --selective

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

With `--selective` nothing but `SelectiveGenerator` is measured, and only its part of the results is
written: half of the facts, with all their wordings, set the threshold for an asked coverage, and
the other half tells how much is answered then, and how much of that is wrong. Coverage is that of
all questions, or, where `calibrate` is given a checker, that of the questions whose answer is
right. Each seed is a model, its facts and one split of them; shares in %, mean over the seeds and
the lowest and highest. `answers wrong` has every question answered: what withholding answers at
random would come to as well.
"""

import argparse
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
COVERAGES = (0.5, 0.8, 0.9)


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


def trained_world(seed, task, base):
    """The facts of a seed, and the model that was trained on some of them."""
    task.set_weights(base)
    generator = kh.generation.TaskGenerator(task, max_new_tokens=6, batch_size=128)
    world = make_world(seed, task, base, generator)
    train(world, epochs=EPOCHS)
    return world


def run(seed, task, base):
    """Scores of every answer of one seed, whether it is wrong, and seconds."""
    world = trained_world(seed, task, base)
    generator = world.generator
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
    return np.mean(
        [kh.statistics.auroc(scores[seed == s], wrong[seed == s]) for s in np.unique(seed)]
    )


def mean_aurc(scores, wrong, seed):
    return np.mean([kh.ops.aurc(-scores[seed == s], ~wrong[seed == s]) for s in np.unique(seed)])


def percent(value):
    return round(100 * float(value), 1)


class Answered:
    """A generator whose answers are written already."""

    def __init__(self, generator, prompts):
        self.score = generator.score
        self.outputs = dict(zip(prompts, generator.generate(prompts)))

    def generate(self, prompts):
        return [self.outputs[prompt] for prompt in prompts]


def halves(world):
    """Questions of half of the facts, and of the others: no fact is in both."""
    facts = [*((fact, (0, 1)) for fact in world.test), *((fact, (0,)) for fact in world.never)]
    order = np.random.default_rng(world.seed).permutation(len(facts))
    return [
        [facts[i][0].case(form) for i in part for form in facts[i][1]]
        for part in np.array_split(order, 2)
    ]


def run_selective(seed, task, base):
    """What `SelectiveGenerator` promises on one half of the facts and keeps on the other."""
    world = trained_world(seed, task, base)
    half, other = halves(world)
    prompts = [case.prompt for case in other]
    answered = Answered(world.generator, [case.prompt for case in half] + prompts)
    generator = kh.generation.SelectiveGenerator(answered)
    checker = kh.grounding.AnswerChecker()
    verdicts = checker.check(other, answered.generate(prompts))
    right = np.array([verdict.label == "supported" for verdict in verdicts])
    found = []
    for promised, given in (("all questions", None), ("right answers", checker)):
        for coverage in COVERAGES:
            generator.calibrate(half, coverage, given)
            kept = np.array([not answer.abstained for answer in generator.answer(prompts)])
            realised = kept if given is None else kept[right]
            wrong = ~right[kept]
            found.append((promised, coverage, realised.mean(), kept.mean(), wrong.mean()))
    return found, (len(half), len(other), (~right).mean())


def over_seeds(values):
    """Mean, lowest and highest."""
    return [percent(value) for value in (np.mean(values), np.min(values), np.max(values))]


def selective(task, base):
    """The part of the results on `SelectiveGenerator`."""
    runs = [run_selective(seed, task, base) for seed in range(SEEDS)]
    calibrated, measured, wrong = zip(*(whole for _, whole in runs))
    rows = []
    for cells in zip(*(found for found, _ in runs)):
        promised, asked, *shares = zip(*cells)
        names = ("realised", "answered", "wrong among answered")
        rows.append({"coverage of": promised[0], "asked": percent(asked[0])})
        rows[-1] |= {name: over_seeds(values) for name, values in zip(names, shares)}
        print(json.dumps(rows[-1]), flush=True)
    return {
        "seeds": SEEDS,
        "score": "mean_log_prob",
        "questions calibrated on": calibrated,
        "questions measured": measured,
        "answers wrong": over_seeds(wrong),
        "rows": rows,
    }


def save(result):
    """Writes these keys of the results and keeps the others."""
    old = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps(old | result, indent=2) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--selective", action="store_true")
    only_selective = parser.parse_args().selective
    task = kh.presets.load_facts_gpt2()
    base = task.get_weights()
    if only_selective:
        save({"selective": selective(task, base)})
        return 0
    runs = [run(seed, task, base) for seed in range(SEEDS)]
    wrong = np.concatenate([w for _, w, _ in runs])
    seed = np.repeat(np.arange(SEEDS), [len(w) for _, w, _ in runs])
    scores = {name: np.concatenate([s[name] for s, _, _ in runs]) for name in runs[0][0]}
    seconds = {name: sum(s[name] for _, _, s in runs) for name in runs[0][2]}
    reference = (scores["semantic_entropy"], wrong, seed)
    table = {}
    for name in (*SCORES, SUPERVISED, *SAMPLED):
        own = (scores[name], wrong, seed)
        difference = kh.statistics.paired_bootstrap(
            mean_auroc, reference, own, RESAMPLES, 0.95, seed=0
        )
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
    save(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
