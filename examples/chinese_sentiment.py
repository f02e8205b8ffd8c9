# %% [markdown]
# # Sentiment: is the text content or not, and is the model as sure as it is right?
#
# `SequenceClassifier` on ChnSentiCorp, 9,600 Chinese reviews of hotels, books and computers; from
# scratch in about two minutes on one core, or from any KerasHub preset:
#
#     export KERAS_HALLUC_DATA=...                     # the folder that holds chnsenticorp_zh
#     python examples/chinese_sentiment.py
#     python examples/chinese_sentiment.py --preset hf://google-bert/bert-base-chinese
#     python examples/chinese_sentiment.py --train a.csv --valid b.csv --test c.csv --preset ...
#
# The last line is for other languages: CSV files with the columns `label` and `text`.
#
# More than a quarter of the public validation and test texts stand among the training texts as
# well. They are taken out of the training here, so that accuracy is that on texts never seen; the
# figure with all of them in, as others report it, comes with `--keep-copies`.

# %%
import argparse
import collections
import csv
import gzip
import json
import os
import time
from pathlib import Path

import keras
import keras_hub
import numpy as np
from keras import ops

import keras_halluc as kh

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PRIME, BUCKETS = 4099, 500_009  # of the hash; their product is still an int32
LENGTH, PRESET_LENGTH = 256, 128  # tokens of a row
USUAL = 100  # tokens of a text: that many give the mean of their vectors
PATIENCE = 4  # epochs
SMALL = 1e-12  # beside the squared slope of a vector, which is about 1e-10


# %% [markdown]
# ## Texts


# %%
def read_rows(path):
    """Texts and names of their classes, of a `.csv` or `.tsv`, `.gz` or not."""
    opener = gzip.open if str(path).endswith(".gz") else open
    tabs = ".tsv" in Path(path).name
    settings = {"delimiter": "\t", "quoting": csv.QUOTE_NONE} if tabs else {}
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        labels, texts = zip(*list(csv.reader(file, **settings))[1:])
    return list(texts), list(labels)


def plain(text):
    """What makes two texts the same: letters and digits."""
    return "".join(char for char in text.lower() if char.isalnum())


def read_splits(args):
    """`(texts, classes)` of training, validation and test, names of classes, copies left out."""
    if args.train:
        paths = [args.train, args.valid, args.test]
    else:
        folder = os.environ.get("KERAS_HALLUC_DATA")
        if folder is None:
            raise SystemExit(
                "Set KERAS_HALLUC_DATA to the folder that holds chnsenticorp_zh, or give --train, "
                "--valid and --test."
            )
        names = ("train.tsv.gz", "dev.tsv", "test.tsv")
        paths = [Path(folder) / "chnsenticorp_zh" / name for name in names]
    train, valid, test = (read_rows(path) for path in paths)
    classes = sorted(set(train[1]))
    copies = 0
    if not args.keep_copies:
        held_out = {plain(text) for texts, _ in (valid, test) for text in texts}
        kept = [i for i, text in enumerate(train[0]) if plain(text) not in held_out]
        copies = len(train[0]) - len(kept)
        train = [[column[i] for i in kept] for column in train]
    splits = [
        (texts[: args.rows], np.array([classes.index(label) for label in labels[: args.rows]]))
        for texts, labels in (train, valid, test)
    ]
    return splits, classes, copies


# %% [markdown]
# ## A model from scratch: characters, and pairs and triples of them
# A bag of vectors of characters and of hashed n-grams, as in fastText (Joulin et al. 2017,
# https://arxiv.org/abs/1607.01759), under the head of `SequenceClassifier`. `TokenNoise` masks half
# of the characters while training, so that no few of them can be learned by heart. It is a KerasHub
# backbone, and the tokenizer is KerasHub's, which splits Chinese into characters.
#
# The sum is divided by the root of the number of tokens, not by the number, for calibration's sake:
# chance adds up with the root, so that a mean is too sure of short texts and not enough of long
# ones, and no temperature can mend both.


# %%
def tokenizer_of(texts):
    """BERT's tokenizer with every character that the texts hold twice."""
    counts = collections.Counter(char for text in texts for char in text.lower())
    chars = sorted(char for char, count in counts.items() if count > 1 and not char.isspace())
    within_words = [f"##{char}" for char in chars if char.isascii() and char.isalnum()]
    return keras_hub.models.BertTokenizer([*SPECIAL, *chars, *within_words], lowercase=True)


