"""Pairs of a source and a claim to train the embedded checker on.

What people wrote: MNLI, SNLI, RTE, SICK and SciTail as far as they lie in `nli_mix_en`; a third of
the shorter ones also with sentences of an encyclopedia around the premise. What is made: passages
of WikiText-2 with a claim that is one of their sentences, shortened or turned, its false twin with
a name, a number, a role, a word or an opposite exchanged or a negation, the claim with a detail of
another sentence, and claims from elsewhere; and single sentences beside themselves in another order
of words, where it means the same and where it does not. And news, see `checker_news.py`.
Labels: 0 entailed, 1 neutral, 2 contradicted, 3 not entailed (1 or 2).
"""

import csv
import gzip
import io
import os
import random
import re
from pathlib import Path

import checker_news

import keras_halluc as kh

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("KERAS_HALLUC_DATA", ROOT / "../shared/data"))
LABELS = {"entailment": 0, "neutral": 1, "contradiction": 2, "not_entailment": 3}
HELD_OUT = 25  # one row in so many is kept to validate on
DETAIL = re.compile(
    r" (?:in|at|on|by|from|with|for|near|of) (?:the )?"
    r"(?:[A-Z][\w'’]+|\d[\d,.]*\d)(?: [A-Z\d][\w'’]+)*"
)
NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'’]+(?: (?:of |the )?[A-Z][\w'’]+)*")
OPPOSITES = """
first/last before/after north/south east/west northern/southern eastern/western increase/decrease
increased/decreased rise/fall rose/fell more/less most/least largest/smallest larger/smaller
high/low higher/lower highest/lowest began/ended start/end won/lost early/late earlier/later
older/younger old/new father/son mother/daughter brother/sister he/she his/her man/woman men/women
boy/girl king/queen husband/wife accepted/rejected agreed/refused success/failure
successful/unsuccessful positive/negative with/without open/closed above/below inside/outside
always/never all/none many/few major/minor strong/weak buy/sell bought/sold arrived/left
joined/quit gained/lost built/destroyed born/died cause/prevent support/oppose supported/opposed
praised/criticised male/female summer/winter day/night white/black small/large short/long hot/cold
rich/poor top/bottom upper/lower left/right better/worse best/worst easy/difficult likely/unlikely
""".split()
PAIRS = [pair.split("/") for pair in OPPOSITES]
OTHER = dict(PAIRS) | {b: a for a, b in PAIRS}


def read_csv(name):
    path = DATA / "nli_mix_en" / name
    text = gzip.open(path, "rt").read() if path.suffix == ".gz" else path.read_text()
    rows = csv.DictReader(io.StringIO(text))
    return [(r["premise"].strip(), r["hypothesis"].strip(), LABELS[r["label"]]) for r in rows]


def human_pairs():
    """`{name: rows}`. QNLI is left out: its questions are no claims."""
    files = {
        "mnli": ["mnli_dev.csv.gz"],
        "snli": ["snli_dev.csv.gz"],
        "rte": ["rte_train.csv.gz", "rte_dev.csv"],
        "sick": ["sick_train.csv.gz", "sick_dev.csv"],
        "scitail": ["scitail_dev.csv"],
    }
    return {
        name: [row for part in parts for row in read_csv(part)] for name, parts in files.items()
    }


def articles():
    """WikiText-2's articles as lists of paragraphs, written as people write."""
    found = []
    for split in ("valid", "test"):
        for line in gzip.open(DATA / f"wikitext2/{split}.txt.gz", "rt"):
            line = line.strip()
            if re.fullmatch(r"= [^=].*[^=] =", line):
                found.append([])
            elif line and not line.startswith("=") and found:
                found[-1].append(written(line))
    return [[p for p in article if len(p) > 100] for article in found]


