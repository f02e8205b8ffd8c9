"""Pairs of each step of `train_checker.py` in batches, their loss, and how a model ranks them."""

import random
import time

import checker_field
import checker_pairs
import keras
import keras_hub
import numpy as np
from keras import ops

import keras_halluc as kh
from keras_halluc.grounding.entailment import pair_packer

TOKENS = 2048  # in a batch, padding included
RECIPES = {  # pairs: see `checker_pairs.load`; marks: share of the pairs that show them
    "tune": {"human": 0.25, "made": 1.0, "news": False, "marks": 1.0},
    "again": {"human": 0.8, "made": 0.5, "news": True, "marks": 0.5},
}
REHEARSED = 0.25  # share of the rows of `field` that are those of `again`


def pairs_for(step, seed):
    """Training pairs of a step, and validation pairs that neither recipe trains on.

    Those are split by the recipe `again`; of MNLI and the encyclopedia `tune` holds out the same,
    and of news it sees nothing.
    """

    def load(recipe):
        own = {key: value for key, value in RECIPES[recipe].items() if key != "marks"}
        return checker_pairs.load(seed, **own)

    pairs, valid = load("again")
    if step == "tune":
        pairs, _ = load("tune")
    if step == "field":
        own = checker_field.load(seed)
        count = min(len(pairs), round(len(own) * REHEARSED / (1 - REHEARSED)))
        pairs = random.Random(seed).sample([*pairs[:count], *own], count + len(own))
    return pairs, {name: valid[name] for name in ("mnli", "made", "order", "news")}


def loss(y_true, logits):
    """Cross-entropy; of label 3 only that it is not entailed is known."""
    labels = ops.cast(ops.reshape(y_true, (-1,)), "int32")
    log_probs = ops.log_softmax(logits)
    of_three = ops.take_along_axis(log_probs, ops.minimum(labels, 2)[:, None], axis=1)[:, 0]
    not_entailed = ops.logaddexp(log_probs[:, 1], log_probs[:, 2])
    return -ops.where(labels == 3, not_entailed, of_three)


class Pairs(keras.utils.PyDataset):
    """Batches of pairs of about the same length, shuffled anew each epoch.

    Only that share of the rows, drawn anew, says which tokens of a claim the source has. Where all
    do, a model learns of made pairs no more than that an exchanged word is marked.
    """

    def __init__(self, words, rows, seed=0, shuffle=True, marks=0.0):
        super().__init__()
        self.marks = marks
        tokenizer = keras_hub.models.BertTokenizer(vocabulary=words, lowercase=True)
        self.packer = pair_packer.PairPacker(tokenizer, marks=marks > 0.0)
        sources, claims, labels = zip(*rows)
        self.rows = self.packer.rows(sources, claims)
        self.labels = np.array(labels, "int32")
        self.lengths = np.array([self.packer.fitting(len(row.tokens)) for row in self.rows])
        self.shuffle, self.rng = shuffle, np.random.default_rng(seed)
        self.on_epoch_end()

    def on_epoch_end(self):
        self.batches = []
        for length in pair_packer.LENGTHS:
            own, size = np.flatnonzero(self.lengths == length), TOKENS // length
            if self.shuffle:  # whole batches alone, so that a shape is compiled once
                self.rng.shuffle(own)
                own = own[: len(own) // size * size]
            self.batches += [(length, own[i : i + size]) for i in range(0, len(own), size)]
        if self.shuffle:
            order = self.rng.permutation(len(self.batches))
            self.batches = [self.batches[i] for i in order]

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        length, own = self.batches[index]
        full = np.resize(own, TOKENS // length)
        x = self.packer.pad([self.rows[i] for i in full], length)
        if 0.0 < self.marks < 1.0:
            unmarked = self.rng.random(len(full)) >= self.marks
            x["segment_ids"][unmarked] = np.minimum(x["segment_ids"][unmarked], 1)
        return x, self.labels[full]


def logits_of(model, data):
    """Float32 `(rows, 3)` in the order of the rows."""
    found = np.zeros((len(data.rows), 3), "float32")
    for i, (_, own) in enumerate(data.batches):
        found[own] = np.asarray(model.predict_on_batch(data[i][0]))[: len(own)]
    return found


def entailed(model, data):
    """Probability of "entailed" in the order of the rows."""
    found = logits_of(model, data)
    exp = np.exp(found - found.max(axis=1, keepdims=True))
    return exp[:, 0] / exp.sum(axis=1)


def measure(model, words, valid, marks):
    """AUC on each validation set, pairs a second on all of them."""
    result, rows, seconds = {}, 0, 0.0
    for name, own in valid.items():
        data = Pairs(words, own, shuffle=False, marks=marks)
        if keras.backend.backend() != "torch":
            entailed(model, data)  # compiles
        start = time.process_time()
        scores = entailed(model, data)
        seconds += time.process_time() - start
        rows += len(own)
        result[name] = round(100 * float(kh.statistics.auroc(scores, data.labels == 0)), 2)
    return {"auc": result, "pairs_per_cpu_second": round(rows / seconds, 1)}
