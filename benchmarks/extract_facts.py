"""Which real facts does the package ship? Writes `data/embedded/facts.csv` from ParaRel triples.

The triples are Wikidata facts that came through T-REx and LAMA to ParaRel (Elazar et al. 2021,
https://arxiv.org/abs/2102.01017; MIT licence). Only subject, relation and object are carried over;
the sentences in `relations.json` are ours. Run once:

    KERAS_HALLUC_DATA=../shared/data python benchmarks/extract_facts.py
"""

import collections
import csv
import json
import os
import random
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(os.environ.get("KERAS_HALLUC_DATA", "../shared/data")) / "pararel/trex_lms_vocab"
TARGET = Path(__file__).parents[1] / "keras_halluc/data/embedded"
FACTS_PER_RELATION = 300
KNOWN_SHARE = 2 / 3  # the rest the embedded model never sees
ASKED_SHARE = 1 / 3  # of the known: also seen as questions, so that the model can be asked
MAX_SUBJECT_CHARACTERS = 26
GIVEAWAY_CHARACTERS = 5  # "Kuwait City -> Kuwait" needs no knowledge
IMPOLITE = "fuck"


def gives_itself_away(subject: str, obj: str) -> bool:
    stem = obj.lower()[:GIVEAWAY_CHARACTERS]
    return stem in subject.lower()


def candidates(path: Path) -> list[tuple[str, str]]:
    """Facts with one answer, whose answer is shared by at least one other subject."""
    answers = collections.defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answers[row["sub_label"].strip()].add(row["obj_label"].strip())
    facts = [
        (subject, next(iter(objects)))
        for subject, objects in answers.items()
        if len(objects) == 1 and 3 <= len(subject) <= MAX_SUBJECT_CHARACTERS
    ]
    facts = [f for f in facts if not gives_itself_away(*f) and IMPOLITE not in f[0].lower()]
    count = collections.Counter(obj for _, obj in facts)
    return sorted(fact for fact in facts if count[fact[1]] >= 2)


def split_facts(
    pools: dict[str, list[tuple[str, str]]], relations: Iterable[str], most: int, seed: int
) -> Iterator[tuple[str, int, list[tuple[str, str, str]]]]:
    """For each relation how many facts could be taken, and those taken: subject, object, split.

    A subject that any pool has twice is left out, so that no fact gives another away.
    """
    seen = collections.Counter(s.lower() for pool in pools.values() for s, _ in pool)
    rng = random.Random(seed)
    for relation in relations:
        unique = [fact for fact in pools[relation] if seen[fact[0].lower()] == 1]
        rng.shuffle(unique)
        chosen = unique[:most]
        known = round(len(chosen) * KNOWN_SHARE)
        asked = round(known * ASKED_SHARE)
        yield (
            relation,
            len(unique),
            [
                (*fact, "asked" if i < asked else "known" if i < known else "unknown")
                for i, fact in enumerate(chosen)
            ],
        )


def main() -> None:
    relations = json.loads((TARGET / "relations.json").read_text(encoding="utf-8"))
    pools = {name: candidates(SOURCE / f"{r['wikidata']}.jsonl") for name, r in relations.items()}
    rows = []
    for name, available, chosen in split_facts(pools, pools, FACTS_PER_RELATION, seed=20):
        rows += [(subject, name, obj, split) for subject, obj, split in chosen]
        objects = collections.Counter(obj for _, obj, _ in chosen)
        print(
            f"{name:18s} pool {available:4d} taken {len(chosen)} objects "
            f"{len(objects):3d} most common {objects.most_common(1)[0]}"
        )
    with open(TARGET / "facts.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("subject", "relation", "object", "split"))
        writer.writerows(rows)
    print(f"{len(rows)} facts")


if __name__ == "__main__":
    main()
