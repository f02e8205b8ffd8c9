"""Do checker scores agree with how many people call a text a hallucination, and where it is one?

    pip install scipy
    KERAS_HALLUC_DATA=... python benchmarks/shroom.py

SHROOM (Mickus et al. 2024), validation set, both tracks: 1,000 definitions, translations and
paraphrases, each with a reference and five people's judgements. 1 - score is taken for the
probability of a hallucination, 0.5 where a checker measures nothing. A text is compared with the
target, or where `ref` names the source too and both are in one language, with the one that supports
it better. Nothing was tuned on these rows: thresholds and calibration are fitted on four fifths of
them, cut so that no target is in two parts, and used on the other fifth.

- spearman with a 95 % bootstrap interval: with the share of people. Unchanged by calibration that
  keeps the order.
- accuracy: of the majority's label above 0.5, and at a threshold that was fitted (one parameter).
- calibration_error (15 bins) and brier: against the share of people, as it is and after isotonic
  regression.

A constant and the text's length stand beside: a score that does not beat both shows nothing. For
the spans of Mu-SHROOM see `mu_shroom.py`.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import mu_shroom
import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import spearmanr
from true import DATA

import keras_halluc as kh

RESULTS = Path(__file__).parent / "results/shroom.json"
FILES = ("val.model-agnostic.json", "val.model-aware.json")
TASKS = {"DM": "definitions", "MT": "translations", "PG": "paraphrases"}
FOLDS, BINS, RESAMPLES = 5, 15, 1000
NOT_MEASURED = 0.5


def read_rows():
    rows = []
    for name in FILES:
        rows += json.loads((DATA / "shroom_val" / name).read_text(encoding="utf-8"))
    return rows


def texts_of(row):
    """What the output may be compared with: texts in its own language."""
    if row["ref"] == "src":
        return [row["src"]]
    if row["ref"] == "either" and row["task"] == "PG":  # a translation's source is another language
        return [row["src"], row["tgt"]]
    return [row["tgt"]]


def checker_scores(checker, rows):
    """Best score of each output over its texts; NaN where there is none."""
    cases, outputs, owners = [], [], []
    for i, row in enumerate(rows):
        for text in texts_of(row):
            cases.append(kh.data.Case("Write.", references=(text,), source=text))
            outputs.append(row["hyp"])
            owners.append(i)
    best = np.full(len(rows), np.nan)
    for i, verdict in zip(owners, checker.check(cases, outputs)):
        if verdict.score is not None:
            best[i] = np.fmax(best[i], verdict.score)
    return best


def lexical_scores(rows):
    rouge, bleu = [], []
    for row in rows:
        rouge.append(max(_rouge(text).score(row["hyp"])["rougeL"].f1 for text in texts_of(row)))
        bleu.append(max(kh.text.BleuScorer(t).score(row["hyp"]) / 100 for t in texts_of(row)))
    return {"ROUGE-L F1": np.array(rouge), "BLEU": np.array(bleu)}


def _rouge(text):
    return kh.text.RougeScorer(text, ("rougeL",))


def fold_of(row):
    text = row["tgt"] or row["src"]
    return hashlib.sha256(text.encode()).digest()[0] % FOLDS


def isotonic(train_x, train_y, x):
    """Values at `x` of the rising steps that fit best, straight between them."""
    levels, inverse = np.unique(train_x, return_inverse=True)
    counts = np.bincount(inverse)
    means = np.bincount(inverse, train_y) / counts
    fitted = isotonic_regression(means, weights=counts).x
    return np.interp(x, levels, fitted)


def best_threshold(values, label):
    cuts = np.unique(values)
    right = [((values >= cut) == label).mean() for cut in (*cuts, np.inf)]
    return (*cuts, np.inf)[int(np.argmax(right))]


def held_out(values, share, label, folds):
    """Calibrated probabilities and thresholded labels, each fitted on the other folds."""
    calibrated, said = np.zeros(len(values)), np.zeros(len(values), bool)
    for fold in range(FOLDS):
        out = folds == fold
        calibrated[out] = isotonic(values[~out], share[~out], values[out])
        said[out] = values[out] >= best_threshold(values[~out], label[~out])
    return calibrated, said


def calibration_error(probability, share):
    sums = kh.ops.calibration.calibration_sums(probability, share, np.ones_like(share), BINS)
    return float(kh.ops.calibration_error(sums))


def spearman(values, share, rng):
    """Rho and its interval; None where all values are one."""
    if np.ptp(values) == 0:
        return None
    found = []
    while len(found) < RESAMPLES:
        rows = rng.integers(0, len(values), len(values))
        if np.ptp(values[rows]) and np.ptp(share[rows]):
            found.append(spearmanr(values[rows], share[rows]).statistic)
    low, high = np.percentile(found, [2.5, 97.5])
    return [round(float(v), 3) for v in (spearmanr(values, share).statistic, low, high)]


def measure(values, rows, is_probability=True):
    """Everything about one score, higher for a hallucination."""
    share = np.array([row["p(Hallucination)"] for row in rows])
    label = np.array([row["label"] == "Hallucination" for row in rows])
    folds = np.array([fold_of(row) for row in rows])
    task = np.array([row["task"] for row in rows])
    measured = np.isfinite(values)
    filled = np.where(measured, values, NOT_MEASURED)
    calibrated, said = held_out(filled, share, label, folds)
    rng = np.random.default_rng(0)
    result = {
        "coverage": round(float(measured.mean()), 3),
        "spearman": spearman(filled, share, rng),
        "spearman_by_task": {
            name: spearman(filled[task == key], share[task == key], rng)
            for key, name in TASKS.items()
        },
        "accuracy_fitted_threshold": _round((said == label).mean()),
        "calibration_error_isotonic": _round(calibration_error(calibrated, share)),
        "brier_isotonic": _round(((calibrated - share) ** 2).mean()),
    }
    if is_probability:
        result["accuracy_above_0.5"] = _round(((filled > 0.5) == label).mean())
        result["calibration_error"] = _round(calibration_error(filled, share))
        result["brier"] = _round(((filled - share) ** 2).mean())
    return result


def _round(value):
    return round(float(value), 3)


def main():
    if not (DATA / "shroom_val").is_dir() or not (DATA / "mu_shroom_val").is_dir():
        print(f"Skipped: no shroom_val and mu_shroom_val in {DATA}; set KERAS_HALLUC_DATA to it")
        return 0
    rows = read_rows()
    checkers = {
        "AnswerChecker": kh.grounding.AnswerChecker(),
        "EntailmentChecker": kh.grounding.EntailmentChecker.default(unsupported_below=0.14),
        "OverlapChecker": kh.grounding.OverlapChecker(0.8),
        "ValueChecker": kh.grounding.ValueChecker(),
    }
    scores = {name: checker_scores(checker, rows) for name, checker in checkers.items()}
    scores |= lexical_scores(rows)
    found = {
        "rows": len(rows),
        "hallucination": sum(row["label"] == "Hallucination" for row in rows),
        "always not a hallucination": measure(np.zeros(len(rows)), rows),
        "longer text": measure(np.array([float(len(r["hyp"])) for r in rows]), rows, False),
        **{name: measure(1 - values, rows) for name, values in scores.items()},
    }
    for name, value in found.items():
        print(name, json.dumps(value), flush=True)
    spans = mu_shroom.measure_all()
    print("mean of languages", json.dumps(spans["mean of languages"]))
    RESULTS.write_text(json.dumps({"SHROOM": found, "Mu-SHROOM": spans}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
