# %% [markdown]
# # Translation: detached translations
#
# A translation is detached when it is fluent and has nothing to do with its source. Training pairs
# that do not belong together teach it (Raunak et al. 2021), and a rare source may show it. A small
# translator is trained on pairs of which some are misaligned, with a monitor on; then two ways to
# find detached translations without a model are measured on translations that people judged.
#
# The judged translations are those of Guerreiro et al. 2023 where `KERAS_HALLUC_DATA` names the
# folder that has them, and else a few of our own. It takes about a minute on one core.
#
# What to watch:
#
# - `val_hallucination_rate`: translations that share hardly a word with their reference.
# - `rare_val_hallucination_rate`: the same, of sources with a word that training had rarely.
# - Translations that come again for different sources: the cheapest sign of all, without reference.

# %%
import collections
import csv
import gzip
import os
import random
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few rows, to see that it runs
ROWS, ASKED, EPOCHS = (100, 60, 1) if QUICK else (2000, 120, 12)
MISALIGNED = 0.1  # share of the training pairs
keras.utils.set_random_seed(0)
rng = random.Random(0)

# %% [markdown]
# ## Pairs
# Sentences of a small grammar. Three nouns are rare in training and not in the cases.

# %%
WHO = {"die frau": "the woman", "der mann": "the man", "das kind": "the child", "wir": "we"}
DOES = {"kauft": "buys", "sucht": "looks for", "zeichnet": "draws", "findet": "finds"}
COUNT = {"zwei": "two", "drei": "three", "vier": "four", "sieben": "seven", "zehn": "ten"}
WHAT = {"hunde": "dogs", "bücher": "books", "äpfel": "apples", "boote": "boats", "uhren": "clocks"}
RARE = {"geigen": "violins", "zelte": "tents", "münzen": "coins"}
WHERE = {"im garten": "in the garden", "am bahnhof": "at the station", "zu hause": "at home"}


def pair(things):
    chosen = [rng.choice(list(part.items())) for part in (WHO, DOES, COUNT, things, WHERE)]
    return tuple(" ".join(words) for words in zip(*chosen))


pairs = [pair(RARE if i % 50 == 0 else WHAT) for i in range(ROWS)]
wrong = rng.sample(range(ROWS), int(MISALIGNED * ROWS))
others = [pairs[i][1] for i in wrong[1:] + wrong[:1]]  # each the translation of another one
train = dict(enumerate(pairs)) | {i: (pairs[i][0], other) for i, other in zip(wrong, others)}
cases = []
for number in range(ASKED):
    german, english = pair(RARE if number % 2 else WHAT)
    group = "rare" if number % 2 else "frequent"
    cases.append(kh.data.Case(german, source=english, group=group, id=str(number)))

# %% [markdown]
# ## The translator
# An encoder and a decoder that attends to it, on words.

# %%
LENGTH = 12  # words of the longest sentence, with its start or end
GERMAN, ENGLISH = (
    ["", "<start>", "<end>", *sorted({word for row in pairs for word in row[side].split()})]
    for side in (0, 1)
)
GERMAN += [word for word in RARE if word not in GERMAN]


def numbers(texts, words, first=()):
    rows = [[*first, *(words.index(w) for w in text.split()), 2] for text in texts]
    return np.array([row[:LENGTH] + [0] * (LENGTH - len(row)) for row in rows])


read, written = keras.Input((LENGTH,), dtype="int32"), keras.Input((LENGTH,), dtype="int32")
embed = keras.layers.Embedding(len(GERMAN), 64, mask_zero=True)
source = keras.layers.Bidirectional(keras.layers.GRU(32, return_sequences=True))(embed(read))
so_far = keras.layers.Embedding(len(ENGLISH), 64, mask_zero=True)(written)
so_far = keras.layers.GRU(64, return_sequences=True)(so_far)
seen = keras.layers.MultiHeadAttention(2, 32)(so_far, source)
logits = keras.layers.Dense(len(ENGLISH))(keras.layers.Concatenate()([so_far, seen]))
translator = keras.Model([read, written], logits)


