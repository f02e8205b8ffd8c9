"""Blocks of figures about checkers that read a source, for `figures.py`.

Each takes no argument, reads one file of `results/` and returns Markdown.
"""

from figure_tables import NOT_YET
from figure_tables import interval
from figure_tables import read
from figure_tables import table

SWAPPED = ("caught", "flagged as written", "unmeasured")
LANGUAGES = {"en": "English", "de": "German", "es": "Spanish", "fr": "French", "zh": "Chinese"}


def consistency():
    """AUC on five sets of human judgements."""
    own = ("EntailmentChecker", "OverlapChecker")
    baselines = ("word overlap", "shorter text")
    published = ("SummaC-ZS", "UniEval", "BERTScore-F")
    found = {name: part for name, part in read("true").items() if "rows" in part}
    rows = [
        [name, f"{part['rows']:,}"]
        + [interval(*part[column]) if column in part else "" for column in own]
        + [interval(*part["other half"][c]) if "other half" in part else "" for c in own]
        + [interval(*part[column]) for column in baselines]
        + [f"{part[column]:.1f}" for column in published]
        for name, part in found.items()
    ]
    halves = [f"{column}, other half" for column in own]
    return table(["set", "rows", *own, *halves, *baselines, *published], rows)


def bump():
    """How often the score drops where one error was put in, and how fast it is."""
    found = read("true")
    drops = ", ".join(f"{n} {part['drops_percent']:.1f} %" for n, part in found["bump"].items())
    pairs = next(iter(found["bump"].values()))["pairs"]
    speeds = found["frank"]["pairs_per_second"]
    fast = ", ".join(f"{name} {speed:.0f}" for name, speed in speeds.items())
    return (
        f"BUMP, {pairs} human summaries and the same with one error put in; the score drops in: "
        f"{drops}. Texts a second on frank, on a slow core or two: {fast}."
    )


def checker_steps():
    """Size, speed and AUC of the embedded checker before and after each step of shrinking."""
    found = read("checker_steps")
    if found is None:
        return NOT_YET
    sets = list(next(iter(found.values()))["auc"])
    rows = [
        [
            step,
            f"{part['parameters'] / 1e6:.1f}",
            f"{part['megabytes']:.1f}",
            f"{part['pairs_per_cpu_second']:.0f}",
            *(f"{part['auc'][name]:.1f}" for name in sets),
        ]
        for step, part in found.items()
    ]
    return table(["", "million weights", "MB", "pairs a CPU second", *sets], rows)


def verdicts():
    """Verdicts at the default of each checker against those of people, set by set."""
    found = read("verdicts")
    if found is None:
        return NOT_YET
    own = ("SourceChecker", "EntailmentChecker", "OverlapChecker", "ValueChecker")
    baselines = ("word overlap", "shorter text")
    parts = ("balanced_accuracy", "flagged", "missed", "coverage")
    rows, means = [], {}
    for name, part in found.items():
        cells = []
        for column in (*own, *baselines):
            if column in part:
                one = part[column]
                means.setdefault(column, []).append([one[key][0] for key in parts])
                rest = "/".join(f"{one[key][0]:.0f}" for key in parts[1:])
                rest = f"; {rest}" if column in own else ""
                cells.append(interval(*one[parts[0]], places=0) + rest)
            else:
                cells.append("")
        rows.append([name, f"{part['rows']:,}", *cells])
    mean = {name: [sum(column) / len(column) for column in zip(*m)] for name, m in means.items()}
    cells = [
        f"{one[0]:.1f}" + ("; " + "/".join(f"{v:.0f}" for v in one[1:]) if name in own else "")
        for name, one in ((name, mean[name]) for name in (*own, *baselines))
    ]
    return table(["set", "rows", *own, *baselines], [*rows, ["mean", "", *cells]])


def entailment_speed():
    """What one sentence costs the embedded checker, before and now."""
    found = read("entailment_speed")
    if found is None:
        return NOT_YET
    rows = [
        [
            name,
            f"{part['now']['pairs']}",
            *(f"{part[way]['milliseconds']:.0f}" for way in ("before", "now")),
            *(f"{part[way]['pairs_per_second']:.0f}" for way in ("before", "now")),
        ]
        for name, part in found["checks"].items()
    ]
    head = ["", "pairs", "ms before", "ms now", "pairs a second before", "now"]
    share = found["one sentence / a share of a batch"]
    return table(head, rows) + f"\n\nOne sentence over a thirty-second of a batch of 32: {share}."


def ensemble():
    """What a combination of lexical checkers adds, on rows it was not chosen on."""
    found = read("ensemble_true")
    own = ("EnsembleChecker", "OverlapChecker", "content words", "rougeL precision", "shorter text")
    rows = [
        [name, f"{part['rows']:,}", *(interval(*part[column]) for column in own)]
        for name, part in found["other half"].items()
        if "rows" in part
    ]
    mean = found["other half"]["mean of sets"]
    rows.append(["mean", "", *(f"{mean[column]:.1f}" for column in own)])
    above = interval(*found["other half"]["EnsembleChecker minus it"])
    best = found["other half"]["best single score"]
    above = f"\n\nMean of sets, above the best single score ({best}): {above} points."
    return table(["set", "rows", *own], rows) + above


def swaps():
    """Swapped values found and true ones marked, on documents the rules were not written on."""
    kinds = {
        "number": "numbers",
        "date": "dates",
        "name": "names",
        "unmarked name": "other names",
        "name, jieba": "names, with `jieba_names`",
        "unmarked name, jieba": "other names, with `jieba_names`",
        "number, a book": "numbers, from a book",
        "date, a book": "dates, from a book",
    }
    rows = []
    book = {f"{key}, a book": part for key, part in read("value_swaps_french")["test"].items()}
    for key, part in {**read("value_swaps")["test"]["swaps"], **book}.items():
        language, _, kind = key.partition(" ")
        if language == "set":
            continue
        cells = [
            f"{interval(*part[c][:3])}, {part[c][3]:,}" if part.get(c) else ""
            for c in ("recall", "as written", "restated", "people's", "same place")
        ]
        rows.append([f"{LANGUAGES[language]}, {kinds[kind]}", *cells])
    head = ["", "recall", "as it stands", "restated", "people's", "swapped within the source"]
    return table(head, rows)


def paraphrased_swaps():
    """Values swapped within their source in texts that say it in other words, by checker."""
    kinds = {"number": "numbers", "date": "dates", "name": "names", "all": "all"}
    rows = [
        [
            checker,
            shown,
            *(interval(*part[kind][c][:3]) for c in SWAPPED),
            f"{part[kind]['caught'][3]:,}",
        ]
        for checker, part in read("paraphrased_swaps")["test"].items()
        for kind, shown in kinds.items()
    ]
    return table(["checker", "", "caught %", "flagged as written %", "unmeasured %", "texts"], rows)


def true_texts():
    """Texts that people call true of their source, and in which a value is marked all the same."""
    kinds = read("value_swaps")["test"]["consistent"]
    rows = [
        [name.removeprefix("true ").replace(", values", ""), interval(*part[:3]), f"{part[3]:,}"]
        for name, part in kinds.items()
    ]
    return table(["", "marked %", "texts with values"], rows)


BLOCKS = {
    "verdicts": verdicts,
    "entailment speed": entailment_speed,
    "consistency": consistency,
    "bump": bump,
    "checker steps": checker_steps,
    "ensemble": ensemble,
    "swaps": swaps,
    "paraphrased swaps": paraphrased_swaps,
    "true texts": true_texts,
}
