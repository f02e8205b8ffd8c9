# %% [markdown]
# # Answers from one's own documents: what was not found, and what was made up
#
# A question is looked up in documents of one's own, and the model answers from the passage that was
# found. A wrong answer then has one of two causes, and each needs another remedy: the search did
# not find the passage, or the model did not read it. Nothing is downloaded; it takes about a minute
# on one core.
#
# What to watch:
#
# - `found_val_hallucination_rate`: the passage has the answer, and the model says another. Train.
# - `not found_val_hallucination_rate`: the passage lacks the answer, and the model answers all the
#   same. It should say that it does not know: train that, and mend the search.
# - `ungrounded_val_hallucination_rate`: values that are not in the passage. Needs no references, so
#   it works on the questions of real users.

# %%
import dataclasses
import os
import random

import keras
import matplotlib.pyplot as plt

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few rows, to see that it runs
ROWS, ASKED, EPOCHS = (32, 12, 1) if QUICK else (3500, 120, 4)
keras.utils.set_random_seed(0)
rng = random.Random(0)

# %% [markdown]
# ## Documents
# One a person: two statements that no model has seen, since who was born where is shuffled.
# `BM25Retriever` takes any list of passages, so yours take their place.

# %%
RELATIONS = ("place_of_birth", "place_of_death", "work_location", "field_of_work")
facts = [fact for fact in kh.data.load_facts() if fact.relation in RELATIONS]
people = sorted({fact.subject for fact in facts if len(fact.subject) < 14})
rng.shuffle(people)
objects = {
    relation: sorted({f.object for f in facts if f.relation == relation and len(f.object) < 10})
    for relation in RELATIONS
}


def facts_about(person):
    """Two facts of a document."""
    two = rng.sample(RELATIONS, 2)
    return [kh.data.Fact(person, name, rng.choice(objects[name]), "unknown") for name in two]


def text_of(facts):
    return " ".join(fact.statement() for fact in facts)


def case(fact, source, found):
    """Where the passage lacks the answer, only "I don't know" is right."""
    right = fact.object if found else "unknown"
    group = "found" if found else "not found"
    return kh.data.Case(f"{source}\n{fact.prompt()}", (right,), source=source, group=group)


library = {person: facts_about(person) for person in people[:ASKED]}
retriever = kh.grounding.BM25Retriever({who: text_of(facts) for who, facts in library.items()})


def looked_up(number):
    """A user's question, every third one misspelt, and the passage that the search finds."""
    person, facts = list(library.items())[number]
    fact = rng.choice(facts)
    if number % 3 == 0:
        fact = dataclasses.replace(fact, subject=person[1:] + person[0])
    (passages,) = retriever.search([fact.prompt()], k=1)
    source = passages[0].text if passages else "No passage was found."
    return case(fact, source, bool(passages) and passages[0].id == person)


def training_row():
    """A document of its own for each row, or the model learns them by heart and does not read."""
    person, other = rng.sample(people[ASKED:], 2)
    facts, found = facts_about(person), rng.random() < 0.7
    return case(rng.choice(facts), text_of(facts if found else facts_about(other)), found)


train = [training_row() for _ in range(ROWS)]
cases = [looked_up(number) for number in range(ASKED)]
found = sum(case.group == "found" for case in cases)
print(f"the search found the passage for {found} of {len(cases)} questions; one of them:")
print(cases[0].prompt, cases[0].references)

# %% [markdown]
# ## Training, watched
# Where the passage lacks the answer, the model is trained to say so.

# %%
task = kh.presets.load_facts_gpt2()
generator = kh.generation.TaskGenerator(task, max_new_tokens=12, batch_size=50)
settings = {"generator": generator, "budget": None, "log_dir": "runs/own_documents", "verbose": 0}
answers = kh.callbacks.HallucinationMonitor(cases, kh.grounding.AnswerChecker(), **settings)
ungrounded = kh.callbacks.HallucinationMonitor(
    cases, kh.grounding.ValueChecker(), prefix="ungrounded_", **settings
)
said = [
    f" It is {case.references[0]}." if case.group == "found" else " I don't know." for case in train
]
x, y, weight = kh.data.answer_inputs(task, [case.prompt for case in train], said)
tuner = kh.models.FineTuner(task)
steps = EPOCHS * -(-ROWS // 64)
rate = kh.schedules.WarmupLinear(1e-3, steps, warmup_steps=steps // 10)
tuner.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=0.0, clipnorm=1.0))
history = tuner.fit(
    x,
    y,
    sample_weight=weight,
    batch_size=64,
    epochs=EPOCHS,
    callbacks=[answers, ungrounded],
    verbose=0,
).history

# %%
KEYS = {
    "found_val_hallucination_rate": "wrong, though the passage was found",
    "not found_val_hallucination_rate": "answered, though it was not found",
    "val_abstention_rate": "says that it does not know",
    "ungrounded_val_hallucination_rate": "values that are not in the passage",
}
for key, meaning in KEYS.items():
    monitor = ungrounded if key.startswith("ungrounded") else answers
    first = monitor.baseline[key].value if key in monitor.baseline else float("nan")
    rates = [first, *history[key]] if key in history else []
    print(" ".join(f"{100 * rate:3.0f}" for rate in rates), "% ", meaning)
    plt.plot(rates, label=meaning)
plt.xlabel("epoch (0: before training)")
plt.legend()
plt.savefig("runs/own_documents/rates.png")

# %% [markdown]
# ## What to mend
# The rows that are wrong, by cause.

# %%
for group in ("found", "not found"):
    wrong = [a for a in answers.answers if a.case.group == group and a.verdict.hallucinated]
    print(f"{group}: {len(wrong)} wrong")
    for answer in wrong[:2]:
        print(" ", answer.case.prompt.replace("\n", " | ") + answer.output)
        print("   ", answer.verdict.reason)
