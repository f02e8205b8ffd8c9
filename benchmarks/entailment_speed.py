"""How many pairs a second does the embedded checker read, and what does one sentence cost?

    python benchmarks/entailment_speed.py

One output of one sentence against sources of 1, 10, 100 and 1,000 sentences, and 32 sentences
against one each: the least of `--blocks` interleaved times. "before" fills every batch up to
`batch_size`, as the checker did until 0.1.0. Results go to `benchmarks/results/`.
"""

import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

import keras_halluc as kh
from keras_halluc.grounding.entailment import keras_pair_scorer

RESULTS = Path(__file__).parent / "results/entailment_speed.json"
SENTENCES = (1, 10, 100, 1000)
BATCH, BLOCKS = 32, 5


def sentences():
    """Distinct sentences, again and again where there are not enough."""
    facts = [fact.statement() for fact in kh.data.load_facts("known")]
    return (facts * (1 + SENTENCES[-1] // len(facts)))[: SENTENCES[-1]]


class Counted:
    """The scorer, which counts the pairs it is given."""

    def __init__(self, scorer):
        self.scorer, self.pairs = scorer, 0

    def __call__(self, sources, claims):
        self.pairs += len(sources)
        return self.scorer(sources, claims)


def workloads(texts):
    """`{name: (cases, outputs)}`."""
    one = [texts[0]]
    found = {
        f"1 sentence, source of {count}": ([kh.data.Case("?", source=" ".join(texts[:count]))], one)
        for count in SENTENCES
    }
    cases = [kh.data.Case("?", source=text) for text in texts[:BATCH]]
    return {**found, f"{BATCH} sentences, sources of 1": (cases, texts[:BATCH])}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=BLOCKS)
    args = parser.parse_args()
    checker = kh.grounding.EntailmentChecker.default(batch_size=BATCH)
    counted = checker.scorer = Counted(checker.scorer)
    now = keras_pair_scorer._filled
    ways = {"before": lambda count, most: most, "now": now}
    jobs = workloads(sentences())
    least = {}
    for block in range(args.blocks + 1):  # the first compiles
        for name, (cases, outputs) in jobs.items():
            for way, filled in ways.items():
                keras_pair_scorer._filled = filled
                counted.pairs, start = 0, time.perf_counter()
                checker.check(cases, outputs)
                seconds = time.perf_counter() - start
                if block:
                    old = least.get((name, way), (seconds, 0))[0]
                    least[name, way] = min(seconds, old), counted.pairs
    keras_pair_scorer._filled = now
    result = {"backend": keras.backend.backend(), "keras": keras.__version__, "checks": {}}
    for name in jobs:
        result["checks"][name] = {
            way: {
                "pairs": least[name, way][1],
                "milliseconds": round(1000 * least[name, way][0], 1),
                "pairs_per_second": round(least[name, way][1] / least[name, way][0], 1),
            }
            for way in ways
        }
        print(name, result["checks"][name], flush=True)
    single = result["checks"][f"1 sentence, source of {SENTENCES[0]}"]["now"]["milliseconds"]
    batch = result["checks"][f"{BATCH} sentences, sources of 1"]["now"]["milliseconds"]
    result["one sentence / a share of a batch"] = round(single / (batch / BATCH), 2)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
