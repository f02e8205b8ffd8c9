"""How many swapped values does ValueChecker find, and how many true ones does it take for swapped?

    KERAS_HALLUC_DATA=... python benchmarks/value_swaps.py

Real sentences with one number, date or name swapped for one of the same form out of another
document. The places to swap are found without the checker's own rules: digits, number words and
months by the short patterns below, names by what people marked as answers to "who" and "where"
(xquad), by the slots of the data (e2e), by two capitals in a row, in Chinese by points and 《》
("unmarked name": all answers to "who" there; "jieba": with `name_finder=kh.text.jieba_names`).
Documents are split by hash; the rules were written on the development half, the test half is what
counts.

- recall: share of swapped sentences with a wrong span on the swapped value.
- as written: share of the same sentences, unswapped, with a wrong span anywhere.
- restated: the value written in another form ("12 May 2020" as "2020-05-12", "1,500" as words).
- people's: the same of e2e and rnnlg, where a person wrote the sentence from the record.
- same place: swapped for another value of the same source; only the words around it tell.
- paraphrased: texts that people wrote or judged consistent (e2e, rnnlg, PAWS); translated: a German
  paragraph against its English original, numbers and dates alone.

French has only the 50 short texts of mu_shroom: a dozen swaps of dates and names a half, and of
numbers none in the test half. So it is measured apart on the prose of a book, whose pages are the
documents, with `--handbook FOLDER`: the folder `html/fr-FR` of Debian's package `debian-handbook`
(Hertzog and Mas, GPL-2+ or CC BY-SA 3.0).

The records of e2e and rnnlg repeat in both halves what they are made of. The writers of e2e also
say what the record does not (a price, a rating): "no slot added" leaves out the texts in which the
rules of `e2e_slots.py` find such. What is left are other words ("5 out of 5" for high) and capitals
within a sentence ("Kids Welcome").
"""

import argparse
import json
import math
import os
import random
import re
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import e2e_slots
from value_forms import EQUAL
from value_forms import MONTHS
from value_forms import WORDS
from value_forms import restated
from value_texts import DATA
from value_texts import HANDBOOK
from value_texts import consistent_rows
from value_texts import in_test
from value_texts import passages
from value_texts import records

import keras_halluc as kh

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/results/value_swaps.json"
FRENCH = ROOT / "benchmarks/results/value_swaps_french.json"
MOST = 1000  # swaps of one kind in one set
PASSAGES = 400  # documents of a set
WHO = {
    "en": r"^(?:who|where|in (?:what|which) (?:city|country|state))\b",
    "de": r"^(?:wer|wo|wen|wem|in welche[rm] (?:stadt|land))\b",
    "es": r"^¿(?:quién|quiénes|dónde|en qué (?:ciudad|país))",
    "zh": "谁|哪位|哪个人",
}
NUMBER = (
    r"(?<![\w.,:/–-])(?<!\d[ \u00a0\u202f])\d{1,3}(?:[.,]\d{3})*(?:[.,]\d{1,2})?"
    r"(?![\w.,:/–-]*\d)(?![ -]?(?:st|nd|rd|th)\b)(?!\.?[ºª°])(?![^\W\d_])"
    r"(?!\. (?:Jahr|Platz|Rang))(?![ \u00a0\u202f]\d)"
)
HAN_WORD = (
    "(?<![第数几好一二三四五六七八九十百千万亿两])[二三四五六七八九十][二三四五六七八九十百千]*"
    "(?=[个名人次座种场岁条家支])"
)
HAN_NAME = (
    r"(?<=[，。、（是和与由被])[一-龥]{1,4}·[一-龥]{1,4}(?=[，。、（是和与在]|\s)"
    "|(?<=《)[^《》]{2,20}(?=》)"
)
HAN_NUMBER = r"(?<![第\w.,])\d+(?:[.,]\d+)?(?= ?[个名人次万亿公米元座种场岁条家支%])"
YEAR = r"(?<![\w.,/–-])(?:1[5-9]\d\d|20[012]\d)(?![\w.,/–-])"
HAN_YEAR = r"(?<!\d)(?:1[5-9]\d\d|20[012]\d)(?= ?年)"


