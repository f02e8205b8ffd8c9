# %% [markdown]
# # Examples in the prompt, or training?
#
# Instead of training a model, one can show it examples in the prompt. Both are measured here on the
# same cases, before training and after each epoch: facts that the model knew, and new facts in
# another wording than the trained one. Nothing is downloaded; it takes about a minute on one core.
# The embedded model has seen no such prompt in its pretraining, and gets worse by it. With a real
# model (`KERAS_HALLUC_PRESET=your/preset`) look for yourself.
#
# What to watch:
#
# - `known_val_hallucination_rate` against `few_shot_known_val_hallucination_rate`: what do examples
#   in the prompt change, and does training take it away again?
# - `new_val_hallucination_rate` with both: examples cannot teach a fact, they show the form of an
#   answer. Only training lowers it.

# %%
import os
import random

import keras
import keras_hub
import matplotlib.pyplot as plt

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few rows, to see that it runs
NEW, ASKED, EPOCHS = (8, 6, 1) if QUICK else (150, 150, 8)
SHOTS = 2
keras.utils.set_random_seed(0)
rng = random.Random(0)

# %% [markdown]
# ## Cases, once plain and once with examples
# The examples are of the same relation, and of none of the cases.

# %%
known = [fact for fact in kh.data.load_facts("known") if len(fact.prompt()) < 60]
new = [fact for fact in kh.data.load_facts("unknown") if len(fact.prompt()) < 60]
for facts in (known, new):
    rng.shuffle(facts)
asked = {"known": known[:ASKED], "new": new[:NEW]}
shown = known[ASKED:]


def with_examples(fact):
    """The question behind questions of its relation and their answers."""
    like = [other for other in shown if other.relation == fact.relation] or shown
    examples = [other.prompt(1) + other.answer for other in rng.sample(like, min(SHOTS, len(like)))]
    return "\n".join([*examples, fact.prompt(1)])


def cases(wording):
    return [
        kh.data.Case(wording(fact), (fact.object,), group=group)
        for group, facts in asked.items()
        for fact in facts
    ]


plain, few_shot = cases(lambda fact: fact.prompt(1)), cases(with_examples)
print(few_shot[0].prompt)

# %% [markdown]
# ## Training, watched with and without examples
# Trained are the new facts in their first wording; all cases ask in the second.

# %%
preset = os.environ.get("KERAS_HALLUC_PRESET")
if preset:
    task = keras_hub.models.CausalLM.from_preset(preset)
else:
    task = kh.presets.load_facts_gpt2()
    task.preprocessor.sequence_length = 64  # room for the examples
settings = {
    "generator": kh.generation.TaskGenerator(task, max_new_tokens=8, batch_size=50),
    "budget": None,
    "log_dir": "runs/few_shot",
    "verbose": 0,
}
monitors = {
    "": kh.callbacks.HallucinationMonitor(plain, **settings),
    "few_shot_": kh.callbacks.HallucinationMonitor(few_shot, prefix="few_shot_", **settings),
}
rows = kh.data.answer_inputs(
    task, [fact.prompt() for fact in asked["new"]], [fact.answer for fact in asked["new"]]
)
x, y, weight = rows
tuner = kh.models.FineTuner(task)
tuner.compile(optimizer=keras.optimizers.AdamW(5e-4, weight_decay=0.0, clipnorm=1.0))
history = tuner.fit(
    x,
    y,
    sample_weight=weight,
    batch_size=32,
    epochs=EPOCHS,
    callbacks=list(monitors.values()),
    verbose=0,
).history

# %%
for group in asked:
    for prefix, meaning in {"": "asked plainly", "few_shot_": f"behind {SHOTS} examples"}.items():
        key = f"{prefix}{group}_val_hallucination_rate"
        if key not in history:
            continue
        baseline = monitors[prefix].baseline
        first = baseline[key].value if key in baseline else float("nan")
        rates = [first, *history[key]]
        print(" ".join(f"{100 * rate:3.0f}" for rate in rates), f"% made up: {group}, {meaning}")
        plt.plot(rates, label=f"{group} facts, {meaning}")
plt.xlabel("epoch (0: before training)")
plt.legend()
plt.savefig("runs/few_shot/rates.png")

# %% [markdown]
# ## What training changed, with examples in the prompt
# Cases that were right behind examples before training, and are wrong now.

# %%
before = monitors["few_shot_"].case_history
lost = before.pivot_table(index="prompt", columns="epoch", values="score", aggfunc="first")
lost = lost[(lost.iloc[:, 0] == 1) & (lost.iloc[:, -1] == 0)]
print(f"{len(lost)} of {len(few_shot)} cases were right behind examples, and are wrong now")
for prompt in list(lost.index)[:2]:
    print(" ", prompt.replace("\n", " | "))
