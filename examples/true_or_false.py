# %% [markdown]
# # A classifier and its confidence: is the statement true?
#
# The embedded GPT-2 knows some facts and has never seen others. A classifier on top of it is taught
# to tell true statements from false ones, on more epochs than are good for it. Watch it learn its
# rows by heart and grow surer than it is right, take the sureness back with one temperature, and
# let it be silent where it is not sure enough.
# Nothing is downloaded; it takes two to four minutes on one core.

# %%
import os
import random

import keras
import numpy as np

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few rows, to see that it runs
FACTS, EPOCHS = (40, 10) if QUICK else (600, 20)
keras.utils.set_random_seed(0)
rng = random.Random(0)

# %% [markdown]
# ## Statements
# Of each fact one true statement, and one with the object of another fact of the same relation.
# Training facts and validation facts are different ones; half of each the model knows.

# %%
objects = {}
for fact in kh.data.load_facts():
    objects.setdefault(fact.relation, set()).add(fact.object)


def statements(facts):
    """Texts, and 1 where they are true."""
    texts = []
    for fact in facts:
        other = rng.choice(sorted(objects[fact.relation] - {fact.object}))
        false = kh.data.Fact(fact.subject, fact.relation, other, fact.split)
        texts += [fact.statement(), false.statement()]
    return texts, np.tile([1, 0], len(facts))


known, unknown = (rng.sample(kh.data.load_facts(split), FACTS) for split in ("known", "unknown"))
third = FACTS // 3
train = statements(known[2 * third :] + unknown[2 * third :])
valid = statements(known[third : 2 * third] + unknown[third : 2 * third])
if QUICK:
    valid = train  # so few rows teach nothing about others, and chance cannot be calibrated
test_known, test_unknown = statements(known[:third]), statements(unknown[:third])
print(train[0][:2])

# %% [markdown]
# ## Fine-tuning, watched
# Two monitors: `generalization_gap` shows over-fitting, `expected_calibration_error` how far
# confidence is from accuracy. `EarlyStopping` and all other callbacks find both in `logs`.

# %%
lm = kh.presets.load_facts_gpt2()
task = kh.models.SequenceClassifier(
    lm.backbone,
    num_classes=2,
    preprocessor=kh.models.TextPreprocessor(lm.preprocessor.tokenizer, sequence_length=32),
    pooling="last",
)
task.compile(keras.optimizers.AdamW(3e-4, clipnorm=1.0))
x, y = task.preprocess_samples(*train)
history = task.fit(
    x,
    y,
    batch_size=32,
    epochs=EPOCHS,
    validation_data=valid,
    callbacks=[
        kh.callbacks.GeneralizationMonitor((x, y), budget=None),
        kh.callbacks.ClassifierCalibrationMonitor(valid),
        keras.callbacks.EarlyStopping("val_loss", patience=4, restore_best_weights=True),
    ],
    verbose=0,
).history

# %%
KEYS = (
    "sparse_categorical_accuracy",
    "val_sparse_categorical_accuracy",
    "generalization_gap",
    "expected_calibration_error",
)
print("epoch  accuracy  on others     gap  calibration error")
for epoch, row in enumerate(zip(*(history[key] for key in KEYS))):
    print(f"{epoch:5d}{row[0]:10.2f}{row[1]:11.2f}{row[2]:8.2f}{row[3]:19.3f}")

# %% [markdown]
# ## Confidence that means something
# One number, fitted on the validation rows, divides the logits. It changes no decision.


# %%
def calibration_error(texts, labels):
    error = kh.metrics.ExpectedCalibrationError()
    error.update_state(labels, task.predict(texts, verbose=0))
    return float(error.result())


both = (test_known[0] + test_unknown[0], np.concatenate([test_known[1], test_unknown[1]]))
before = calibration_error(*both)
temperature = task.calibrate(*valid)
print(f"calibration error {before:.3f}, with temperature {temperature:.2f}:", end=" ")
print(f"{calibration_error(*both):.3f}")

# %% [markdown]
# ## Silence where it is not sure
# Below a probability of 0.6 the classifier abstains. Compare the two lines: it was never told which
# facts the model knows, and on neither kind is it more silent or more often right. One temperature
# makes confidence right on average, not for every kind of row; look at each kind by itself.

# %%
task.abstain_below = 0.6
for name, (texts, labels) in (("known", test_known), ("unknown", test_unknown)):
    classes, _ = task.classify(texts)
    said = classes >= 0
    right = np.mean(classes[said] == labels[said]) if said.any() else float("nan")
    print(f"{name} facts: answers {said.mean():.0%} of them, {right:.0%} of those right")

# %% [markdown]
# ## Keep it
# The temperature and the threshold are kept with the model.

# %%
task.save_to_preset("runs/true_or_false")
again = kh.models.SequenceClassifier.from_preset("runs/true_or_false")
print(again.classify(test_known[0][:2]), labels[:2])
