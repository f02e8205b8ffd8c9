"""Does `ShiftMonitor` tell a shifted evaluation set from an unshifted one, and keep quiet else?

    KERAS_HALLUC_DATA=... python benchmarks/shift.py        # about 5 minutes on a core

Texts are the 1,190 English questions of XQuAD; features are those of the embedded GPT-2, which has
seen neither these questions nor any other language. Two disjoint samples of 250 are drawn many
times and tested as the monitor does: both from the same questions (how often is that a false
alarm?), or the second one changed: letters replaced at random in three strengths, questions about
other articles than the first sample's, restaurant descriptions (E2E), or the same questions in
German, Spanish and Chinese. Flagged means p <= 0.05, with a 95 % Wilson interval.
"""

import csv
import gzip
import json
import os
import random
import string
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

import keras_halluc as kh
from keras_halluc.callbacks.monitors.shift_monitor import FOLDS
from keras_halluc.callbacks.observed.text_features import TextFeatures

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("KERAS_HALLUC_DATA", ROOT / "../shared/data"))
RESULTS = ROOT / "benchmarks/results/shift.json"
SIZE, PERMUTATIONS, MAX_LENGTH = 250, 199, 64
UNSHIFTED_DRAWS, SHIFTED_DRAWS = 600, 40
NOISE = {"noise 2 %": 0.02, "noise 5 %": 0.05, "noise 15 %": 0.15}
LANGUAGES = {"German": "de", "Spanish": "es", "Chinese": "zh"}


def questions(language):
    """`(question, article)` of every question, in the same order in every language."""
    with gzip.open(DATA / f"xquad/xquad.{language}.json.gz", "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    return [
        (question["question"], article)
        for article, content in enumerate(articles)
        for paragraph in content["paragraphs"]
        for question in paragraph["qas"]
    ]


def restaurants():
    path = DATA / "e2e_cleaned/devel-fixed.no-ol.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["ref"] for row in csv.DictReader(file)))


def noisy(text, rate, rng):
    """Each letter is another one with probability `rate`."""
    letters = [
        rng.choice(string.ascii_lowercase) if c.isalpha() and rng.random() < rate else c
        for c in text
    ]
    return "".join(letters)


def tested(first, second, draws, seed):
    """Both tests on samples drawn `draws` times.

    Args:
        first, second: functions from a generator to the features of a sample each.
    """
    rng = np.random.default_rng(seed)
    areas, flags = [], {"classifier": 0, "mmd": 0}
    for draw in range(draws):
        order = rng.permutation(len(FEATURES["English"]))
        samples = first(order, rng), second(order, rng)
        area, p_value = kh.statistics.classifier_test(*samples, FOLDS, PERMUTATIONS, draw)
        areas.append(max(2 * area - 1, 0.0))
        flags["classifier"] += p_value <= 0.05
        flags["mmd"] += kh.statistics.mmd_test(*samples, PERMUTATIONS, draw)[1] <= 0.05
    flagged = {
        name: {
            "share": count / draws,
            "interval": list(kh.statistics.wilson_interval(count, draws, 0.95)),
        }
        for name, count in flags.items()
    }
    return {"shift": float(np.mean(areas)), "draws": draws, "flagged": flagged}


FEATURES: dict[str, np.ndarray] = {}


def main():
    if not (DATA / "xquad").is_dir():
        sys.exit(f"No data: set KERAS_HALLUC_DATA to the folder of xquad. Looked in {DATA}")
    english = questions("en")
    texts = {"English": [text for text, _ in english], "restaurants": restaurants()}
    for name, code in LANGUAGES.items():
        texts[name] = [text for text, _ in questions(code)]
    rng = random.Random(0)
    for name, rate in NOISE.items():
        texts[name] = [noisy(text, rate, rng) for text in texts["English"]]
    features = TextFeatures(kh.presets.load_facts_gpt2(), MAX_LENGTH)
    for name, rows in texts.items():
        FEATURES[name] = features(rows)
    articles = np.array([article for _, article in english])

    def first(order, rng):
        return FEATURES["English"][order[:SIZE]]

    def other(name):  # parallel sets: not the rows of the first sample
        return lambda order, rng: FEATURES[name][order[SIZE : 2 * SIZE]]

    def of_articles(half):
        """Rows of one half of the articles, which are halved anew for each draw."""

        def sample(order, rng):
            chosen = np.random.default_rng(order[0]).permutation(articles.max() + 1)
            side = np.isin(articles[order], chosen[half::2])
            return FEATURES["English"][order[side][:SIZE]]

        return sample

    result = {"unshifted": tested(first, other("English"), UNSHIFTED_DRAWS, 0)}
    print("unshifted", json.dumps(result["unshifted"]), flush=True)
    shifted = {name: (first, other(name)) for name in (*NOISE, *LANGUAGES)}
    shifted["other articles"] = of_articles(0), of_articles(1)
    shifted["restaurants"] = (
        first,
        lambda order, rng: rng.permutation(FEATURES["restaurants"])[:SIZE],
    )
    for name, samplers in shifted.items():
        result[name] = tested(*samplers, SHIFTED_DRAWS, 1)
        print(name, json.dumps(result[name]), flush=True)
    settings = {"rows_a_sample": SIZE, "permutations": PERMUTATIONS, "alpha": 0.05}
    RESULTS.write_text(json.dumps({"settings": settings, "sets": result}, indent=1) + "\n")


if __name__ == "__main__":
    main()
