"""A value swapped for another one of its source, in a text that says it in words of its own.

    KERAS_HALLUC_DATA=... python benchmarks/paraphrased_swaps.py

Texts that people wrote, or judged consistent with their source, and that are no copy of a sentence
of it: claims of FEVER, PAWS, and summaries of FRANK and SummEval. One number, date or name is
swapped for another of the same form that stands in the same source, and not in the text. No word is
new then: only what the source says *about* each value tells which is right. (Rarely both are: a
swap may be true by chance.) Places are found as in `value_swaps.py`, without the checkers' rules.

The evidence of FEVER lacks the title of its page ("He died in Rome."), so that claims whose subject
it does not name are left out.

- caught: share of the swapped texts that the default verdict calls a hallucination.
- flagged as written: the same of the texts as people wrote them.
- unmeasured: share of the swapped texts on which a checker gives no verdict.

Documents are split by hash. Rules were written on the development half; the test half counts.
"""

import argparse
import gzip
import json
import os
import random
import re
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from value_swaps import KINDS
from value_swaps import shape
from value_swaps import share
from value_swaps import spots
from value_swaps import with_new
from value_texts import DATA
from value_texts import consistent_rows
from value_texts import in_test
from verdicts import untokenized

import keras_halluc as kh

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/results/paraphrased_swaps.json"
MOST = 250  # swaps of one kind in one set
SETS = ("fever", "paws", "frank", "summeval")
CHECKERS = {
    "ValueChecker": kh.grounding.ValueChecker,
    "EntailmentChecker": kh.grounding.EntailmentChecker.default,
    "SourceChecker": kh.grounding.SourceChecker,
}


def consistent(name):
    """`(source, text)` that people wrote or judged consistent."""
    if name != "fever":
        return consistent_rows(name)
    path = DATA / "grounding_train/fever_dev.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["label"] == "entailment"]
    pairs = [(untokenized(row["premise"]), untokenized(row["hypothesis"])) for row in rows]
    return [(source, claim) for source, claim in pairs if subject(claim) <= words(source)]


def words(text):
    return set(re.findall(r"\w+", text.lower()))


def subject(claim):
    """Its first three words, as far as they have a capital."""
    return {w.lower() for w in re.findall(r"\w+", claim)[:3] if w[0].isupper()}


def letters(text):
    return re.sub(r"\W+", "", text.lower())


def swaps(name, test):
    """`kind -> [(source, text, start, old, new)]`, one a text."""
    rng = random.Random(0)
    rows = [row for row in consistent(name) if in_test(row[0]) == test]
    rows = [row for row in dict.fromkeys(rows) if letters(row[1]) not in letters(row[0])]
    rng.shuffle(rows)
    made = {}
    for kind in KINDS[:3]:
        for source, text in rows:
            there = [source[s:e] for s, e in spots(source, kind, "en", [])]
            places = [(s, text[s:e]) for s, e in spots(text, kind, "en", []) if text[s:e] in source]
            choices = [
                (start, old, new)
                for start, old in places
                for new in dict.fromkeys(there)
                if new not in text and shape(new, kind, "en") == shape(old, kind, "en")
                if not {new.lower(), *new.lower().split()} & set(old.lower().split())
            ]
            if choices:
                made.setdefault(kind, []).append((source, text, *rng.choice(choices)))
    return {kind: found[:MOST] for kind, found in made.items()}


def measure(checker, rows):
    """Of rows as `swaps` makes them: what is caught, and what is flagged as people wrote it."""
    cases = [kh.data.Case("Write.", source=row[0]) for row in rows]
    swapped = checker.check(cases, [with_new(*row[1:]) for row in rows])
    as_written = checker.check(cases, [row[1] for row in rows])
    return {
        "caught": [verdict.hallucinated is True for verdict in swapped],
        "flagged as written": [verdict.hallucinated is True for verdict in as_written],
        "unmeasured": [not verdict.measured for verdict in swapped],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("development", "test"), nargs="*")
    parser.add_argument("--checkers", choices=CHECKERS, nargs="*", default=list(CHECKERS))
    parser.add_argument("--show", type=int, default=0, help="what is missed, development only")
    args = parser.parse_args()
    result = {}
    for half in args.half or ("development", "test"):
        rows = {(name, kind): r for name in SETS for kind, r in swaps(name, half == "test").items()}
        for title in args.checkers:
            checker, found = CHECKERS[title](), {}
            for (name, kind), these in rows.items():
                for what, values in measure(checker, these).items():
                    for key in ("all", kind, f"set {name}"):
                        found.setdefault(key, {}).setdefault(what, []).extend(values)
                    if what == "caught" and half == "development":
                        missed = [row for row, hit in zip(these, values) if not hit]
                        for source, text, _, old, new in missed[: args.show]:
                            print(f"  {title} {name} {old!r} -> {new!r} | {text!r} <- {source!r}")
            parts = {k: {what: share(v) for what, v in part.items()} for k, part in found.items()}
            result.setdefault(half, {})[title] = parts
            for key, part in parts.items():
                print(half, title, key, part)
    if not args.half and args.checkers == list(CHECKERS):
        RESULTS.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
