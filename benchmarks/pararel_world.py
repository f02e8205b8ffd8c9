"""A larger world: 17 relations of ParaRel; a model is pretrained on 5,000 facts and not on 2,500.

    KERAS_HALLUC_DATA=... python benchmarks/pararel_world.py              # about an hour on a core
    KERAS_HALLUC_DATA=... python benchmarks/known_unknown.py --world pararel

Facts and wordings are ParaRel's (Elazar et al. 2021, MIT): relations with 4 patterns or more that
end in the object and 150 subjects or more with one object each. Three of the patterns are asked
with a gap in place of the object. The model goes to `runs/pararel_gpt2`; sizes and `--seed` are
options of the command line.
"""

import functools
import json
import re
from pathlib import Path

import extract_facts
import pretrain_facts

import keras_halluc as kh

ROOT = Path(__file__).parents[1]
PRESET = ROOT / "runs/pararel_gpt2"
RESULTS = ROOT / "benchmarks/results/pararel_world.json"
PATTERNS = extract_facts.SOURCE.parent / "graphs_json"
WORDINGS = 4
FACTS_PER_RELATION, LEAST_FACTS = 500, 150


class ParaRelFact(kh.data.Fact):
    """A fact in ParaRel's wordings."""

    @property
    def statements(self):
        return tuple(
            pattern.replace("[X]", self.subject).replace("[Y]", self.object) + "."
            for pattern in patterns()[self.relation]
        )

    @property
    def prompts(self):
        return tuple(
            pattern.replace("[X]", self.subject).replace("[Y]", "___") + "?\nAnswer:"
            for pattern in patterns()[self.relation][:3]
        )


@functools.cache
def patterns():
    """`{relation: [pattern, ...]}`, the first four that end in the object, without a full stop."""
    found = {}
    for path in sorted(PATTERNS.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        forms = [" ".join(json.loads(line)["pattern"].split()).rstrip(" .") for line in lines]
        ending = list(dict.fromkeys(form for form in forms if re.search(r"\[Y\]$", form)))
        if len(ending) >= WORDINGS:
            found[path.stem] = ending[:WORDINGS]
    return found


def load_facts():
    """All facts, their splits as in the embedded ones: asked, known, unknown."""
    pools = {
        path.stem: extract_facts.candidates(path)
        for path in sorted(extract_facts.SOURCE.glob("*.jsonl"))
    }
    split = extract_facts.split_facts(pools, patterns(), FACTS_PER_RELATION, seed=0)
    return [
        ParaRelFact(subject, relation, obj, part)
        for relation, available, chosen in split
        if available >= LEAST_FACTS
        for subject, obj, part in chosen
    ]


if __name__ == "__main__":
    pretrain_facts.run(
        __doc__.splitlines()[0],
        load_facts(),
        PRESET,
        RESULTS,
        steps=2500,
        batch=256,
        layers=4,
        hidden=160,
        vocabulary=4000,
    )