def written(line):
    """Without the spaces WikiText puts around signs; sentences with unknown words go."""
    for sign in ("-", ",", "."):
        line = line.replace(f" @{sign}@ ", sign)
    line = re.sub(r" ([,.;:!?%)\]]|'s\b|n't\b)", r"\1", line)
    line = re.sub(r"([(\[$£€]) ", r"\1", line)
    line = re.sub(r'" ([^"]*?) "', r'"\1"', line)
    sentences = kh.text.split_sentences(line)
    return " ".join(s for s in sentences if "<unk>" not in s and " @" not in s)


def turned(sentence, rng):
    """The sentence shortened or turned so that it still holds wherever the sentence holds."""
    body = sentence.rstrip(".")
    choices = [sentence]
    lead = re.match(r"((?:In|On|At|By|During|After|Before|From|Since|For) [^,]{3,40}), (.+)", body)
    if lead:
        first, rest = lead.groups()
        rest = (
            rest if re.match(r"[A-Z]\w* [A-Z]|I |[A-Z]\w+ ", rest) else rest[0].upper() + rest[1:]
        )
        choices += [f"{rest}.", f"{rest} {first[0].lower()}{first[1:]}."] * 2
    dropped = re.sub(r" ?\([^)]*\)", "", sentence)
    if dropped != sentence:
        choices += [dropped] * 2
    tail = re.match(
        r"(.{40,}?), (?:which|who|where|while|although|with|but|and|including)\b.+", body
    )
    if tail:
        choices += [f"{tail.group(1)}."] * 3
    tail = re.match(r"(.{40,}?) (?:because|when|after|before|until|while|although|but)\b.+", body)
    if tail and "," not in tail.group(1):
        choices.append(f"{tail.group(1)}.")
    lists = list(re.finditer(r"\b([A-Z]\w+) and ([A-Z]\w+)\b", sentence))
    if lists:
        m = rng.choice(lists)
        choices += [sentence[: m.start()] + f"{m[2]} and {m[1]}" + sentence[m.end() :]] * 2
    return rng.choice(choices)


def opposite(sentence, rng):
    """The sentence with one word exchanged for its opposite, or None."""
    words = [m for m in re.finditer(r"[A-Za-z]+", sentence) if m.group().lower() in OTHER]
    if not words:
        return None
    m = rng.choice(words)
    other = OTHER[m.group().lower()]
    other = other.capitalize() if m.group()[0].isupper() else other
    return sentence[: m.start()] + other + sentence[m.end() :]


def two_words_swapped(sentence, rng):
    """Two words of five letters or more, with others between them, in each other's place."""
    words = [m.group() for m in re.finditer(r"\b[a-z]{5,}\b", sentence)]
    return kh.data.swap_roles(sentence, words, rng.randrange(1 << 30)) if len(words) > 2 else None


def false_twin(claim, names, rng):
    """The claim made false in one of six ways, or None where nothing can be exchanged."""
    seed = rng.randrange(1 << 30)
    own = NAME.findall(claim)
    first = re.match(r"[A-Z]\w+(?: [A-Z]\w+)+", claim)
    own += [first.group()] if first else []
    ways = [
        lambda: own and kh.data.swap_entities(claim, [rng.choice(own), *names], seed),
        lambda: kh.data.swap_numbers(claim, seed),
        lambda: kh.data.negate(claim, seed),
        lambda: len(own) > 1 and kh.data.swap_roles(claim, own, seed),
        lambda: opposite(claim, rng),
        lambda: two_words_swapped(claim, rng),
    ]
    for change in rng.sample(ways, len(ways)):
        changed = change()
        if changed and changed != claim:
            return changed
    return None


def with_detail(claim, passage, other, rng):
    """The claim with a place, a time or a name that only another text tells of, or None."""
    details = [m.group() for m in DETAIL.finditer(other) if m.group() not in passage]
    return claim.rstrip(".") + rng.choice(details) + "." if details else None


