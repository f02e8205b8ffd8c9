"""Real data-to-text: does the rate seen live in `fit` stop a model that invents or forgets slots?

    KERAS_HALLUC_DATA=... python benchmarks/rnnlg.py restaurant      # about 15 minutes on 2 cores
    KERAS_HALLUC_DATA=... python benchmarks/rnnlg.py hotel

RNNLG (Wen et al. 2015, Apache-2.0): a dialogue act in, a sentence out. A small GPT-2 is pretrained
on the other domain's training sentences and fine-tuned on this one's, slot values put in by name.
`HallucinationMonitor` runs a slot checker on part of the validation set each epoch; training stops
on its rate. Test figures as the authors give them: BLEU-4 against all test sentences of the same
act, and slot error, (missing + added) / all slots, of the greedy output and of the best by slot
error of greedy and ten samples; which of several without errors is decided on validation BLEU.
"""

import argparse
import collections
import gzip
import json
import os
import re
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import data_to_text
import keras
import sacrebleu

import keras_halluc as kh

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks/results"
DATA = Path(os.environ.get("KERAS_HALLUC_DATA", ROOT / "../shared/data")) / "rnnlg"
OTHER = {"restaurant": "hotel", "hotel": "restaurant"}
PUBLISHED = {  # BLEU, slot error in per cent; Wen et al. 2015
    "restaurant": {"SC-LSTM": (0.7525, 0.38), "H-LSTM": (0.7466, 0.74), "kNN": (0.5943, 0.60)},
    "hotel": {"SC-LSTM": (0.8482, 3.07), "H-LSTM": (0.8504, 2.67), "enc-dec": (0.8549, 4.69)},
}
NOT_SAID = {"dont_care", "none", "yes", "no", "", "?"}
WATCHED = 300  # validation acts the monitor asks for
SAMPLES = 10


def read(domain, split):
    """`(act, human sentence)` pairs; comment lines come before the JSON list."""
    path = DATA / f"{domain}_{split}.json"
    if path.exists():
        text = path.read_text()
    else:
        text = gzip.open(f"{path}.gz", "rt").read()
    return [(act, sentence) for act, sentence, _ in json.loads(text[text.index("[") :])]


def parse(act):
    """`("inform", [("name", "orexi"), ...])`; alternatives of a value count one by one."""
    kind, inner = re.fullmatch(r"(\S+?)\((.*)\)", act.strip()).groups()
    slots = []
    for part in filter(None, inner.split(";")):
        slot, _, value = part.partition("=")
        value = value.strip("'\" ").lower()
        alternatives = re.split(r" or | and ", value) if slot not in ("name",) else [value]
        slots += [(slot, alternative.strip()) for alternative in alternatives]
    return kind, slots


class Slots:
    """Which slots are said by a value, and which by certain words."""

    def __init__(self):
        pairs = json.loads((DATA / "detect.pair").read_text())
        self.by_value = {slot for slot in pairs["general"]}
        self.by_word = {slot: set(words) for slot, words in pairs["binary"].items()}

    def said_by_value(self, slot, value):
        return slot in self.by_value and value not in NOT_SAID

    def prompt(self, act):
        """The act with names of slots in place of values."""
        kind, slots = parse(act)
        parts = [
            f"{slot} = {self.name(slot)}" if self.said_by_value(slot, v) else f"{slot} = {v}"
            for slot, v in slots
        ]
        return f"{kind} ( {' ; '.join(parts)} )\n"

    @staticmethod
    def name(slot):
        return f"SLOT_{slot.upper()}"

    def hide(self, act, sentence):
        """The sentence with names of slots in place of values, longest values first."""
        sentence = f" {sentence.lower()} "
        for slot, value in sorted(parse(act)[1], key=lambda pair: -len(pair[1])):
            if self.said_by_value(slot, value):
                sentence = sentence.replace(f" {value} ", f" {self.name(slot)} ", 1)
        return " ".join(sentence.split())

    def show(self, act, sentence):
        """Values back in their places; a slot the act does not have stays a name."""
        values = collections.defaultdict(list)
        for slot, value in parse(act)[1]:
            values[self.name(slot)].append(value)
        words = [values[w].pop(0) if values.get(w) else w for w in sentence.split()]
        return " ".join(words)

    def errors(self, act, sentence):
        """`(missing, added, slots)` of a sentence with names of slots."""
        words = sentence.split()
        wanted, found = collections.Counter(), collections.Counter()
        for slot, value in parse(act)[1]:
            if self.said_by_value(slot, value):
                wanted[slot] += 1
            elif slot in self.by_word and value not in ("none", ""):
                wanted[slot] = 1
        for slot in self.by_value:
            found[slot] = words.count(self.name(slot))
        for slot, names in self.by_word.items():
            found[slot] = int(bool(names & set(words)))
        missing, added = wanted - found, found - wanted
        return missing.total(), added.total(), wanted.total()


