# %% [markdown]
# # Add the monitor to a KerasHub project
#
# A project that fine-tunes a KerasHub language model on questions with answers. What it had before
# stays; the cases and two callbacks are new. At the end it keeps the epoch that made up least.
# Nothing is downloaded; it takes about a minute on one core.

# %%
import os
import random

import keras
import keras_hub

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few rows, to see that it runs
TRAIN, ASKED, EPOCHS = (16, 8, 2) if QUICK else (150, 100, 10)
keras.utils.set_random_seed(0)

# %% [markdown]
# ## The project as it was
# A model, texts, `compile`. In yours the model may be `CausalLM.from_preset("gpt2_base_en")`; here
# it is the small one that comes with the package. Half of the texts tell it what it never saw.

# %%
lm = keras_hub.models.CausalLM.from_preset(str(kh.presets.FACTS_GPT2))
known = [fact for fact in kh.data.load_facts("known") if fact.split == "known"]
new = kh.data.load_facts("unknown")
random.Random(0).shuffle(known)
random.Random(0).shuffle(new)
texts = [fact.prompt() + fact.answer for fact in known[:TRAIN] + new[:TRAIN]]
random.Random(0).shuffle(texts)
lm.preprocessor.sequence_length = 40
lm.compile(
    optimizer=keras.optimizers.AdamW(3e-4, clipnorm=1.0),
    loss=keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, reduction="mean_with_sample_weight"
    ),
)

# %% [markdown]
# ## What is new: the cases
# What users will ask: facts the model knew that are not in the texts, and the new facts in another
# wording than the one in the texts. `group` keeps the two apart.

# %%
cases = kh.data.read_cases(
    [
        {"prompt": fact.prompt(), "references": [fact.object], "group": "known before"}
        for fact in known[TRAIN : TRAIN + ASKED]
    ]
    + [
        {"prompt": fact.prompt(form=1), "references": [fact.object], "group": "new"}
        for fact in new[:ASKED]
    ]
)

# %% [markdown]
# ## And the callbacks
# The monitor comes first, since the others read what it writes into `logs`.

# %%
folder = "runs/kerashub_project"
generator = kh.generation.TaskGenerator(lm, max_new_tokens=6, batch_size=100)
monitor = kh.callbacks.HallucinationMonitor(
    cases,
    generator=generator,
    log_dir=folder,
    budget=None,  # all cases in every epoch; leave it out to spend 5 % of the time
    verbose=0,
)
best = keras.callbacks.ModelCheckpoint(
    f"{folder}/best.weights.h5",
    monitor="val_hallucination_rate",
    mode="min",
    save_best_only=True,
    save_weights_only=True,
)


def right_by_group():
    outputs = generator.generate([case.prompt for case in cases])
    verdicts = monitor.checker.check(cases, outputs)
    for group in ("known before", "new"):
        own = [verdict for case, verdict in zip(cases, verdicts) if case.group == group]
        right = sum(verdict.label == "supported" for verdict in own)
        print(f"  {group}: {right} of {len(own)} right")


print("before:")
right_by_group()
history = lm.fit(texts, batch_size=32, epochs=EPOCHS, callbacks=[monitor, best], verbose=0).history

# %% [markdown]
# ## What it says
# The interval says how far a difference can be trusted on so many cases.

# %%
start = monitor.baseline["val_hallucination_rate"]
print(f"before: {start.value:.0%} made up (95 % interval {start.low:.0%} to {start.high:.0%})")
for epoch, (rate, loss) in enumerate(zip(history["val_hallucination_rate"], history["loss"]), 1):
    print(f"epoch {epoch:2d}: {rate:.0%} made up, loss {loss:.2f}")
for answer in [answer for answer in monitor.answers if answer.verdict.hallucinated][:5]:
    question = answer.case.prompt.splitlines()[0]
    print(f"  {question}{answer.output}; right is {answer.case.references[0]}")

# %% [markdown]
# ## Keep the best epoch
# A KerasHub preset, as before: nothing of this package is in it. But look at what one rate over all
# cases hides: it falls as new facts are learned, and known ones are lost meanwhile.
# `KnowledgeMonitor` follows the two apart, and `adjust_by_the_result` trains so that less is lost.

# %%
lm.load_weights(f"{folder}/best.weights.h5")
print("best epoch:")
right_by_group()
lm.save_to_preset(f"{folder}/my_model")
