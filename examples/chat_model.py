# %% [markdown]
# # A chat model: the same template everywhere, and what it does not know
#
# A small model is tuned on instructions in a chat template. It answers what it knew and says so
# where it does not know. Then it is asked twice: in the template, and without. A chat model that is
# asked without its template looks worse than it is, and one that is trained without it is worse.
# Nothing is downloaded; it takes about two minutes on one core.
#
# What to watch:
#
# - `val_hallucination_rate` in the template. Give the same `ChatTemplate` to the generator and to
#   `answer_inputs`.
# - `never seen_val_hallucination_rate`: confident answers about what it cannot know.
# - `val_answer_accuracy` and `val_abstention_rate` with it: a model that always says that it does
#   not know hallucinates nothing, and helps nobody.
# - `bare_val_hallucination_rate`: the same questions without the template.

# %%
import os
import random

import keras
import matplotlib.pyplot as plt

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few rows, to see that it runs
TRAIN, ASKED, EPOCHS = (16, 8, 1) if QUICK else (300, 60, 5)
keras.utils.set_random_seed(0)

# %% [markdown]
# ## The template
# Strings of turns. Families have theirs: `ChatTemplate.chatml()`, `.llama3()`, `.gemma()`,
# `.mistral()`, with their special tokens. This tokenizer has none, so the turns are plain text.

# %%
template = kh.generation.ChatTemplate(user="User: {prompt}\n", assistant="Bot:{answer}")
print(template("Where was Karl Marx born?"))

# %% [markdown]
# ## Instructions
# Half of the rows ask what the model knew before, half what it never saw. Those are answered with
# "I don't know" (R-Tuning, Zhang et al. 2024). The cases ask about other facts of both kinds.

# %%
known = [fact for fact in kh.data.load_facts("known") if fact.split == "known"]
unknown = kh.data.load_facts("unknown")
for facts in (known, unknown):
    random.Random(0).shuffle(facts)


def question(fact, form=0):
    return fact.prompt(form).removesuffix("\nAnswer:")


rows = [(question(fact, form), fact.answer) for fact in known[:TRAIN] for form in (0, 1)]
rows += [(question(fact, form), " I don't know.") for fact in unknown[:TRAIN] for form in (0, 1)]
cases = kh.data.read_cases(
    [
        {"prompt": question(fact), "reference": fact.object, "group": "known"}
        for fact in known[TRAIN : TRAIN + ASKED]
    ]
    + [
        {"prompt": question(fact), "reference": fact.object, "group": "never seen"}
        for fact in unknown[TRAIN : TRAIN + ASKED]
    ]
)

# %% [markdown]
# ## Training, watched

# %%
task = kh.presets.load_facts_gpt2()
settings = {"budget": None, "log_dir": "runs/chat_model", "verbose": 0}
monitors = {
    prefix: kh.callbacks.HallucinationMonitor(
        cases,
        generator=kh.generation.TaskGenerator(task, 12, batch_size=60, template=own),
        prefix=prefix,
        **settings,
    )
    for prefix, own in (("", template), ("bare_", None))
}
x, y, weight = kh.data.answer_inputs(task, *zip(*rows), template=template)
tuner = kh.models.FineTuner(task)
steps = EPOCHS * -(-len(y) // 64)
rate = kh.schedules.WarmupLinear(5e-4, steps, warmup_steps=steps // 10)
tuner.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.0, clipnorm=1.0))
history = tuner.fit(
    x,
    y,
    sample_weight=weight,
    batch_size=64,
    epochs=EPOCHS,
    callbacks=list(monitors.values()),
    verbose=0,
).history

# %%
KEYS = {
    "known_val_hallucination_rate": "made up, of what it knew",
    "never seen_val_hallucination_rate": "made up, of what it never saw",
    "val_answer_accuracy": "right, of all",
    "val_abstention_rate": "says that it does not know, of all",
    "bare_val_hallucination_rate": "made up, asked without the template",
}
for key, meaning in KEYS.items():
    monitor = monitors["bare_" if key.startswith("bare") else ""]
    first = monitor.baseline[key].value if key in monitor.baseline else float("nan")
    rates = [first, *history[key]] if key in history else []
    print(" ".join(f"{100 * rate:3.0f}" for rate in rates), "% ", meaning)
    plt.plot(rates, label=meaning)
plt.xlabel("epoch (0: before training)")
plt.legend()
plt.savefig("runs/chat_model/rates.png")

# %% [markdown]
# ## One conversation, as it is used
# What ends the answer ends it here too. `kh.generation.TaskGenerator` is what the monitor used.

# %%
for answer in monitors[""].answers[:3] + monitors[""].answers[-3:]:
    print(f"{template(answer.case.prompt)}{answer.output}   ({answer.verdict.label})")