def spots(text, kind, language, names):
    """Places `(start, end)` of values to swap."""
    if kind == "name" and language == "zh":
        return [m.span() for m in re.finditer(HAN_NAME, text)]
    if kind in ("name", "unmarked name"):
        found = [(m.start(), m.end()) for n in names for m in [re.search(re.escape(n), text)] if m]
        if not names:
            for m in re.finditer(
                r"(?<=[a-zà-ü,] )[A-ZÀ-Ü][a-zà-ü]+ [A-ZÀ-Ü][a-zà-ü]+(?= [a-zà-ü])", text
            ):
                found.append(m.span())
        return found
    if kind == "date":
        found = [m.span() for m in re.finditer(HAN_YEAR if language == "zh" else YEAR, text)]
        if language in MONTHS:
            months = MONTHS[language].replace(" ", "|")
            of = "(?: de)?" if language == "es" else r"\.?"
            found += [
                m.span() for m in re.finditer(rf"(?<![\d.])\d{{1,2}}{of} (?:{months})\b", text)
            ]
            found += [m.span() for m in re.finditer(rf"\b(?:{months}) \d{{1,2}}\b(?!\d)", text)]
        else:
            found += [m.span() for m in re.finditer(r"(?<!\d)\d{1,2} ?月 ?\d{1,2} ?日", text)]
        return found
    taken = [spot for spot in spots(text, "date", language, [])]
    pattern = HAN_NUMBER if language == "zh" else NUMBER
    found = [m.span() for m in re.finditer(pattern, text)]
    if language == "zh":
        found += [
            m.span()
            for m in re.finditer(
                HAN_WORD,
                text,
            )
        ]
    else:
        words = WORDS[language].replace(" ", "|")
        found += [m.span() for m in re.finditer(rf"(?<![\w-])(?:{words})(?![\w-])", text)]
    return [(s, e) for s, e in found if not any(s < b and a < e for a, b in taken)]


def shape(text, kind, language):
    """Values of one shape may be swapped for each other."""
    if "name" in kind:
        if language == "zh":
            return "·" in text, min(len(text), 6)
        return min(len(text.split()), 3)
    return re.sub(
        r"[一二三四五六七八九十百千]+", "一", re.sub(r"\d", "0", re.sub(r"[^\W\d_]{2,}", "w", text))
    )


def absent(value, source, kind, language):
    """Whether nothing in the source says this value, as far as its letters tell."""
    if kind == "name" and language != "zh":
        return not {w for w in re.findall(r"\w{2,}", value.lower())} & set(
            re.findall(r"\w+", source.lower())
        )
    if "name" in kind:
        return value not in source
    if kind == "date" and language in MONTHS and len(value) > 4:
        return value.lower() not in source.lower()
    if kind == "date":
        return all(part not in source for part in re.findall(r"\d+", value))
    forms = {value.lower(), *EQUAL[language].get(value.lower(), ())}
    if language == "zh":
        return not any(form in source for form in forms)
    return not forms & set(re.findall(r"[^\W\d_]+|\d+(?:[.,]\d+)*", source.lower()))


def items(name, test):
    """`(source, output, names, language)` of one half of a set."""
    language = "en" if name in RECORDS or name.startswith("true") else name[-2:]
    if name in RECORDS:
        found = [(s, o, n) for document, s, o, n in records(name) if in_test(document) == test]
    else:
        found = []
        for document, passage, asked in passages(name):
            if in_test(document) != test:
                continue
            wanted = re.compile(WHO.get(language, "$^"), re.IGNORECASE)
            names = [a for q, a in asked if wanted.search(q)]
            if language != "zh":
                names = [n for n in names if all(w[0].isupper() for w in n.split())]
            names = [n for n in names if len(n) <= 40 and not re.search(r"\d|[,，、]", n)]
            for sentence in kh.text.split_sentences(passage):
                here = [n for n in dict.fromkeys(names) if n in sentence]
                found.append((passage, sentence, here or ([""] if asked else [])))
    return language, found


