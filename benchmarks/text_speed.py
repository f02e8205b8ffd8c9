"""How much faster are our ROUGE and BLEU than rouge-score and sacrebleu, at the same values?

    python benchmarks/text_speed.py

Pairs of a reference and a text of 60/15, 150/150 and 600/120 words, drawn from a vocabulary of
20,000 with Zipf's frequencies. Ours and theirs take turns on the same pairs in one process; what is
reported is the median over rounds of the time a pair and the median of the ratios. "Cached": the
reference is cut up once and the text is new; "cold": both are new. The values must be the same to
the last bit. Needs `pip install rouge-score`, which the package itself does not.
"""

import json
import os
import random
import statistics
import sys
import time
from pathlib import Path

import sacrebleu

import keras_halluc as kh

RESULTS = Path(__file__).parents[1] / "benchmarks/results/text_speed.json"
SIZES = ((60, 15), (150, 150), (600, 120))  # words of the reference, words of the text
KINDS = ("rouge1", "rouge2", "rougeL")
VOCABULARY = [
    f"{a}{b}{c}" for a in "bcdfghjklmnprstvwz" for b in ("a", "er", "ion", "ou") for c in range(280)
]
PAIRS, ROUNDS = 40, 15


def texts(count, size, rng):
    weights = [1 / (rank + 1) for rank in range(len(VOCABULARY))]
    return [
        ". ".join(" ".join(rng.choices(VOCABULARY, weights, k=size // 5)) for _ in range(5))
        for _ in range(count)
    ]


def seconds_a_pair(score, pairs, repeats):
    start = time.perf_counter()
    for _ in range(repeats):
        for pair in pairs:
            score(*pair)
    return (time.perf_counter() - start) / (repeats * len(pairs))


def compare(theirs, ours, pairs):
    """Median microseconds a pair of each, and the median over rounds of theirs / ours."""
    repeats = {name: 1 for name in ours}
    for name, score in ours.items():  # a round of ours takes long enough to be timed
        repeats[name] = max(1, round(5e-3 / (seconds_a_pair(score, pairs, 1) * len(pairs))))
    times = {name: [] for name in ("theirs", *ours)}
    for _ in range(ROUNDS):
        times["theirs"].append(seconds_a_pair(theirs, pairs, 1))
        for name, score in ours.items():
            times[name].append(seconds_a_pair(score, pairs, repeats[name]))
    found = {
        f"{name}_microseconds": round(1e6 * statistics.median(taken), 2)
        for name, taken in times.items()
    }
    for name in ours:
        ratios = [other / own for other, own in zip(times["theirs"], times[name])]
        found[f"times_faster_{name}"] = round(statistics.median(ratios), 1)
    return found


def rouge(references, candidates):
    from rouge_score import rouge_scorer

    theirs = rouge_scorer.RougeScorer(KINDS)
    ready = {reference: kh.text.RougeScorer(reference) for reference in references}
    pairs = list(zip(references, candidates))
    difference = max(
        abs(one - other)
        for reference, candidate in pairs
        for kind in KINDS
        for one, other in zip(
            theirs.score(reference, candidate)[kind], ready[reference].score(candidate)[kind]
        )
    )
    ours = {
        "cached": lambda reference, candidate: ready[reference].score(candidate),
        "cold": lambda reference, candidate: kh.text.RougeScorer(reference).score(candidate),
    }
    return {"maximal_difference": difference, **compare(theirs.score, ours, pairs)}


def bleu(references, candidates):
    def theirs(reference, candidate):
        return sacrebleu.sentence_bleu(candidate, [reference]).score

    ready = {reference: kh.text.BleuScorer(reference) for reference in references}
    pairs = list(zip(references, candidates))
    difference = max(
        abs(theirs(reference, candidate) - ready[reference].score(candidate))
        for reference, candidate in pairs
    )
    ours = {"cached": lambda reference, candidate: ready[reference].score(candidate)}
    return {"maximal_difference": difference, **compare(theirs, ours, pairs)}


def main():
    try:
        import rouge_score  # noqa: F401
    except ImportError:
        print("Skipped: rouge-score is not installed. pip install rouge-score")
        return 0
    rng = random.Random(0)
    result = {
        "pairs": PAIRS,
        "rounds": ROUNDS,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "sacrebleu": sacrebleu.__version__,
    }
    missed = []
    for size, text_size in SIZES:
        references, candidates = texts(PAIRS, size, rng), texts(PAIRS, text_size, rng)
        name = f"{size}/{text_size} words"
        result[name] = {
            "rouge": rouge(references, candidates),
            "bleu": bleu(references, candidates),
        }
        print(name, json.dumps(result[name]), flush=True)
        found = result[name]["rouge"]
        if found["times_faster_cached"] < 10 or found["times_faster_cold"] < 5:
            missed.append(f"{name}: too slow")
        if found["maximal_difference"] or result[name]["bleu"]["maximal_difference"]:
            missed.append(f"{name}: values differ")
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print("Missed: " + "; ".join(missed) if missed else "10 times cached, 5 times cold: held")
    return len(missed)


if __name__ == "__main__":
    sys.exit(main())
