"""Do the characters that a checker marks stand where people marked a hallucination?

Read by `shroom.py`. Mu-SHROOM (Vázquez et al. 2025), validation set: 499 outputs of language models
in ten languages, each with the question, the tokens with their logits, the probability of each
character to be hallucinated (`soft_labels`), and spans of those above 0.5 (`hard_labels`). There is
no source. Measures are the organisers' own, mean over outputs:

- IoU of the sets of marked characters; nothing against nothing is 1.
- cor: Spearman's rho over the characters of an output; where one side is the same everywhere, 1 if
  the other is too, else 0.
"""

import gzip
import json
import re

import numpy as np
from scipy.stats import spearmanr
from true import DATA

import keras_halluc as kh

LANGUAGES = ("ar", "de", "en", "es", "fi", "fr", "hi", "it", "sv", "zh")
FOLDS = 5
RESAMPLES = 1000
KEYS = ("iou", "cor")
SHARES = np.arange(0, 21) / 20  # of an output's characters, the most uncertain first
BYTE = re.compile("<0x([0-9A-Fa-f]{2})>")


def read_outputs(language):
    path = DATA / "mu_shroom_val" / f"mushroom.{language}-val.v2.extra.jsonl"
    if path.is_file():
        lines = path.read_text(encoding="utf-8").splitlines()
    else:
        lines = gzip.open(f"{path}.gz", "rt", encoding="utf-8").read().splitlines()
    return [json.loads(line) for line in lines]


def byte_letters():
    """The letters that stand for bytes in a byte-level vocabulary, as GPT-2 has it."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(b): b for b in plain} | {chr(256 + i): b for i, b in enumerate(others)}


BYTES = byte_letters()


def token_bytes(tokens):
    """The bytes of each token, in byte-level or SentencePiece writing."""
    if all(letter in BYTES for token in tokens for letter in token):
        return [bytes(BYTES[letter] for letter in token) for token in tokens]
    found = []
    for token in tokens:
        byte = BYTE.fullmatch(token)
        text = token.replace("\u2581", " ")
        found.append(bytes([int(byte[1], 16)]) if byte else text.encode())
    return found


def uncertainty(row):
    """Minus the logit of the token that each character came from; None if tokens do not fit."""
    text = row["model_output_text"]
    parts = token_bytes(row["model_output_tokens"])
    whole, bare = b"".join(parts), text.strip().encode()
    start = whole.find(bare)
    if start < 0 or not bare:
        return None
    of_byte = np.repeat([-x for x in row["model_output_logits"]], [len(part) for part in parts])
    values = np.full(len(text), -np.inf)  # spaces around the text, which no token has
    place = start
    first = len(text) - len(text.lstrip())
    for i, char in enumerate(text.strip(), start=first):
        size = len(char.encode())
        values[i] = of_byte[place : place + size].max()
        place += size
    return values


def iou(marked, wanted):
    union = (marked | wanted).sum()
    return (marked & wanted).sum() / union if union else 1.0


def correlation(values, wanted):
    if min(np.ptp(values), np.ptp(wanted)) < 1e-8:
        return float(np.ptp(values) < 1e-8 and np.ptp(wanted) < 1e-8)
    return float(spearmanr(values, wanted).statistic)


def wanted(row):
    """What people marked: yes or no, and how many of them."""
    hard = np.zeros(len(row["model_output_text"]), bool)
    soft = np.zeros(len(hard))
    for start, end in row["hard_labels"]:
        hard[start:end] = True
    for span in row["soft_labels"]:
        soft[span["start"] : span["end"]] = span["prob"]
    return hard, soft


def checked(checker, rows):
    """The characters in the spans of a checker that takes the question for the source."""
    cases = [kh.data.Case(row["model_input"], source=row["model_input"]) for row in rows]
    outputs = [row["model_output_text"] for row in rows]
    found = []
    for verdict, output in zip(checker.check(cases, outputs), outputs):
        marked = np.zeros(len(output), bool)
        for start, end, _ in verdict.spans:
            marked[start:end] = True
        found.append(marked)
    return found


def most_uncertain(values, share):
    """The tokens with the highest values, about this share of the characters."""
    if values is None or not share:
        return np.zeros(0 if values is None else len(values), bool)
    finite = np.sort(values[np.isfinite(values)])[::-1]
    return values >= finite[min(int(share * len(finite)), len(finite) - 1)]


def by_uncertainty(rows, targets):
    """The share to mark is chosen on four fifths of the outputs and used on the other fifth."""
    values = [uncertainty(row) for row in rows]
    flat = [np.zeros(len(hard)) if v is None else v for v, (hard, _) in zip(values, targets)]
    ious = np.array(
        [[iou(most_uncertain(v, s), hard) for s in SHARES] for v, (hard, _) in zip(flat, targets)]
    )
    found, chosen = np.zeros(len(rows)), []
    for fold in range(FOLDS):
        held_out = np.arange(len(rows)) % FOLDS == fold
        best = ious[~held_out].mean(0).argmax()
        found[held_out] = ious[held_out, best]
        chosen.append(float(SHARES[best]))
    low = [np.where(np.isfinite(v), v, v[np.isfinite(v)].min(initial=0.0)) for v in flat]
    cors = [correlation(v, soft) for v, (_, soft) in zip(low, targets)]
    fitting = sum(v is not None for v in values)
    return found, cors, {"share_chosen": chosen, "tokens_fit": fitting}


def measure(language):
    """Scores of each way of marking on the outputs of one language, and the IoU of each output."""
    rows = read_outputs(language)
    targets = [wanted(row) for row in rows]
    ways = {
        "mark nothing": [np.zeros(len(hard), bool) for hard, _ in targets],
        "mark all": [np.ones(len(hard), bool) for hard, _ in targets],
        "OverlapChecker, question as source": checked(kh.grounding.OverlapChecker(0.8), rows),
        "ValueChecker, question as source": checked(kh.grounding.ValueChecker(), rows),
    }
    ious = {}
    result = {
        "outputs": len(rows),
        "without a marked character": sum(not hard.any() for hard, _ in targets),
        "marked share of characters": _mean([hard.mean() for hard, _ in targets]),
    }
    for name, marks in ways.items():
        ious[name] = np.array([iou(m, hard) for m, (hard, _) in zip(marks, targets)])
        cors = [correlation(m.astype(float), soft) for m, (_, soft) in zip(marks, targets)]
        result[name] = {"iou": _mean(ious[name]), "cor": _mean(cors)}
    ious["token logits"], cors, how = by_uncertainty(rows, targets)
    result["token logits"] = {"iou": _mean(ious["token logits"]), "cor": _mean(cors), **how}
    return result, ious


def measure_all():
    """Each language, and the mean over languages with how far it is above marking all."""
    found, ious = {}, {}
    for language in LANGUAGES:
        found[language], ious[language] = measure(language)
    mean = {}
    for way in ious["en"]:
        mean[way] = {key: _mean([found[one][way][key] for one in LANGUAGES]) for key in KEYS}
        gains = [ious[one][way] - ious[one]["mark all"] for one in LANGUAGES]
        mean[way]["iou_above_mark_all"] = mean_with_interval(gains)
    return {**found, "mean of languages": mean}


def mean_with_interval(parts):
    """Mean of the means of parts, and its 95 % bootstrap interval over the items of each."""
    rng = np.random.default_rng(0)
    drawn = np.mean([rng.choice(part, (RESAMPLES, len(part))).mean(1) for part in parts], axis=0)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return [round(float(v), 3) for v in (np.mean([part.mean() for part in parts]), low, high)]


def _mean(values):
    return round(float(np.mean(values)), 3)
