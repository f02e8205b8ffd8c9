"""The texts in which `value_swaps.py` swaps values, and on which half of the data each is."""

import csv
import gzip
import hashlib
import html
import io
import json
import os
import re
from pathlib import Path

from keras_halluc.text.languages import guess_language

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("KERAS_HALLUC_DATA", ROOT / "../shared/data"))
HANDBOOK = []  # the folder of a book, where it is given


def in_test(name):
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 1


def read_json(path):
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(DATA / path, "rt", encoding="utf-8") as file:
        return json.load(file)


def squad(path, title_is_document):
    """`(document, passage, [(question, answer)])`."""
    for article in read_json(path)["data"]:
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            name = f"xquad:{article['title']}" if title_is_document else context
            yield (
                name,
                context,
                [(q["question"], q["answers"][0]["text"]) for q in paragraph["qas"]],
            )


def passages(name):
    """`(document, passage, questions and answers)` of a set."""
    if name.startswith("xquad"):
        yield from squad(f"xquad/xquad.{name[-2:]}.json.gz", True)
    elif name == "cmrc2018_zh":
        yield from squad("cmrc2018_zh/cmrc2018_dev.json.gz", False)
    elif name.startswith("handbook"):
        yield from book(HANDBOOK[0])
    elif name.startswith("mu_shroom"):
        path = DATA / f"mu_shroom_val/mushroom.{name[-2:]}-val.v2.extra.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["model_output_text"]
            yield text, text, []
    else:  # true_frank, true_summeval
        seen = {row["grounding"] for row in true_rows(name.removeprefix("true_"))}
        for text in sorted(seen):
            yield text, text, []


def book(folder):
    """`(page, some 800 characters of its French paragraphs, [])`."""
    for path in sorted(Path(folder).glob("*.html")):
        page = path.read_text(encoding="utf-8")
        page = re.sub(r"<pre.*?</pre>|<dt.*?</dt>", " ", page, flags=re.DOTALL)
        text = ""
        for paragraph in re.findall(r"<(?:p|div class=.para.)>(.*?)</(?:p|div)>", page, re.DOTALL):
            plain = " ".join(html.unescape(re.sub("<[^>]*>", " ", paragraph)).split())
            if len(plain) > 80 and guess_language(plain) == "fr":
                text += plain + "\n"
            if len(text) > 800:
                yield path.name, text, []
                text = ""


def true_rows(name):
    files = {
        "frank": "frank.csv.gz",
        "summeval": "summeval.csv.gz",
        "paws": "paws_first_half.csv.gz",
    }
    with gzip.open(DATA / "true" / files[name], "rt", encoding="utf-8") as file:
        return list(csv.DictReader(io.StringIO(file.read())))


def consistent_rows(name):
    """`(source, text)` of a set of TRUE that people judged consistent."""
    rows = (row for row in true_rows(name) if int(float(row["label"])))
    return [(row["grounding"], row["generated_text"]) for row in rows]


def records(name):
    """`(document, source, output, [names])` of data-to-text, the record written as text."""
    if name == "e2e_cleaned":
        path = DATA / "e2e_cleaned/devel-fixed.no-ol.csv.gz"
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                names = re.findall(r"(?:name|near)\[([^]]*)\]", row["mr"])
                yield (
                    row["mr"],
                    re.sub(r"(\w+)\[([^]]*)\]", r"\1: \2", row["mr"]),
                    row["ref"],
                    names,
                )
        return
    for part in ("restaurant_valid", "restaurant_test", "hotel_valid", "hotel_test"):
        text = (DATA / f"rnnlg/{part}.json").read_text(encoding="utf-8")
        for act, human, _ in json.loads(text[text.index("\n[") :]):
            if re.search(r"\d", act):
                source = re.sub(r"[('\";=)]+", " ", act)
                yield act, source, human, []