def swaps(name, kind, test, rng):
    """`(source, output, start, old, new)`; the swapped output is made of the last three."""
    language, found = items(name, test)
    rng.shuffle(found)
    places = []
    for source, output, names in found:
        names = [n for n in names if n]
        if kind == "name" and not names and language != "zh" and name[:2] not in ("tr", "mu"):
            continue
        for start, end in spots(output, kind, language, names):
            places.append((source, output, start, output[start:end]))
    pool = {}
    for _, _, _, old in places:
        pool.setdefault(shape(old, kind, language), set()).add(old)
    pool = {key: sorted(values) for key, values in pool.items()}
    made, same_place = [], []
    for source, output, start, old in places[: 3 * MOST]:
        others = pool[shape(old, kind, language)]
        for new in rng.sample(others, min(20, len(others))):
            if new != old and absent(new, source, kind, language):
                made.append((source, output, start, old, new))
                break
        there = [v for v in others if v != old and v in source and v not in output]
        if there:
            same_place.append((source, output, start, old, rng.choice(there)))
    return language, made[:MOST], same_place[:MOST]


def hits(checker, rows):
    """Of each `(source, output, start, end)` whether a wrong span touches it; without, any span."""
    cases = [kh.data.Case("Write.", source=row[0]) for row in rows]
    verdicts = checker.check(cases, [row[1] for row in rows])
    return [
        any(len(row) == 2 or (s < row[3] and row[2] < e) for s, e, _ in verdict.spans)
        for row, verdict in zip(rows, verdicts)
    ], verdicts


def share(found):
    """`[percent, low, high, count]` with Wilson's 95 % interval."""
    n, z = len(found), 1.96
    if not n:
        return None
    p = sum(found) / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return [round(100 * x, 1) for x in (p, max(0.0, middle - half), min(1.0, middle + half))] + [n]


RECORDS = ("e2e_cleaned", "rnnlg")
SETS = (
    ["e2e_cleaned", "rnnlg", "true_frank", "true_summeval", "xquad_en", "mu_shroom_en"]
    + ["xquad_de", "mu_shroom_de", "xquad_es", "mu_shroom_es", "mu_shroom_fr"]
    + ["xquad_zh", "cmrc2018_zh"]
)
CHINESE = ("xquad_zh", "cmrc2018_zh")
KINDS = ("number", "date", "name", "unmarked name")


def with_new(text, start, old, new):
    return text[:start] + new + text[start + len(old) :]


def measure(checker, test, show=0, sets=SETS, kinds=KINDS):
    """Everything, of one half of the data."""
    rng = random.Random(0)
    rows = {}  # (language, kind) -> measure -> list of bool
    for name in sets:
        for kind in kinds:
            if (name, kind) == ("rnnlg", "name"):
                continue  # its names are in small letters, where no name is found
            if kind == "unmarked name" and not name.endswith("zh"):
                continue
            language, made, same_place = swaps(name, kind, test, rng)
            if not made:
                continue
            wanted = {
                "recall": [
                    (s, with_new(o, i, old, new), i, i + len(new)) for s, o, i, old, new in made
                ],
                "people's" if name in RECORDS else "as written": [(s, o) for s, o, *_ in made],
                "same place": [
                    (s, with_new(o, i, old, new), i, i + len(new))
                    for s, o, i, old, new in same_place
                ],
            }
            again = [(s, o, i, old, restated(old, kind, language, rng)) for s, o, i, old, _ in made]
            wanted["restated"] = [
                (s, with_new(o, i, old, new), i, i + len(new)) for s, o, i, old, new in again if new
            ]
            for what, these in wanted.items():
                found, verdicts = hits(checker, these)
                for key in ((language, kind), (f"set {name}", kind)):
                    rows.setdefault(key, {}).setdefault(what, []).extend(found)
                if what == "recall":
                    labels = [v.label == "contradicted" for v, hit in zip(verdicts, found) if hit]
                    rows[language, kind].setdefault("of these contradicted", []).extend(labels)
                wrong = [
                    (row, v)
                    for row, v, hit in zip(these, verdicts, found)
                    if hit != (what == "recall")
                ]
                if what != "same place":
                    for row, verdict in wrong[:show]:
                        place = repr(row[1][row[2] : row[3]]) if len(row) > 2 else ""
                        print(f"  {name} {kind} {what} {place} {verdict.reason} | {row[1][:300]!r}")
    return {
        " ".join(key): {what: share(found) for what, found in measures.items()}
        for key, measures in rows.items()
    }