@keras.saving.register_keras_serializable("examples")
class NgramBackbone(keras_hub.models.Backbone):
    """Adds up the vectors of the n-grams of a text."""

    def __init__(self, vocabulary_size, hidden_dim=16, longest=3, noise=0.5, **kwargs):
        token_ids = keras.Input((None,), dtype="int32", name="token_ids")
        mask = keras.Input((None,), dtype="int32", name="padding_mask")
        noisy = kh.layers.TokenNoise(vocabulary_size, noise, SPECIAL.index("[MASK]"))
        ids = noisy(token_ids, mask)
        key, vectors = ids, keras.layers.Embedding(vocabulary_size, hidden_dim)(ids)
        for n in range(1, longest):
            following = ops.pad(ids[:, n:], [[0, 0], [0, n]])
            key = ops.mod(key * PRIME + following, BUCKETS)
            vectors += keras.layers.Embedding(BUCKETS, hidden_dim, "zeros")(key)
        there = ops.expand_dims(ops.cast(mask, vectors.dtype), -1)
        tokens = ops.sum(there, axis=1)
        pooled = ops.sum(vectors * there, axis=1) / ops.sqrt(USUAL * tokens)
        super().__init__(
            inputs={"token_ids": token_ids, "padding_mask": mask},
            outputs={"sequence_output": vectors, "pooled_output": pooled},
            **kwargs,
        )
        self.settings = {
            "vocabulary_size": vocabulary_size,
            "hidden_dim": hidden_dim,
            "longest": longest,
            "noise": noise,
        }

    def get_config(self):
        return {**super().get_config(), **self.settings}


def new_task(args, texts, num_classes):
    if args.preset:
        return kh.models.SequenceClassifier.from_preset(
            args.preset, num_classes=num_classes, sequence_length=args.length or PRESET_LENGTH
        )
    tokenizer = tokenizer_of(texts)
    return kh.models.SequenceClassifier(
        NgramBackbone(tokenizer.vocabulary_size()),
        num_classes,
        kh.models.TextPreprocessor(tokenizer, args.length or LENGTH),
        dropout=0.3,
    )


# %% [markdown]
# ## Fine-tuning
# `GeneralizationMonitor` shows over-fitting while it happens: it measures some training rows as
# the validation rows are measured, without dropout or noise, and writes the difference into `logs`.
# Accuracy goes on rising for some epochs after `val_loss` has turned, as the model gets surer than
# it is right (Guo et al. 2017, https://arxiv.org/abs/1706.04599). So accuracy decides when to stop,
# and the temperature takes the sureness back.


