# %% [markdown]
# # Answers from a source: what three checkers see of the same outputs
#
# The source stands in the prompt, as it does after a search. In it who was born where is shuffled,
# so that what the model knows by heart is no help: it must learn to read. `AnswerChecker` has the
# right answers; `OverlapChecker` and `ValueChecker` have only the sources, as you will where nobody
# wrote answers down. Nothing is downloaded; it takes about a minute on one core.

# %%
import os
import random

import keras

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few rows, to see that it runs
ROWS, ASKED, EPOCHS = (64, 8, 1) if QUICK else (4000, 100, 4)
keras.utils.set_random_seed(0)
rng = random.Random(0)

# %% [markdown]
# ## Sources
# Two statements about one person, and a question about one of them. The people asked about in the
# cases are not among those of the training rows.

# %%
RELATIONS = ("place_of_birth", "place_of_death", "citizenship", "field_of_work", "work_location")
facts = [fact for fact in kh.data.load_facts() if fact.relation in RELATIONS]
objects = {
    relation: sorted({fact.object for fact in facts if fact.relation == relation})
    for relation in RELATIONS
}
# Short names: the model has 64 positions.
objects = {name: [thing for thing in things if len(thing) < 10] for name, things in objects.items()}
people = sorted({fact.subject for fact in facts if len(fact.subject) < 14})
rng.shuffle(people)


def grounded(person):
    """A case with its source in the prompt, and the answer."""
    told = [
        kh.data.Fact(person, relation, rng.choice(objects[relation]), "unknown")
        for relation in rng.sample(RELATIONS, 2)
    ]
    source = " ".join(fact.statement() for fact in told)
    asked = rng.choice(told)
    case = kh.data.Case(f"{source}\n{asked.prompt()}", (asked.object,), source, asked.relation)
    return case, f" It is {asked.object}."


train = [grounded(rng.choice(people[ASKED:])) for _ in range(ROWS)]
cases = [grounded(person)[0] for person in people[:ASKED]]
print(train[0][0].prompt + train[0][1])

# %% [markdown]
# ## One training, three monitors
# They share the generator, so the model answers once an epoch; a `prefix` keeps their keys apart.

# %%
task = kh.presets.load_facts_gpt2()
generator = kh.generation.TaskGenerator(task, max_new_tokens=8, batch_size=50)
checkers = {
    "answer_": kh.grounding.AnswerChecker(),
    "overlap_": kh.grounding.OverlapChecker(),
    "value_": kh.grounding.ValueChecker(),
}
monitors = {
    prefix: kh.callbacks.HallucinationMonitor(
        cases, checker, generator=generator, prefix=prefix, budget=None, verbose=0
    )
    for prefix, checker in checkers.items()
}
x, y, weight = kh.data.answer_inputs(
    task, [case.prompt for case, _ in train], [answer for _, answer in train]
)
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
    callbacks=list(monitors.values()),
    verbose=0,
).history

# %% [markdown]
# ## What each saw
# The hallucination rate by epoch, and how many of the last outputs each could check. A rate over
# none is left out.

# %%
for prefix in monitors:
    rates = history.get(prefix + "val_hallucination_rate", [])
    coverage = history[prefix + "val_check_coverage"][-1]
    shown = " ".join(f"{100 * rate:3.0f}" for rate in rates)
    print(f"{prefix:9s} made up {shown} %, checked {100 * coverage:.0f} %")

# %% [markdown]
# A checker of sources finds what is not in the source. What it cannot find is the wrong thing out
# of the right source: the place of death where the place of birth was asked. Here are outputs on
# which the checkers differ.

# %%
differ = [
    answers
    for answers in zip(*(monitor.answers for monitor in monitors.values()))
    if len({answer.verdict.hallucinated for answer in answers}) > 1
]
print(f"{len(differ)} of {len(cases)} outputs")
for answers in differ[:5]:
    print()
    print(answers[0].case.prompt + answers[0].output)
    for prefix, answer in zip(monitors, answers):
        print(f"  {prefix:9s} {answer.verdict.label}: {answer.verdict.reason}")
