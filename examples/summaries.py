# %% [markdown]
# # Summaries of a source: references that say more than their source
#
# Many reference summaries say what their source does not: a writer knew it from elsewhere (Maynez
# et al. 2020). A summariser that is trained on them learns to make such details up. A small one is
# trained twice: on all pairs, and on those whose summary `ValueChecker` finds in its source. It
# takes about two minutes on one core and downloads nothing.
#
# What to watch:
#
# - `val_hallucination_rate` of a checker of sources: no references are needed.
# - The group of sources that lack what summaries usually say, here `no crowd`. There a summariser
#   says what it is used to say.
# - How many training rows the check leaves out. Look at some of them: it may be wrong.

# %%
import os
import random

import keras
import matplotlib.pyplot as plt
import numpy as np

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few rows, to see that it runs
ROWS, ASKED, EPOCHS = (100, 60, 1) if QUICK else (3000, 120, 12)
SAYS_MORE = (
    0.5  # share of the references without a crowd in their source that name one all the same
)
keras.utils.set_random_seed(0)
rng = random.Random(0)

# %% [markdown]
# ## Reports and their summaries
# Reports of matches by a small grammar, half of them with the size of the crowd.

# %%
TEAMS = "Ashford Bolton Carlow Dundee Exeter Formby Gosport Hexham Ilford Jarrow".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
CROWDS = [f"{thousands},{rest}" for thousands in (3, 5, 8, 12, 17) for rest in (100, 400, 900)]


def report(crowd):
    """A source, and what is to be said of it."""
    won, lost = rng.sample(TEAMS, 2)
    day, high = rng.choice(DAYS), rng.randint(3, 9)
    score = f"{high} to {rng.randint(0, high - 1)}"
    told = [f"{won} played {lost} on {day} .", f"{won} won the match {score} ."]
    if crowd:
        told.append(f"{rng.choice(CROWDS)} people watched it .")
    told.append(f"The coach of {lost} was not happy .")
    source = " ".join(told)
    summary = f"{won} beat {lost} {score} on {day}"
    named = next((word for word in source.split() if word in CROWDS), None)
    return source, summary, named


def pair(crowd, says_more):
    source, summary, named = report(crowd)
    if named is None and says_more:
        named = rng.choice(CROWDS)  # the writer was there
    return source, f"{summary} before {named} people ." if named else f"{summary} ."


pairs = [pair(i % 2 == 0, rng.random() < SAYS_MORE) for i in range(ROWS)]
cases = []
for number in range(ASKED):
    group = ("crowd", "no crowd")[number % 2]
    source, *_ = report(group == "crowd")
    cases.append(kh.data.Case(source, source=source, group=group, id=str(number)))
print(pairs[1])

# %% [markdown]
# ## The check of the training rows
# The same checker that watches the model reads its training rows first.

# %%
checker = kh.grounding.ValueChecker()
verdicts = checker.check(
    [kh.data.Case("Sum up.", source=source) for source, _ in pairs],
    [summary for _, summary in pairs],
)
faithful = [row for row, verdict in zip(pairs, verdicts) if not verdict.hallucinated]
print(f"{len(pairs) - len(faithful)} of {len(pairs)} references say more than their source:")
for (_, summary), verdict in zip(pairs, verdicts):
    if verdict.hallucinated:
        print(f"  {summary}  ({verdict.reason})")
        break

# %% [markdown]
# ## The summariser
# An encoder and a decoder that attends to it, on words.

# %%
WORDS = [
    "",
    "<start>",
    "<end>",
    *sorted({w for row in pairs for text in row for w in text.split()}),
]
WORDS += [word for word in (*TEAMS, *DAYS, *CROWDS) if word not in WORDS]
NUMBER = {word: number for number, word in enumerate(WORDS)}
LONG, SHORT = 34, 16  # words of the longest source and summary


def numbers(texts, length, first=()):
    rows = [[*first, *(NUMBER.get(w, 0) for w in text.split()), 2] for text in texts]
    return np.array([row[:length] + [0] * (length - len(row)) for row in rows])


def summariser():
    """A model from the words of a source and of a summary so far to those that follow."""
    read, written = keras.Input((LONG,), dtype="int32"), keras.Input((SHORT,), dtype="int32")
    embed = keras.layers.Embedding(len(WORDS), 64, mask_zero=True)
    source = keras.layers.Bidirectional(keras.layers.GRU(32, return_sequences=True))(embed(read))
    so_far = keras.layers.GRU(64, return_sequences=True)(embed(written))
    seen = keras.layers.MultiHeadAttention(2, 32)(so_far, source)
    both = keras.layers.Concatenate()([so_far, seen])
    return keras.Model([read, written], keras.layers.Dense(len(WORDS))(both))


def writer(model):
    """Greedy summaries of that model."""

    def write(prompts):
        asked, said = numbers(prompts, LONG), np.zeros((len(prompts), SHORT), "int32")
        said[:, 0] = 1
        for at in range(1, SHORT):
            scores = model.predict_on_batch([asked, said])[:, at - 1]
            said[:, at] = np.where(said[:, at - 1] == 2, 2, scores.argmax(-1))
        texts = (" ".join(WORDS[word] for word in row[1:]) for row in said)
        return [text.partition("<end>")[0].strip() for text in texts]

    return write


# %% [markdown]
# ## Twice trained, twice watched

# %%
KEYS = {
    "crowd_val_hallucination_rate": "the source names the crowd",
    "no crowd_val_hallucination_rate": "the source does not",
}
for name, rows in {"all pairs": pairs, "checked pairs": faithful}.items():
    model = summariser()
    monitor = kh.callbacks.HallucinationMonitor(
        cases,
        checker,
        generator=writer(model),
        budget=None,
        log_dir=f"runs/summaries/{name.replace(' ', '_')}",
        verbose=0,
    )
    given = numbers([summary for _, summary in rows], SHORT, first=(1,))
    expected = np.concatenate([given[:, 1:], np.zeros((len(rows), 1), "int64")], axis=1)
    model.compile(
        keras.optimizers.Adam(3e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0),
    )
    history = model.fit(
        [numbers([source for source, _ in rows], LONG), given],
        expected,
        batch_size=64,
        epochs=EPOCHS,
        callbacks=[monitor],
        verbose=0,
    ).history
    print(name)
    for key, meaning in KEYS.items():
        rates = history.get(key, [])
        print("  " + " ".join(f"{100 * rate:3.0f}" for rate in rates), "% made up, where", meaning)
        plt.plot(range(1, len(rates) + 1), rates, label=f"{name}: {meaning}")
plt.xlabel("epoch")
plt.legend()
plt.savefig("runs/summaries/rates.png")
for answer in [answer for answer in monitor.answers if answer.verdict.hallucinated][:3]:
    print(f"{answer.case.source} | {answer.output}   ({answer.verdict.reason})")