def order_pairs(found, rng):
    """Sentences beside themselves, turned (entailed) or with two names or words swapped (not)."""
    rows = []
    sentences = [s for article in found for p in article for s in kh.text.split_sentences(p)]
    for sentence in claims_of(sentences):
        same = turned(sentence, rng)
        if same != sentence:
            rows.append((sentence, same, 0))
        own = NAME.findall(sentence)
        swapped = len(own) > 1 and kh.data.swap_roles(sentence, own, rng.randrange(1 << 30))
        swapped = swapped or two_words_swapped(sentence, rng)
        if swapped and swapped != sentence:
            rows.append((same, swapped, 3))
            rows.append((swapped, same, 3))
            rows.append((swapped, swapped, 0))  # however odd, it says what it says
    return rng.sample(rows, len(rows) // 3)


def claims_of(sentences):
    """Those neither too short to claim anything nor too long to read."""
    return [sentence for sentence in sentences if 40 < len(sentence) < 260]


def made_pairs(found, rng, per_paragraph=8):
    """Claims of passages: true, their false twins, and true ones of another passage."""
    rows = []
    for article in found:
        names = list({name for p in article for name in NAME.findall(p)})
        for paragraph in article:
            sentences = kh.text.split_sentences(paragraph)
            usable = claims_of(sentences)
            for sentence in rng.sample(usable, min(per_paragraph, len(usable))):
                at = sentences.index(sentence)
                first = max(0, at - rng.randrange(4))
                passage = " ".join(sentences[first : at + 1 + rng.randrange(4)])
                claim = turned(sentence, rng)
                rows.append((passage, claim, 0))
                twin = false_twin(claim, names, rng)
                if twin:
                    rows.append((passage, twin, 2))
                longer = with_detail(claim, passage, rng.choice(article), rng)
                if longer and rng.random() < 0.5:
                    rows.append((passage, longer, 1))
                elsewhere = rng.choice(article) if rng.random() < 0.8 else None
                if elsewhere and elsewhere != paragraph and rng.random() < 0.35:
                    options = claims_of(kh.text.split_sentences(elsewhere))
                    if options:
                        rows.append((passage, turned(rng.choice(options), rng), 1))
    return rows


def within_text(rows, found, rng):
    """The premise among sentences of an encyclopedia, so that it has to be found."""
    paragraphs = [p for article in found for p in article]
    wide = []
    for premise, claim, label in rows:
        around = kh.text.split_sentences(rng.choice(paragraphs))[: 1 + rng.randrange(5)]
        around.insert(rng.randrange(len(around) + 1), premise)
        wide.append((" ".join(around), claim, label))
    return wide


def load(seed=0, human=1.0, made=1.0, news=True):
    """`(training rows, {name: validation rows})`; a row is `(source, claim, label)`.

    Args:
        seed: int.
        human: share that is taken of what people wrote, of the large sets.
        made: share that is taken of what is made of an encyclopedia.
        news: whether there are articles and their summaries too.
    """
    rng = random.Random(seed)
    found = articles()
    rng.shuffle(found)
    train, valid = [], {}
    for name, rows in human_pairs().items():
        rng.shuffle(rows)
        cut = len(rows) // HELD_OUT
        valid[name], rest = rows[:cut], rows[cut:]
        if len(rest) > 5000:
            rest = rest[: round(human * len(rest))]
        train += rest
        short = [row for row in rest if len(row[0]) < 300]
        train += within_text(rng.sample(short, len(short) // 6), found[4:], rng)
    valid["made"], valid["order"] = made_pairs(found[:4], rng), order_pairs(found[:4], rng)
    rows = made_pairs(found[4:], rng) + order_pairs(found[4:], rng)
    train += rng.sample(rows, round(made * len(rows)))
    if news:
        texts = checker_news.articles()
        numbers = list(texts)
        rng.shuffle(numbers)
        last = {number: texts[number] for number in numbers[: len(numbers) // 10]}
        first = {number: text for number, text in texts.items() if number not in last}
        valid["news"] = checker_news.news_pairs(last)
        train += checker_news.news_pairs(first)
        train += made_pairs([[text] for text in first.values()], rng, per_paragraph=2)
    rng.shuffle(train)
    return train, valid
