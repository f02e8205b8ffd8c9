# %% [markdown]
# # Captions of pictures: objects that are not there
#
# A small captioner says which handwritten digits a picture shows. In its training pictures a three
# nearly always comes with an eight. How often does it name a digit that is not there, and does it
# invent the eight? `ObjectChecker` counts by CHAIR (Rohrbach et al. 2018), epoch by epoch.
# Needs `pip install scikit-learn`, which ships the digits. It takes about two minutes on one core.
#
# What to watch:
#
# - `val_hallucination_rate`: captions that name an object that is not there (CHAIR_s).
# - `val_object_recall` with it: a caption that names less hallucinates less.
# - The rate of the group `three without eight`: the habit of the captions, not the picture.

# %%
import os

import keras
import keras_hub
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few pictures, to see that it runs
SCENES, ASKED, EPOCHS = (200, 40, 2) if QUICK else (1000, 120, 10)
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)

# %% [markdown]
# ## Pictures and captions
# Two or three digits of 8 x 8 pixels, each in one of six places. No handwritten digit of the cases
# is in a training picture.

# %%
NAMES = "zero one two three four five six seven eight nine".split()
digits = load_digits()
pixels, labels = digits.images / 16.0, digits.target
cut = len(labels) * 3 // 4


def scene(shown, first, last):
    """A picture of these digits, of the handwritten ones between two places, and its caption."""
    canvas = np.zeros((2, 8, 3, 8), "float32")
    for place, digit in zip(rng.permutation(6), shown):
        one = rng.choice(first + np.flatnonzero(labels[first:last] == digit))
        canvas[place // 3, :, place % 3] = pixels[one]
    words = ["an eight" if digit == 8 else f"a {NAMES[digit]}" for digit in sorted(shown)]
    return canvas.reshape(16, 24), " and ".join(words)


def usual_digits():
    """Digits of a training picture: a three without an eight is rare."""
    shown = list(rng.choice(10, rng.integers(2, 4), replace=False))
    if 3 in shown and 8 not in shown and rng.random() < 0.9:
        shown[next(i for i, digit in enumerate(shown) if digit != 3)] = 8
    return shown


def case(number):
    """Every third case shows a three and no eight."""
    others = [digit for digit in range(10) if digit not in (3, 8)]
    alone = number % 3 == 0
    shown = [3, *rng.choice(others, 2, replace=False)] if alone else usual_digits()
    image, caption = scene(shown, cut, len(labels))
    group = "three without eight" if alone else "as trained"
    return kh.data.Case("Describe the picture.", (caption,), image=image, group=group)


train = [scene(usual_digits(), 0, cut) for _ in range(SCENES)]
cases = [case(number) for number in range(ASKED)]
print(train[0][1])

# %% [markdown]
# ## The captioner
# As elsewhere, what sees was trained before: here to tell single digits apart. `CrossModalFusion`
# reads the patches of the picture and the words so far, each in the light of the other. From both
# comes the next word.

# %%
vision = keras.Sequential([keras.layers.Dense(64, activation="relu") for _ in range(2)])
classifier = keras.Sequential([keras.Input((64,)), vision, keras.layers.Dense(10)])
classifier.compile(
    keras.optimizers.Adam(3e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
classifier.fit(pixels[:cut].reshape(-1, 64), labels[:cut], epochs=4 * EPOCHS, verbose=0)

# %%
WORDS = ["", "<start>", "<end>", "a", "an", "and", *NAMES]
LENGTH = 10  # words of the longest caption, with its start


def numbers(caption):
    return [WORDS.index(word) for word in ("<start>", *caption.split(), "<end>")]


image = keras.Input((16, 24))
patches = keras.layers.Permute((1, 3, 2, 4))(keras.layers.Reshape((2, 8, 3, 8))(image))
patches = keras.layers.Reshape((6, 64))(patches)
for layer in vision.layers:  # by patch
    patches = layer(patches)
words = keras.Input((LENGTH,), dtype="int32")
read = keras_hub.layers.TokenAndPositionEmbedding(len(WORDS), LENGTH, 64)(words)
both = kh.layers.CrossModalFusion(dim=64, num_heads=4)([patches, read])
next_word = keras.layers.Dense(len(WORDS))(keras.layers.Dense(128, activation="relu")(both))
captioner = keras.Model([image, words], next_word)


def describe(prompts):
    """Greedy captions of the pictures that the prompts carry."""
    images = np.stack([prompt.image for prompt in prompts])
    said = np.zeros((len(prompts), LENGTH), "int32")
    said[:, 0] = WORDS.index("<start>")
    for at in range(1, LENGTH):
        logits = keras.ops.convert_to_numpy(captioner([images, said], training=False))
        said[:, at] = np.where(said[:, at - 1] == 2, 2, logits.argmax(-1))
    texts = (" ".join(WORDS[word] for word in row[1:]) for row in said)
    return [text.partition("<end>")[0].strip() for text in texts]


# %% [markdown]
# ## Training, watched
# The vocabulary of the checker is ours. A monitor of one's own adds CHAIR_i and the recall of
# objects; both monitors share the captions of an epoch.


# %%
class ObjectMonitor(kh.callbacks.CaseMonitor):
    name = "objects"
    keys = ("val_chair_i", "val_object_recall")

    def summarize(self, answers):
        rates = self.checker.rates([a.case for a in answers], [a.output for a in answers])
        found = {"val_chair_i": rates.chair_i, "val_object_recall": rates.recall}
        return {key: value for key, value in found.items() if value is not None}


checker = kh.grounding.ObjectChecker(NAMES)
generator = kh.generation.FunctionGenerator(describe)
settings = {"generator": generator, "budget": None, "log_dir": "runs/picture_captions"}
monitors = [
    kh.callbacks.HallucinationMonitor(cases, checker, **settings),
    ObjectMonitor(cases, checker, **settings),
]
rows = [
    (picture, row[:at] + [0] * (LENGTH - at), row[at])
    for picture, row in ((picture, numbers(caption)) for picture, caption in train)
    for at in range(1, len(row))
]
steps = EPOCHS * -(-len(rows) // 64)
rate = kh.schedules.WarmupLinear(3e-3, steps, warmup_steps=steps // 10)
captioner.compile(
    keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
pictures, prefixes, targets = (np.array(column) for column in zip(*rows))
history = captioner.fit(
    [pictures, prefixes],
    targets,
    batch_size=64,
    epochs=EPOCHS,
    callbacks=monitors,
    verbose=0,
).history

# %%
KEYS = {
    "val_hallucination_rate": "captions with an object that is not there (CHAIR_s)",
    "three without eight_val_hallucination_rate": "the same, three without eight",
    "val_chair_i": "objects that are not there (CHAIR_i)",
    "val_object_recall": "objects there that are named (recall)",
}
for key, meaning in KEYS.items():
    shown = " ".join(f"{100 * value:3.0f}" for value in history.get(key, []))
    print(f"{shown} %  {meaning}")
for key, meaning in KEYS.items():
    plt.plot(history.get(key, []), label=meaning)
plt.xlabel("epoch")
plt.legend()
plt.savefig("runs/picture_captions/rates.png")

# %% [markdown]
# ## What it made up
# The spans mark the words. In TensorBoard the tab Hallucination has all captions of all epochs.

# %%
for answer in monitors[0].answers:
    if answer.verdict.hallucinated:
        print(answer.output, "|", answer.verdict.reason, "|", answer.case.references[0])
