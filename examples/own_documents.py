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
import os
import random

import keras
import matplotlib.pyplot as plt

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few rows, to see that it runs
ROWS, ASKED, EPOCHS = (32, 12, 1) if QUICK else (3000, 150, 4)
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
told = {
    person: [
        kh.data.Fact(person, relation, rng.choice(objects[relation]), "unknown")
        for relation in rng.sample(RELATIONS, 2)
    ]
    for person in people
}
documents = {who: " ".join(fact.statement() for fact in facts) for who, facts in told.items()}
retriever = kh.grounding.BM25Retriever(documents)


def looked_up(fact, misspelt=False):
    """A case of a question about a fact, with the passage that the search finds for it."""
    question = fact.prompt()
    if misspelt:  # as users do: the search finds somebody else
        question = question.replace(fact.subject, fact.subject[1:] + fact.subject[0])
    (passages,) = retriever.search([question], k=1)
    source = passages[0].text if passages else "No passage was found."
    found = bool(passages) and passages[0].id == fact.subject
    return kh.data.Case(
        f"{source}\n{question}",
        (fact.object,) if found else ("unknown",),  # there, only "I don't know" is right
        source=source,
        group="found" if found else "not found",
    )


def questions(names, count):
    return [looked_up(rng.choice(told[rng.choice(names)]), i % 3 == 0) for i in range(count)]


train = questions(people[60:], ROWS)
cases = questions(people[:60], ASKED)
found = sum(case.group == "found" for case in cases)
print(f"the search found the passage for {found} of {len(cases)} questions; one of them:")
print(cases[0].prompt, cases[0].references)

# %% [markdown]
# ## Training, watched
# Where the passage lacks the answer, the model is trained to say so.

# %%
task = kh.presets.load_facts_gpt2()
generator = kh.generation.TaskGenerator(task, max_new_tokens=8, batch_size=50)
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
    rates = [monitor.baseline[key].value, *history[key]] if key in history else []
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
