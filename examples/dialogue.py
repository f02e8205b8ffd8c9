# %% [markdown]
# # A dialogue about a passage: replies that leave it
#
# An assistant answers from a passage, over several turns. A question such as "And where did he
# die?" needs the turns before it, and the passage may not say. A small model is trained on such
# dialogues, with a monitor on. Then the default checker judges replies that people judged before:
# those of BEGIN (Dziri et al. 2022) where `KERAS_HALLUC_DATA` names the folder that has them, and
# else a few of our own. It takes about two minutes on one core.
#
# What to watch:
#
# - `told_val_hallucination_rate`: the passage has the answer, and the reply is another.
# - `not told_val_hallucination_rate`: the passage lacks it, and the reply answers all the same.
# - `ungrounded_val_hallucination_rate`: a value that the passage lacks. It needs no references, so
#   it works on the dialogues of real users. A value of the passage in the wrong place passes.
# - `ungrounded_val_check_coverage`: small talk states nothing, so there is nothing to measure. A
#   rate over replies that are mostly small talk says little.

# %%
import csv
import gzip
import io
import os
import random
from pathlib import Path

import keras
import matplotlib.pyplot as plt

import keras_halluc as kh

QUICK = "KERAS_HALLUC_QUICK" in os.environ  # a few rows, to see that it runs
ROWS, ASKED, EPOCHS = (64, 12, 1) if QUICK else (4000, 180, 6)
keras.utils.set_random_seed(0)
rng = random.Random(0)

# %% [markdown]
# ## Dialogues
# A passage with two facts about a person, who was born where being shuffled, so that what the model
# knows by heart is no help. One question and its answer went before the turn that counts.

# %%
ASKS = {
    "place_of_birth": ("Where was he born?", "In"),
    "place_of_death": ("Where did he die?", "In"),
    "work_location": ("Where did he work?", "In"),
    "field_of_work": ("And his field?", "It is"),
}
facts = [fact for fact in kh.data.load_facts() if fact.relation in ASKS]
people = sorted({fact.subject for fact in facts if len(fact.subject) < 12})
rng.shuffle(people)
objects = {
    relation: sorted({f.object for f in facts if f.relation == relation and len(f.object) < 7})
    for relation in ASKS
}


def turn(fact):
    asked, opening = ASKS[fact.relation]
    return f"\nA: {asked}\nB: {opening} {fact.object}."


def dialogue(person, kind):
    """A case, the dialogue so far being its prompt, and the reply that is right."""
    told = [kh.data.Fact(person, name, rng.choice(objects[name]), "unknown") for name in ASKS]
    rng.shuffle(told)
    passage = " ".join(fact.statement() for fact in told[:2])
    before = turn(told[0])
    if kind == "small talk":
        asked, reply, right = "\nA: Thanks!\nB:", " You are welcome.", "You are welcome."
    else:
        fact = told[1] if kind == "told" else told[2]
        asked, reply = turn(fact).split("\nB:")
        asked, right = f"{asked}\nB:", fact.object
        if kind == "not told":
            reply, right = " I don't know.", "unknown"  # nothing else is right
    return kh.data.Case(passage + before + asked, (right,), passage, kind), reply


KINDS = ("told", "not told", "small talk")
train = [dialogue(rng.choice(people[ASKED:]), rng.choice(KINDS)) for _ in range(ROWS)]
cases = [dialogue(person, KINDS[i % 3])[0] for i, person in enumerate(people[:ASKED])]
print(train[0][0].prompt + train[0][1])

# %% [markdown]
# ## Training, watched
# Two monitors share the generator: one has the references, one only the passages. What the turns
# before named is part of the prompt, and no invention of the reply.

# %%
task = kh.presets.load_facts_gpt2()
task.preprocessor.sequence_length = 64
generator = kh.generation.TaskGenerator(task, max_new_tokens=10, batch_size=60)
settings = {"generator": generator, "budget": None, "log_dir": "runs/dialogue", "verbose": 0}
answers = kh.callbacks.HallucinationMonitor(cases, kh.grounding.AnswerChecker(), **settings)
ungrounded = kh.callbacks.HallucinationMonitor(
    cases, kh.grounding.ValueChecker(), prefix="ungrounded_", **settings
)
prompts, replies = zip(*((case.prompt, reply) for case, reply in train))
x, y, weight = kh.data.answer_inputs(task, prompts, replies)
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
    "told_val_hallucination_rate": "not what the passage says",
    "not told_val_hallucination_rate": "answered, though the passage does not say",
    "ungrounded_val_hallucination_rate": "a value that the passage lacks",
    "ungrounded_val_check_coverage": "replies that state a value, or say that they do not know",
}
for key, meaning in KEYS.items():
    rates = history.get(key, [])
    print(" ".join(f"{100 * rate:3.0f}" for rate in rates), "% ", meaning)
    plt.plot(range(1, len(rates) + 1), rates, label=meaning)
plt.xlabel("epoch")
plt.legend()
plt.savefig("runs/dialogue/rates.png")
for answer in answers.answers[:3]:
    print(f"{answer.case.prompt}{answer.output}   ({answer.verdict.label})")

# %% [markdown]
# ## Replies that people judged
# How often is the default verdict that of people? A reply of both, "I love that! It was built in
# 1889.", is measured by what it states.

# %%
PASSAGE = "The tower was built in 1889. It is 330 metres high and stands in Paris."
SAMPLE = [  # passage, reply, whether the passage bears all of it
    (PASSAGE, "It is 330 metres high.", True),
    (PASSAGE, "It was built in 1901.", False),
    (PASSAGE, "It stands in Paris, and it was built in 1889.", True),
    (PASSAGE, "It is 500 metres high, I think.", False),
    (PASSAGE, "Built in 1889, I believe!", True),
    (PASSAGE, "The tower stands in Berlin.", False),
]


def begin(folder):
    """Passage, reply and label of BEGIN's development set; what is no claim is left out."""
    for path in sorted(folder.glob("begin_dev_*.tsv*")):
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
        for row in csv.DictReader(io.StringIO(text), delimiter="\t"):
            if row["begin_label"] in ("Fully attributable", "Not fully attributable"):
                yield row["knowledge"], row["response"], row["begin_label"][0] == "F"


judged = list(begin(Path(os.environ.get("KERAS_HALLUC_DATA", ""), "begin_dev"))) or SAMPLE
judged = random.Random(0).sample(judged, min(len(judged), 300))
verdicts = kh.grounding.SourceChecker().check(
    [kh.data.Case("Reply.", source=passage) for passage, _, _ in judged],
    [reply for _, reply, _ in judged],
)
measured = [(v, right) for v, (_, _, right) in zip(verdicts, judged) if v.measured]
print(f"{len(judged)} replies, {len(measured)} measured")
for label, right in (("attributable", True), ("not", False)):
    own = [verdict.hallucinated for verdict, judgement in measured if judgement is right]
    print(f"  {label} in the eyes of people: {sum(own)} of {len(own)} called a hallucination")
