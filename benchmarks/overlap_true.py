"""Does OverlapChecker tell grounded text from made-up text better than any one lexical score?

    KERAS_HALLUC_DATA=... python benchmarks/overlap_true.py

TRUE (Honovich et al. 2022), see benchmarks/true.py. Rows are halved by a hash of their source, so
that no source is in both halves. Rule and default threshold were chosen on the development half:
by the AUC of the three shares that OverlapChecker averages, alone and together, and by the balanced
accuracy of its verdict at each threshold. On the other half, which nothing was chosen on: ROC-AUC
x 100 with a 95 % bootstrap interval of the checker's score, of the text's content words that stand
in the source, of ROUGE (precision: the share of the text; F1) and BLEU with the source as
reference, and of the text's length alone. And in Chinese: whether the premise entails the
hypothesis on OCNLI's dev set, on which nothing was chosen either.
"""

import argparse
import gzip
import json
import sys
import time
from pathlib import Path

import numpy as np
from true import DATA
from true import FILES
from true import in_development_half
from true import overlap
from true import read_rows
from true import with_interval

import keras_halluc as kh
from keras_halluc.grounding.overlap.folded_words import fold_source
from keras_halluc.grounding.overlap.folded_words import fold_words
from keras_halluc.grounding.overlap.source_overlap import read_source

RESULTS = Path(__file__).parents[1] / "benchmarks/results/overlap_true.json"
THRESHOLDS = np.arange(40, 100, 5) / 100
SHARES = ("words", "order", "pairs")
RULES = (("words",), ("order",), ("pairs",), ("words", "order"), ("words", "pairs"), SHARES)
KINDS = ("rouge1", "rouge2", "rougeL")
NO_TEXT = 0.5  # score of a text that no checker measures


def halves(name):
    """`(sources, texts, labels)` of the development half and of the other."""
    sources, texts, positive = read_rows(name)
    first = np.array([in_development_half(source) for source in sources])
    for rows in (np.flatnonzero(first), np.flatnonzero(~first)):
        yield [sources[i] for i in rows], [texts[i] for i in rows], positive[rows]


def overlap_scores(sources, texts, **kwargs):
    cases = [kh.data.Case("Write.", source=source) for source in sources]
    verdicts = kh.grounding.OverlapChecker(**kwargs).check(cases, texts)
    return np.array([NO_TEXT if v.score is None else v.score for v in verdicts])


def rule_scores(rule, sources, texts):
    """Mean over sentences of the mean of some of the three shares."""
    found = []
    for source, text in zip(sources, texts):
        left_out = fold_source(source).function_words
        ready, values = read_source(source, left_out), []
        for span in kh.text.sentence_spans(text):
            claim = [w.folded for w in fold_words(text, *span) if w.folded not in left_out]
            if claim:
                shares = dict(zip(SHARES, ready.shares(claim)))
                values.append(np.mean([shares.get(name, shares["words"]) for name in rule]))
        found.append(np.mean(values) if values else NO_TEXT)
    return np.array(found)


def balanced_accuracy(sources, texts, positive):
    """Of the verdict, which looks at the sentence with the least support, by threshold."""
    least = overlap_scores(sources, texts, aggregate="min")
    kept = least[:, None] >= THRESHOLDS
    return (kept[positive].mean(0) + (~kept[~positive]).mean(0)) / 2


def choose(names):
    """What the development half says of rules and thresholds."""
    rules, accuracies = {" + ".join(rule): [] for rule in RULES}, []
    for name in names:
        sources, texts, positive = next(halves(name))
        for rule in RULES:
            values = rule_scores(rule, sources, texts)
            rules[" + ".join(rule)].append(100 * kh.statistics.auroc(values, positive))
        accuracies.append(100 * balanced_accuracy(sources, texts, positive))
    mean = np.mean(accuracies, 0)
    return {
        "rules_mean_auc": {rule: round(float(np.mean(found)), 1) for rule, found in rules.items()},
        "balanced_accuracy": {str(t): round(float(m), 1) for t, m in zip(THRESHOLDS, mean)},
        "threshold": float(THRESHOLDS[mean.argmax()]),
    }


def lexical_scores(sources, texts, tokenizer, bleu_tokenizer):
    """Every score of the comparison by its name."""
    rouge = {source: kh.text.RougeScorer(source, KINDS, tokenizer) for source in set(sources)}
    bleu = {source: kh.text.BleuScorer(source, bleu_tokenizer) for source in set(sources)}
    found = [rouge[source].score(text) for source, text in zip(sources, texts)]
    scores = {"content words": [overlap(s, t) for s, t in zip(sources, texts)]}
    for kind in KINDS:
        scores[f"{kind} precision"] = [score[kind].precision for score in found]
        scores[f"{kind} F1"] = [score[kind].f1 for score in found]
    scores["BLEU"] = [bleu[source].score(text) for source, text in zip(sources, texts)]
    scores["shorter text"] = [-len(text) for text in texts]
    return {name: np.array(values, float) for name, values in scores.items()}


def compare(sources, texts, positive, tokenizer="rouge", bleu_tokenizer="13a"):
    rng = np.random.default_rng(0)
    start = time.perf_counter()
    scores = {"OverlapChecker": overlap_scores(sources, texts)}
    speed = len(texts) / (time.perf_counter() - start)
    scores.update(lexical_scores(sources, texts, tokenizer, bleu_tokenizer))
    return {
        "rows": len(texts),
        "consistent": int(positive.sum()),
        **{name: with_interval(values, positive, rng) for name, values in scores.items()},
        "outputs_per_second": round(speed),
    }


def mean_of_sets(found):
    names = [name for name, value in next(iter(found.values())).items() if isinstance(value, list)]
    return {
        name: round(float(np.mean([row[name][0] for row in found.values()])), 1) for name in names
    }


def chinese_rows():
    with gzip.open(DATA / "ocnli_zh/dev.json.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    rows = [row for row in rows if row["label"] in ("entailment", "neutral", "contradiction")]
    positive = np.array([row["label"] == "entailment" for row in rows])
    return [row["sentence1"] for row in rows], [row["sentence2"] for row in rows], positive


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="*", default=list(FILES), choices=FILES)
    args = parser.parse_args()
    if not (DATA / "true").is_dir():
        print(f"Skipped: no TRUE data in {DATA}; set KERAS_HALLUC_DATA to the folder with true/")
        return 0
    result = {"development half": choose(args.sets)}
    print(json.dumps(result), flush=True)
    other = {}
    for name in args.sets:
        _, held_out = halves(name)
        other[name] = compare(*held_out)
        print(name, json.dumps(other[name]), flush=True)
    result["other half"] = {**other, "mean of sets": mean_of_sets(other)}
    print("mean", json.dumps(result["other half"]["mean of sets"]))
    if (DATA / "ocnli_zh").is_dir():
        result["OCNLI dev"] = compare(*chinese_rows(), "words", "zh")
        print("OCNLI", json.dumps(result["OCNLI dev"]))
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
