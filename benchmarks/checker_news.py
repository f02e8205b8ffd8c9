"""Pairs from news to train the embedded checker on: articles and what systems wrote of them.

The 500 articles and 2,500 one-sentence summaries of `xsum_hallucination`, whose readers marked the
words that the article does not support. Each is put beside the chunk that shares most with it: not
entailed if a word is marked, entailed if none is, and these are so few that they count four times.
An article that shares twelve words in a row with a source of TRUE or BUMP is left out, since the
checker is measured there.
"""

import gzip
import json
import re
from pathlib import Path

import true

from keras_halluc.grounding.entailment.likely_chunks import LikelyChunks
from keras_halluc.text import chunk_text

SYSTEMS = ("Gold", "PtGen", "BERTS2S", "TConvS2S", "TranS2S")
CHUNK, OVERLAP = 100, 30  # tokens, as `EntailmentChecker` reads
SAME = 12  # words in a row
TRUE_ONES = 4


def runs_of_words(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + SAME]) for i in range(len(words) - SAME + 1)}


def measured_on():
    """Every run of words in a source that a checker is measured on."""
    sources = {source for name in true.FILES for source in true.read_rows(name)[0]}
    rows = json.load(gzip.open(true.DATA / "bump/task2_dataset.json.gz", "rt"))
    sources |= {row["article"] for row in rows}
    return set().union(*map(runs_of_words, sources))


def articles(folder: Path = true.DATA / "xsum_hallucination/token_level"):
    """`{number: article}` of those that nothing is measured on."""
    names = (folder / "xsum.docid").read_text().split()
    texts = gzip.open(folder / "xsum.source.gz", "rt").read().splitlines()
    seen = measured_on()
    return {n: text for n, text in zip(names, texts, strict=True) if not runs_of_words(text) & seen}


def summaries(folder: Path = true.DATA / "xsum_hallucination/token_level"):
    """`(number of the article, summary, whether a word of it is made up)`."""
    for system in SYSTEMS:
        parts = ("docid", "target", "label")
        lines = [(folder / f"{system}.{part}").read_text().splitlines() for part in parts]
        for number, summary, labels in zip(*lines, strict=True):
            yield number, summary, "1" in labels.split()


def news_pairs(found):
    """`(chunk, summary, 0 or 3)` of these articles."""
    likely = {n: LikelyChunks(chunk_text(text, CHUNK, OVERLAP), 1) for n, text in found.items()}
    rows = []
    for number, summary, made_up in summaries():
        if number in found:
            (chunk,) = likely[number].of(summary)
            rows += [(chunk, summary, 3)] if made_up else [(chunk, summary, 0)] * TRUE_ONES
    return rows
