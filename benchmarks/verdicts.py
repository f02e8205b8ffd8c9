"""Is a verdict what a person would say? At the default verdict of each checker, without any curve.

    KERAS_HALLUC_DATA=... python benchmarks/verdicts.py
    KERAS_HALLUC_DATA=... python benchmarks/verdicts.py --checkers OverlapChecker --rows 100

A rate in `logs` counts verdicts. So here a checker is asked as a user asks it, with no threshold of
ours, on texts that people judged against a source: TRUE (five sets, QAGS among them), BUMP (a human
summary, and the same with one error), BEGIN (outputs of fine-tuned models), SHROOM (the majority of
five people), and four sets of `grounding_train`: corrected summaries, claims from FEVER, from COVID
papers and about health. Of those four only the half of the sources that no training may take is
read (`held_back`). XSum's judgements lie there without the articles. The thresholds of the checkers
were chosen on other rows of the same sets: of each label the 60 behind those drawn here.

Of each set `--rows` rows are drawn with a fixed seed, half of them consistent.

- coverage: share of texts with a verdict at all, supported or not.
- flagged: share of consistent texts, with a verdict, that are called a hallucination.
- missed: share of inconsistent texts, with a verdict, that are called supported.
- balanced accuracy: 1 - (flagged + missed) / 2; 50 is chance. With a 95 % bootstrap interval.

"word overlap" and "shorter text" stand beside with the threshold that suits them best on these
very rows, which no user could know: a checker below them shows nothing.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from true import DATA
from true import FILES
from true import ROOT
from true import overlap
from true import read_rows as read_true

import keras_halluc as kh

RESULTS = ROOT / "benchmarks/results/verdicts.json"
ROWS, RESAMPLES = 200, 1000
CHECKERS = {
    "OverlapChecker": kh.grounding.OverlapChecker,
    "ValueChecker": kh.grounding.ValueChecker,
    "EntailmentChecker": kh.grounding.EntailmentChecker.default,
    "SourceChecker": kh.grounding.SourceChecker,  # what is taken where none is named
}
CONSISTENT = ("consistent", "entailment", True)


def held_back(source):
    """Whether a source is in the half of `grounding_train` that is for measuring only."""
    return hashlib.sha256(" ".join(source.split())[:200].encode()).digest()[0] % 2 == 0


def grounding_rows(name):
    with gzip.open(DATA / f"grounding_train/{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            if held_back(row["premise"]) and row["label"] != "neutral":
                yield untokenized(row["premise"]), untokenized(row["hypothesis"]), row["label"]


def untokenized(text):
    """FEVER's marks of brackets and quotes, as people write them."""
    for mark, sign in (("-LRB- ", "("), (" -RRB-", ")"), ("-LSB- ", "["), (" -RSB-", "]")):
        text = text.replace(mark, sign)
    text = text.replace("`` ", '"').replace(" ''", '"')
    for sign in ",.;:?!":
        text = text.replace(f" {sign}", sign)
    return text.replace(" 's", "'s").replace(" n't", "n't")


def bump_rows():
    for row in json.load(gzip.open(DATA / "bump/task2_dataset.json.gz", "rt")):
        yield row["article"], row["reference_summary"], True
        yield row["article"], row["edited_summary"], False


def begin_rows():
    for name in ("cmu.tsv", "tc.tsv.gz", "wow.tsv"):
        path = DATA / f"begin_dev/begin_dev_{name}"
        text = gzip.open(path, "rt").read() if path.suffix == ".gz" else path.read_text()
        for row in csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["begin_label"] != "Generic":  # says nothing to check
                label = row["begin_label"] == "Fully attributable"
                yield untokenized(row["knowledge"]), untokenized(row["response"]), label


def shroom_rows():
    for name in ("val.model-agnostic.json", "val.model-aware.json"):
        for row in json.loads((DATA / "shroom_val" / name).read_text(encoding="utf-8")):
            yield row["tgt"], row["hyp"], row["label"] == "Not Hallucination"


def true_rows(name):
    return zip(*read_true(name))


SETS = {
    **{name: lambda name=name: true_rows(name) for name in FILES},
    "bump": bump_rows,
    "begin_dev": begin_rows,
    "shroom": shroom_rows,
    "defacto": lambda: grounding_rows("defacto_xsum"),
    "fever": lambda: grounding_rows("fever_dev"),
    "covidfact": lambda: grounding_rows("covidfact"),
    "healthver": lambda: grounding_rows("healthver_dev"),
}


