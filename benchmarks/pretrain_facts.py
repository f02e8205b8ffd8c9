"""Makes the embedded model: a small GPT-2 that knows the embedded "known" facts and no others.

    python benchmarks/pretrain_facts.py            # about 20 minutes on 2 cores
    python benchmarks/pretrain_facts.py --evaluate # only measures the preset that is there

It trains a byte-level BPE vocabulary, pretrains from scratch on statements of all known facts and
on questions and answers of the "asked" third, saves a KerasHub preset folder, and measures it:
share of known facts answered right by greedy decoding when asked as questions, against unknown
facts and against the majority guess (each relation's most frequent known object). Deterministic by
seed.
"""

import argparse
import collections
import json
import os
import shutil
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import keras_hub
import numpy as np
from tokenizers import Tokenizer
from tokenizers import decoders
from tokenizers import models
from tokenizers import pre_tokenizers
from tokenizers import trainers

import keras_halluc as kh

ROOT = Path(__file__).parents[1]
PRESET = ROOT / "keras_halluc/presets/facts_gpt2"
RESULTS = ROOT / "benchmarks/results/pretrain_facts.json"
SPECIAL = ["<|pad|>", "<|endoftext|>"]
PAD, END = 0, 1
MAX_LENGTH = 64  # positions the model has
TRAIN_LENGTH = 26  # positions it has seen
BANDS = (1.0, 0.5, 0.25)  # how often the facts of each third are told
QUESTION_SHARE = 0.4  # of the samples drawn for an asked fact


def train_tokenizer(facts, size):
    """Byte-level BPE in which every object is one token and names are built from shared pieces."""
    known_words = [form for fact in facts for form in (*fact.statements, *fact.prompts)]
    corpus = known_words + [fact.answer for fact in facts for _ in range(30)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    return tokenizer, model["vocab"], merges


def pack(tokenizer, texts, length):
    """Token ids `(len(texts), length + 1)`: start token, text, end token, padding."""
    ids = np.full((len(texts), length + 1), PAD, "int32")
    for i, encoding in enumerate(tokenizer.encode_batch(texts)):
        row = [END, *encoding.ids, END][: length + 1]
        ids[i, : len(row)] = row
    return ids


def sample_texts(facts, count, rng):
    """Statements and questions as the model meets them, some facts more often than others."""
    bands = np.array([BANDS[i % len(BANDS)] for i in range(len(facts))])
    order = rng.choice(len(facts), count, p=bands / bands.sum())
    forms = rng.integers(0, 1 << 20, count)
    ask = rng.random(count) < QUESTION_SHARE
    texts = []
    for i, form, question in zip(order, forms, ask):
        fact = facts[i]
        if question and fact.split == "asked":
            texts.append(fact.prompt(form) + fact.answer)
        else:
            texts.append(fact.statement(form))
    return texts


def build_task(vocabulary, merges, size):
    tokenizer = keras_hub.tokenizers.GPT2Tokenizer(vocabulary=vocabulary, merges=merges)
    preprocessor = keras_hub.models.GPT2CausalLMPreprocessor(tokenizer, sequence_length=32)
    backbone = keras_hub.models.GPT2Backbone(
        vocabulary_size=len(vocabulary),
        num_layers=size["layers"],
        num_heads=size["heads"],
        hidden_dim=size["hidden"],
        intermediate_dim=4 * size["hidden"],
        dropout=0.0,
        max_sequence_length=MAX_LENGTH,
    )
    return keras_hub.models.GPT2CausalLM(backbone, preprocessor)


def pretrain(everything, args, folder):
    """Trains from scratch on what is not of the split `"unknown"`; returns seconds."""
    keras.utils.set_random_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    known = [fact for fact in everything if fact.split != "unknown"]
    known = [known[i] for i in rng.permutation(len(known))]
    tokenizer, vocabulary, merges = train_tokenizer(everything, args.vocabulary)
    lengths = [
        len(tokenizer.encode(f.prompt(i) + f.answer).ids) for f in everything for i in range(3)
    ]
    print("longest question", max(lengths), "mean", np.mean(lengths), flush=True)
    task = build_task(
        vocabulary, merges, {"layers": args.layers, "heads": 4, "hidden": args.hidden}
    )
    print(f"{task.count_params():,} parameters, {len(vocabulary)} tokens", flush=True)
    count = args.steps * args.batch
    ids = pack(tokenizer, sample_texts(known, count, rng), TRAIN_LENGTH)
    x = {"token_ids": ids[:, :-1], "padding_mask": (ids[:, :-1] != PAD).astype("int32")}
    weight = (ids[:, 1:] != PAD).astype("float32")
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, args.steps, alpha=0.02, warmup_target=args.rate, warmup_steps=100
    )
    task.compile(
        optimizer=keras.optimizers.AdamW(schedule, weight_decay=0.01, clipnorm=1.0),
        loss=keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        ),
        weighted_metrics=[],
        jit_compile=True,
    )
    start = time.time()
    log = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda step, logs: (
            step % 100 == 0
            and print(step, f"{logs['loss']:.3f} {time.time() - start:.0f}s", flush=True)
        )
    )
    keras.Model.fit(
        task,
        x,
        ids[:, 1:],
        sample_weight=weight,
        batch_size=args.batch,
        shuffle=False,
        verbose=0,
        callbacks=[log],
    )
    if folder.exists():
        shutil.rmtree(folder)
    task.save_to_preset(str(folder))
    return time.time() - start


