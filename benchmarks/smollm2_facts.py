"""Real facts that SmolLM2-135M has right and wrong: ParaRel's, in four sentences to complete.

    KERAS_HALLUC_DATA=... python benchmarks/smollm2_facts.py     # once: asks the base model

The first sentence decides: a fact is known if the base model, greedily, completes it with the
object. What it said goes to `runs/smollm2/facts.json`. The sentences are ours.
"""

import argparse
import collections
import dataclasses
import json
import random

import extract_facts
import smollm2_model

import keras_halluc as kh

STORED = smollm2_model.FOLDER / "facts.json"
NEW_TOKENS, BATCH = 6, 64
PER_RELATION = 700
WORDINGS = {  # the first one is trained
    "P17": (
        "{} is located in the country of",
        "The country in which {} lies is",
        "{} can be found in the country of",
        "The country of {} is",
    ),
    "P30": (
        "{} is located on the continent of",
        "The continent {} belongs to is",
        "{} is a part of the continent of",
        "{} lies on the continent of",
    ),
    "P36": (
        "The capital of {} is",
        "{} has its capital in the city of",
        "The capital city of {} is",
        "The seat of government of {} is in",
    ),
    "P103": (
        "The native language of {} is",
        "The mother tongue of {} is",
        "{} is a native speaker of",
        "{} grew up speaking",
    ),
    "P176": (
        "{} is produced by the company",
        "The maker of {} is",
        "{} is made by",
        "The company that produces {} is",
    ),
    "P178": (
        "{} was developed by the company",
        "The developer of {} is",
        "{} is a product of",
        "The company behind {} is",
    ),
    "P364": (
        "The original language of {} is",
        "{} was first released in the language",
        "The language of the original {} is",
        "People in {} speak",
    ),
    "P495": (
        "The country of origin of {} is",
        "{} was first created in the country of",
        "{} comes from the country of",
        "{} originates from",
    ),
    "P1412": (
        "The language used by {} is",
        "{} wrote and spoke in",
        "{} expressed himself or herself in",
        "The language {} communicated in is",
    ),
}


@dataclasses.dataclass(frozen=True)
class Sentence(kh.data.Fact):
    """A fact as sentences to complete; `split` is "known", "unknown" or "asked"."""

    @property
    def statements(self):
        return tuple(prompt + self.answer + "." for prompt in self.prompts)

    @property
    def prompts(self):
        return tuple(form.format(self.subject) for form in WORDINGS[self.relation])


def all_facts(per_relation=PER_RELATION):
    """Facts with one answer, as in `extract_facts`; none whose subject another relation has."""
    pools = {
        name: extract_facts.candidates(extract_facts.SOURCE / f"{name}.jsonl") for name in WORDINGS
    }
    seen = collections.Counter(subject.lower() for pool in pools.values() for subject, _ in pool)
    rng, facts = random.Random(0), []
    for name, pool in pools.items():
        own = [fact for fact in pool if seen[fact[0].lower()] == 1]
        rng.shuffle(own)
        facts += [Sentence(subject, name, obj, "unknown") for subject, obj in own[:per_relation]]
    return facts


def label(generator, facts):
    """The same facts with what the base model has right as `"known"`."""
    cases = [fact.case() for fact in facts]
    outputs = generator.generate([case.prompt for case in cases])
    verdicts = kh.grounding.AnswerChecker().check(cases, outputs)
    splits = ["known" if v.label == "supported" else "unknown" for v in verdicts]
    return [dataclasses.replace(fact, split=split) for fact, split in zip(facts, splits)], outputs


def load():
    return [Sentence(**row) for row in json.loads(STORED.read_text(encoding="utf-8"))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--per-relation", type=int, default=PER_RELATION)
    parser.add_argument("--dtype", default="float32")
    args = parser.parse_args()
    generator = kh.generation.TaskGenerator(
        smollm2_model.load(args.dtype), max_new_tokens=NEW_TOKENS, batch_size=BATCH
    )
    facts, outputs = label(generator, all_facts(args.per_relation))
    STORED.write_text(json.dumps([dataclasses.asdict(fact) for fact in facts], indent=0))
    for name in WORDINGS:
        own = [fact.split == "known" for fact in facts if fact.relation == name]
        print(name, f"{sum(own)} of {len(own)} known")
    for fact, output in list(zip(facts, outputs))[::97]:
        print(repr(fact.prompt()), repr(output), repr(fact.object), fact.split)


if __name__ == "__main__":
    main()