def drawn(name, rows):
    """`(sources, texts, consistent)` of as many rows, half of them consistent where there are."""
    rng = np.random.default_rng(0)
    by_label = {True: [], False: []}
    for source, text, label in SETS[name]():
        by_label[bool(label in CONSISTENT)].append((source, text))
    found = []
    for label, pairs in by_label.items():
        places = rng.permutation(len(pairs))[: rows // 2]
        found += [(*pairs[place], label) for place in sorted(places)]
    sources, texts, consistent = zip(*found)
    return list(sources), list(texts), np.array(consistent)


def measures(consistent, covered, supported):
    """Percent; NaN where one of the two kinds has no verdict at all."""
    good, bad = covered & consistent, covered & ~consistent
    flagged = 100 * float(np.mean(~supported[good])) if good.any() else float("nan")
    missed = 100 * float(np.mean(supported[bad])) if bad.any() else float("nan")
    return {
        "balanced_accuracy": 100 - (flagged + missed) / 2,
        "flagged": flagged,
        "missed": missed,
        "coverage": 100 * float(np.mean(covered)),
    }


def with_interval(consistent, covered, supported):
    """Each measure as `[value, low, high]`."""
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(RESAMPLES):
        rows = rng.integers(0, len(consistent), len(consistent))
        draws.append(measures(consistent[rows], covered[rows], supported[rows]))
    found = {}
    for key, value in measures(consistent, covered, supported).items():
        low, high = np.nanpercentile([draw[key] for draw in draws], [2.5, 97.5])
        found[key] = [round(float(number), 1) for number in (value, low, high)]
    return found


def best_threshold(score, consistent):
    """The baseline's verdicts at the threshold that is best on these rows."""
    best = max(
        np.unique(score),
        key=lambda t: measures(consistent, np.ones(len(score), bool), score >= t)[
            "balanced_accuracy"
        ],
    )
    return with_interval(consistent, np.ones(len(score), bool), score >= best)


def check(checker, sources, texts, consistent):
    begin = time.perf_counter()
    cases = [kh.data.Case("Write.", source=source) for source in sources]
    labels = np.array([verdict.label for verdict in checker.check(cases, texts)])
    seconds = time.perf_counter() - begin
    covered = np.isin(labels, ("supported", "unsupported", "contradicted"))
    found = with_interval(consistent, covered, labels == "supported")
    return {**found, "pairs_per_second": round(len(texts) / seconds, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--checkers", nargs="*", default=list(CHECKERS))
    parser.add_argument("--results", default=str(RESULTS))
    given = parser.parse_args()
    if not DATA.exists():
        raise SystemExit(f"There is no data at {DATA}: set KERAS_HALLUC_DATA.")
    try:
        with open(given.results, encoding="utf-8") as file:
            results = json.load(file)
    except FileNotFoundError:
        results = {}
    checkers = {name: CHECKERS[name]() for name in given.checkers}
    for name in given.sets:
        sources, texts, consistent = drawn(name, given.rows)
        found = results.setdefault(name, {})
        if found.get("rows") != len(texts):
            found.clear()
        found["rows"], found["consistent"] = len(texts), int(consistent.sum())
        words = np.array([overlap(source, text) for source, text in zip(sources, texts)])
        found["word overlap"] = best_threshold(words, consistent)
        found["shorter text"] = best_threshold(-np.array([*map(len, texts)]), consistent)
        for checker_name, checker in checkers.items():
            found[checker_name] = check(checker, sources, texts, consistent)
            line = {key: value for key, value in found[checker_name].items()}
            print(f"{name:15} {checker_name:20} {json.dumps(line)}", flush=True)
        with open(given.results, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
    for checker_name in CHECKERS:
        known = [found[checker_name] for found in results.values() if checker_name in found]
        means = (
            {
                key: round(float(np.nanmean([row[key][0] for row in known])), 1)
                for key in ("balanced_accuracy", "flagged", "missed", "coverage")
            }
            if known
            else {}
        )
        print(f"mean of {len(known)} sets: {checker_name:20} {means}")


if __name__ == "__main__":
    main()