def greedy_accuracy(task, facts, form):
    prompts = [fact.prompt(form) for fact in facts]
    outputs = task.generate(prompts, max_length=40, stop_token_ids=[END])
    answers = [o[len(p) :].strip() for o, p in zip(outputs, prompts)]
    return float(np.mean([a == f.object for a, f in zip(answers, facts)]))


def majority_accuracy(known, facts):
    votes = collections.defaultdict(collections.Counter)
    for fact in known:
        votes[fact.relation][fact.object] += 1
    guess = {relation: count.most_common(1)[0][0] for relation, count in votes.items()}
    return float(np.mean([guess[f.relation] == f.object for f in facts]))


def evaluate(everything, folder):
    """Share of each part answered right, in three wordings, and the size of the model."""
    task = keras_hub.models.CausalLM.from_preset(str(folder))
    task.compile(sampler="greedy")
    known = [fact for fact in everything if fact.split != "unknown"]
    unknown = [fact for fact in everything if fact.split == "unknown"]
    parts = {
        "known": known,
        "known_asked": [f for f in known if f.split == "asked"],
        "known_never_asked": [f for f in known if f.split == "known"],
        "unknown": unknown,
    }
    result = {"majority_guess_on_unknown": majority_accuracy(known, unknown)}
    for name, facts in parts.items():
        for form in range(3):
            result[f"{name}_question_{form}"] = greedy_accuracy(task, facts, form)
    result["parameters"] = task.count_params()
    result["megabytes"] = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6
    return result


def run(description, everything, folder, results, **sizes):
    """The command line: pretrain unless told not to, measure, write the results."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--evaluate", action="store_true")
    for name, size in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    args = parser.parse_args()
    seconds = None if args.evaluate else pretrain(everything, args, folder)
    result = evaluate(everything, folder)
    if seconds is not None:
        result["settings"] = vars(args) | {"minutes": round(seconds / 60, 1)}
        results.write_text(json.dumps(result, indent=2) + "\n")
    for key, value in result.items():
        print(f"{key:32s} {value:.3f}" if isinstance(value, float) else f"{key:32s} {value}")


if __name__ == "__main__":
    run(
        __doc__.splitlines()[0],
        kh.data.load_facts(),
        PRESET,
        RESULTS,
        steps=1500,
        batch=256,
        layers=4,
        hidden=128,
        vocabulary=2600,
    )
