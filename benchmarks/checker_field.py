"""Pairs that people wrote about sources, to train the embedded checker on once more.

Of `grounding_train` the half of the sources that `verdicts.py` does not measure on: claims from
FEVER, summaries of XSum's articles and what people made of the wrong ones, crowds' hard hypotheses,
pairs of SNLI with one side changed, long passages, and negations beside more general words. COVID's
and the health claims are left out whole, to know what the checker does on sets that nobody tuned
on. An article that shares twelve words in a row with a source of TRUE, BUMP or QAGS is left out.

And what is made of short premises of these: a negation, a number, a date, a name or two roles
exchanged, and the same told from the other side ("A beat B", "B lost to A").
"""

import gzip
import json
import random

import checker_news
import checker_pairs
from true import DATA
from verdicts import held_back
from verdicts import untokenized

import keras_halluc as kh
from keras_halluc.grounding.entailment.likely_chunks import LikelyChunks
from keras_halluc.text import chunk_text

LABELS = {"entailment": 0, "neutral": 1, "contradiction": 2, "not_entailment": 3}
SHARES = {  # of the rows that may be taken
    "fever_dev": 1.0,
    "ling_in_loop": 0.25,
    "counterfactual_snli": 0.5,
    "control_dev": 1.0,
    "monli": 0.5,
}
MADE = 6000
CONVERSES = [pair.split("/") for pair in """
{a} beat {b}/{b} lost to {a}
{a} defeated {b} in the final/{b} lost the final to {a}
{a} beat {b} {n} to {m}/{b} lost {n} to {m} against {a}
{a} sold the house to {b}/{b} bought the house from {a}
{a} gave {b} the letter/{b} got the letter from {a}
{a} lent {b} {n} dollars/{b} borrowed {n} dollars from {a}
{a} is older than {b}/{b} is younger than {a}
{a} is taller than {b}/{b} is shorter than {a}
{a} arrived before {b}/{b} arrived after {a}
{a} is the father of {b}/{b} is a child of {a}
{a} is the teacher of {b}/{b} is a pupil of {a}
{a} hired {b} in {y}/{b} was hired by {a} in {y}
{a} lies north of {b}/{b} lies south of {a}
{a} lies to the east of {b}/{b} lies to the west of {a}
{a} bought {b} in {y}/{b} was bought by {a} in {y}
{a} succeeded {b} as mayor/{b} was followed by {a} as mayor
{a} was founded before {b}/{b} was founded after {a}
{a} wrote to {b} in {y}/{b} received a letter from {a} in {y}
{a} won more votes than {b}/{b} won fewer votes than {a}
{a} owns {b}/{b} belongs to {a}
{a} follows {b}/{b} comes before {a}
{a} teaches {b}/{b} is taught by {a}
{a} replaced {b}/{b} was replaced by {a}
{a} painted {b}/{b} was painted by {a}
""".strip().splitlines()]  # fmt: skip


def read(name):
    with gzip.open(DATA / f"grounding_train/{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            if not held_back(row["premise"]):
                yield row


def people_wrote(rng):
    """`(source, claim, label)` of all but the summaries."""
    rows = []
    for name, share in SHARES.items():
        own = [
            (untokenized(r["premise"]), untokenized(r["hypothesis"]), LABELS[r["label"]])
            for r in read(name)
        ]
        rows += rng.sample(own, round(share * len(own)))
    return [(nearest(source, claim), claim, label) for source, claim, label in rows]


def nearest(source, claim):
    """The chunk of a source that shares most with the claim, as the checker reads it."""
    chunks = chunk_text(source, checker_news.CHUNK, checker_news.OVERLAP)
    return LikelyChunks(chunks, 1).of(claim)[0] if len(chunks) > 1 else source


def summaries():
    """Of each article what a system wrote of it, and that put right by a person."""
    seen = checker_news.measured_on()
    rows = []
    for row in read("defacto_xsum"):
        article = row["premise"]
        if checker_news.runs_of_words(article) & seen:
            continue
        wrong = row["label"] != "entailment"
        rows.append((nearest(article, row["hypothesis"]), row["hypothesis"], 3 if wrong else 0))
        if wrong and row["corrected"]:
            rows.append((nearest(article, row["corrected"]), row["corrected"], 0))
        if wrong and row["evidence"] and len(row["evidence"].split()) > 6:
            rows.append((row["evidence"], row["hypothesis"], 3))
    return rows


def made(premises, names, rng):
    """Short premises with something exchanged, beside themselves."""
    rows = []
    for premise in rng.sample(premises, min(len(premises), 4 * MADE)):
        own, seed = checker_pairs.NAME.findall(premise), rng.randrange(1 << 30)
        others = [*own, *rng.sample(names, 9)]
        ways = [
            lambda p=premise, s=seed: (kh.data.negate(p, s), 2),
            lambda p=premise, s=seed: (kh.data.swap_numbers(p, s), 2),
            lambda p=premise, o=others, s=seed: (kh.data.swap_entities(p, o, s), 3),
            lambda p=premise, o=own, s=seed: (len(o) > 1 and kh.data.swap_roles(p, o, s), 3),
        ]
        for way in rng.sample(ways, len(ways)):
            changed, label = way()
            if changed and changed != premise:
                rows += [(premise, changed, label), (changed, premise, label)][: rng.choice((1, 2))]
                rows.append((premise, checker_pairs.turned(premise, rng), 0))
                break
        if len(rows) >= MADE:
            return rows
    return rows


def converses(names, rng, count=MADE // 3):
    """The same told from the other side, and the other way round."""
    rows = []
    while len(rows) < count:
        one, other = rng.choice(CONVERSES)
        a, b = rng.sample(names, 2)
        year = rng.randrange(1900, 2024)
        given = {"n": rng.randrange(2, 90), "m": rng.randrange(2, 90), "y": year}
        here = one.format(a=a, b=b, **given)
        there = other.format(a=a, b=b, **given)
        falsely = [form.format(a=b, b=a, **given) for form in (one, other)]
        sources = [here, there, f"{here}. {there}."]
        if rng.random() < 0.3:  # among others
            c, d = rng.sample(names, 2)
            third = rng.choice(CONVERSES)[0].format(a=c, b=d, **given)
            sources = [f"{third}. {source}" for source in sources]
        source = rng.choice(sources).rstrip(".") + "."
        rows.append((source, rng.choice((here, there)) + ".", 0))
        rows.append((source, rng.choice(falsely) + ".", 2))
    return rows


def load(seed=0):
    """Training rows `(source, claim, label)`; labels as in `checker_pairs.py`."""
    rng = random.Random(seed)
    rows = people_wrote(rng)
    short = sorted({source for source, _, _ in rows if 25 < len(source) < 200})
    names = sorted({name for source in short for name in checker_pairs.NAME.findall(source)})
    names = [name for name in names if len(name) < 25]
    rows += summaries() + made(short, names, rng) + converses(names, rng)
    rng.shuffle(rows)
    return rows
