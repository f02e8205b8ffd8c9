# %% [markdown]
# # The same monitors on a classical language model: word vectors, LSTM, softmax
#
# A KerasHub transformer is not needed. Word vectors are made from the facts' own sentences, an LSTM
# learns the sentences, and is then fine-tuned to answer questions about facts it knows and facts
# that are new to it. At the end of every epoch `KnowledgeMonitor` and `HallucinationMonitor` let it
# answer through `NextTokenGenerator` and put what they find into the same `logs` as the loss.
# Nothing is downloaded; it takes about a minute on one core.

# %%
import argparse
import random
import re

import keras
import numpy as np

import keras_halluc as kh

PAD, END = 0, 1
LENGTH = 32  # tokens of the longest text, rounded up
KNOWN, UNKNOWN = 300, 75  # facts of the first training, and facts that are new afterwards
SIZE, UNITS = 64, 192
EPOCHS, MORE_EPOCHS = 30, 12


# %% [markdown]
# ## Words
# Any object with `encode` and `decode` will do as a tokenizer.


# %%
class Words:
    """A number for each word and mark of some texts."""

    def __init__(self, texts):
        words = sorted({word for text in texts for word in self.split(text)})
        self.words = ["[pad]", "[end]", *words]
        self.ids = {word: i for i, word in enumerate(self.words)}

    @staticmethod
    def split(text):
        return re.findall(r"\w+|[^\w ]", text)

    def encode(self, text):
        return [self.ids[word] for word in self.split(text)]

    def decode(self, ids):
        return " ".join(self.words[i] for i in ids)


def word_vectors(sentences, vocabulary, size, window=4):
    """Vectors from a singular value decomposition of how often words meet (PPMI).

    Levy and Goldberg 2014, https://papers.nips.cc/paper/5477
    """
    counts = np.zeros((vocabulary, vocabulary))
    for ids in sentences:
        for i, word in enumerate(ids):
            for other in ids[i + 1 : i + 1 + window]:
                counts[word, other] += 1.0
                counts[other, word] += 1.0
    total = counts.sum()
    expected = np.outer(counts.sum(0), counts.sum(1)) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.log(counts / expected)
    left, values, _ = np.linalg.svd(np.where(counts > 0, np.maximum(information, 0.0), 0.0))
    vectors = left[:, :size] * np.sqrt(values[:size])
    return (vectors / vectors.std()).astype("float32")


# %% [markdown]
# ## The model
# A softmax at the end, so the generator is told `from_logits=False`.


# %%
def language_model(vectors, units):
    vocabulary, size = vectors.shape
    model = keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            keras.layers.Embedding(vocabulary, size, name="word_vectors"),
            keras.layers.LSTM(units, return_sequences=True),
            keras.layers.Dense(vocabulary, activation="softmax"),
        ]
    )
    model.get_layer("word_vectors").set_weights([vectors])
    return model


def next_word_arrays(rows):
    """Inputs, next words and weights; each row is `(ids, number of words that are given)`."""
    x = np.full((len(rows), LENGTH), PAD, "int32")
    y, weight = x.copy(), np.zeros(x.shape, "float32")
    for i, (ids, given) in enumerate(rows):
        ids = [*ids, END]
        x[i, : len(ids) - 1], y[i, : len(ids) - 1] = ids[:-1], ids[1:]
        weight[i, max(given - 1, 0) : len(ids) - 1] = 1.0
    return x, y, weight


def compile_model(model, rate):
    loss = keras.losses.SparseCategoricalCrossentropy(reduction="mean_with_sample_weight")
    model.compile(optimizer=keras.optimizers.Adam(rate, clipnorm=1.0), loss=loss)


# %% [markdown]
# ## First training, on the known facts alone; then fine-tuning, on known and new ones


# %%
def run(seed=0, fast=False, log_dir=None, tell=print):
    """Trains, fine-tunes and watches; returns the history of the fine-tuning."""
    keras.utils.set_random_seed(seed)
    rng = random.Random(seed)
    few = 5 if fast else 1
    known = rng.sample(kh.data.load_facts("known"), KNOWN // few)
    new = rng.sample(kh.data.load_facts("unknown"), UNKNOWN // few)

    def said(facts):
        return [text for fact in facts for text in fact.statements]

    def asked(facts, form):
        return [(fact.prompt(form), fact.answer) for fact in facts]

    questions = [pair for form in (0, 1) for pair in asked(known, form)]
    every = said(known + new) + [p + a for form in (0, 1) for p, a in asked(known + new, form)]
    words = Words(every)
    first = [(words.encode(text), 0) for text in said(known)]
    first += [(words.encode(p + a), 0) for p, a in questions]
    vectors = word_vectors([ids for ids, _ in first], len(words.words), min(SIZE, len(first)))
    tell(f"{len(words.words)} words, {len(first)} sentences")

    model = language_model(vectors, UNITS)
    compile_model(model, 4e-3)
    x, y, weight = next_word_arrays(first)
    losses = model.fit(x, y, sample_weight=weight, batch_size=32, epochs=EPOCHS, verbose=0).history[
        "loss"
    ]
    tell(f"First training: loss {losses[0]:.2f} to {losses[-1]:.2f} nats a word")

    generator = kh.generation.NextTokenGenerator(
        model,
        words,
        max_length=LENGTH,
        max_new_tokens=6,
        batch_size=64,
        end_token_id=END,
        from_logits=False,
    )
    tell(f"{known[0].prompt()}{generator.generate([known[0].prompt()])[0]}")

    half = len(new)
    training = known[:half] + new
    heldout = known[half:]
    settings = {"generator": generator, "log_dir": log_dir, "budget": None, "verbose": 0}
    callbacks = [
        kh.callbacks.KnowledgeMonitor(
            [fact.case() for fact in training],
            heldout=[fact.case() for fact in heldout],
            **settings,
        ),
        kh.callbacks.HallucinationMonitor(
            [fact.case() for fact in heldout] + [fact.case(form=1) for fact in new], **settings
        ),
    ]
    tuner = kh.models.FineTuner(model)
    compile_model(tuner, 2e-3)
    rows = [
        (words.encode(prompt + answer), len(words.encode(prompt)))
        for prompt, answer in asked(training, 0)
    ]
    x, y, weight = next_word_arrays(rows)
    history = tuner.fit(
        x,
        y,
        sample_weight=weight,
        batch_size=32,
        epochs=MORE_EPOCHS // few,
        callbacks=callbacks,
        verbose=0,
    ).history
    base = {key: e.value for monitor in callbacks for key, e in monitor.baseline.items()}
    return {key: [base[key], *history[key]] for key in base if key in history}


# %%
SHOWN = ("known_fit", "unknown_fit", "heldout_known_accuracy", "val_hallucination_rate")


def main():
    parser = argparse.ArgumentParser(description="An LSTM language model under the monitors.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fast", action="store_true", help="a fifth of the facts, for tests")
    parser.add_argument("--log-dir", default=None, help="where TensorBoard runs go")
    args = parser.parse_args(None if "__file__" in globals() else [])  # none in a notebook
    curves = run(args.seed, args.fast, args.log_dir)
    shown = [key for key in SHOWN if key in curves]
    print("epoch " + "".join(f"{key:>24}" for key in shown))
    for epoch in range(len(curves[shown[0]])):
        print(f"{epoch:5d} " + "".join(f"{100 * curves[key][epoch]:22.1f} %" for key in shown))


if __name__ == "__main__":
    main()
