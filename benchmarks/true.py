"""How well do the checkers tell grounded text from made-up text?

    KERAS_HALLUC_DATA=... python benchmarks/true.py

TRUE (Honovich et al. 2022): a text, a source and whether people found the text consistent with it,
in five sets; ROC-AUC of the score with a 95 % bootstrap interval (1,000 resamples of rows), beside
the share of the text's content words that stand in the source, the text's length alone (a detector
that does not beat both shows nothing), and what was published or recomputed for others. The rules
of our checkers were chosen on a half of the documents (`overlap_true.py`, `checker_shares.py`): the
other half is shown by itself too. BUMP (Ma et al. 2023): articles with a human summary and the same
summary with one error put in: how often the score drops.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

import keras_halluc as kh

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("KERAS_HALLUC_DATA", ROOT / "../shared/data"))
RESULTS = ROOT / "benchmarks/results/true.json"
FILES = {
    "begin": "begin.csv",
    "frank": "frank.csv.gz",
    "paws": "paws_first_half.csv.gz",
    "qags_xsum": "qags_xsum.csv",
    "summeval": "summeval.csv.gz",
}
PUBLISHED = {  # ROC-AUC x 100 on these rows; paws on all of PAWS
    "BERTScore-F": {
        "begin": 85.2,
        "frank": 80.8,
        "paws": 70.8,
        "qags_xsum": 51.0,
        "summeval": 71.0,
    },
    "SummaC-ZS": {"begin": 83.2, "frank": 86.9, "paws": 89.0, "qags_xsum": 75.3, "summeval": 77.8},
    "SummaC-Conv": {
        "begin": 81.8,
        "frank": 88.6,
        "paws": 88.2,
        "qags_xsum": 76.2,
        "summeval": 79.0,
    },
    "UniEval": {"begin": 73.9, "frank": 91.0, "paws": 64.9, "qags_xsum": 73.6, "summeval": 80.9},
}
FUNCTION_WORDS = frozenset(
    "a an the of to in on at by for with from as and or but is are was were be been being it its "
    "this that these those he she they them his her their has have had do does did not no will "
    "would can could may might s t".split()
)
RESAMPLES = 1000
CHECKERS = {  # a score for each text, also where the verdict would be that it is not sure
    "EntailmentChecker": lambda: kh.grounding.EntailmentChecker.default(unsupported_below=0.14),
    "OverlapChecker": lambda: kh.grounding.OverlapChecker(0.5),
}


def read_rows(name):
    path = DATA / "true" / FILES[name]
    text = gzip.open(path, "rt").read() if path.suffix == ".gz" else path.read_text()
    rows = list(csv.DictReader(io.StringIO(text)))
    return (
        [row["grounding"] for row in rows],
        [row["generated_text"] for row in rows],
        np.array([int(float(row["label"])) for row in rows], bool),
    )


def in_development_half(source):
    return hashlib.sha256(source.encode()).digest()[0] % 2 == 0


def words(text):
    return [t.lower() for t in kh.text.tokenize(text) if t.lower() not in FUNCTION_WORDS]


def overlap(source, text):
    """Share of the text's content words that stand in the source."""
    own, there = words(text), set(words(source))
    return sum(word in there for word in own) / max(len(own), 1)


def checker_scores(checker, sources, texts):
    """Scores, 0.5 where there is none, and pairs of source and text a second."""
    start = time.perf_counter()
    cases = [kh.data.Case("Write.", source=source) for source in sources]
    verdicts = checker.check(cases, texts)
    seconds = time.perf_counter() - start
    return np.array([0.5 if v.score is None else v.score for v in verdicts]), len(texts) / seconds


def with_interval(scores, positive, rng):
    """AUC x 100 and its bootstrap interval."""
    found = []
    while len(found) < RESAMPLES:
        rows = rng.integers(0, len(scores), len(scores))
        if 0 < positive[rows].sum() < len(rows):
            found.append(kh.statistics.auroc(scores[rows], positive[rows]))
    low, high = np.percentile(found, [2.5, 97.5])
    return [
        round(100 * float(value), 1) for value in (kh.statistics.auroc(scores, positive), low, high)
    ]


def bump_drop(checker):
    """Share of minimal pairs whose edited summary scores below the human one."""
    rows = json.load(gzip.open(DATA / "bump/task2_dataset.json.gz", "rt"))
    articles = [row["article"] for row in rows]
    true, _ = checker_scores(checker, articles, [row["reference_summary"] for row in rows])
    false, _ = checker_scores(checker, articles, [row["edited_summary"] for row in rows])
    return {"pairs": len(rows), "drops_percent": round(100 * float((false < true).mean()), 1)}


def compare(name, checkers):
    """What each checker and the baselines reach on one set of TRUE."""
    rng = np.random.default_rng(0)
    sources, texts, positive = read_rows(name)
    found = {n: checker_scores(checker, sources, texts) for n, checker in checkers.items()}
    by_words = np.array([overlap(s, t) for s, t in zip(sources, texts)])
    length = np.array([-len(text) for text in texts], float)
    second = np.array([not in_development_half(source) for source in sources])
    return {
        "rows": len(texts),
        "consistent": int(positive.sum()),
        **{n: with_interval(scores, positive, rng) for n, (scores, _) in found.items()},
        "word overlap": with_interval(by_words, positive, rng),
        "shorter text": with_interval(length, positive, rng),
        "other half": {
            n: with_interval(scores[second], positive[second], rng)
            for n, (scores, _) in found.items()
        },
        "pairs_per_second": {n: round(speed, 1) for n, (_, speed) in found.items()},
        **{other: values[name] for other, values in PUBLISHED.items()},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sets = [*FILES, "bump"]
    parser.add_argument("--sets", nargs="*", default=sets, choices=sets)
    args = parser.parse_args()
    checkers = {name: make() for name, make in CHECKERS.items()}
    result = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in args.sets:
        if name == "bump":
            result[name] = {n: bump_drop(checker) for n, checker in checkers.items()}
        else:
            result[name] = compare(name, checkers)
        print(name, json.dumps(result[name]), flush=True)
        RESULTS.write_text(json.dumps({n: result[n] for n in sets if n in result}, indent=2) + "\n")


if __name__ == "__main__":
    main()
