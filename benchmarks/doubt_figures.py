"""Blocks of figures about doubt (people's and a model's own) and speed, for `figures.py`.

Each takes no argument, reads one file of `results/` and returns Markdown.
"""

from figure_tables import NOT_YET
from figure_tables import interval
from figure_tables import read
from figure_tables import table


def shroom():
    """Agreement with the share of people who call a text a hallucination."""
    rows = []
    for name, part in read("shroom")["SHROOM"].items():
        if not isinstance(part, dict):
            continue
        raw = part.get("calibration_error")
        rows.append(
            [
                name,
                f"{100 * part['coverage']:.0f}",
                interval(*part["spearman"], places=2) if part["spearman"] else "",
                f"{100 * part['accuracy_fitted_threshold']:.0f}",
                "" if raw is None else f"{raw:.3f}",
                f"{part['calibration_error_isotonic']:.3f}",
            ]
        )
    head = ["", "coverage %", "Spearman's rho", "accuracy %", "calibration error", "calibrated"]
    return table(head, rows)


def mu_shroom():
    """Overlap of marked characters with those that people marked, per language."""
    found = read("shroom")["Mu-SHROOM"]
    names = ("mark nothing", "mark all", "token logits", "ValueChecker, question as source")
    names += ("OverlapChecker, question as source",)
    rows = [
        [language, *(f"{part[name]['iou']:.2f} / {part[name]['cor']:.2f}" for name in names)]
        for language, part in found.items()
        if all(name in part for name in names)
    ]
    return table(["", *(name.removesuffix(", question as source") for name in names)], rows)


def uncertainty():
    """How well each score of the model's own doubt finds its wrong answers."""
    found = read("uncertainty")
    rows = [
        [
            name.replace("_", " "),
            f"{part['auroc']:.1f}",
            interval(*part["minus semantic entropy"]),
            f"{part['aurc']:.1f}",
        ]
        for name, part in found["scores"].items()
    ]
    seconds = " and ".join(
        f"{value:.1f} s ({name})" for name, value in found["seconds_per_1000_answers"].items()
    )
    return (
        table(["", "AUROC %", "minus semantic entropy", "AURC %"], rows)
        + f"\n\n{found['answers']:,} answers, {found['error_rate']:.0f} % of them wrong; "
        f"{seconds} for 1,000 answers, {found['cost_ratio']:.1f} times."
    )


def selective():
    """What `SelectiveGenerator` was asked for, and what it kept on other facts."""
    found = read("uncertainty").get("selective")
    if found is None:
        return NOT_YET
    rows = [
        [row["coverage of"], f"{row['asked']:.0f}"]
        + [interval(*row[name]) for name in ("realised", "answered", "wrong among answered")]
        for row in found["rows"]
    ]
    head = ["calibrated on", "asked %", "kept of these %", "answered %", "wrong among answered %"]
    sizes = " and ".join(
        f"{min(found[name])} to {max(found[name])} ({name})"
        for name in ("questions calibrated on", "questions measured")
    )
    return (
        table(head, rows)
        + f"\n\nMean of {found['seeds']} splits (lowest to highest); {sizes}. With every question "
        f"answered, {interval(*found['answers wrong'])} % are wrong."
    )


def familiarity():
    """Never-seen subjects told from what a tuned model can answer."""
    found = read("familiarity")
    if found is None:
        return NOT_YET
    rows = []
    for world, part in found.items():
        for name, own in part["summary"].items():
            cells = [
                f"{own[key][0]:.1f} ± {own[key][1]:.1f}" if key in own else ""
                for key in ("auroc", "refused", "answerable refused")
            ]
            rows.append([world, name, *cells])
    return table(["world", "", "AUROC %", "refused %", "answerable refused %"], rows)


def text_speed():
    """Our text scorers as ratios to the packages that define them."""
    rows = []
    for size, part in read("text_speed").items():
        if not isinstance(part, dict):
            continue
        for name, own in part.items():
            cold = own.get("times_faster_cold")
            rows.append(
                [
                    f"{name.upper()}, {size}",
                    f"{own['times_faster_cached']:.1f}",
                    f"{cold:.1f}" if cold else "",
                    f"{own['maximal_difference']:.1f}",
                ]
            )
    head = ["source/output", "times faster, source seen before", "first time", "difference"]
    return table(head, rows)


def engine():
    """Rows a second of a checker under Ray."""
    found = read("engine")
    speed = ", ".join(f"{name}: {value:,}" for name, value in found["rows_per_second"].items())
    load = ", ".join(f"{value:.1f}" for value in found["load_before"].values())
    return (
        f"{found['rows']:,} rows; rows a second: {speed}; two workers over one: "
        f"{found['two_workers_over_one']:.2f}. Load of the {found['cores']} cores before each "
        f"(they had other work): {load}."
    )


BLOCKS = {
    "shroom": shroom,
    "mu-shroom": mu_shroom,
    "uncertainty": uncertainty,
    "selective": selective,
    "familiarity": familiarity,
    "text speed": text_speed,
    "engine": engine,
}