def bleu(slots, pairs, outputs):
    """Corpus BLEU-4 against all sentences of the split with the same act and slots, with these
    values."""
    acts = [act for act, _ in pairs]
    by_act = collections.defaultdict(list)
    for act, sentence in pairs:
        by_act[slots.prompt(act)].append(slots.hide(act, sentence))
    references = [
        sorted({slots.show(act, text) for text in by_act[slots.prompt(act)]}) for act in acts
    ]
    longest = max(map(len, references))
    streams = [[r[i] if i < len(r) else None for r in references] for i in range(longest)]
    shown = [slots.show(act, output) for act, output in zip(acts, outputs)]
    return sacrebleu.corpus_bleu(shown, streams, tokenize="none", force=True).score / 100


def fit(task, slots, pairs, epochs, rate, callbacks=()):
    prompts = [slots.prompt(act) for act, _ in pairs]
    targets = [slots.hide(act, sentence) for act, sentence in pairs]
    return data_to_text.fit(task, prompts, targets, epochs, rate, callbacks)


def candidates(slots, pairs, generator, seed):
    """For each distinct prompt its greedy text and samples: `{prompt: [(errors, log-probability,
    mean log-probability, place, text), ...]}`, the greedy text at place 0."""
    acts = {slots.prompt(act): act for act, _ in pairs}
    prompts = list(acts)
    said = generator.generate(prompts)
    samples = generator.sample(prompts, SAMPLES, temperature=0.7, seed=seed)
    texts = [[first, *own] for first, own in zip(said, samples)]
    flat = [(prompt, text) for prompt, own in zip(prompts, texts) for text in own]
    scores = generator.score([p for p, _ in flat], [t or " " for _, t in flat])
    totals = (scores.log_probs * scores.mask).sum(axis=1)
    likelihoods = iter(zip(totals, totals / scores.mask.sum(axis=1)))
    return {
        prompt: [
            (sum(slots.errors(acts[prompt], text)[:2]), *next(likelihoods), place, text)
            for place, text in enumerate(own)
        ]
        for prompt, own in zip(prompts, texts)
    }


# Which of the texts with the fewest slot errors to take; validation BLEU decides.
ORDERS = {
    "greedy, then likeliest": lambda c: (c[0], c[3] > 0, -c[1]),
    "likeliest": lambda c: (c[0], -c[1]),
    "likeliest a token": lambda c: (c[0], -c[2]),
}


def outputs_of(slots, pairs, found, order):
    chosen = {prompt: min(own, key=order)[-1] for prompt, own in found.items()}
    return [chosen[slots.prompt(act)] for act, _ in pairs]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("domain", choices=OTHER)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--log-dir", default=None)
    args = parser.parse_args()
    if not DATA.exists():
        sys.exit(f"No data: set KERAS_HALLUC_DATA to the folder that has rnnlg. Looked in {DATA}")
    keras.utils.set_random_seed(args.seed)
    slots = Slots()
    train, valid, test = (read(args.domain, split) for split in ("train", "valid", "test"))
    other = read(OTHER[args.domain], "train")
    texts = [slots.prompt(act) + slots.hide(act, text) for act, text in train + other]
    task = data_to_text.make_task(texts)
    fit(task, slots, other, args.epochs, 1e-3)
    generator = kh.generation.TaskGenerator(task, max_new_tokens=60, batch_size=64)
    acts = list(dict.fromkeys(act for act, _ in valid))[:WATCHED]
    monitor = kh.callbacks.HallucinationMonitor(
        [kh.data.Case(slots.prompt(act), source=act) for act in acts],
        data_to_text.SlotChecker(slots.errors),
        generator,
        log_dir=args.log_dir,
        budget=None,
    )
    stop = keras.callbacks.EarlyStopping(
        "val_hallucination_rate", mode="min", patience=5, restore_best_weights=True
    )
    history = fit(task, slots, train, args.epochs, 1e-3, [monitor, stop])
    found = candidates(slots, valid, generator, args.seed)
    by_order = {
        name: bleu(slots, valid, outputs_of(slots, valid, found, order))
        for name, order in ORDERS.items()
    }
    best = max(by_order, key=by_order.get)
    found = candidates(slots, test, generator, args.seed)
    acts = [act for act, _ in test]
    human = [slots.hide(act, sentence) for act, sentence in test]
    rows = {
        "greedy": outputs_of(slots, test, found, lambda c: c[3]),
        f"best of {SAMPLES + 1}": outputs_of(slots, test, found, ORDERS[best]),
    }
    result = {"domain": args.domain, "seed": args.seed, "published": PUBLISHED[args.domain]}
    result["human slot error percent"] = 100 * data_to_text.slot_error(slots.errors, acts, human)
    result["validation BLEU by order"], result["order"] = by_order, best
    for name, outputs in rows.items():
        result[name] = {
            "bleu": bleu(slots, test, outputs),
            "slot_error_percent": 100 * data_to_text.slot_error(slots.errors, acts, outputs),
        }
    result["val_hallucination_rate"] = history["val_hallucination_rate"]
    print(json.dumps(result, indent=2))
    target = RESULTS / f"rnnlg_{args.domain}.json"
    target.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