# %%
def fine_tune(task, train, valid, args):
    """Trains until the accuracy on the validation texts no longer rises; returns the history."""
    epochs, rate, batch_size = (4, 5e-5, 32) if args.preset else (16, 0.1, 64)
    epochs = args.epochs or epochs
    steps = epochs * -(-len(train[1]) // batch_size)
    schedule = kh.schedules.WarmupLinear(rate, steps, warmup_steps=steps // 10)
    if args.preset:
        optimizer = keras.optimizers.AdamW(schedule, clipnorm=1.0)
    else:  # Adagrad leaves alone what is not in the batch; the momentum of Adam moves it on
        small = {"initial_accumulator_value": SMALL, "epsilon": SMALL}
        optimizer = keras.optimizers.Adagrad(schedule, **small)
    task.compile(optimizer)
    x, y = task.preprocess_samples(*train)  # once, for `fit` and the monitor
    stop = keras.callbacks.EarlyStopping(
        "val_sparse_categorical_accuracy",
        mode="max",
        patience=PATIENCE,
        restore_best_weights=True,
    )
    monitor = kh.callbacks.GeneralizationMonitor((x, y), log_dir=args.log_dir, budget=None)
    return task.fit(
        x,
        y,
        batch_size=batch_size,
        validation_data=valid,
        epochs=epochs,
        callbacks=[monitor, stop],
        verbose=0,
    ).history


def show_history(history):
    """Prints the epochs; returns the one whose weights were kept."""
    accuracy = history["val_sparse_categorical_accuracy"]
    best = int(np.argmax(accuracy))
    print("epoch    loss  val_loss  generalization_gap  validation accuracy")
    for i, value in enumerate(accuracy):
        loss, val_loss, gap = (
            history[key][i] for key in ("loss", "val_loss", "generalization_gap")
        )
        kept = "  <- kept" if i == best else ""
        print(f"{i + 1:5d}{loss:8.3f}{val_loss:10.3f}{gap:20.3f}{100 * value:19.2f} %{kept}")
    return best


# %% [markdown]
# ## Calibration, saving, loading


# %%
def measure(task, texts, labels):
    """Accuracy, expected calibration error, and that of a calibrated model by chance."""
    logits = task.predict(texts, verbose=0)
    error = kh.metrics.ExpectedCalibrationError()
    error.update_state(labels, logits)
    own = float(error.result())
    confidence = ops.convert_to_numpy(ops.max(ops.softmax(logits), axis=-1))
    by_chance = kh.statistics.calibration_error_by_chance(confidence, error.num_bins, 1000, seed=0)
    return {
        "accuracy": float((logits.argmax(-1) == labels).mean()),
        "expected_calibration_error": own,
        "by_chance": float(by_chance.mean()),
        "p_value": float((by_chance >= own).mean()),
    }


def run(args):
    cpu, wall = time.process_time(), time.time()
    keras.utils.set_random_seed(args.seed)
    (train, valid, test), classes, copies = read_splits(args)
    print(f"{len(train[0])} training texts ({copies} copies of held-out ones left out)")
    task = new_task(args, train[0], len(classes))
    history = fine_tune(task, train, valid, args)
    kept = show_history(history)

    before = measure(task, *test)
    temperature = task.calibrate(*valid)
    after = measure(task, *test)
    print(f"Test accuracy: {100 * after['accuracy']:.2f} %")
    errors = [each["expected_calibration_error"] for each in (before, after)]
    print(
        f"Expected calibration error on the test texts: {errors[0]:.4f}, with temperature "
        f"{temperature:.2f}: {errors[1]:.4f}; by chance a calibrated model has "
        f"{after['by_chance']:.4f} on as many texts (p = {after['p_value']:.3f})"
    )

    task.save_to_preset(args.save)
    again = kh.models.SequenceClassifier.from_preset(args.save)
    few = test[0][:64]
    apart = np.abs(again.predict(few, verbose=0) - task.predict(few, verbose=0)).max()
    print(f"Saved to {args.save}; loaded again, logits differ by at most {apart:.1e}")
    return {
        "training_texts": len(train[0]),
        "copies_left_out": copies,
        "test_texts": len(test[0]),
        "epochs": len(history["loss"]),
        "epoch_kept": kept + 1,
        "generalization_gap": [round(gap, 4) for gap in history["generalization_gap"]],
        "validation_accuracy": round(history["val_sparse_categorical_accuracy"][kept], 4),
        "test_accuracy": round(after["accuracy"], 4),
        "temperature": round(temperature, 3),
        "expected_calibration_error": round(errors[0], 4),
        "expected_calibration_error_calibrated": round(errors[1], 4),
        "expected_calibration_error_by_chance": round(after["by_chance"], 4),
        "p_value_calibrated": round(after["p_value"], 3),
        "cpu_seconds": round(time.process_time() - cpu),
        "wall_seconds": round(time.time() - wall),
    }


# %%
def main():
    parser = argparse.ArgumentParser(description="Sentiment, calibrated.")
    parser.add_argument("--preset", help="KerasHub preset, handle or folder; none: from scratch")
    parser.add_argument("--train", help="CSV with columns label and text, instead of ChnSentiCorp")
    parser.add_argument("--valid")
    parser.add_argument("--test")
    parser.add_argument("--keep-copies", action="store_true", help="train on held-out texts too")
    parser.add_argument("--rows", type=int, help="at most so many texts of each split")
    parser.add_argument("--length", type=int, help="tokens of a row")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--log-dir", help="where the TensorBoard run goes")
    parser.add_argument("--save", default="runs/chinese_sentiment")
    parser.add_argument("--results", type=Path, help="JSON file that takes the figures")
    args = parser.parse_args()
    figures = run(args)
    if args.results:
        found = json.loads(args.results.read_text()) if args.results.exists() else {}
        name = Path(args.preset).name if args.preset else "scratch"
        found[f"{name}, seed {args.seed}"] = figures
        args.results.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