def consistent(checker, test, show=0):
    """False alarms on what people wrote of a record, or judged consistent, or translated."""
    texts = {
        name: [(s, o) for _, s, o in [(0, *row[:2]) for row in items(name, test)[1]]][: 2 * MOST]
        for name in RECORDS
    }
    for name in ("paws", "frank", "summeval"):
        rows = [row for row in consistent_rows(name) if in_test(row[0]) == test]
        texts[f"true {name}"] = rows[: 2 * MOST]
    # Writers of E2E add prices and ratings of their own; the slot rules of `e2e_slots` find those.
    texts["e2e_cleaned, no slot added"] = [
        (source, output)
        for mr, source, output, _ in records("e2e_cleaned")
        if in_test(mr) == test and not e2e_slots.errors(mr, e2e_slots.hide(mr, output))[1]
    ][: 2 * MOST]
    result = {}
    for name, rows in texts.items():
        found, verdicts = hits(checker, rows)
        measured = [hit for hit, verdict in zip(found, verdicts) if verdict.measured]
        result[name] = share(measured)
        for row, verdict in [(r, v) for r, v, hit in zip(rows, verdicts, found) if hit][:show]:
            print(f"  {name} {verdict.reason} | {row[1][:200]!r} <- {row[0][:300]!r}")
    numbers = kh.grounding.ValueChecker(kinds=("number", "date", "time"))
    english = [row for row in passages("xquad_en") if in_test(row[0]) == test]
    for language in ("de", "es", "zh"):
        other = [row for row in passages(f"xquad_{language}") if in_test(row[0]) == test]
        cases = [kh.data.Case("Translate.", source=row[1]) for row in english]
        verdicts = numbers.check(cases, [row[1] for row in other])
        values = sum(
            len([v for v in kh.text.find_values(row[1]) if v.kind != "name" and not v.weak])
            for row in other
        )
        wrong = sum(len(v.spans) for v in verdicts)
        result[f"xquad en to {language}, values"] = share([i < wrong for i in range(values)])
        for row, verdict in list(zip(other, verdicts))[: 4 * show]:
            if verdict.spans:
                around = [row[1][max(0, s - 12) : e + 12] for s, e, _ in verdict.spans]
                print(f"  to {language} {around}")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("development", "test"), nargs="*")
    parser.add_argument("--show", type=int, default=0, help="wrong ones to print, development only")
    parser.add_argument("--handbook", type=Path, help="measure this French book alone")
    args = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"No data in {DATA}; set KERAS_HALLUC_DATA.")
    checker = kh.grounding.ValueChecker()
    result = {}
    if args.handbook:
        HANDBOOK.append(args.handbook)
        for half in ("development", "test"):
            found = measure(checker, half == "test", 0, ("handbook_fr",), KINDS[:3])
            result[half] = {name: part for name, part in found.items() if name[:3] != "set"}
            print(half, result[half])
        FRENCH.write_text(json.dumps(result, indent=1) + "\n")
        return
    for half in args.half or ("development", "test"):
        show = args.show if half == "development" else 0
        result[half] = {
            "swaps": measure(checker, half == "test", show),
            "consistent": consistent(checker, half == "test", show),
        }
        by_jieba = kh.grounding.ValueChecker(name_finder=kh.text.jieba_names)
        names = measure(by_jieba, half == "test", show, CHINESE, KINDS[2:])
        result[half]["swaps"] |= {
            f"{key}, jieba": found for key, found in names.items() if not key.startswith("set")
        }
        print(half)
        for part in result[half].values():
            for name, found in part.items():
                print(f"  {name}: {found}")
    if not args.half:
        RESULTS.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