def translate(prompts):
    """Greedy translations."""
    asked, said = numbers(prompts, GERMAN), np.zeros((len(prompts), LENGTH), "int32")
    said[:, 0] = 1
    for at in range(1, LENGTH):
        scores = translator.predict_on_batch([asked, said])[:, at - 1]
        said[:, at] = np.where(said[:, at - 1] == 2, 2, scores.argmax(-1))
    texts = (" ".join(ENGLISH[word] for word in row[1:]) for row in said)
    return [text.partition("<end>")[0].strip() for text in texts]


# %% [markdown]
# ## Training, watched
# The reference stands as the source of each case. Below a third of its words a translation counts
# as detached; a rewording is none.

# %%
detached = kh.grounding.OverlapChecker(supported_at=0.33, unsupported_below=0.33)
monitor = kh.callbacks.HallucinationMonitor(
    cases, detached, generator=translate, budget=None, log_dir="runs/translation", verbose=0
)
targets = [english for _, english in train.values()]
given = numbers(targets, ENGLISH, first=(1,))
expected = np.concatenate([given[:, 1:], np.zeros((ROWS, 1), "int64")], axis=1)
translator.compile(
    keras.optimizers.Adam(3e-3),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0),
)
history = translator.fit(
    [numbers([german for german, _ in train.values()], GERMAN), given],
    expected,
    batch_size=64,
    epochs=EPOCHS,
    callbacks=[monitor],
    verbose=0,
).history

# %%
for key in ("frequent_val_hallucination_rate", "rare_val_hallucination_rate"):
    rates = history.get(key, [])
    print(" ".join(f"{100 * rate:3.0f}" for rate in rates), "% ", key)
    plt.plot(range(1, len(rates) + 1), rates, label=key)
plt.xlabel("epoch")
plt.legend()
plt.savefig("runs/translation/rates.png")
for answer in [answer for answer in monitor.answers if answer.verdict.hallucinated][:3]:
    print(f"{answer.case.prompt} | {answer.output} | right: {answer.case.source}")

# %% [markdown]
# ## Finished translations
# Which sign finds those that people called detached? The area under the ROC curve: 0.5 is chance.

# %%
SAMPLE = [  # source, translation, reference, whether it is detached
    ("Das Zimmer war sauber.", "The room was clean.", "The room was tidy.", 0),
    ("Der Zug fährt um neun Uhr ab.", "The train leaves at nine.", "The train departs at nine.", 0),
    ("Bitte lesen Sie das Kapitel 4.", "The staff was friendly.", "Please read chapter 4.", 1),
    ("Er spielt abends Geige.", "He plays violin at night.", "He plays the violin at night.", 0),
    ("Wir danken dem Rat.", "The staff was friendly.", "We thank the council.", 1),
    ("Die Münzen sind alt.", "The coins are old.", "These coins are old.", 0),
]
path = Path(os.environ.get("KERAS_HALLUC_DATA", ""), "nmt_hallucination_de_en")
if (file := path / "annotated_corpus.csv.gz").exists():
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["src"] and row["mt"] and row["ref"]]
    judged = [(r["src"], r["mt"], r["ref"], int(r["full-unsupport"])) for r in rows]
else:
    judged = SAMPLE
_, outputs, references, labels = zip(*judged)
again = collections.Counter(outputs)
SIGNS = {
    "few words of the reference": [
        1 - kh.text.token_f1(output.lower(), reference.lower())
        for output, reference in zip(outputs, references)
    ],
    "the same translation again": [float(again[output] > 1) for output in outputs],
}
print(f"{len(labels)} translations, {sum(labels)} of them detached")
for sign, scores in SIGNS.items():
    print(f"  {sign}: {kh.statistics.auroc(scores, labels):.2f}")
